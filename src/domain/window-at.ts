import { wholeUnitsBefore } from './calendar-unit.ts';
import type { DateRange } from './date-range.ts';
import { BEGINNING, type Interval, intervalOf } from './interval.ts';
import { stretchAt } from './schedule-zone.ts';
import { windowOf } from './window.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Farther than a change of the clocks can move anything. */
const AWAY_FROM_CHANGES = 3 * DAY;
/** Dates of fewer than four digits are left to Temporal. */
const FAR_PAST = Date.UTC(1000, 0, 1);

/** A chain in numbers: its edge in microseconds since 1970, `BEGINNING` when nothing is published. */
export interface IntervalChain {
  readonly edge: bigint;
  readonly settleSeconds: number;
}

type LastUnits = Extract<DateRange, { readonly kind: 'last' }>;

/**
 * The same window as `windowOf` gives (the tests compare them), for a simulation that asks for thousands: without texts, and with
 * arithmetic on the local calendar instead of Temporal wherever no change of the clocks is near.
 *
 * @param at scheduled instant of the run, epoch milliseconds, whole
 * @param chain needed by since_previous
 * @throws RangeError as `windowOf`
 */
export function windowAt(range: DateRange, at: number, timeZone: string, chain: IntervalChain | null): Interval | null {
  if (range.kind === 'since_previous' && chain) {
    const to = microsecondsAt(at - chain.settleSeconds * 1_000);
    return chain.edge < to ? { from: chain.edge, to } : null;
  }
  if (range.kind === 'all') return { from: BEGINNING, to: microsecondsAt(at) };
  if (range.kind === 'last' && range.calendar) {
    const { from, to } = wholeUnitsBefore(at, range.unit, range.count, timeZone);
    return { from: microsecondsAt(from), to: microsecondsAt(to) };
  }
  const from = range.kind === 'last' ? beginOfRolling(range, at, timeZone) : null;
  if (from !== null) return { from: microsecondsAt(from), to: microsecondsAt(at) };
  const window = windowOf(range, new Date(at), timeZone);
  return window && intervalOf(window);
}

/** `at` less N units; null when a change of the clocks is so near the result that Temporal must say. */
function beginOfRolling({ unit, count }: LastUnits, at: number, timeZone: string): number | null {
  const offset = stretchAt(timeZone, at).offset;
  const local = localBegin(unit, count, unit === 'hour' ? at : at + offset);
  if (!(local >= FAR_PAST)) return null;
  if (unit === 'hour') return local;
  const { start, end, offset: offsetThen } = stretchAt(timeZone, local - offset);
  const isPlain = local - offset - start > AWAY_FROM_CHANGES && end - (local - offset) > AWAY_FROM_CHANGES;
  return isPlain ? local - offsetThen : null;
}

/** On a calendar of days that all have 24 hours; a day that a month lacks becomes its last. */
function localBegin(unit: LastUnits['unit'], count: number, local: number): number {
  if (unit !== 'month') return local - count * { hour: HOUR, day: DAY, week: 7 * DAY }[unit];
  const date = new Date(local);
  const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth() - count;
  const lastDay = new Date(Date.UTC(1970, month + 1, 0)).getUTCDate();
  const timeOfDay = local - Math.floor(local / DAY) * DAY;
  return Date.UTC(1970, month, Math.min(date.getUTCDate(), lastDay)) + timeOfDay;
}

function microsecondsAt(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1_000n;
}
