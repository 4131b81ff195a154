import type { EndedRun, FreshnessFacts } from '../domain/freshness.ts';
import type { JudgedRuns } from '../records/job-freshness.ts';
import type { JobRecord } from '../records/jobs.ts';

/** What a job's freshness is judged by, from its records. */
export function freshnessFacts(job: JobRecord, runs: JudgedRuns | undefined): FreshnessFacts {
  const ends = job.recipients.map((one) => Date.parse(one.notAfter));
  return {
    run: job.run,
    rangeKind: job.dateRange.kind,
    suspended: job.state === 'suspended',
    submitted: job.submittedAt !== null,
    nextRunAt: job.nextRunAt?.getTime() ?? null,
    certificateEnds: ends.length === 0 ? null : Math.min(...ends),
    open: (runs?.open ?? []).map((run) => ({
      id: run.id,
      scheduledAt: Date.parse(run.scheduledAt),
      queuedAt: run.queuedAt === null ? null : Date.parse(run.queuedAt),
      startedAt: run.startedAt === null ? null : Date.parse(run.startedAt),
      retryAt: run.retryAt === null ? null : Date.parse(run.retryAt),
      errorCode: run.errorCode,
      origin: run.trigger === 'schedule' || run.trigger === 'resume' ? run.trigger : ('hand' as const),
    })),
    ended: (runs?.ended ?? []).map((run) => ({
      id: run.id,
      status: run.status as EndedRun['status'],
      scheduledAt: Date.parse(run.scheduledAt),
      errorCode: run.errorCode,
    })),
    now: job.readAt.getTime(),
  };
}
