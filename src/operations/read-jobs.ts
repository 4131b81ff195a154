import type { JobView } from '../contract/job.ts';
import type { JobStanding } from '../domain/job-rules.ts';
import type { MissedRuns } from '../domain/job-run.ts';
import { type Actor, may, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { type JobFilter, type JobRecord, listJobs, readJob } from '../records/jobs.ts';
import type { Page } from '../records/page.ts';
import { latestRuns } from '../records/runs.ts';
import { presentJob } from './present.ts';
import type { Services } from './services.ts';

/** Jobs of the sources the actor may see. */
export async function listJobsFor(services: Services, actor: Actor, filter: Omit<JobFilter, 'catalogs'>): Promise<Page<JobView>> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const page = await listJobs(tx, actor.tenantId, { ...filter, catalogs: visibleCatalogs(actor) });
    const runs = await latestRuns(
      tx,
      actor.tenantId,
      page.items.map((job) => job.id),
    );
    return { ...page, items: page.items.map((job) => presentJob(job, standingOf(job), runs.get(job.id) ?? null)) };
  });
}

/** One job. Error: `not_found`, the same for an unknown, a foreign and an invisible one. */
export async function getJob(services: Services, actor: Actor, id: string): Promise<JobView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, (tx) => presentStoredJob(tx, actor, id));
}

export async function presentStoredJob(tx: Tx, actor: Actor, id: string): Promise<JobView> {
  const job = await visibleJob(tx, actor, id);
  const runs = await latestRuns(tx, actor.tenantId, [id]);
  return presentJob(job, standingOf(job), runs.get(id) ?? null);
}

/** The record of a job the actor may see. Error: `not_found`. */
export async function visibleJob(tx: Tx, actor: Actor, id: string): Promise<JobRecord> {
  const job = await readJob(tx, actor.tenantId, id);
  if (!job || !may(actor, 'exports.see', job.catalog)) throw new CodedError('not_found');
  return job;
}

/** Where a job stands, for the state rules; `missed` is what resuming it would do about suppressed runs. */
export function standingOf(job: JobRecord, missed: MissedRuns = 'latest'): JobStanding {
  return {
    run: job.run,
    state: job.state,
    submitted: job.submittedAt !== null,
    inProgress: job.inProgress,
    hasMore: job.nextRunAt !== null || (missed !== 'none' && job.suppressedRuns > 0),
  };
}
