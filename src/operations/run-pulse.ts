import { secondsLeft } from '../domain/progress.ts';
import { CodedError } from '../errors.ts';
import { inTenant } from '../records/database.ts';
import type { PhaseTime } from '../records/run-attempts.ts';
import { type Claim, writeProgress } from '../records/run-lease.ts';
import { announceRun } from '../records/runs.ts';
import type { Services } from './services.ts';

const EVERY_MS = 500;

/** Keeps a run's progress fresh and listens for the wish to cancel and for the loss of the lease. */
export interface RunPulse {
  /** Aborts when the run is cancelled, its lease is lost, or the worker stops. */
  readonly signal: AbortSignal;
  phase(name: string): void;
  expect(rows: number): void;
  progress(now: { readonly rows: number; readonly plainBytes: number; readonly fileBytes: number }): void;
  /** Why the run really ended: the reason of the abort, if there was one, rather than what broke because of it. */
  reasonOf(error: unknown): unknown;
  /** The phases so far, the present one included. */
  phases(): PhaseTime[];
  stop(): Promise<void>;
}

/** Starts the pulse of a claimed run: a write every half second, guarded by the fence. */
export function startPulse(services: Services, lease: Claim, stop: AbortSignal): RunPulse {
  const abort = new AbortController();
  // UDM's own stop says so; any other end of the task means that the queue took it away.
  const onStop = () => abort.abort(stop.reason instanceof CodedError ? stop.reason : new CodedError('run.lost_lease'));
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const times = new PhaseTimes('connecting');
  let written = 0;
  const state = { phase: 'connecting', rows: 0, rowsEstimated: null as number | null, bytes: 0, fileBytes: 0, readingSince: 0 };

  const beat = async () => {
    const seconds = state.readingSince === 0 ? 0 : (performance.now() - state.readingSince) / 1_000;
    const { phase, rows, rowsEstimated, bytes, fileBytes } = state;
    const held = await inTenant(services.database, lease.tenantId, async (tx) => {
      const changed = times.count > written ? times.list() : undefined;
      const left = secondsLeft(rows, rowsEstimated, seconds);
      const answer = await writeProgress(tx, lease, { phase, rows, rowsEstimated, bytes, fileBytes, secondsLeft: left, phases: changed });
      written = changed?.length ?? written;
      if (answer !== 'lost') await announceRun(tx, lease.tenantId, lease.runId);
      return answer;
    });
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
    phase(name) {
      state.phase = name;
      times.begin(name);
      if (name === 'reading') state.readingSince = performance.now();
    },
    expect(rows) {
      state.rowsEstimated = rows;
    },
    progress(now) {
      state.rows = now.rows;
      state.bytes = now.plainBytes;
      state.fileBytes = now.fileBytes;
    },
    reasonOf: (error) => (abort.signal.aborted ? abort.signal.reason : error),
    phases: () => times.list(),
    async stop() {
      clearInterval(timer);
      stop.removeEventListener('abort', onStop);
      await beating;
    },
  };
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
