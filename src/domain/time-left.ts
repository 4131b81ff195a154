/** The time a run will still take: always a range, and none as long as there is no ground for one. */

/** Why no range is told. */
export type WhyUnknown = 'too_early' | 'more_rows' | 'stalled' | 'unsteady' | 'longer_than_usual';

/** What a range rests on: the run's own speed, or how long past runs of its job took. */
export type Basis = 'this_run' | 'past_runs';

/** In milliseconds. */
export interface TimeRange {
  readonly low: number;
  readonly high: number;
}

/** As people are told it: whole seconds, rounded outwards. */
export interface TimeLeft {
  readonly from: number;
  readonly to: number;
  readonly basis: Basis;
}

/** A year: what would take longer has not been thought of. */
const MOST_SECONDS = 31_536_000;
/** A range from one to eight times as much tells nothing, unless it is short anyway. */
const WIDEST = 8;
const SHORT_SECONDS = 30;

/** The range as it is shown; null when it is too wide to tell anything. */
export function shownRange({ low, high }: TimeRange, basis: Basis): TimeLeft | null {
  const to = roundUp(Math.min(MOST_SECONDS, Math.max(1, high / 1_000)));
  const from = Math.min(roundDown(Math.max(0, low / 1_000)), to);
  if (!Number.isFinite(low) || !Number.isFinite(high) || high < 0) return null;
  if (to - from > SHORT_SECONDS && to > WIDEST * Math.max(1, from)) return null;
  return { from, to, basis };
}

/** Nobody needs the seconds of an hour: the step grows with the time. */
function stepOf(seconds: number): number {
  if (seconds < 10) return 1;
  if (seconds < 60) return 5;
  if (seconds < 300) return 10;
  if (seconds < 3_600) return 60;
  return seconds < 21_600 ? 300 : 1_800;
}

function roundDown(seconds: number): number {
  return Math.floor(seconds / stepOf(seconds)) * stepOf(seconds);
}

function roundUp(seconds: number): number {
  return Math.ceil(seconds / stepOf(seconds)) * stepOf(seconds);
}
