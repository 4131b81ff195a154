import { Temporal } from 'temporal-polyfill';
import { type DateRange, EARLIEST, utcText } from './date-range.ts';

/** Half-open stretch of source time [from, to) as UTC texts; null means no bound on that side. */
export interface Window {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * The window of a run (table of date ranges in product.md section 2):
 * all = everything before `at`; last N units = [at - N units, at); fixed = as the job says.
 *
 * Hours are exact: the last 24 hours are 24 hours, also across a clock change. Days, weeks and months are counted by the calendar
 * of the zone and keep the local time, so a day is 23 or 25 hours long where the clock changes. A local time that a change
 * skips becomes the same distance after the gap, one that occurs twice the first; a day that the month lacks becomes its last day.
 *
 * @param at scheduled instant of the run (ISO 8601 with offset, or Date); finer than microseconds is rounded up
 * @param timeZone IANA name
 * @throws RangeError if `at` or `timeZone` is not valid: both come from UDM itself
 */
export function windowOf(range: DateRange, at: string | Date, timeZone: string): Window {
  if (range.kind === 'fixed') return { from: utcText(Temporal.Instant.from(range.from)), to: utcText(Temporal.Instant.from(range.to)) };
  const end = typeof at === 'string' ? Temporal.Instant.from(at) : Temporal.Instant.fromEpochMilliseconds(at.getTime());
  if (range.kind === 'all') return { from: null, to: utcText(end) };
  const start = end
    .toZonedDateTimeISO(timeZone)
    .subtract({ [`${range.unit}s`]: range.count }, { overflow: 'constrain' })
    .toInstant();
  // 100,000 months reach back before year 1, which databases cannot read.
  return { from: utcText(Temporal.Instant.compare(start, EARLIEST) < 0 ? EARLIEST : start), to: utcText(end) };
}
