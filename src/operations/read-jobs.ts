import { JOB_SORTS } from '../contract/job-list.ts';
import type { JobView } from '../contract/job.ts';
import type { PageView } from '../contract/page.ts';
import { freshnessOf } from '../domain/freshness.ts';
import type { JobStanding } from '../domain/job-rules.ts';
import type { MissedRuns } from '../domain/job-run.ts';
import { wordsIn } from '../domain/language.ts';
import { type Action, type Actor, may, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { readJudgedRuns } from '../records/job-freshness.ts';
import { type JobFilter, listJobs } from '../records/job-list.ts';
import { type JobRecord, readJob } from '../records/jobs.ts';
import { readRuns } from '../records/runs.ts';
import { freshnessFacts } from './freshness-facts.ts';
import { type ListQuery, openList } from './open-list.ts';
import { presentJob } from './present.ts';
import type { Services } from './services.ts';

/** Jobs of the sources the actor may see, a page at a time. Error: `cursor.invalid`. */
export async function listJobsFor(services: Services, actor: Actor, query: JobFilter & ListQuery): Promise<PageView<JobView>> {
  requirePermission(actor, 'exports.see');
  const list = openList(services, actor, 'jobs', query, JOB_SORTS, '-createdAt');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const page = await listJobs(tx, actor.tenantId, visibleCatalogs(actor), query, list.request);
    return list.show({ ...page, items: await presentJobs(tx, actor, page.items) });
  });
}

/** One job. Error: `not_found`, the same for an unknown, a foreign and an invisible one. */
export async function getJob(services: Services, actor: Actor, id: string): Promise<JobView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, (tx) => presentStoredJob(tx, actor, id));
}

export async function presentStoredJob(tx: Tx, actor: Actor, id: string): Promise<JobView> {
  const job = await visibleJob(tx, actor, id);
  const [view] = await presentJobs(tx, actor, [job]);
  return view as JobView;
}

async function presentJobs(tx: Tx, actor: Actor, jobs: readonly JobRecord[]): Promise<JobView[]> {
  const { tenantId } = actor;
  const words = wordsIn(actor.language);
  const latest = await readRuns(
    tx,
    tenantId,
    jobs.flatMap((job) => job.latestRunId ?? []),
  );
  const byId = new Map(latest.map((run) => [run.id, run]));
  const judged = await readJudgedRuns(
    tx,
    tenantId,
    jobs.map((job) => job.id),
  );
  return jobs.map((job) => {
    const freshness = freshnessOf(freshnessFacts(job, judged.get(job.id)));
    return presentJob(job, standingOf(job), freshness, byId.get(job.latestRunId ?? '') ?? null, words);
  });
}

/** The record of a job on which the actor may do it. Errors: `not_found` for one they may not even see, `permission.denied`. */
export async function visibleJob(tx: Tx, actor: Actor, id: string, action: Action = 'exports.see'): Promise<JobRecord> {
  const job = await readJob(tx, actor.tenantId, id);
  if (!job || !may(actor, 'exports.see', job.catalog)) throw new CodedError('not_found');
  requirePermission(actor, action, job.catalog);
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
