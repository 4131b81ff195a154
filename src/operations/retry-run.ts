import type { RunView } from '../contract/run.ts';
import { repeats } from '../domain/job-run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { isOpen, whyNotRetry } from '../domain/run-rules.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { type JobRecord, markSubmitted } from '../records/jobs.ts';
import { endWait, reopenRun } from '../records/run-changes.ts';
import { announceRun, type RunRecord } from '../records/runs.ts';
import { auditActor } from './actor-of.ts';
import { requireStillOpen } from './fill-coverage.ts';
import { passTurns } from './give-turns.ts';
import { requireRoom } from './queue-run.ts';
import { visibleJob } from './read-jobs.ts';
import { standingOfRun } from './present.ts';
import { presentStoredRun, visibleRun } from './read-runs.ts';
import type { Services } from './services.ts';

/**
 * Makes a run that failed, was cancelled, missed or suppressed again: the same run, for the same window, with the recipients its job
 * has now (decision 0013). `seen` is how often it had been retried when the person decided: a second click of the same decision
 * changes nothing. One that waits to be tried again by itself is tried now.
 * Errors: `not_found`; `run.in_progress`, `run.not_retryable`, `run.job_deleted`; `run.covered`, `run.covered_ahead`, `run.settings_changed`
 * and `coverage.changed` when it would publish time twice; `disk.full`.
 */
export async function retryRun(services: Services, actor: Actor, id: string, seen?: number): Promise<RunView> {
  requirePermission(actor, 'runs.retry');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const { jobId } = await visibleRun(tx, actor, id, 'runs.retry');
    if (jobId) await lockJob(tx, tenantId, jobId);
    // Read after the lock is held: what another click did meanwhile is seen.
    const run = await visibleRun(tx, actor, id);
    if (seen !== undefined && run.retries > seen) return presentStoredRun(tx, actor, id);
    const refusal = whyNotRetry(standingOfRun(run));
    if (refusal) throw new CodedError(refusal, isOpen(run.status) || refusal === 'run.not_retryable' ? { value: run.status } : {});
    await requireRoom(services);
    if (run.retryAt !== null) return tryNow(services, tx, actor, run);
    const job = await visibleJob(tx, actor, jobId as string);
    await requireUncovered(services, tx, actor, run, job);
    await reopenRun(tx, tenantId, id);
    // A job that runs once has started with it, as when it is resumed.
    if (!repeats(job.run) && job.submittedAt === null && job.nextRunAt === null) await markSubmitted(tx, tenantId, job.id);
    await recordAct(tx, {
      tenantId,
      actor: auditActor(actor),
      action: 'run.retried',
      object: { kind: 'run', id },
      detail: { after: run.status, attempts: run.attempt },
    });
    await announceRun(tx, tenantId, id);
    await passTurns(services, tx, tenantId, [job.id]);
    return presentStoredRun(tx, actor, id);
  });
}

/** What waits to be tried again by itself goes to the workers now. */
async function tryNow(services: Services, tx: Tx, actor: Actor, { id, attempt }: RunRecord): Promise<RunView> {
  const { tenantId } = actor;
  await endWait(tx, tenantId, id);
  await services.queue.sendExecuteRun(tx, { tenantId, runId: id });
  await recordAct(tx, {
    tenantId,
    actor: auditActor(actor),
    action: 'run.retried',
    object: { kind: 'run', id },
    detail: { after: 'queued', attempts: attempt },
  });
  await announceRun(tx, tenantId, id);
  return presentStoredRun(tx, actor, id);
}

/** Outside a chain, what fills a gap must still be a gap, and what a chain has published or will publish is not published beside it. */
async function requireUncovered(services: Services, tx: Tx, actor: Actor, run: RunRecord, job: JobRecord): Promise<void> {
  if (run.chainId !== null || (run.trigger !== 'backfill' && job.dateRange.kind !== 'since_previous')) return;
  const { windowFrom: from, windowTo: to } = run;
  if (from === null || to === null) throw new CodedError('run.settings_changed');
  const ground = { id: job.id, sourceId: run.sourceId, catalog: run.catalog, type: run.type, entityTypes: run.entityTypes };
  await requireStillOpen(services, tx, actor, ground, [{ from, to }]);
}
