import { Temporal } from 'temporal-polyfill';
import { sweepCoverage } from './coverage-sweep.ts';
import type { CoverageState, Piece } from './coverage-tally.ts';
import type { DateRange } from './date-range.ts';
import { earlier, type Interval, intervalOf, later, microsecondsOf, unionOf, windowOfInterval } from './interval.ts';
import { type JobRun, nextRunOf, repeats } from './job-run.ts';
import { momentAt, utcText } from './moment.ts';
import type { Move, Occurrence } from './schedule.ts';
import { windowAt } from './window-at.ts';
import { type ChainStanding, type Window, windowOf } from './window.ts';

/** As many stretches of a year as an answer holds. */
const MOST_STRETCHES = 100;

/** What decides when a job runs and what its runs cover. */
export interface PreviewedJob {
  readonly run: JobRun;
  readonly timeZone: string;
  readonly range: DateRange;
  /** Where a since-previous-run job stands; null for every other range. */
  readonly chain: ChainStanding | null;
}

export interface PlannedRun {
  /** UTC. */
  readonly at: string;
  /** What the clocks of the job's zone show then, 'YYYY-MM-DDTHH:MM'. */
  readonly local: string;
  readonly moved: Move;
  /** Null when there would be nothing to export. */
  readonly window: Window | null;
}

export interface SimulatedYear {
  /** Stretches that two runs would cover, and ones a run would cover that are published already; at most 100, in order. */
  readonly twice: readonly Window[];
  /** Stretches that no run covers; at most 100, in order. */
  readonly never: readonly Window[];
}

/**
 * The next `count` runs after `after` (epoch milliseconds) and what each will cover if all of them succeed (product.md section 2).
 * A job that starts immediately has one run, at `after`.
 * @throws RangeError if the zone or a moment is not valid
 */
export function previewRuns({ after, count, ...job }: PreviewedJob & { readonly after: number; readonly count: number }): PlannedRun[] {
  const chain = chainOf(job);
  const planned: PlannedRun[] = [];
  let edge = chain?.edge ?? null;
  for (const { instant, local, moved } of occurrencesAfter(job.run, job.timeZone, after)) {
    if (planned.length >= count) break;
    const window = windowOf(job.range, new Date(instant), job.timeZone, chain ? { ...chain, edge } : undefined);
    planned.push({ at: utcText(Temporal.Instant.fromEpochMilliseconds(instant)), local, moved, window });
    // As if the run had succeeded; one without a window leaves the edge where it is.
    edge = window?.to ?? edge;
  }
  return planned;
}

/**
 * What the runs in [from, until] (epoch milliseconds) would cover twice or leave out, if all of them succeed. `published` is what the
 * job has published for the same data. What is over and done with is not told: neither where that overlaps itself, nor its gaps
 * from before the last of it. `dataFrom`: where the data of a chain is to begin; what nothing covers since then is told too.
 * @throws RangeError if the zone or a moment is not valid
 */
export function simulateYear(
  facts: PreviewedJob & { readonly from: number; readonly until: number; readonly published: readonly Window[]; readonly dataFrom?: string },
): SimulatedYear {
  const simulated = simulatedWindows(facts);
  if (simulated.length === 0) return { twice: [], never: [] };
  const published = unionOf(facts.published.map(intervalOf));
  const all = [...simulated, ...published];
  const first = all.map((one) => one.from).reduce(earlier);
  const firstSimulated = simulated.map((one) => one.from).reduce(earlier);
  // From here on the settings decide; before it lies history.
  const from = earlier(firstSimulated, published.at(-1)?.to ?? firstSimulated);
  const range = { from, to: simulated.map((one) => one.to).reduce(later) };
  const pieces = all.map((one) => pieceOf({ from: later(one.from, range.from), to: earlier(one.to, range.to) })).filter((piece) => piece.from < piece.to);
  const stretches = sweepCoverage(pieces, range, 1);
  const inState = (state: CoverageState) => stretches.filter((one) => one.state === state).slice(0, MOST_STRETCHES);
  const begins = facts.dataFrom === undefined ? first : microsecondsOf(facts.dataFrom);
  const before = begins < first ? [{ from: begins, to: first }] : [];
  const never = [...before, ...inState('never')].slice(0, MOST_STRETCHES);
  return { twice: inState('twice').map(windowOfInterval), never: never.map(windowOfInterval) };
}

/** Whether a run comes after `until` (epoch milliseconds). */
export function goesOnAfter({ run, timeZone }: PreviewedJob, until: number): boolean {
  return repeats(run) && nextRunOf(run, timeZone, until) !== null;
}

/** What the runs in [from, until] (epoch milliseconds) would cover, one after the other, if all of them succeed. */
export function simulatedWindows(job: PreviewedJob & { readonly from: number; readonly until: number }): Interval[] {
  const chain = chainOf(job);
  const windows: Interval[] = [];
  let edge = chain ? intervalOf({ from: chain.edge, to: null }).from : null;
  for (const { instant } of occurrencesAfter(job.run, job.timeZone, job.from - 1)) {
    if (instant > job.until) break;
    const window = windowAt(job.range, instant, job.timeZone, chain && edge !== null ? { edge, settleSeconds: chain.settleSeconds } : null);
    if (!window) continue;
    windows.push(window);
    edge = window.to;
  }
  return windows;
}

/** One job has the same entity types in each of its runs: one stands for all. */
function pieceOf(interval: Interval): Piece {
  return { ...interval, runId: '', holding: 'data', types: [0], previous: null, next: null };
}

/** A chain counts only for the range that has one. */
function chainOf({ range, chain }: PreviewedJob): ChainStanding | null {
  return range.kind === 'since_previous' ? chain : null;
}

function* occurrencesAfter(run: JobRun, timeZone: string, after: number): Generator<Occurrence, void> {
  if (run.kind === 'once' && 'start' in run) {
    const { local, moved } = momentAt(Temporal.Instant.fromEpochMilliseconds(after), timeZone);
    yield { instant: after, local, moved };
    return;
  }
  let found = nextRunOf(run, timeZone, after);
  while (found) {
    yield found;
    found = nextRunOf(run, timeZone, found.instant);
  }
}
