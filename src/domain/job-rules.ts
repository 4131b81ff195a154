import type { ErrorCode } from '../errors.ts';
import { type JobRun, repeats } from './job-run.ts';

/** Where a job stands, as far as the state rules of the guide ask (product.md section 2). */
export interface JobStanding {
  readonly run: JobRun;
  readonly state: 'active' | 'suspended';
  /** A job that runs once has started: at once when it was made, or when its time came. */
  readonly submitted: boolean;
  /** A run is queued or going. */
  readonly inProgress: boolean;
  /** Whether an occurrence is still to come, or one that the suspension suppressed may be run. */
  readonly hasMore: boolean;
}

/** Why the job may not be edited; null when it may. A job that runs once is editable until it starts. */
export function whyNotEdit(job: JobStanding): ErrorCode | null {
  return !repeats(job.run) && job.submitted ? 'job.already_submitted' : null;
}

/** A job that ran once cannot be resumed, nor one whose schedule is over. */
export function whyNotResume(job: JobStanding): ErrorCode | null {
  if (!repeats(job.run) && job.submitted) return 'job.not_resumable';
  return job.state === 'suspended' && !job.hasMore ? 'job.ended' : null;
}

/** Two runs of one job never overlap, so there is nothing to run while one is ahead. */
export function whyNotRunNow(job: JobStanding): ErrorCode | null {
  return job.inProgress ? 'job.in_progress' : null;
}

/** "You can't delete a job that is still in progress." */
export function whyNotDelete(job: JobStanding): ErrorCode | null {
  return job.inProgress ? 'job.in_progress' : null;
}
