import { Temporal } from 'temporal-polyfill';

/**
 * Zones that ICU, which Node asks, still calls by the name they had before: the `iana` names of CLDR's bcp47/timezone.xml
 * (release 48), which are those of zone.tab in the tz database. CLDR never renames an id, so the list grows and never changes.
 */
const NAMES_OF_TODAY: ReadonlyMap<string, string> = new Map([
  ['Africa/Asmera', 'Africa/Asmara'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['America/Catamarca', 'America/Argentina/Catamarca'],
  ['America/Coral_Harbour', 'America/Atikokan'],
  ['America/Cordoba', 'America/Argentina/Cordoba'],
  ['America/Godthab', 'America/Nuuk'],
  ['America/Indianapolis', 'America/Indiana/Indianapolis'],
  ['America/Jujuy', 'America/Argentina/Jujuy'],
  ['America/Louisville', 'America/Kentucky/Louisville'],
  ['America/Mendoza', 'America/Argentina/Mendoza'],
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Asia/Katmandu', 'Asia/Kathmandu'],
  ['Asia/Rangoon', 'Asia/Yangon'],
  ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ['Atlantic/Faeroe', 'Atlantic/Faroe'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['Pacific/Enderbury', 'Pacific/Kanton'],
  ['Pacific/Ponape', 'Pacific/Pohnpei'],
  ['Pacific/Truk', 'Pacific/Chuuk'],
]);
/** Links that people type from memory; Intl takes them, but does not list them. */
const SHORT_LINKS = ['CET', 'CST6CDT', 'EET', 'EST', 'EST5EDT', 'GMT', 'HST', 'MET', 'MST', 'MST7MDT', 'PST8PDT', 'WET'];

const NAMES: readonly string[] = [...Intl.supportedValuesOf('timeZone').map(nameOfToday), 'UTC'].filter(isFirst).sort();
const KNOWN = new Set(NAMES);
/** Zones of one offset for ever: in the tz database, but not offered, because their sign is the other way round. */
const FIXED = /^Etc\/GMT[+-]\d{1,2}$/;
/** Longest text that is compared: the longest name has 32 characters. */
const COMPARED_LENGTH = 40;

/** A name and what it may be taken for, both lower case: the whole of it, and its last part. */
interface Candidate {
  readonly name: string;
  readonly whole: string;
  readonly city: string;
}
const CANDIDATES = [...NAMES, ...NAMES_OF_TODAY.keys()].map(candidate);
const SHORT_CANDIDATES = SHORT_LINKS.map(candidate);

/**
 * The name that the tz database gives a zone today, for a name or link name in any case; null if it is none.
 * Which of several names for the same clocks is canonical is the rule of ECMA-402: one for each country, as in zone.tab, so that
 * Europe/Oslo stays Europe/Oslo; all names of UTC and GMT are UTC. An offset such as `+02:00` is no zone.
 */
export function canonicalTimeZone(name: string): string | null {
  // Intl takes offsets, too, but they are no names.
  const today = nameOfToday(nameOfIntl(name) ?? '');
  return KNOWN.has(today) || FIXED.test(today) ? today : null;
}

/** The canonical names that a form offers, in alphabetical order; `Etc/GMT+5` and its like are accepted but not offered. */
export function timeZoneNames(): readonly string[] {
  return NAMES;
}

/**
 * The zones whose name or city is nearest to `text` by edit distance, nearest first; former and short names (`CET`) lead to today's.
 * Case, accents, spaces and punctuation do not count.
 */
export function nearestTimeZones(text: string, count = 5): string[] {
  const wanted = comparable(text.slice(0, COMPARED_LENGTH));
  // Every short text is near to every short name: only a slip of one character counts.
  const short = SHORT_CANDIDATES.filter(({ whole }) => editDistance(wanted, whole) <= 1);
  const ranked = [...CANDIDATES, ...short].map(({ name, whole, city }) => {
    const distance = editDistance(wanted, whole);
    return { name, nearest: Math.min(distance, editDistance(cityOf(wanted), city)), distance };
  });
  ranked.sort((a, b) => a.nearest - b.nearest || a.distance - b.distance);
  return ranked
    .map((one) => one.name)
    .filter(isFirst)
    .slice(0, count);
}

function candidate(label: string): Candidate {
  return { name: canonicalTimeZone(label) ?? label, whole: comparable(label), city: cityOf(comparable(label)) };
}

function nameOfIntl(name: string): string | null {
  try {
    // Intl also takes names of ICU alone, some of them doubtful: IST is India, Israel or Ireland. Temporal refuses them.
    // Lower case, because the polyfill remembers each spelling it has seen.
    new Temporal.ZonedDateTime(0n, name.toLowerCase());
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function nameOfToday(name: string): string {
  return NAMES_OF_TODAY.get(name) ?? name;
}

function isFirst(name: string, index: number, names: readonly string[]): boolean {
  return names.indexOf(name) === index;
}

function comparable(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}/]+/gu, '_');
}

function cityOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Levenshtein: how many characters must be put in, taken out or replaced. */
function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[other.length] ?? 0;
}
