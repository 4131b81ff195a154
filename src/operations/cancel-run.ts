import type { RunView } from '../contract/run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { announceRun, requestCancel } from '../records/runs.ts';
import { auditActor } from './actor-of.ts';
import { passTurns } from './give-turns.ts';
import { presentStoredRun, visibleRun } from './read-runs.ts';
import type { Services } from './services.ts';

/** Cancels a run: a queued one at once, a running one within seconds. Errors: `not_found`, `run.not_cancellable`. */
export async function cancelRun(services: Services, actor: Actor, id: string): Promise<RunView> {
  requirePermission(actor, 'runs.cancel');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const run = await visibleRun(tx, actor, id, 'runs.cancel');
    if (run.jobId) await lockJob(tx, actor.tenantId, run.jobId);
    const done = await requestCancel(tx, actor.tenantId, id);
    if (!done) throw new CodedError('run.not_cancellable');
    await recordAct(tx, {
      tenantId: actor.tenantId,
      actor: auditActor(actor),
      action: done === 'cancelled' ? 'run.cancelled' : 'run.cancel_requested',
      object: { kind: 'run', id },
    });
    await announceRun(tx, actor.tenantId, id);
    if (run.jobId && done === 'cancelled') await passTurns(services, tx, actor.tenantId, [run.jobId]);
    return presentStoredRun(tx, actor, id);
  });
}
