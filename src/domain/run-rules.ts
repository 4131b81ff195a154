import type { ErrorCode } from '../errors.ts';

/** Where a run stands, as far as it decides what may be done with it. */
export interface RunStanding {
  readonly status: string;
  /** It waits to be tried again by itself. */
  readonly triesAgain?: boolean;
  /** The job has not been deleted. */
  readonly hasJob: boolean;
  /** Null for a run outside any chain (decision 0010). */
  readonly chain: ChainStandingOfRun | null;
}

export interface ChainStandingOfRun {
  /** The job still goes on with the chain of the run. */
  readonly goesOn: boolean;
  /** All of the run's window is published. */
  readonly covered: boolean;
  /** A run that waits or is going will publish it. */
  readonly coveredAhead: boolean;
}

const OPEN: ReadonlySet<string> = new Set(['scheduled', 'queued', 'running']);
const RETRYABLE: ReadonlySet<string> = new Set(['failed', 'cancelled', 'missed', 'suppressed']);

/** Waits for its turn, or is going. */
export function isOpen(status: string): boolean {
  return OPEN.has(status);
}

/**
 * Why a run may not be made again for its window; null when it may. In a chain a retry does what the next run would do, up to its own
 * end: from the edge on, and only while that is before the end of its window, so no instant is published twice (decision 0013).
 * One that waits to be tried again by itself may be tried now.
 */
export function whyNotRetry({ status, triesAgain = false, hasJob, chain }: RunStanding): ErrorCode | null {
  if (triesAgain) return null;
  if (OPEN.has(status)) return 'run.in_progress';
  if (!RETRYABLE.has(status)) return 'run.not_retryable';
  if (!hasJob) return 'run.job_deleted';
  if (chain === null) return null;
  if (chain.covered) return 'run.covered';
  if (!chain.goesOn) return 'run.settings_changed';
  return chain.coveredAhead ? 'run.covered_ahead' : null;
}

export function whyNotCancel(status: string): ErrorCode | null {
  return OPEN.has(status) ? null : 'run.not_cancellable';
}

/** Only what has ended can be taken out of History. */
export function whyNotDelete(status: string): ErrorCode | null {
  return OPEN.has(status) ? 'run.in_progress' : null;
}
