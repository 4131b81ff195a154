import { Temporal } from 'temporal-polyfill';
import type { RangeUnit } from './date-range.ts';
import { EARLIEST } from './moment.ts';
import { nextOccurrence } from './schedule.ts';
import { stretchAt } from './schedule-zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longer than any change of the clocks leaves traces: times they showed before it, or skipped. */
const TRACES = 3 * DAY;
const FIRST = EARLIEST.epochMilliseconds;

/**
 * The last `count` whole units of a zone that ended by `at`: [from, to) in epoch milliseconds, never empty.
 *
 * A unit begins when the local clocks first show its begin: the full hour, midnight, Monday's midnight, that of the 1st; where a
 * change of the clocks skips it, at the change. So a unit begins where a schedule of that time runs (hours: every = 1, at both
 * passes), a unit that a change skips altogether is none, and the units of a zone tile time.
 *
 * @param at epoch milliseconds, whole
 * @param count at least 1; what would begin before year 1 begins there
 */
export function wholeUnitsBefore(at: number, unit: RangeUnit, count: number, timeZone: string): { readonly from: number; readonly to: number } {
  if (unit === 'hour' || unit === 'day') {
    const length = unit === 'hour' ? HOUR : DAY;
    const to = beginBefore(at + 1, 1, length, timeZone);
    return { from: beginBefore(to, count, length, timeZone), to };
  }
  const current = currentUnit(at, unit, timeZone);
  return { from: beginOfDate(current.subtract({ [`${unit}s`]: count }), timeZone), to: beginOfDate(current, timeZone) };
}

/** The first day of the week or month that has begun by `at`: the one the clocks show, or the next if they went back behind its begin. */
function currentUnit(at: number, unit: 'week' | 'month', timeZone: string): Temporal.PlainDate {
  const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const first = unit === 'week' ? shown.subtract({ days: shown.dayOfWeek - 1 }) : shown.with({ day: 1 });
  const next = first.add({ [`${unit}s`]: 1 });
  return beginOfDate(next, timeZone) <= at ? next : first;
}

function beginOfDate(date: Temporal.PlainDate, timeZone: string): number {
  if (date.year < 1) return FIRST;
  const found = nextOccurrence({ kind: 'once', at: `${date}T00:00`, timeZone }, -8_640_000_000_000_000);
  return Math.max(found?.instant ?? FIRST, FIRST);
}

/**
 * The `count`th begin of an hour or day before `before`, counted backwards. Goes from one change of the clocks to the one before
 * and counts what lies between, because 100,000 days are too many to go through one by one.
 */
function beginBefore(before: number, count: number, length: number, timeZone: string): number {
  let end = before;
  let left = count;
  for (let asked = before - 1; end > FIRST; ) {
    const stretch = stretchAt(timeZone, asked);
    const isChange = stretch.before !== stretch.offset;
    // Where a stretch begins without a change, the change before it may have left traces that only the stretch before knows.
    const start = isChange ? stretch.start : Math.min(end, stretch.start + TRACES);
    const shown = start + stretch.offset;
    const shownBefore = isChange ? start + stretch.before : shown;
    // An hour that comes twice begins twice; a day does not.
    const low = Math.ceil((length === HOUR ? shown : Math.max(shown, shownBefore)) / length) * length;
    const high = Math.floor((end - 1 + stretch.offset) / length) * length;
    const inside = Math.max(0, (high - low) / length + 1);
    if (left <= inside) return Math.max(high - (left - 1) * length - stretch.offset, FIRST);
    left -= inside;
    const isSkipped = Math.ceil(shownBefore / length) * length < shown && shown % length !== 0;
    if (isSkipped && left === 1) return Math.max(start, FIRST);
    if (isSkipped) left -= 1;
    end = start;
    asked = stretch.start - 1;
  }
  return FIRST;
}
