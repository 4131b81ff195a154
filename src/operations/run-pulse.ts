import type { PastEstimate } from '../domain/estimate-record.ts';
import { type KeptEstimate, ProgressTracker } from '../domain/progress.ts';
import type { RowEstimate } from '../domain/row-estimate.ts';
import { CodedError } from '../errors.ts';
import type { ArchiveProgress } from '../pipeline/archive.ts';
import { inTenant, type Tx } from '../records/database.ts';
import type { PhaseTime } from '../records/run-attempts.ts';
import { readJobPast } from '../records/run-estimates.ts';
import { type Claim, writeProgress } from '../records/run-lease.ts';
import { announceRun } from '../records/runs.ts';
import type { Services } from './services.ts';

const EVERY_MS = 500;

/** Keeps a run's progress fresh and listens for the wish to cancel and for the loss of the lease. */
export interface RunPulse {
  /** Aborts when the run is cancelled, its lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  phase(name: string): void;
  expect(rows: RowEstimate): void;
  progress(now: ArchiveProgress): void;
  /** So much of the sealed file, of so many bytes, has been read back. */
  checked(bytes: number, of: number): void;
  /** Why the run really ended: the reason of the abort, if there was one, rather than what broke because of it. */
  reasonOf(error: unknown): unknown;
  /** What is kept of the attempt, as if it ended now. */
  record(): AttemptRecord;
  stop(): Promise<void>;
}

export interface AttemptRecord {
  /** The phases so far, the present one included. */
  readonly phases: readonly PhaseTime[];
  /** Rows that were guessed before they were read; null when they were counted. */
  readonly rowsGuessed: number | null;
  /** Times left that were shown, and what they came to be. */
  readonly estimates: readonly (KeptEstimate & PastEstimate)[];
}

/** Starts the pulse of a claimed run: a write every half second, guarded by the fence. */
export function startPulse(services: Services, lease: Claim, stop: AbortSignal): RunPulse {
  const abort = new AbortController();
  // UDM's own stop says so; any other end of the task means that the queue took it away.
  const onStop = () => abort.abort(stop.reason instanceof CodedError ? stop.reason : new CodedError('run.lost_lease'));
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const attempt = new Attempt(lease);

  const beat = async () => {
    const held = await inTenant(services.database, lease.tenantId, (tx) => attempt.beat(tx));
    if (held === 'cancel') abort.abort(new CodedError('run.cancelled'));
    if (held === 'lost') abort.abort(new CodedError('run.lost_lease'));
  };

  let beating: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    // A missed beat is no loss: the heartbeat of the task decides whether the worker is alive.
    beating = beat()
      .catch(() => {})
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);

  return {
    signal: abort.signal,
    phase: (name) => attempt.phase(name),
    expect: (rows) => attempt.tracker.expect(rows),
    progress: (now) => attempt.progress(now),
    checked: (bytes, of) => attempt.tracker.checked(bytes, of),
    reasonOf: (error) => (abort.signal.aborted ? abort.signal.reason : error),
    record: () => attempt.record(),
    async stop() {
      clearInterval(timer);
      stop.removeEventListener('abort', onStop);
      await beating;
    },
  };
}

/** What is known of the attempt now. */
class Attempt {
  readonly tracker: ProgressTracker;
  readonly #lease: Claim;
  readonly #times = new PhaseTimes('connecting');
  #phase = 'connecting';
  #reached: Pick<ArchiveProgress, 'rows' | 'plainBytes' | 'fileBytes'> = { rows: 0, plainBytes: 0, fileBytes: 0 };
  #written = 0;
  #hasLearnt = false;

  constructor(lease: Claim) {
    this.#lease = lease;
    this.tracker = new ProgressTracker(lease.percent, performance.now());
  }

  phase(name: string): void {
    this.#phase = name;
    this.#times.begin(name);
    this.tracker.phase(name, performance.now());
  }

  progress(now: ArchiveProgress): void {
    this.#reached = now;
    this.tracker.read(now);
  }

  /** Writes how far it is; what past runs took is read with the first beat, as runs that are shorter need no estimate. */
  async beat(tx: Tx): Promise<'held' | 'cancel' | 'lost'> {
    const { tenantId, runId } = this.#lease;
    if (!this.#hasLearnt) this.tracker.learn(await readJobPast(tx, tenantId, runId));
    this.#hasLearnt = true;
    const phases = this.#times.count > this.#written ? this.#times.list() : undefined;
    const { percent, rowsEstimated, timeLeft, whyUnknown } = this.tracker.at(performance.now());
    const { rows, plainBytes: bytes, fileBytes } = this.#reached;
    const left = timeLeft ?? { unknown: whyUnknown ?? 'too_early' };
    const answer = await writeProgress(tx, this.#lease, { phase: this.#phase, rows, rowsEstimated, bytes, fileBytes, percent, timeLeft: left, phases });
    this.#written = phases?.length ?? this.#written;
    if (answer !== 'lost') await announceRun(tx, tenantId, runId);
    return answer;
  }

  record(): AttemptRecord {
    const { estimate } = this.tracker;
    const rowsGuessed = !estimate || estimate.exact ? null : estimate.files.reduce((sum, rows) => sum + rows, 0);
    return { phases: this.#times.list(), rowsGuessed, estimates: this.tracker.estimates(performance.now()) };
  }
}

/** How long each phase took, by a clock that never jumps. */
class PhaseTimes {
  readonly #begun: { readonly phase: string; readonly at: number }[] = [];

  constructor(first: string) {
    this.begin(first);
  }

  get count(): number {
    return this.#begun.length;
  }

  begin(phase: string): void {
    if (this.#begun.at(-1)?.phase !== phase) this.#begun.push({ phase, at: performance.now() });
  }

  list(): PhaseTime[] {
    return this.#begun.map(({ phase, at }, index) => ({ phase, milliseconds: Math.round((this.#begun[index + 1]?.at ?? performance.now()) - at) }));
  }
}
