import { isPossiblePhoneNumber, isSupportedCountry } from 'libphonenumber-js/min';
import type { ErrorCode } from '../../errors.ts';
import type { ProblemList } from '../problem-list.ts';
import { characterCount, hasControlCharacters } from '../text-checks.ts';
import { IDENTIFIER_TYPES, type IdentifierType, keyOf, type NormalIdentifier, normalOf } from './identifiers.ts';

/** Whether what somebody typed names one person (cases 57 to 60). Values are not repeated in errors: they are personal data. */

export const MOST_IDENTIFIERS = 50;
const LONGEST = { email: 254, local: 64, other: 200 } as const;

/** What is worth a look before submitting. */
export type IdentifierNote = 'plus_tag' | 'unusual_letters' | 'rewritten';

export interface CheckedIdentifier extends NormalIdentifier {
  readonly value: string;
  readonly notes: readonly IdentifierNote[];
}

export interface SentIdentifier {
  readonly type: string;
  readonly value: string;
}

/** Reads the identifiers of one person; `field` is the list's name. Each is looked at, so that all problems are told. */
export function checkIdentifiers(
  sent: readonly SentIdentifier[],
  region: string | null,
  field: string,
  problems: ProblemList,
  placeOf: (index: number) => string = (index) => `${field}[${index}]`,
): CheckedIdentifier[] {
  if (sent.length === 0) problems.add('gdpr.identifier_missing', field);
  if (sent.length > MOST_IDENTIFIERS) problems.add('gdpr.count', field, sent.length, `1 to ${MOST_IDENTIFIERS}`);
  const first = new Map<string, number>();
  return sent.slice(0, MOST_IDENTIFIERS).flatMap((one, index) => {
    const place = placeOf(index);
    if (!isType(one.type)) {
      problems.add('gdpr.identifier_type', place, undefined, IDENTIFIER_TYPES);
      return [];
    }
    const checked = checkIdentifier(one.type, one.value, region);
    if (typeof checked === 'string') {
      problems.add(checked, place, undefined, RANGES[checked]);
      return [];
    }
    const known = first.get(keyOf(checked));
    if (known !== undefined) problems.add('gdpr.identifier_twice', place, placeOf(known));
    else first.set(keyOf(checked), index);
    return [checked];
  });
}

/** Whether phone numbers of that country are known. */
export function isRegion(text: string): boolean {
  return isSupportedCountry(text);
}

const RANGES: Partial<Record<ErrorCode, string>> = {
  'gdpr.email': `name@example.com, at most ${LONGEST.email} characters`,
  'gdpr.phone': 'a number with its country, e.g. +49 89 1234567, without extension',
  'gdpr.identifier': `2 to ${LONGEST.other} characters, no control characters, no blank at either end`,
};

function isType(text: string): text is IdentifierType {
  return (IDENTIFIER_TYPES as readonly string[]).includes(text);
}

/** The identifier, or the code of what is wrong with it. */
export function checkIdentifier(type: IdentifierType, value: string, region: string | null): CheckedIdentifier | ErrorCode {
  const text = value.normalize('NFC').trim();
  if (text === '') return 'gdpr.identifier_missing';
  if (isBroad(type, text)) return 'gdpr.too_broad';
  const wrong = WRONG[type === 'whatsapp' ? 'phone' : type === 'email' || type === 'phone' ? type : 'other'](text, value);
  if (wrong) return wrong;
  const normal = normalOf(type, text, region);
  if (normal === null) return 'gdpr.identifier';
  if ((type === 'phone' || type === 'whatsapp') && (!/^\+[1-9]\d{6,14}$/.test(normal) || !isPossiblePhoneNumber(normal))) return 'gdpr.phone';
  return { type, value, normal, notes: notesOn(type, text, normal) };
}

/** What a search would take for a pattern, and what is too short to be anybody's. */
function isBroad(type: IdentifierType, text: string): boolean {
  if (characterCount(text) < 2 || /[%*?^$|\\{}[\]]/.test(text) || text.includes('.+')) return true;
  if (type === 'email') return text.startsWith('@');
  if (type === 'phone' || type === 'whatsapp') return false;
  return !/[\p{L}\p{N}]/u.test(text);
}

const WRONG: Readonly<Record<'email' | 'phone' | 'other', (text: string, value: string) => ErrorCode | null>> = {
  email(text) {
    const [local = '', domain = ''] = [text.slice(0, text.lastIndexOf('@')), text.slice(text.lastIndexOf('@') + 1)];
    const isGood =
      text.length <= LONGEST.email &&
      Buffer.byteLength(local) <= LONGEST.local &&
      !hasControlCharacters(text) &&
      /^[^\s@<>()[\],;:"]+$/.test(local) &&
      !/^\.|\.$|\.\./.test(local) &&
      /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?(\.[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)+$/u.test(domain);
    return isGood ? null : 'gdpr.email';
  },
  phone(text) {
    // Letters would be a vanity number or an extension: that is not one person's line.
    return text.length <= LONGEST.other && /^(tel:)?[+＋(]?[\d\s().\-/]+$/i.test(text) && /\d/.test(text) ? null : 'gdpr.phone';
  },
  other(text, value) {
    return characterCount(text) <= LONGEST.other && !hasControlCharacters(value) ? null : 'gdpr.identifier';
  },
};

function notesOn(type: IdentifierType, text: string, normal: string): IdentifierNote[] {
  return [
    ...(type === 'email' && /\+[^@]*@/.test(text) ? ['plus_tag' as const] : []),
    ...(/[^\x20-\x7e]/.test(normal) ? ['unusual_letters' as const] : []),
    ...(normal !== text ? ['rewritten' as const] : []),
  ];
}
