import { sweepCoverage } from './coverage-sweep.ts';
import type { CoverageState, Holding, Piece } from './coverage-tally.ts';
import { earlier, type Interval, intervalOf, later, windowOfInterval } from './interval.ts';
import type { Window } from './window.ts';

export type { CoverageState } from './coverage-tally.ts';

/** The window of a run that ended well, and what is left of what it published. */
export interface PublishedWindow {
  readonly runId: string;
  readonly window: Window;
  /** Null: all entity types of the type. */
  readonly entityTypes: readonly string[] | null;
  /** Its artifacts can still be had, or it found no data, which stays proved. */
  readonly live: boolean;
  /** False for a run that found no data. */
  readonly holdsData: boolean;
}

export interface CoverageQuestion {
  /** The stretch of time asked about; not empty, open ends are allowed. */
  readonly range: Window;
  /** Null: all entity types of the type. */
  readonly entityTypes: readonly string[] | null;
  /** All the type has. */
  readonly allEntityTypes: readonly string[];
}

export interface CoverageStretch extends Window {
  readonly state: CoverageState;
  /** The runs that make the state, in order of their windows, at most 10: live ones of covered and twice, expired ones of expired. */
  readonly runs: readonly string[];
}

/**
 * What of a stretch of source time is exported (product.md section 6): stretches in order and without a gap over all of `range`,
 * neighbours of the same state made one. The state of an instant is the worst of its entity types: never, expired, twice, covered.
 * O(n log n) in the number of windows.
 *
 * @param windows of one source and type, in the order in which runs of one instant are to be named
 * @throws RangeError if the range is empty or no entity type is asked about, because nothing is never complete
 */
export function coverageOf(windows: readonly PublishedWindow[], question: CoverageQuestion): CoverageStretch[] {
  const range = intervalOf(question.range);
  const types = new Map([...new Set(question.entityTypes ?? question.allEntityTypes)].map((name, place) => [name, place]));
  if (range.from >= range.to) throw new RangeError(`The range is empty: ${question.range.from} to ${question.range.to}`);
  if (types.size === 0) throw new RangeError('No entity type is asked about');
  const pieces = windows.flatMap((one) => pieceOf(one, range, types) ?? []);
  return sweepCoverage(pieces, range, types.size).map(({ state, runs, ...interval }) => ({ ...windowOfInterval(interval), state, runs }));
}

/** The stretches in one of `states`, neighbours made one: what `fill` would run. */
export function gapsOf(stretches: readonly CoverageStretch[], states: readonly CoverageState[]): Window[] {
  const gaps: { from: string | null; to: string | null }[] = [];
  for (const [index, { from, to, state }] of stretches.entries()) {
    if (!states.includes(state)) continue;
    const before = stretches[index - 1];
    const last = gaps.at(-1);
    // Stretches follow each other without a gap.
    if (last && before && states.includes(before.state)) last.to = to;
    else gaps.push({ from, to });
  }
  return gaps;
}

/** Nothing of it is "never" or "expired". */
export function isComplete(stretches: readonly CoverageStretch[]): boolean {
  return stretches.every(({ state }) => state === 'covered' || state === 'twice');
}

/** All of it is "covered". */
export function isExactlyOnce(stretches: readonly CoverageStretch[]): boolean {
  return stretches.every(({ state }) => state === 'covered');
}

/** What the window covers of what is asked about; null when nothing. */
function pieceOf({ runId, window, entityTypes, live, holdsData }: PublishedWindow, range: Interval, types: ReadonlyMap<string, number>): Piece | null {
  const { from, to } = intervalOf(window);
  const clipped = { from: later(from, range.from), to: earlier(to, range.to) };
  const places = entityTypes === null ? [...types.values()] : [...new Set(entityTypes)].flatMap((name) => types.get(name) ?? []);
  if (clipped.from >= clipped.to || places.length === 0) return null;
  return { ...clipped, runId, holding: holdingOf(live, holdsData), types: places, previous: null, next: null };
}

function holdingOf(live: boolean, holdsData: boolean): Holding {
  if (!live) return 'expired';
  return holdsData ? 'data' : 'empty';
}
