import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IDENTIFIER_TYPES, normalOf } from './identifiers.ts';

test.each([
  ['+49 30 1234567', null],
  ['0049 30 1234567', null],
  ['0049 30 1234567', 'US'],
  ['(0049) 30 1234567', null],
  ['+49 (0)30 1234567', null],
  ['tel:+49-30-1234567', null],
  ['＋49 30 1234567', null],
  ['030/123 45 67', 'DE'],
  ['030 1234567 ext. 12', 'DE'],
  ['+49301234567;ext=12', null],
  ['011 49 30 1234567', 'US'],
])('the phone number %s (%s) is one number', (spelling, region) => {
  expect(normalOf('phone', spelling, region)).toBe('+49301234567');
});

test.each(['(555) 123-4567', '+15551234567', '+1 (555) 123-4567', '1 555 123 4567', '0015551234567', '555.123.4567'])(
  'in the United States %s is one number',
  (spelling) => {
    expect(normalOf('phone', spelling, 'US')).toBe('+15551234567');
  },
);

test('a number whose country nobody knows equals the same digits only', () => {
  expect(normalOf('phone', '(555) 123-4567', null)).toBe('5551234567');
  expect(normalOf('phone', '555 123 4567', 'XX')).toBe('5551234567');
  expect(normalOf('phone', 'none', 'US')).toBeNull();
});

test.each([
  ['email', ' ADA@Example.COM ', 'ada@example.com'],
  ['email', 'Ada Lovelace <Ada@example.com>', 'ada@example.com'],
  ['email', 'mailto:ada@example.com', 'ada@example.com'],
  ['email', 'ada+shop@example.com', 'ada+shop@example.com'],
  ['email', 'Zoe\u0308@example.com', 'zoë@example.com'],
  ['twitter', '@Ada_L', 'ada_l'],
  ['twitter', 'https://twitter.com/Ada_L?x=1', 'ada_l'],
  ['facebook', '100004', '100004'],
  ['instagram', 'www.instagram.com/ada.l/', 'ada.l'],
  ['whatsapp', '49301234567', '+49301234567'],
  ['whatsapp', '+49 30 1234567', '+49301234567'],
  ['contact_id', ' 0000Ca01 ', '0000Ca01'],
  ['customer_id', 'c-1', 'c-1'],
  ['customer_id', '[erased]', null],
  ['email', '[other person]', null],
  ['account_number', '  ', null],
] as const)('%s %j is compared as %j', (type, value, normal) => {
  expect(normalOf(type, value, 'US')).toBe(normal);
});

test('what no person is called is looked at once, not once for each of its letters', () => {
  for (const type of IDENTIFIER_TYPES)
    for (const text of [`+${'1'.repeat(400_000)}x`, `+${' '.repeat(400_000)}`, `<${'<a> '.repeat(100_000)}x`, `${'a.'.repeat(200_000)}/`, '@'.repeat(400_000)])
      expect(() => normalOf(type, text, 'DE')).not.toThrow();
});

test('a normal form is its own normal form, wherever numbers are dialled', () => {
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[+0-9() -]{1,20}$/), fc.emailAddress());
  fc.assert(
    fc.property(fc.constantFrom(...IDENTIFIER_TYPES), value, fc.constantFrom(null, 'US', 'DE', 'IT'), (type, text, region) => {
      const normal = normalOf(type, text, region);
      // Digits without a country may be read as another number a second time, so a phone's must begin with a plus for this.
      fc.pre(normal !== null && (!['phone', 'whatsapp'].includes(type) || normal.startsWith('+')));
      expect(normalOf(type, normal as string, region)).toBe(normal);
    }),
    { numRuns: 2_000 },
  );
});
