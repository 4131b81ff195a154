import { type PastEstimate, widened, widthFrom } from './estimate-record.ts';
import { ENOUGH_PAST, type OfStages, STAGES, type Stage, stageOf, type Tail, tailFrom, weightsFrom } from './phase-weights.ts';
import { ReadSpeed } from './read-speed.ts';
import { amount, type Bias, biasFrom, quantile, type RowEstimate, type RowsSoFar, type RowTotal, totalRows, USUAL_BIAS } from './row-estimate.ts';
import { type Basis, shownRange, type TimeLeft, type TimeRange, type WhyUnknown } from './time-left.ts';

/** How far a run is. Decision 0023 says why it is reckoned like this. */

/** A past attempt of the same job that succeeded. */
export interface PastAttempt {
  readonly rows: number;
  /** Rows that were guessed before it read; null when they were counted, or nobody knows. */
  readonly guessed: number | null;
  readonly times: OfStages;
}

/** What the job's past says; the newest first. */
export interface JobPast {
  readonly attempts: readonly PastAttempt[];
  readonly estimates: readonly PastEstimate[];
}

export interface ProgressNow {
  /** 0 to 99: 100 is for runs that are published. Never lower than before. */
  readonly percent: number;
  /** As far as known; null when there is no estimate, or more rows than it said. */
  readonly rowsEstimated: number | null;
  readonly timeLeft: TimeLeft | null;
  /** Why there is no time left; null when there is. */
  readonly whyUnknown: WhyUnknown | null;
}

/** An estimate that is kept to be compared with what it came to be. */
export interface KeptEstimate {
  readonly percent: number;
  readonly basis: Basis;
  readonly reckoned: TimeRange;
  readonly shown: TimeRange;
  readonly elapsed: number;
}

/** Estimates are kept when the first one is shown and when the bar passes these. */
const KEPT_AT = [25, 50, 75];
/** Past runs with so many times more or fewer rows say nothing about speed. */
const ALIKE = 5;

/** Told of everything that happens in an attempt, with the milliseconds of a clock that never jumps. */
export class ProgressTracker {
  readonly #begun: number;
  #now: number;
  #done: number;
  #reached = 0;
  #stage: Stage = 'opening';
  #stageSince: number;
  #inStage = 0;
  #reading = { took: 0, endedAt: 0 };
  #rows: RowsSoFar = { rows: 0, filesDone: 0, rowsOfDone: 0 };
  #estimate: RowEstimate | null = null;
  #past: JobPast = { attempts: [], estimates: [] };
  #bias: Bias = USUAL_BIAS;
  #width = 0;
  #weights = weightsFrom([]);
  #tail: Tail = tailFrom([]);
  #speed: ReadSpeed | null = null;
  readonly #kept: KeptEstimate[] = [];

  /** `held` is the percentage that earlier attempts of the run have shown: what is left of the bar is for this one. */
  constructor(held: number, now: number) {
    this.#done = Math.min(99, amount(held)) / 100;
    this.#begun = now;
    this.#now = now;
    this.#stageSince = now;
  }

  /** What is known of earlier runs of the job. */
  learn(past: JobPast): void {
    this.#past = past;
    this.#weights = weightsFrom(past.attempts.map(({ times }) => times));
    this.#tail = tailFrom(past.attempts.map(({ times }) => times));
    this.#bias = biasFrom(past.attempts.flatMap(({ rows, guessed }) => (guessed === null ? [] : [{ rows, expected: guessed }])));
    this.#width = widthFrom(past.estimates);
  }

