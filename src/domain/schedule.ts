import type { Temporal } from 'temporal-polyfill';
import { type Stretch, stretchAt } from './schedule-zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Farther than any zone has ever been from UTC, and longer than any clock went back. */
const FARTHEST_OFFSET = 2 * DAY;
/** Local times that schedules name: the years 1 to 9999, as timestamps of the API do. */
const FIRST_LOCAL = Date.UTC(1970, -1_969 * 12, 1);
const END_LOCAL = Date.UTC(10_000, 0, 1);

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** ISO 8601: Monday is 1, Sunday 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * When a job runs (table "Run" of product.md section 2), in local time of an IANA zone. `at` is 'YYYY-MM-DDTHH:MM', `time` 'HH:MM'.
 * hourly: the local clock hours 0, N, 2N … below 24 at a minute, starting again each day. monthly: a month without the day is skipped.
 */
export type Schedule = { readonly timeZone: string } & (
  | { readonly kind: 'once'; readonly at: string }
  | { readonly kind: 'hourly'; readonly every: number; readonly minute: number }
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly weekdays: readonly Weekday[]; readonly time: string }
  | { readonly kind: 'monthly'; readonly day: number | 'last'; readonly time: string }
);

/**
 * What a change of the clocks did to an occurrence. gap: its local time does not exist, it runs when the clocks have jumped.
 * overlap-first: its local time comes twice, this is the first. overlap-second: the second, only of an hourly job with N = 1.
 */
export type Move = 'none' | 'gap' | 'overlap-first' | 'overlap-second';

export interface Occurrence {
  /** Epoch milliseconds. */
  readonly instant: number;
  /** What the local clocks show then, 'YYYY-MM-DDTHH:MM' (with seconds if there are any): after a gap not the time of the rule. */
  readonly local: string;
  readonly moved: Move;
}

/** The local times a schedule names, as milliseconds since 1970-01-01T00:00 on the local calendar: arithmetic without a zone. */
interface Rule {
  /** The first local time of the rule at or after `from`; Infinity if there is none. */
  readonly next: (from: number) => number;
  /** No local time of the rule lies before it. */
  readonly first: number;
  readonly bothPasses: boolean;
}

/**
 * The first occurrence strictly after `after`, or null if there is none (a once job that has run; the year 10000).
 *
 * A local time that a change of the clocks skips runs at the first valid instant, which is the instant of the change; times that
 * fall on one instant are one occurrence, and it counts as moved only if none of them is really that time. A local time that
 * comes twice runs at the first, of an hourly job with N = 1 at both (issue 3; product.md section 2).
 *
 * @param after epoch milliseconds, or an instant of any precision
 * @throws RangeError if the schedule or its zone is not valid, or `after` is no time
 */
export function nextOccurrence(schedule: Schedule, after: number | Temporal.Instant): Occurrence | null {
  const rule = ruleOf(schedule);
  const floor = typeof after === 'number' ? Math.floor(after) : after.epochMilliseconds;
  if (!Number.isFinite(floor)) throw new RangeError(`No time: ${after}`);
  // A once job of the year 9999 must not be looked for change by change.
  let earliest = Math.max(floor + 1, rule.first - FARTHEST_OFFSET);
  for (;;) {
    const stretch = stretchAt(schedule.timeZone, earliest);
    const found = firstWithin(stretch, earliest, rule);
    if (found !== 'later') return found;
    earliest = stretch.end;
  }
}

/**
 * The occurrences in [from, to), in order; made as they are asked for, because a long stretch has millions.
 * @throws RangeError as `nextOccurrence`
 */
export function* occurrencesBetween(schedule: Schedule, from: number | Temporal.Instant, to: number | Temporal.Instant): Generator<Occurrence, void> {
  const end = ceiling(to);
  let found = nextOccurrence(schedule, ceiling(from) - 1);
  while (found && found.instant < end) {
    yield found;
    found = nextOccurrence(schedule, found.instant);
  }
}

/**
 * The months ('YYYY-MM') of `count` from `fromMonth` on in which a monthly schedule does not run because they lack its day.
 * @throws RangeError if the schedule or `fromMonth` ('YYYY-MM') is not valid
 */
export function skippedMonths(schedule: Schedule, fromMonth: string, count: number): string[] {
  ruleOf(schedule);
  const parts = MONTH.exec(fromMonth);
  if (!parts) throw new RangeError(`No month: ${fromMonth}`);
  if (schedule.kind !== 'monthly' || schedule.day === 'last') return [];
  const first = (Number(parts[1]) - 1970) * 12 + Number(parts[2]) - 1;
  const skipped: string[] = [];
  for (let month = first; month < first + count; month += 1) {
    if (schedule.day > lastDayOf(month)) skipped.push(new Date(Date.UTC(1970, month, 1)).toISOString().slice(0, 7));
  }
  return skipped;
}

/**
 * The first occurrence in `stretch` at or after `earliest`; 'later' if the rule goes on after the stretch, null if it does not.
 * Takes for granted that a zone does not change its clocks again before a change backwards has been caught up (the tests look).
 */
