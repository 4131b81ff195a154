import { Temporal } from 'temporal-polyfill';
import { nextOccurrence, type Occurrence, type Schedule, type Weekday } from './schedule.ts';

/** From when to when a repeating job runs: UTC instants, `start` inclusive, `end` inclusive or open. */
interface Bounds {
  readonly start: string;
  readonly end: string | null;
}

export type RepeatingRun = Bounds &
  (
    | { readonly kind: 'hourly'; readonly every: number; readonly minute: number }
    | { readonly kind: 'daily'; readonly time: string }
    | { readonly kind: 'weekly'; readonly weekdays: readonly Weekday[]; readonly time: string }
    | { readonly kind: 'monthly'; readonly day: number | 'last'; readonly time: string }
  );

/** When a job runs, as stored: the table "Run" of product.md section 2 with every moment as a UTC instant. */
export type JobRun = { readonly kind: 'once'; readonly start: 'immediately' } | { readonly kind: 'once'; readonly at: string } | RepeatingRun;

/** What to do about occurrences that UDM missed. */
export const MISSED_RUNS = ['all', 'latest', 'none'] as const;
export type MissedRuns = (typeof MISSED_RUNS)[number];

export function repeats(run: JobRun): run is RepeatingRun {
  return run.kind !== 'once';
}

/** A job that starts immediately has its run made with it, and no other by itself. */
export function startsImmediately(run: JobRun): boolean {
  return run.kind === 'once' && 'start' in run;
}

/**
 * The first occurrence strictly after `after` (epoch milliseconds), inside the bounds of the job; null when there is none.
 * A job that starts immediately has none: its run is made with it.
 */
export function nextRunOf(run: JobRun, timeZone: string, after: number): Occurrence | null {
  if (run.kind === 'once') return 'at' in run ? onceAfter(run.at, timeZone, after) : null;
  const start = epochMs(run.start);
  const found = nextOccurrence(scheduleOf(run, timeZone), Math.max(after, start - 1));
  if (!found || (run.end !== null && found.instant > epochMs(run.end))) return null;
  return found;
}

/** The occurrences in (after, to], in order; made as they are asked for. */
export function* occurrencesOf(run: JobRun, timeZone: string, after: number, to: number): Generator<Occurrence, void> {
  let found = nextRunOf(run, timeZone, after);
  while (found && found.instant <= to) {
    yield found;
    found = nextRunOf(run, timeZone, found.instant);
  }
}

/** The rule of a repeating job, without its bounds. */
export function scheduleOf(run: RepeatingRun, timeZone: string): Schedule {
  switch (run.kind) {
    case 'hourly':
      return { kind: 'hourly', every: run.every, minute: run.minute, timeZone };
    case 'daily':
      return { kind: 'daily', time: run.time, timeZone };
    case 'weekly':
      return { kind: 'weekly', weekdays: run.weekdays, time: run.time, timeZone };
    case 'monthly':
      return { kind: 'monthly', day: run.day, time: run.time, timeZone };
  }
}

function onceAfter(at: string, timeZone: string, after: number): Occurrence | null {
  const instant = epochMs(at);
  if (instant <= after) return null;
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
  return { instant, local, moved: 'none' };
}

/** Epoch milliseconds of an instant; what is finer is rounded up, so that "at or after" stays true. */
function epochMs(text: string): number {
  return Number((Temporal.Instant.from(text).epochNanoseconds + 999_999n) / 1_000_000n);
}