  phase(name: string, now: number): void {
    const stage = stageOf(name);
    if (!stage || STAGES.indexOf(stage) <= STAGES.indexOf(this.#stage)) return;
    this.#tick(now);
    if (this.#stage === 'reading') this.#reading = { took: this.#now - this.#stageSince, endedAt: this.#now };
    this.#stage = stage;
    this.#stageSince = this.#now;
    this.#inStage = 0;
    if (stage === 'reading') this.#speed = new ReadSpeed(this.#now);
    this.#move(0);
  }

  expect(estimate: RowEstimate): void {
    this.#estimate = estimate;
  }

  read(rows: RowsSoFar): void {
    const more = Math.max(0, amount(rows.rows) - this.#rows.rows);
    this.#rows = { rows: this.#rows.rows + more, filesDone: amount(rows.filesDone), rowsOfDone: amount(rows.rowsOfDone) };
    if (this.#stage !== 'reading') return;
    const { likely } = this.#total() ?? { likely: 0 };
    if (likely <= 0) return;
    this.#inStage = Math.min(1, this.#rows.rows / likely);
    this.#move((this.#weights.reading * more) / likely);
  }

  /** So much of the sealed file has been read back. */
  checked(bytes: number, of: number): void {
    if (this.#stage !== 'verifying' || !(of > 0)) return;
    this.#inStage = Math.max(this.#inStage, Math.min(1, amount(bytes) / of));
    this.#move(0);
  }

  at(now: number): ProgressNow {
    this.#tick(now);
    this.#speed?.add(this.#now, this.#rows.rows);
    const total = this.#total();
    const reckoned = this.#reckon(total);
    const shown = typeof reckoned === 'string' ? null : shownRange(widened(reckoned.range, this.#width), reckoned.basis);
    if (typeof reckoned !== 'string' && shown) this.#keep(reckoned.range, shown);
    const unknown = this.#estimate === null || total === null || total.beyond;
    return {
      percent: this.#percent,
      rowsEstimated: unknown ? null : Math.round(amount(total.likely)),
      timeLeft: shown,
      whyUnknown: shown ? null : typeof reckoned === 'string' ? reckoned : 'unsteady',
    };
  }

  /** The estimates of this attempt and what they came to be, as it ends now. */
  estimates(now: number): (KeptEstimate & PastEstimate)[] {
    this.#tick(now);
    return this.#kept.map((one) => ({ ...one, left: this.#now - this.#begun - one.elapsed }));
  }

  get estimate(): RowEstimate | null {
    return this.#estimate;
  }

  get #percent(): number {
    return Math.min(99, Math.floor(this.#done * 100 + 1e-9));
  }

  #tick(now: number): void {
    if (Number.isFinite(now) && now > this.#now) this.#now = now;
  }

  /** What is left of the bar stands for what is left of the work: where the work turns out to be more, the bar gets slower, not shorter. */
  #move(work: number): void {
    const before = STAGES.slice(0, STAGES.indexOf(this.#stage)).reduce((sum, stage) => sum + this.#weights[stage], 0);
    const reached = Math.min(1, before + this.#weights[this.#stage] * this.#inStage);
    const step = Math.max(reached - this.#reached, work);
    const left = 1 - reached;
    if (step > 0) this.#done += (1 - this.#done) * (step / (step + left));
    this.#reached = reached;
  }

  #total(): RowTotal | null {
    return this.#estimate && totalRows(this.#estimate, this.#rows, this.#bias);
  }

  #reckon(total: RowTotal | null): { range: TimeRange; basis: Basis } | WhyUnknown {
    if (this.#stage === 'opening' || this.#stage === 'reading') return this.#reckonReading(total);
    return this.#reckonTail();
  }

  /** All that comes after reading at once: each of its stages is short, and how they share it differs. */
  #reckonTail(): { range: TimeRange; basis: Basis } | WhyUnknown {
    const inStage = this.#now - this.#stageSince;
    if (this.#stage === 'verifying' && this.#inStage > 0.1 && inStage > 1_000) {
      const left = (inStage * (1 - this.#inStage)) / this.#inStage;
      return { range: { low: left / 1.3, high: left * 1.3 + 1_000 }, basis: 'this_run' };
    }
    const { took, endedAt } = this.#reading;
    const gone = this.#now - endedAt;
    const range = { low: Math.max(0, took * this.#tail.low - gone), high: took * this.#tail.high - gone };
    if (range.high <= 0) return 'longer_than_usual';
    return { range, basis: this.#past.attempts.length < ENOUGH_PAST ? 'this_run' : 'past_runs' };
  }

  #reckonReading(total: RowTotal | null): { range: TimeRange; basis: Basis } | WhyUnknown {
    if (!total) return 'too_early';
    if (total.beyond) return 'more_rows';
    const { rows } = this.#rows;
    const spent = this.#speed ? this.#now - this.#stageSince : 0;
    const own = this.#speed?.range(total.likely - rows) ?? 'measuring';
    if (own === 'stalled') return 'stalled';
    if (own !== 'measuring') return { range: this.#withTail(total, own, spent), basis: 'this_run' };
    const past = this.#pastSpeed(total.likely);
    return past ? { range: this.#withTail(total, past, spent), basis: 'past_runs' } : 'too_early';
  }

  #withTail(total: RowTotal, speed: { readonly low: number; readonly high: number }, spent: number): TimeRange {
    const { rows } = this.#rows;
    const low = (total.low - rows) / speed.high;
    const high = (total.high - rows) / speed.low;
    return { low: low + (spent + low) * this.#tail.low, high: high + (spent + high) * this.#tail.high };
  }

  /** How fast past runs with about as many rows were; null while they are too few. */
  #pastSpeed(rows: number): { low: number; high: number } | null {
    const speeds = this.#past.attempts
      .filter((one) => one.times.reading > 0 && one.rows > 0 && one.rows < rows * ALIKE && one.rows * ALIKE > rows)
      .map((one) => one.rows / one.times.reading)
      .sort((a, b) => a - b);
    return speeds.length < ENOUGH_PAST ? null : { low: quantile(speeds, 0.1) / 1.1, high: quantile(speeds, 0.9) * 1.1 };
  }

  #keep(reckoned: TimeRange, { from, to, basis }: TimeLeft): void {
    const passed = (percent: number) => KEPT_AT.filter((at) => percent >= at).length;
    const last = this.#kept.at(-1);
    if (last && passed(last.percent) === passed(this.#percent)) return;
    const elapsed = this.#now - this.#begun;
    this.#kept.push({ percent: this.#percent, basis, reckoned, shown: { low: from * 1_000, high: to * 1_000 }, elapsed });
  }
}
