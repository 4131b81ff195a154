import { type CoverageState, CoverageTally, OpenPieces, type Piece } from './coverage-tally.ts';
import { compare, earlier, type Interval } from './interval.ts';

const MOST_RUNS = 10;

export interface SweptStretch extends Interval {
  readonly state: CoverageState;
  /** The runs that make the state, in order of their pieces, at most 10. */
  readonly runs: readonly string[];
}

interface GrowingStretch extends SweptStretch {
  to: bigint;
  readonly runs: string[];
}

/**
 * The state of every instant of `range`, neighbours of the same state made one. Goes from one begin or end of a piece to the next:
 * O(n log n) in the number of pieces.
 * @param pieces inside the range, none empty
 */
export function sweepCoverage(pieces: readonly Piece[], range: Interval, typeCount: number): SweptStretch[] {
  const begins = pieces.toSorted((a, b) => compare(a.from, b.from));
  const ends = pieces.toSorted((a, b) => compare(a.to, b.to));
  const tally = new CoverageTally(typeCount);
  const open = { live: new OpenPieces(), expired: new OpenPieces() };
  const stretches: GrowingStretch[] = [];
  let [begun, ended, at] = [0, 0, range.from];
  while (at < range.to) {
    for (let piece = ends[ended]; piece && piece.to <= at; piece = ends[++ended]) {
      tally.remove(piece);
      listOf(piece, open).remove(piece);
    }
    const first = begun;
    for (let piece = begins[begun]; piece && piece.from <= at; piece = begins[++begun]) {
      tally.add(piece);
      listOf(piece, open).add(piece);
    }
    const next = earlier(earlier(begins[begun]?.from ?? range.to, ends[ended]?.to ?? range.to), range.to);
    append(stretches, { from: at, to: next }, tally.worst(), begins.slice(first, begun), open);
    at = next;
  }
  return stretches;
}

interface OpenByAge {
  readonly live: OpenPieces;
  readonly expired: OpenPieces;
}

function listOf(piece: Piece, open: OpenByAge): OpenPieces {
  return piece.holding === 'expired' ? open.expired : open.live;
}

/** Adds an interval in which nothing begins or ends; `begun` are the pieces that begin with it. */
function append(stretches: GrowingStretch[], { from, to }: Interval, state: CoverageState, begun: readonly Piece[], open: OpenByAge): void {
  const list = { never: null, expired: open.expired, twice: open.live, covered: open.live }[state];
  const last = stretches.at(-1);
  if (last?.state !== state) {
    stretches.push({ from, to, state, runs: list?.firstRuns(MOST_RUNS) ?? [] });
    return;
  }
  last.to = to;
  for (const piece of begun) {
    if (last.runs.length < MOST_RUNS && listOf(piece, open) === list && !last.runs.includes(piece.runId)) last.runs.push(piece.runId);
  }
}
