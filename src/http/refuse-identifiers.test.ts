import { expect, it } from 'vitest';
import { namesSomebody } from './refuse-identifiers.ts';

it.each([
  '/api/requests?text=ada@example.com',
  '/api/requests?text=ada%40example.com',
  '/api/requests?ada%40example.com',
  '/api/requests/ada@example.com',
  '/api/requests/x/ada+tag%40example.co.uk',
  '/api/requests?text=%2B49%2089%20123456',
  '/api/requests?text=+4989123456',
  '/api/requests?text=0049-89-123456',
  '/api/requests?text=089%2F1234567',
  '/api/requests/+4989123456/x',
  '/api/requests?text=0049%20(89)%20123%2045-67',
  '/api/requests?text=00431234567',
  '/api/requests?text=(089)%201234567',
  '/api/requests?text=call%20(555)%20000-0001',
  '/api/requests?text=(20)%207946%200958',
  // Behind a second mark.
  '/api/requests?text=a=ada@example.org',
  '/api/requests?text=a=b=%2B4989123456',
  '/api/requests?x=1?ada@example.org',
  '/api/requests?x=1?text=ada@example.org&y=2',
])('sees somebody in %s', (url) => {
  expect(namesSomebody(url)).toBe(true);
});

it('looks at an address once, not once for each of its letters', () => {
  for (const many of ['a'.repeat(500_000), '('.repeat(500_000), '0 '.repeat(250_000), ' ('.repeat(250_000), ' 00'.repeat(150_000), '?'.repeat(500_000)])
    expect(namesSomebody(`/api/requests/${many}`)).toBe(false);
});

it.each([
  '/api/requests',
  // Ids that begin as a number with its country does, or as one inside a country.
  '/api/requests/00123456-1234-4123-8123-123456789012',
  '/api/requests/01234567-1234-4123-8123-123456789012/stop',
  '/api/requests?text=2026-0117-000123',
  '/api/requests?text=20260117',
  // Numbers that no telephone has.
  '/api/requests?text=00001234',
  '/api/requests?text=0000123456789',
  '/api/requests?text=00123456',
  '/api/requests?text=0012-3456',
  '/api/requests?text=see%20(2026-01-15)',
  '/api/requests?text=(20260115)',
  '/api/requests?text=(15.01.2026)%20and%20(1/15/26)',
  '/api/requests?text=(2026-01-15%20to%202026-02-15)',
  '/api/requests?text=(12.%20and%2013.)',
  '/api/requests?text=4711&sort=-deadline&limit=100&overdue=true',
  '/api/requests?cursor=0049891234567',
  '/api/requests?text=%ff%zz',
  '/api/holds?',
])('sees nobody in %s', (url) => {
  expect(namesSomebody(url)).toBe(false);
});
