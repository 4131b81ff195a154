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
])('sees somebody in %s', (url) => {
  expect(namesSomebody(url)).toBe(true);
});

it('looks at an address once, not once for each of its letters', () => {
  expect(namesSomebody(`/api/requests/${'a'.repeat(500_000)}`)).toBe(false);
});

it.each([
  '/api/requests',
  // Ids that begin as a number with its country does, or as one inside a country.
  '/api/requests/00123456-1234-4123-8123-123456789012',
  '/api/requests/01234567-1234-4123-8123-123456789012/stop',
  '/api/requests?text=2026-0117-000123',
  '/api/requests?text=20260117',
  '/api/requests?text=4711&sort=-deadline&limit=100&overdue=true',
  '/api/requests?cursor=0049891234567',
  '/api/requests?text=%ff%zz',
  '/api/holds?',
])('sees nobody in %s', (url) => {
  expect(namesSomebody(url)).toBe(false);
});
