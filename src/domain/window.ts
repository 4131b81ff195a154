import { Temporal } from 'temporal-polyfill';
import { wholeUnitsBefore } from './calendar-unit.ts';
import type { DateRange } from './date-range.ts';
import { EARLIEST, utcText } from './moment.ts';

/** Half-open stretch of source time [from, to) as UTC texts; null means no bound on that side. */
export interface Window {
  readonly from: string | null;
  readonly to: string | null;
}

/** What the window of a since-previous-run job depends on. */
export interface ChainStanding {
  /** End of what is published, or where the chain begins, as a UTC text; null is the beginning of time. */
  readonly edge: string | null;
  /** Settle lag of the source: how long after its time a row may become visible. */
  readonly settleSeconds: number;
}

/**
 * The window of a run (table of date ranges in product.md section 2), null when there is nothing to export, which only happens with
 * since_previous: all = everything before `at`; since_previous = [edge of the chain, `at` - settle lag);
 * last N units = [at - N units, at), with `calendar` the last N whole units of the zone that ended by `at`; fixed = as the job says.
 *
 * Hours of a rolling window are exact: the last 24 hours are 24 hours, also across a clock change. Days, weeks and months are counted by
 * the calendar of the zone and keep the local time, so a day is 23 or 25 hours long where the clock changes. A local time that a change
 * skips becomes the same distance after the gap, one that occurs twice the first; a day that the month lacks becomes its last day.
 * Calendar units begin at full hours, at midnight, on Mondays, on the 1st, or when the clocks have jumped over that.
 *
 * @param at scheduled instant of the run (ISO 8601 with offset, or Date); finer than microseconds is rounded up
 * @param timeZone IANA name
 * @param chain needed by since_previous
 * @throws RangeError if `at` or `timeZone` is not valid, or the chain is missing: all come from UDM itself
 */
export function windowOf(range: DateRange, at: string | Date, timeZone: string, chain?: ChainStanding): Window | null {
  if (range.kind === 'fixed') return { from: utcText(Temporal.Instant.from(range.from)), to: utcText(Temporal.Instant.from(range.to)) };
  const end = typeof at === 'string' ? Temporal.Instant.from(at) : Temporal.Instant.fromEpochMilliseconds(at.getTime());
  if (range.kind === 'all') return { from: null, to: utcText(end) };
  if (range.kind === 'since_previous') return windowOfChain(end, chain);
  if (range.calendar) return calendarWindow(range, end, timeZone);
  const start = end
    .toZonedDateTimeISO(timeZone)
    .subtract({ [`${range.unit}s`]: range.count }, { overflow: 'constrain' })
    .toInstant();
  // 100,000 months reach back before year 1, which databases cannot read.
  return { from: utcText(Temporal.Instant.compare(start, EARLIEST) < 0 ? EARLIEST : start), to: utcText(end) };
}

function windowOfChain(at: Temporal.Instant, chain: ChainStanding | undefined): Window | null {
  if (!chain) throw new RangeError('The window of a chain needs its edge');
  const to = utcText(at.subtract({ seconds: chain.settleSeconds }));
  if (chain.edge === null) return { from: null, to };
  const edge = Temporal.Instant.from(chain.edge);
  return Temporal.Instant.compare(edge, to) < 0 ? { from: utcText(edge), to } : null;
}

function calendarWindow(range: DateRange & { readonly kind: 'last' }, at: Temporal.Instant, timeZone: string): Window {
  const { from, to } = wholeUnitsBefore(at.epochMilliseconds, range.unit, range.count, timeZone);
  const textOf = (instant: number) => utcText(Temporal.Instant.fromEpochMilliseconds(instant));
  return { from: textOf(from), to: textOf(to) };
}
