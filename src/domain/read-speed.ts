import { amount } from './row-estimate.ts';

/** How fast a run reads: from what it did itself, with how much that varies. */

interface Sample {
  readonly at: number;
  readonly rows: number;
}

/** Rows a millisecond. */
export interface SpeedRange {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

const LEAST_MS = 3_000;
const LEAST_MOVES = 4;
/** Thinned out when there are more: every second one stays. */
const MOST_SAMPLES = 256;
const BLOCKS = 8;
/** Without a new row for a fifth of the time so far, but at least and at most so long, it stands still. */
const STALL_MS = { least: 5_000, most: 30_000 };
/** In so many standard deviations lie about eight of ten values, and something for what has not varied yet. */
const DEVIATIONS = 1.3;
const LEAST_SPREAD = 0.05;

export class ReadSpeed {
  #samples: Sample[];
  #movedAt: number;
  #moves = 0;

  constructor(at: number) {
    this.#samples = [{ at, rows: 0 }];
    this.#movedAt = at;
  }

  /** Rows so far, every now and then; also when there are no new ones. */
  add(at: number, rows: number): void {
    const last = this.#last;
    if (!(at > last.at)) return;
    const now = Math.max(last.rows, amount(rows));
    if (now > last.rows) {
      this.#movedAt = at;
      this.#moves += 1;
    }
    this.#samples.push({ at, rows: now });
    if (this.#samples.length > MOST_SAMPLES) this.#samples = this.#samples.filter((_, index) => index % 2 === 0 || index === this.#samples.length - 1);
  }

  /** The speed of the next `rows` rows; or why there is no telling. */
  range(rows: number): SpeedRange | 'measuring' | 'stalled' {
    const [first, last] = [this.#samples[0] as Sample, this.#last];
    const elapsed = last.at - first.at;
    if (last.at - this.#movedAt >= Math.min(STALL_MS.most, Math.max(STALL_MS.least, elapsed / 5))) return 'stalled';
    if (elapsed < LEAST_MS || this.#moves < LEAST_MOVES) return 'measuring';
    const overall = last.rows / elapsed;
    const recent = this.#between(last.at - Math.max(LEAST_MS, elapsed / 3), last.at);
    const likely = (overall + recent) / 2;
    if (!(likely > 0)) return 'stalled';
    const spread = Math.exp(DEVIATIONS * (LEAST_SPREAD + this.#spread(rows / likely)));
    return { low: Math.min(overall, Math.max(recent, likely / 4)) / spread, likely, high: Math.max(overall, recent) * spread };
  }

  /** How much the speed of a time so long varies, as a share of it; the longer, the less. */
  #spread(horizon: number): number {
    const [first, last] = [this.#samples[0] as Sample, this.#last];
    const block = (last.at - first.at) / BLOCKS;
    const rates = Array.from({ length: BLOCKS }, (_, index) => this.#between(first.at + index * block, first.at + (index + 1) * block));
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / BLOCKS;
    if (!(mean > 0)) return 0;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (BLOCKS - 1);
    return (Math.sqrt(variance) / mean) * Math.min(1, Math.sqrt(block / Math.max(horizon, 1)));
  }

  /** Rows a millisecond from one time to another. */
  #between(from: number, to: number): number {
    return to > from ? (this.#rowsAt(to) - this.#rowsAt(from)) / (to - from) : 0;
  }

  #rowsAt(at: number): number {
    const after = this.#samples.findIndex((sample) => sample.at >= at);
    if (after <= 0) return after === 0 ? (this.#samples[0] as Sample).rows : this.#last.rows;
    const [a, b] = [this.#samples[after - 1] as Sample, this.#samples[after] as Sample];
    return a.rows + ((b.rows - a.rows) * (at - a.at)) / (b.at - a.at);
  }

  get #last(): Sample {
    return this.#samples.at(-1) as Sample;
  }
}
