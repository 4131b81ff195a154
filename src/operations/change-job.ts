import type { RunView } from '../contract/run.ts';
import type { DateRange } from '../domain/date-range.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { deleteJob, lockJob } from '../records/jobs.ts';
import { auditActor } from './actor-of.ts';
import { queueRun } from './queue-run.ts';
import { visibleJob } from './read-jobs.ts';
import { presentStoredRun } from './read-runs.ts';
import type { Services } from './services.ts';

/** The rules of jobs that run once, immediately: stored suspended, never resumable, never editable (product.md section 2). */

/** Always refuses by now: every job there is was submitted when it was made. Errors: `not_found`, version ones, `job.already_submitted`. */
export async function editJob(services: Services, actor: Actor, id: string, version: number | null): Promise<never> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const job = await visibleJob(tx, actor, id);
    if (version === null) throw new CodedError('version.required');
    if (version !== job.version) throw new CodedError('version.mismatch', { value: version, range: job.version });
    throw new CodedError('job.already_submitted');
  });
}

/** Always refuses by now. Errors: `not_found`, `job.not_resumable`. */
export async function resumeJob(services: Services, actor: Actor, id: string): Promise<never> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    await visibleJob(tx, actor, id);
    throw new CodedError('job.not_resumable');
  });
}

/** Deletes a job; its runs and artifacts stay. Errors: `not_found`, `job.in_progress` with the run's id. */
export async function removeJob(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'jobs.change');
  await inTenant(services.database, actor.tenantId, async (tx) => {
    await visibleJob(tx, actor, id);
    await lockJob(tx, actor.tenantId, id);
    const openRun = await deleteJob(tx, actor.tenantId, id);
    if (openRun) throw new CodedError('job.in_progress', { value: { run: openRun } });
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'job.deleted', object: { kind: 'job', id } });
  });
}

/** Runs a job again, now. Errors: `not_found`, `job.in_progress`. */
export async function runJobNow(services: Services, actor: Actor, id: string): Promise<RunView> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const job = await visibleJob(tx, actor, id);
    await lockJob(tx, actor.tenantId, id);
    const runId = await queueRun(services, tx, actor, {
      jobId: id,
      sourceId: job.sourceId,
      sourceName: job.sourceName,
      trigger: 'run_now',
      draft: {
        title: job.title,
        type: job.type,
        entityTypes: job.entityTypes ?? 'all',
        range: job.dateRange as DateRange,
        recipients: job.recipients.map((one) => one.id),
      },
    });
    return presentStoredRun(tx, actor, runId);
  });
}
