/** Longest text that an error repeats, in UTF-16 units. */
const SHOWN_LENGTH = 100;

/**
 * Characters that cannot be shown or change how their neighbours are shown: control characters (C0, DEL, C1), line and
 * paragraph separators, lone surrogates, direction overrides, embeddings and isolates (reliability.md section 4, case 3).
 */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** True if the text has a character of case 3; characters in `allowed` (e.g. '\n\t') are let through. */
export function hasControlCharacters(text: string, allowed = ''): boolean {
  for (const [character] of text.matchAll(UNSHOWABLE)) if (!allowed.includes(character)) return true;
  return false;
}

/**
 * The text in small letters, each sign for itself, as the database's lower() has it: names that it takes for one have one here, too. JavaScript's
 * own makes two signs of İ, and looks at what stands around a Σ.
 */
export function smallLetters(text: string): string {
  return [...text].map((sign) => String.fromCodePoint(sign.toLowerCase().codePointAt(0) as number)).join('');
}

/** Whether two names are the same, capitals aside. */
export function isSameName(one: string, other: string): boolean {
  return smallLetters(one) === smallLetters(other);
}

/** Length in characters as people count them: code points, as `maxLength` of JSON Schema does. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The text with unshowable characters as \uXXXX, cut to `limit` UTF-16 units (at least 1). */
export function shownText(text: string, limit = SHOWN_LENGTH): string {
  // Cut before escaping: the input may be megabytes.
  const escaped = text.slice(0, limit + 1).replace(UNSHOWABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (escaped.length <= limit) return escaped;
  return `${escaped.slice(0, limit - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** What an error may repeat of any value: text shortened, plain values as they are, structures only by kind. */
export function shown(value: unknown): unknown {
  if (typeof value === 'string') return shownText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'boolean' || value === undefined) return value;
  if (typeof value === 'bigint') return shownText(String(value));
  return Array.isArray(value) ? `list of ${value.length}` : typeof value;
}
