import type { BulkRequest, BulkView } from '../contract/bulk.ts';
import { fingerprintOf, type Skipped, whyNotInBulk, withSkipped } from '../domain/bulk.ts';
import { type Actor, catalogsFor, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { CodedError, ERRORS, type ErrorCode } from '../errors.ts';
import { advanceBulkAct, insertBulkAct, lockBulkAct, readBulkAct } from '../records/bulk-acts.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { findJobs } from '../records/job-list.ts';
import { readSelectedJobs, readTitles, type SelectedJob } from '../records/job-selection.ts';
import { remove } from './delete-job.ts';
import { oncePerKey } from './once-per-key.ts';
import { queueRunNow } from './queue-run.ts';
import { visibleJob } from './read-jobs.ts';
import { resume } from './resume-job.ts';
import type { Services } from './services.ts';
import { suspend } from './suspend-job.ts';

/** One request works no longer than this and says what is left: a bar can move, and no connection has to hold for minutes. */
const WORK_MS = 2_000;

type Act = Pick<BulkRequest, 'action' | 'missed'>;

/**
 * One act on many jobs, each in a transaction of its own with its own audit record; what the rules refuse is left out and told, with the
 * reason. A dry run tells it before. The jobs are settled by the first request with the key, and the same request again goes on where it
 * stands, so that a lost answer or a crash does nothing twice.
 * Errors: `selection.invalid`, `selection.changed` when a filter finds other jobs than in the dry run, `idempotency.required`,
 * `idempotency.reused`.
 */
export async function bulkJobs(services: Services, actor: Actor, request: BulkRequest, key: string | null): Promise<BulkView> {
  requirePermission(actor, 'jobs.change');
  const { ids, filter } = request.selection;
  if ((ids === undefined) === (filter === undefined)) throw new CodedError('selection.invalid', { field: 'selection', range: ['ids', 'filter'] });
  if (request.dryRun) return inTenant(services.database, actor.tenantId, (tx) => look(tx, actor, request));
  if (key === null) throw new CodedError('idempotency.required', { field: 'idempotency-key' });
  const { dryRun, ...body } = request;
  const { id } = await inTenant(services.database, actor.tenantId, (tx) =>
    oncePerKey(tx, actor, { key, action: 'job.bulk', body }, async () => ({ id: await begin(tx, actor, request), made: true })),
  );
  const until = performance.now() + WORK_MS;
  while ((await dealWithNext(services, actor, id)) && performance.now() < until);
  return inTenant(services.database, actor.tenantId, (tx) => present(tx, actor, id));
}

/** The jobs selected, in order, and how many of those that were named are not there for this actor. */
async function selectedIds(tx: Tx, actor: Actor, { selection }: BulkRequest): Promise<string[]> {
  if (selection.ids) return [...new Set(selection.ids.map((id) => id.toLowerCase()))];
  return findJobs(tx, actor.tenantId, catalogsFor(actor, 'jobs.change'), selection.filter ?? {});
}

async function look(tx: Tx, actor: Actor, request: BulkRequest): Promise<BulkView> {
  const ids = await selectedIds(tx, actor, request);
  const known = request.selection.ids ? await findJobs(tx, actor.tenantId, catalogsFor(actor, 'jobs.change'), {}, ids) : ids;
  const jobs = await readSelectedJobs(tx, actor.tenantId, known);
  let skipped: Skipped = {};
  let suppressedRuns = 0;
  for (const job of jobs) {
    const code = whyNotInBulk(request.action, standingOf(job, request.missed));
    if (code) skipped = withSkipped(skipped, code, job.id);
    else if (request.action === 'resume') suppressedRuns += job.suppressedRuns;
  }
  const there = new Set(known);
  for (const id of ids) if (!there.has(id)) skipped = withSkipped(skipped, 'not_found', id);
  const titles = new Map(jobs.map((job) => [job.id, job.title]));
  const done = ids.length - countOf(skipped);
  return {
    action: request.action,
    dryRun: true,
    total: ids.length,
    done,
    left: 0,
    skipped: told(skipped, titles),
    suppressedRuns,
    fingerprint: fingerprintOf(ids),
  };
}

function standingOf(job: SelectedJob, missed: BulkRequest['missed']) {
  const answer = missed ?? job.missedRuns;
  return { ...job, hasMore: job.nextRunAt !== null || (answer !== 'none' && job.suppressedRuns > 0) };
}

async function begin(tx: Tx, actor: Actor, request: BulkRequest): Promise<string> {
  const jobIds = await selectedIds(tx, actor, request);
  const { fingerprint, selection } = request;
  if (selection.filter && fingerprint === undefined) throw new CodedError('request.invalid', { problems: [{ code: 'field.required', field: 'fingerprint' }] });
  if (fingerprint !== undefined && fingerprint !== fingerprintOf(jobIds)) throw new CodedError('selection.changed', { value: { count: jobIds.length } });
  return insertBulkAct(tx, { tenantId: actor.tenantId, userId: actor.userId, action: request.action, missed: request.missed ?? null, jobIds });
}

/** Deals with the next job; false when there is none. What is refused changes nothing of the job and is noted. */
async function dealWithNext(services: Services, actor: Actor, id: string): Promise<boolean> {
  const { database } = services;
  const { tenantId } = actor;
  let at = -1;
  try {
    return await inTenant(database, tenantId, async (tx) => {
      const act = await lockBulkAct(tx, tenantId, id);
      if (act.jobId === null) return false;
      at = act.position;
      await perform(services, tx, actor, { action: act.action, missed: act.missed ?? undefined }, act.jobId);
      await advanceBulkAct(tx, tenantId, id, { done: true, skipped: act.skipped });
      return true;
    });
  } catch (error) {
    if (!(error instanceof CodedError) || error.code === 'service.unavailable' || at < 0) throw error;
    return inTenant(database, tenantId, async (tx) => {
      const act = await lockBulkAct(tx, tenantId, id);
      // Another request with the same key may have come this far meanwhile.
      if (act.position === at && act.jobId !== null)
        await advanceBulkAct(tx, tenantId, id, { done: false, skipped: withSkipped(act.skipped, error.code, act.jobId) });
      return true;
    });
  }
}

async function perform(services: Services, tx: Tx, actor: Actor, { action, missed }: Act, jobId: string): Promise<void> {
  switch (action) {
    case 'suspend':
      if (!(await suspend(services, tx, actor, jobId))) throw new CodedError('job.suspended_already');
      return;
    case 'resume':
      if (!(await resume(services, tx, actor, jobId, missed))) throw new CodedError('job.active_already');
      return;
    case 'delete':
      return remove(tx, actor, jobId);
    case 'run':
      await visibleJob(tx, actor, jobId, 'jobs.change');
      await queueRunNow(services, tx, actor, jobId, 'run_now');
  }
}

async function present(tx: Tx, actor: Actor, id: string): Promise<BulkView> {
  const act = await readBulkAct(tx, actor.tenantId, id);
  const first = Object.values(act.skipped).flatMap(({ ids }) => ids);
  const visible = await findJobs(tx, actor.tenantId, visibleCatalogs(actor), {}, first);
  return {
    action: act.action,
    dryRun: false,
    total: act.total,
    done: act.done,
    left: act.total - act.position,
    skipped: told(act.skipped, await readTitles(tx, actor.tenantId, visible)),
    suppressedRuns: 0,
    fingerprint: '',
  };
}

function countOf(skipped: Skipped): number {
  return Object.values(skipped).reduce((sum, { count }) => sum + count, 0);
}

/** By reason, with the titles of the first few that the actor may see. */
function told(skipped: Skipped, titles: ReadonlyMap<string, string>): BulkView['skipped'] {
  return Object.entries(skipped)
    .map(([code, { count, ids }]) => {
      const { text, fix } = ERRORS[code as ErrorCode];
      const jobs = ids.flatMap((id) => (titles.has(id) ? [{ id, title: titles.get(id) as string }] : []));
      return { code, text, fix, count, jobs };
    })
    .sort((one, other) => other.count - one.count);
}
