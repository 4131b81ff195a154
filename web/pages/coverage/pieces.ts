import type { CoverageView } from '../../../src/contract/coverage.ts';

/** What a piece of source time is, worst first: a cell of the calendar shows the worst that lies in it. */
export const PIECE_STATES = ['never', 'expired', 'paused', 'twice', 'running', 'planned', 'future', 'covered'] as const;
export type PieceState = (typeof PIECE_STATES)[number];

/** Epoch milliseconds, half-open; infinite where time has no end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Piece extends Stretch {
  readonly state: PieceState;
}

type Ahead = CoverageView['ahead'][number];

/** The coverage cut where what is to come begins or ends: in order, without a gap, neighbours of one state made one. */
export function piecesOf({ stretches, ahead, settledTo }: Pick<CoverageView, 'stretches' | 'ahead' | 'settledTo'>): Piece[] {
  const settled = Date.parse(settledTo);
  const coming = ahead.map((one) => ({ ...spanOf(one), by: one.by }));
  const pieces: Piece[] = [];
  for (const stretch of stretches) {
    const span = spanOf(stretch);
    const isHeld = stretch.state === 'covered' || stretch.state === 'twice';
    const cuts = isHeld ? [] : [settled, ...coming.flatMap(({ from, to }) => [from, to])].filter((at) => at > span.from && at < span.to);
    const edges = [span.from, ...new Set(cuts.toSorted((one, other) => one - other)), span.to];
    for (const [index, from] of edges.slice(0, -1).entries()) {
      const here = isHeld ? [] : coming.filter((one) => one.from <= from && one.to > from).map(({ by }) => by);
      append(pieces, { from, to: edges[index + 1] ?? span.to, state: stateOf(stretch.state, here, from >= settled) });
    }
  }
  return pieces;
}

function stateOf(state: CoverageView['stretches'][number]['state'], coming: readonly Ahead['by'][], isUnsettled: boolean): PieceState {
  if (state === 'covered' || state === 'twice') return state;
  if (coming.includes('run')) return 'running';
  if (state === 'expired') return 'expired';
  if (coming.includes('chain')) return 'planned';
  if (coming.includes('paused')) return 'paused';
  return isUnsettled ? 'future' : 'never';
}

function append(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (last?.state === piece.state) pieces[pieces.length - 1] = { ...last, to: piece.to };
  else pieces.push(piece);
}

function spanOf({ from, to }: { readonly from: string | null; readonly to: string | null }): Stretch {
  return { from: from === null ? Number.NEGATIVE_INFINITY : Date.parse(from), to: to === null ? Number.POSITIVE_INFINITY : Date.parse(to) };
}

/** The parts of the pieces inside a stretch. */
export function within(pieces: readonly Piece[], { from, to }: Stretch): Piece[] {
  return pieces
    .filter((piece) => piece.from < to && piece.to > from)
    .map((piece) => ({ ...piece, from: Math.max(piece.from, from), to: Math.min(piece.to, to) }));
}

/** The runs that cover a part of a stretch, each once. The server names at most ten of each stretch of one state. */
export function runsIn({ stretches }: Pick<CoverageView, 'stretches'>, { from, to }: Stretch): string[] {
  const inside = stretches.filter((stretch) => spanOf(stretch).from < to && spanOf(stretch).to > from);
  return [...new Set(inside.flatMap(({ runs }) => runs))];
}

export interface CellState {
  readonly state: PieceState;
  /** Another state lies in the cell, too. */
  readonly mixed: boolean;
}

/** The worst of what lies in a cell. */
export function cellState(pieces: readonly Piece[], cell: Stretch): CellState {
  const found = new Set(within(pieces, cell).map(({ state }) => state));
  return { state: PIECE_STATES.find((state) => found.has(state)) ?? 'future', mixed: found.size > 1 };
}

/** What is missing, in order: after the first data there is, since what lies before was perhaps never wanted. */
export function gapsOf(pieces: readonly Piece[]): Stretch[] {
  const first = pieces.findIndex(({ state }) => state === 'covered' || state === 'twice' || state === 'expired');
  const gaps: { from: number; to: number }[] = [];
  for (const { from, to, state } of first === -1 ? [] : pieces.slice(first)) {
    if (state !== 'never' && state !== 'expired') continue;
    const last = gaps.at(-1);
    if (last?.to === from) last.to = to;
    else gaps.push({ from, to });
  }
  return gaps;
}

/** The next gap after a moment, or the previous one before it. */
export function gapBeside(gaps: readonly Stretch[], { from, to }: Stretch, direction: 'next' | 'previous'): Stretch | undefined {
  return direction === 'next' ? gaps.find((gap) => gap.from >= to) : gaps.findLast((gap) => gap.to <= from);
}
