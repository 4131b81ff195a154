import type { Interval } from './interval.ts';

/**
 * What an instant can be, worst first. covered: in one live artifact, or proved empty; twice: in more than one;
 * expired: only in expired ones; never: in none (issue 3, deliverable 8).
 */
export const WORST_FIRST = ['never', 'expired', 'twice', 'covered'] as const;
export type CoverageState = (typeof WORST_FIRST)[number];

/** data: artifacts that can still be had; empty: a run that found nothing; expired: artifacts that are gone. */
export type Holding = 'data' | 'empty' | 'expired';

/** What one window covers of what is asked about. The neighbours are its places in the list of open pieces. */
export interface Piece extends Interval {
  readonly runId: string;
  readonly holding: Holding;
  /** Places of its entity types among those asked about, each once. */
  readonly types: readonly number[];
  previous: Piece | null;
  next: Piece | null;
}

/** How often each entity type is covered at the instant a sweep has reached; every step costs the entity types of one piece. */
export class CoverageTally {
  readonly #held: Readonly<Record<Holding, number[]>>;
  readonly #typesIn: Record<CoverageState, number>;

  constructor(typeCount: number) {
    const none = () => new Array<number>(typeCount).fill(0);
    this.#held = { data: none(), empty: none(), expired: none() };
    this.#typesIn = { never: typeCount, expired: 0, twice: 0, covered: 0 };
  }

  add(piece: Piece): void {
    this.#count(piece, 1);
  }

  remove(piece: Piece): void {
    this.#count(piece, -1);
  }

  /** The worst that any of the entity types is in. */
  worst(): CoverageState {
    return WORST_FIRST.find((state) => this.#typesIn[state] > 0) ?? 'covered';
  }

  #count(piece: Piece, change: 1 | -1): void {
    const held = this.#held[piece.holding];
    for (const type of piece.types) {
      this.#typesIn[this.#stateOf(type)] -= 1;
      held[type] = (held[type] ?? 0) + change;
      this.#typesIn[this.#stateOf(type)] += 1;
    }
  }

  #stateOf(type: number): CoverageState {
    const data = this.#held.data[type] ?? 0;
    // Two runs that found nothing repeat nothing.
    if (data >= 2) return 'twice';
    if (data === 1 || (this.#held.empty[type] ?? 0) > 0) return 'covered';
    return (this.#held.expired[type] ?? 0) > 0 ? 'expired' : 'never';
  }
}

/** The pieces a sweep is inside of, in the order they began; adding and removing cost the same however many there are. */
export class OpenPieces {
  #first: Piece | null = null;
  #last: Piece | null = null;

  add(piece: Piece): void {
    piece.previous = this.#last;
    piece.next = null;
    if (this.#last) this.#last.next = piece;
    else this.#first = piece;
    this.#last = piece;
  }

  remove(piece: Piece): void {
    if (piece.previous) piece.previous.next = piece.next;
    else this.#first = piece.next;
    if (piece.next) piece.next.previous = piece.previous;
    else this.#last = piece.previous;
  }

  /** The runs of the pieces that began first, each once. */
  firstRuns(most: number): string[] {
    const runs: string[] = [];
    for (let piece = this.#first; piece && runs.length < most; piece = piece.next) {
      if (!runs.includes(piece.runId)) runs.push(piece.runId);
    }
    return runs;
  }
}
