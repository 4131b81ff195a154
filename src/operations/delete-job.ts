import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { deleteJob } from '../records/jobs.ts';
import { auditActor } from './actor-of.ts';
import { visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/** Deletes a job; its runs and artifacts stay. Errors: `not_found`, `job.in_progress` with the run's id. */
export async function removeJob(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'jobs.change');
  await inTenant(services.database, actor.tenantId, (tx) => remove(tx, actor, id));
}

/** Part of a transaction. */
export async function remove(tx: Tx, actor: Actor, id: string): Promise<void> {
  await visibleJob(tx, actor, id, 'jobs.change');
  await lockJob(tx, actor.tenantId, id);
  const openRun = await deleteJob(tx, actor.tenantId, id);
  if (openRun) throw new CodedError('job.in_progress', { value: { run: openRun } });
  await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'job.deleted', object: { kind: 'job', id } });
}