function firstWithin(stretch: Stretch, earliest: number, rule: Rule): Occurrence | null | 'later' {
  const { start, end, offset, before, after } = stretch;
  if (earliest === start) {
    const skipped = rule.next(start + before) < start + offset;
    if (skipped && rule.next(start + offset) !== start + offset) return occurrence(start, offset, 'gap');
  }
  // What the clocks showed before they went back has had its turn.
  const local = rule.next(rule.bothPasses ? earliest + offset : Math.max(earliest + offset, start + before));
  if (local === Infinity) return null;
  if (local >= end + offset) return 'later';
  if (local < start + before) return occurrence(local - offset, offset, 'overlap-second');
  return occurrence(local - offset, offset, local >= end + after ? 'overlap-first' : 'none');
}

function occurrence(instant: number, offset: number, moved: Move): Occurrence {
  const text = new Date(instant + offset).toISOString();
  return { instant, local: text.slice(0, text.endsWith(':00.000Z') ? 16 : 19), moved };
}

function ceiling(instant: number | Temporal.Instant): number {
  if (typeof instant === 'number') return Math.ceil(instant);
  return Number((instant.epochNanoseconds + 999_999n) / 1_000_000n);
}

function ruleOf(schedule: Schedule): Rule {
  const first = schedule.kind === 'once' ? localTime(schedule.at) : -Infinity;
  const next = schedule.kind === 'once' ? (from: number) => (from <= first ? first : Infinity) : repeatingRule(schedule);
  return {
    first,
    bothPasses: schedule.kind === 'hourly' && schedule.every === 1,
    next: (from) => {
      const local = next(Math.max(from, FIRST_LOCAL));
      return local < END_LOCAL ? local : Infinity;
    },
  };
}

function repeatingRule(schedule: Exclude<Schedule, { kind: 'once' }>): Rule['next'] {
  switch (schedule.kind) {
    case 'hourly':
      return hourly(whole('every', schedule.every, 1, 23), whole('minute', schedule.minute, 0, 59) * MINUTE);
    case 'daily':
      return onDays(timeOfDay(schedule.time), (day) => day);
    case 'weekly':
      return onDays(timeOfDay(schedule.time), weekly(schedule.weekdays));
    case 'monthly':
      return onDays(timeOfDay(schedule.time), monthly(schedule.day === 'last' ? 'last' : whole('day', schedule.day, 1, 31)));
  }
}

function hourly(every: number, minute: number): Rule['next'] {
  return (from) => {
    const day = startOfDay(from);
    const hour = Math.max(0, Math.ceil((from - day - minute) / (every * HOUR))) * every;
    // Each day begins again at hour 0, however few hours the last one was ago.
    return (hour < 24 ? day + hour * HOUR : day + DAY) + minute;
  };
}

/** @param dayFrom the first day of the rule at or after a day, both as local midnights */
function onDays(time: number, dayFrom: (day: number) => number): Rule['next'] {
  return (from) => {
    const day = startOfDay(from);
    return dayFrom(from - day > time ? day + DAY : day) + time;
  };
}

function weekly(weekdays: readonly Weekday[]): (day: number) => number {
  if (weekdays.length === 0) throw new RangeError('No weekday');
  for (const weekday of weekdays) whole('weekday', weekday, 1, 7);
  return (from) => {
    let day = from;
    while (!weekdays.includes((new Date(day).getUTCDay() || 7) as Weekday)) day += DAY;
    return day;
  };
}

function monthly(dayOfMonth: number | 'last'): (day: number) => number {
  return (from) => {
    const date = new Date(from);
    for (let month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth(); ; month += 1) {
      const last = lastDayOf(month);
      const wanted = dayOfMonth === 'last' ? last : dayOfMonth;
      const day = Date.UTC(1970, month, wanted);
      if (wanted <= last && day >= from) return day;
    }
  };
}

/** @param month counted from January 1970: as a year of its own, Date.UTC would read 0 to 99 as 1900 to 1999 */
function lastDayOf(month: number): number {
  return new Date(Date.UTC(1970, month + 1, 0)).getUTCDate();
}

function startOfDay(local: number): number {
  return Math.floor(local / DAY) * DAY;
}

function timeOfDay(text: string): number {
  const parts = TIME.exec(text);
  if (!parts) throw new RangeError(`No time of day: ${text}`);
  return Number(parts[1]) * HOUR + Number(parts[2]) * MINUTE;
}

function localTime(text: string): number {
  const local = Date.parse(`${text}:00.000Z`);
  // Date.parse reads 2026-02-30 as 2 March, and forms of its own; what it means must read as it was written.
  if (!(local >= FIRST_LOCAL && local < END_LOCAL) || new Date(local).toISOString().slice(0, 16) !== text) throw new RangeError(`No local time: ${text}`);
  return local;
}

function whole(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) throw new RangeError(`${name} must be ${min} to ${max}: ${value}`);
  return value;
}
