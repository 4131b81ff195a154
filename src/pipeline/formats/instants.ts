/** Times as PostgreSQL writes them in JSON, as numbers. */

const MICROS_PER_SECOND = 1_000_000n;
const SECONDS_PER_DAY = 86_400;
/** DuckDB's and nearly PostgreSQL's own: the ends of the numbers, beyond every time. */
const INFINITY_MICROS = 2n ** 63n - 1n;
const INFINITY_DAYS = 2 ** 31 - 1;
const TIME = /^(\d{4,6})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?( BC)?$/;
const DATE = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/;

/**
 * Microseconds since 1970 in UTC of a time with an offset, or without one as its clock shows it; null when it is no such time or lies
 * beyond what 64 bits hold (the year 294246).
 */
export function microsOf(text: string, hasOffset: boolean): bigint | null {
  const endless = endlessOf(text);
  if (endless) return BigInt(endless) * INFINITY_MICROS;
  const [, year, month, day, hour, minute, second, fraction = '', offset, era] = TIME.exec(text) ?? [];
  if (year === undefined || (offset !== undefined) !== hasOffset) return null;
  const days = daysOf(year, month, day, era);
  if (days === null) return null;
  const clock = Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - secondsOf(offset);
  const micros = BigInt(days * SECONDS_PER_DAY + clock) * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0'));
  return micros < INFINITY_MICROS && micros > -INFINITY_MICROS ? micros : null;
}

/** Days since 1970-01-01; null when it is no date. */
export function daysOfDate(text: string): number | null {
  const endless = endlessOf(text);
  if (endless) return endless * INFINITY_DAYS;
  const [, year, month, day, era] = DATE.exec(text) ?? [];
  return year === undefined ? null : daysOf(year, month, day, era);
}

function endlessOf(text: string): 1 | -1 | 0 {
  return text === 'infinity' ? 1 : text === '-infinity' ? -1 : 0;
}

function secondsOf(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z' || offset === '+00:00') return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (offset.slice(1).match(/\d\d/g) ?? []).map(Number);
  return (offset[0] === '-' ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds);
}

/** Of the Gregorian calendar, continued backwards as PostgreSQL does; 1 BC is the year 0. */
function daysOf(year: string, month: string | undefined, day: string | undefined, era: string | undefined): number | null {
  const [y, m, d] = [era === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > 31) return null;
  const shifted = m > 2 ? y : y - 1;
  const cycle = Math.floor(shifted / 400);
  const ofCycle = shifted - cycle * 400;
  const ofYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
  return cycle * 146_097 + ofCycle * 365 + Math.floor(ofCycle / 4) - Math.floor(ofCycle / 100) + ofYear - 719_468;
}
