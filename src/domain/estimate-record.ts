import { quantile } from './row-estimate.ts';
import type { TimeRange } from './time-left.ts';

/** What past estimates were worth, and what that means for the next one. */

/** An estimate of the time left, and what it came to be; milliseconds. */
export interface PastEstimate {
  /** As reckoned, before earlier estimates widened or narrowed it. */
  readonly reckoned: TimeRange;
  /** As shown. */
  readonly shown: TimeRange;
  /** How long the attempt had been going on. */
  readonly elapsed: number;
  /** How long it then really took. */
  readonly left: number;
}

/** So many of ten ranges are to hold the true time. */
export const TO_HOLD = 0.8;
const ENOUGH = 8;
/** At the most it becomes e³ ≈ 20 times as wide; narrowed, it stays a range: a third at least. */
const MOST_WIDENED = 3;
const MOST_NARROWED = 1 / 3;

/**
 * How much wider (above 0) or narrower (below 0) ranges have to be, as a logarithm: with it, eight of ten of the past ones would have
 * held the true time (split conformal prediction). 0 as long as there are too few.
 */
export function widthFrom(past: readonly PastEstimate[]): number {
  const misses = past.map(({ reckoned, left }) => Math.max(log(reckoned.low) - log(left), log(left) - log(reckoned.high))).sort((a, b) => a - b);
  if (misses.length < ENOUGH) return 0;
  return Math.min(MOST_WIDENED, quantile(misses, Math.min(1, ((misses.length + 1) * TO_HOLD) / misses.length)));
}

/** The range, wider or narrower by that. */
export function widened({ low, high }: TimeRange, width: number): TimeRange {
  const [from, to] = [log(low), log(high)];
  const by = Math.max(width, (-(to - from) * (1 - MOST_NARROWED)) / 2);
  return { low: Math.max(0, Math.exp(from - by) - SECOND), high: Math.max(0, Math.exp(to + by) - SECOND) };
}

/** A second more: what is off by less is not off. */
const SECOND = 1_000;
const log = (milliseconds: number) => Math.log(Math.max(0, milliseconds) + SECOND);

/** The track record in numbers. */
export interface EstimateRecord {
  /** How many estimates it tells of. */
  readonly estimates: number;
  /** How many of them held the true time. */
  readonly held: number;
  /** Nine of ten middles were off by at most so many percent of what the attempt took in all. */
  readonly withinPercent: number;
}

/** As far, in proportion, from the one end as from the other: ranges are reckoned on logarithms. */
function middleOf({ low, high }: TimeRange): number {
  return Math.exp((log(low) + log(high)) / 2) - SECOND;
}

/** Null without any. */
export function recordOf(past: readonly PastEstimate[]): EstimateRecord | null {
  if (past.length === 0) return null;
  const off = past.map(({ shown, elapsed, left }) => Math.abs(middleOf(shown) - left) / Math.max(1, elapsed + left)).sort((a, b) => a - b);
  const held = past.filter(({ shown, left }) => shown.low <= left && left <= shown.high).length;
  return { estimates: past.length, held, withinPercent: Math.ceil(quantile(off, 0.9) * 100) };
}
