import { type Actor, requirePermission } from '../domain/permission.ts';
import { whyNotDelete } from '../domain/run-rules.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { hideRun } from '../records/run-changes.ts';
import { announceRun } from '../records/runs.ts';
import { auditActor } from './actor-of.ts';
import { visibleRun } from './read-runs.ts';
import type { Services } from './services.ts';

/**
 * Takes a run that has ended out of History. Its row stays for the plan and for coverage, and its files stay under Artifacts.
 * Errors: `not_found`, `run.in_progress`.
 */
export async function removeRun(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'runs.delete');
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    const { jobId } = await visibleRun(tx, actor, id, 'runs.delete');
    // As all that end or change runs of a job: it may be publishing another of them just now.
    if (jobId) await lockJob(tx, tenantId, jobId);
    const run = await visibleRun(tx, actor, id);
    const refusal = whyNotDelete(run.status);
    if (refusal) throw new CodedError(refusal, { value: run.status });
    // Of a job that was deleted nothing is locked: another may have deleted the run too.
    if (!(await hideRun(tx, tenantId, id))) throw new CodedError('run.in_progress');
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'run.deleted', object: { kind: 'run', id }, detail: { status: run.status } });
    await announceRun(tx, tenantId, id);
  });
}
