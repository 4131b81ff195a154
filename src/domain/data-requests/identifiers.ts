/** What names a person, and the one form in which two spellings of it are compared. */

import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

export const IDENTIFIER_TYPES = [
  'email',
  'phone',
  'customer_id',
  'contact_id',
  'account_number',
  'twitter',
  'facebook',
  'instagram',
  'whatsapp',
  'external_id',
] as const;
export type IdentifierType = (typeof IDENTIFIER_TYPES)[number];

/** As somebody wrote it. */
export interface Identifier {
  readonly type: IdentifierType;
  readonly value: string;
}

/** As it is compared. */
export interface NormalIdentifier {
  readonly type: IdentifierType;
  readonly normal: string;
}

/** What UDM leaves where something of an erased person stood. It names nobody. */
export const ERASED = '[erased]';
/** What stands for somebody else in what a person is given. */
export const OTHER_PERSON = '[other person]';

/** Digits enough for a number with its country and without anything that it is dialled with. */
const WHOLE_NUMBER = /^[1-9]\d{7,14}$/;
/** With a plus, digits and what is written between them. */
const DIALLED_FROM_ANYWHERE = /^\+[-\d\s()./\u00a0]+$/;
const DIGIT = /\d/;
/** The zero that is dialled within the country alone, as in +44 (0)20. */
const NATIONAL_PREFIX = /\(0\)/;
const ADDRESS_IN_BRACKETS = /<([^<>]*)>\s*$/;
const PROFILE_ADDRESS = /^(?:https?:\/\/)?(?:[a-z]+\.)*[a-z]+\.[a-z]+\/+@?([^/?#\s]+)/i;

/** Whether one person alone has it. Several people may share any other. */
export function isStrong(type: IdentifierType): boolean {
  return type === 'contact_id' || type === 'customer_id';
}

/** One text for both, for maps. */
export function keyOf({ type, normal }: NormalIdentifier): string {
  return `${type}\n${normal}`;
}

/**
 * The form in which spellings of an identifier are equal; null when nothing is left of it. `region` (ISO 3166) is where numbers without a country are
 * dialled; a number that cannot be told from it is compared by its digits, and so never equals one with a country. What it takes, a source may hold: it
 * does not judge whether it is right.
 */
export function normalOf(type: IdentifierType, value: string, region: string | null): string | null {
  const text = value.normalize('NFC').trim();
  if (text === '' || text === ERASED || text === OTHER_PERSON) return null;
  switch (type) {
    case 'email':
      return normalAddress(text);
    case 'phone':
      return normalPhone(text, region);
    case 'whatsapp':
      // Its ids are whole numbers without the plus.
      return normalPhone(WHOLE_NUMBER.test(text) ? `+${text}` : text, region);
    case 'twitter':
    case 'facebook':
    case 'instagram':
      return normalHandle(text);
    case 'customer_id':
    case 'contact_id':
    case 'account_number':
    case 'external_id':
      return text;
  }
}

/** `Ada <ada@example.com>` and `mailto:` name the address alone. */
function normalAddress(text: string): string | null {
  const address = (ADDRESS_IN_BRACKETS.exec(text)?.[1] ?? text).trim().replace(/^mailto:/i, '');
  return address === '' ? null : address.toLowerCase();
}

/** With its country a number is its digits; only without does it take knowledge of the region to tell it, which is slow. */
function normalPhone(text: string, region: string | null): string | null {
  const withPlus = text.replace(/^tel:/i, '').replace(/^(?:\(?00|＋)/, '+');
  if (DIALLED_FROM_ANYWHERE.test(withPlus) && DIGIT.test(withPlus)) return `+${withPlus.replace(NATIONAL_PREFIX, '').replace(/\D/g, '')}`;
  const country = region !== null && isSupportedCountry(region) ? (region as CountryCode) : undefined;
  const parsed = country || withPlus.startsWith('+') ? parsePhoneNumberFromString(withPlus, country) : undefined;
  if (parsed?.isPossible()) return parsed.number;
  const digits = withPlus.replace(/[^\p{Nd}]/gu, '');
  return digits === '' ? null : digits;
}

function normalHandle(text: string): string | null {
  const handle = (PROFILE_ADDRESS.exec(text)?.[1] ?? text).replace(/^@+/, '').toLowerCase();
  return handle === '' ? null : handle;
}
