import { createHash } from 'node:crypto';
import type { ErrorCode } from '../errors.ts';
import { type JobStanding, whyNotDelete, whyNotResume, whyNotRunNow } from './job-rules.ts';

export type BulkAction = 'suspend' | 'resume' | 'delete' | 'run';

/** What a bulk act asks of a job, beyond the state rules. */
export interface BulkStanding extends JobStanding {
  /** Somebody asked for a run of it less than a minute ago. */
  readonly justRun: boolean;
  /** Since-previous-run: everything that is settled is published. */
  readonly nothingNew: boolean;
}

/** Why the act would leave the job as it is; null when it would do something. */
export function whyNotInBulk(action: BulkAction, job: BulkStanding): ErrorCode | null {
  switch (action) {
    case 'suspend':
      return job.state === 'suspended' ? 'job.suspended_already' : null;
    case 'resume':
      return job.state === 'active' ? 'job.active_already' : whyNotResume(job);
    case 'delete':
      return whyNotDelete(job);
    case 'run':
      return whyNotRunNow(job) ?? (job.justRun ? 'job.just_run' : job.nothingNew ? 'run.nothing_new' : null);
  }
}

/** Names a set of jobs: another one has another name, whatever the order. */
export function fingerprintOf(jobIds: readonly string[]): string {
  return createHash('sha256')
    .update([...jobIds].sort().join(' '))
    .digest('hex')
    .slice(0, 32);
}

/** Of each reason how many jobs were left out, and the first few of them. */
export type Skipped = Readonly<Record<string, { readonly count: number; readonly ids: readonly string[] }>>;

const FIRST_FEW = 3;

export function withSkipped(skipped: Skipped, code: string, id: string): Skipped {
  const known = skipped[code] ?? { count: 0, ids: [] };
  return { ...skipped, [code]: { count: known.count + 1, ids: known.ids.length < FIRST_FEW ? [...known.ids, id] : known.ids } };
}
