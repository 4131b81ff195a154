import { describe, expect, it } from 'vitest';
import { checkIdentifier, isRegion } from './identifier-checks.ts';
import { IDENTIFIER_TYPES, type IdentifierType } from './identifiers.ts';
import { labelOf, maskOf } from './mask.ts';

/** Cases 57 to 60 of the catalogue of bad input. */

const outcome = (type: IdentifierType, value: string, region: string | null = null) => {
  const checked = checkIdentifier(type, value, region);
  return typeof checked === 'string' ? checked : checked.normal;
};
const notes = (type: IdentifierType, value: string) => {
  const checked = checkIdentifier(type, value, null);
  return typeof checked === 'string' ? checked : checked.notes;
};

describe('an e-mail address', () => {
  it.each([
    ['a@', 'gdpr.email'],
    ['@example.com', 'gdpr.too_broad'],
    ['a@b', 'gdpr.email'],
    ['a b@example.com', 'gdpr.email'],
    ['a@@example.com', 'gdpr.email'],
    ['.a@example.com', 'gdpr.email'],
    ['a..b@example.com', 'gdpr.email'],
    ['a@-example.com', 'gdpr.email'],
    ['a@example..com', 'gdpr.email'],
    ['Ada <ada@example.com>', 'gdpr.email'],
    ['a\u202e@example.com', 'gdpr.email'],
    ['a\0@example.com', 'gdpr.email'],
    [`${'a'.repeat(65)}@example.com`, 'gdpr.email'],
    [`a@${'b'.repeat(289)}.example.com`, 'gdpr.email'],
    ['%@example.com', 'gdpr.too_broad'],
    ['*@example.com', 'gdpr.too_broad'],
    ['.+@example.com', 'gdpr.too_broad'],
    ['', 'gdpr.identifier_missing'],
    ['  ', 'gdpr.identifier_missing'],
    [' Ada.Lovelace@Example.COM ', 'ada.lovelace@example.com'],
    ["o'brien@example.com", "o'brien@example.com"],
    ['ada@bücher.example', 'ada@bücher.example'],
  ])('%j is %s', (value, expected) => {
    expect(outcome('email', value)).toBe(expected);
  });

  it('with a tag or letters that look like others is taken, and told', () => {
    expect(notes('email', 'ada+shop@example.com')).toEqual(['plus_tag']);
    expect(notes('email', 'аda@example.com')).toEqual(['unusual_letters']);
    expect(notes('email', 'Ada@example.com')).toEqual(['rewritten']);
    expect(notes('email', 'ada@example.com')).toEqual([]);
  });
});

describe('a phone number', () => {
  it.each([
    ['0049 89 1234567', null, '+49891234567'],
    ['+49 (89) 123-45 67', null, '+49891234567'],
    ['tel:+49-89-1234567', null, '+49891234567'],
    ['089 1234567', 'DE', '+49891234567'],
    ['089 1234567', null, 'gdpr.phone'],
    ['+49 89 1234567 ext. 12', null, 'gdpr.phone'],
    ['+49 89 1234567x12', null, 'gdpr.phone'],
    ['0800-FLOWERS', 'US', 'gdpr.phone'],
    ['112', 'DE', 'gdpr.phone'],
    ['123', null, 'gdpr.phone'],
    ['+', null, 'gdpr.too_broad'],
    ['+999 1234567', null, 'gdpr.phone'],
    ['+4989*', null, 'gdpr.too_broad'],
    ['7', 'DE', 'gdpr.too_broad'],
  ])('%j in %s is %s', (value, region, expected) => {
    expect(outcome('phone', value, region)).toBe(expected);
  });

  it('may have a country that is known', () => {
    expect([isRegion('DE'), isRegion('de'), isRegion('XX'), isRegion('')]).toEqual([true, false, false, false]);
  });
});

describe('any other identifier', () => {
  it.each([
    ['customer_id', '%', 'gdpr.too_broad'],
    ['customer_id', 'C%', 'gdpr.too_broad'],
    ['contact_id', '^00.*', 'gdpr.too_broad'],
    ['external_id', 'x', 'gdpr.too_broad'],
    ['external_id', '--', 'gdpr.too_broad'],
    ['account_number', 'A\n1', 'gdpr.identifier'],
    ['account_number', 'A'.repeat(201), 'gdpr.identifier'],
    ['account_number', ' DE-1 ', 'DE-1'],
    ['twitter', 'https://twitter.com/Ada_L', 'ada_l'],
    ['whatsapp', '4989 1234567', 'gdpr.phone'],
    ['whatsapp', '49891234567', '+49891234567'],
  ] as const)('%s %j is %s', (type, value, expected) => {
    expect(outcome(type, value)).toBe(expected);
  });
});

describe('the mask', () => {
  it('shows of no identifier what would lead to the person', () => {
    expect(maskOf({ type: 'email', normal: 'ada.lovelace@analytical.example' })).toBe('a…@a….example');
    expect(maskOf({ type: 'phone', normal: '+49891234567' })).toBe('+49…67');
    expect(maskOf({ type: 'customer_id', normal: 'C-47' })).toBe('…');
    expect(maskOf({ type: 'customer_id', normal: 'C-471100815' })).toBe('C…5');
    for (const type of IDENTIFIER_TYPES) {
      const normal = type === 'email' ? 'someone@somewhere.example' : '+49891234567';
      expect(maskOf({ type, normal }).length, type).toBeLessThan(normal.length / 1.5);
    }
    expect(labelOf(['a', 'b', 'c', 'd', 'e'].map((one) => ({ type: 'email', normal: `${one}x@y.zz` })))).toBe('a…@y….zz, b…@y….zz, c…@y….zz +2');
  });
});
