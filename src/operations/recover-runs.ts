import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findOpenRuns } from '../records/run-lease.ts';
import type { Services } from './services.ts';

/**
 * No run is stuck: an open run whose task is gone (the queue gave it up, or lost it) gets a new one. Its claim counts
 * the attempt, so a run that always kills its worker still ends. Returns how many were queued again.
 */
export async function recoverRuns(services: Services): Promise<number> {
  let requeued = 0;
  for (const { tenantId, runId } of await findOpenRuns(services.database)) {
    if (await services.queue.hasTask(runId)) continue;
    await inTenant(services.database, tenantId, async (tx) => {
      await services.queue.sendExecuteRun(tx, { tenantId, runId });
      await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'run.requeued', object: { kind: 'run', id: runId } });
    });
    requeued += 1;
  }
  return requeued;
}
