import { recordActs } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findOpenRuns } from '../records/run-lease.ts';
import type { Services } from './services.ts';

/**
 * No run is stuck: an open run whose task is gone (the queue gave it up, or lost it) gets a new one. Its claim counts
 * the attempt, so a run that always kills its worker still ends. `only`: of these runs. Returns how many were queued again.
 */
export async function recoverRuns(services: Services, only?: ReadonlySet<string>): Promise<number> {
  const open = await findOpenRuns(services.database);
  if (open.length === 0) return 0;
  // Asked afterwards: a run that ends in between is given a task that finds nothing to do.
  const live = await services.queue.liveRuns();
  const lost = open.filter((run) => !live.has(run.runId) && (only?.has(run.runId) ?? true));
  for (const tenantId of new Set(lost.map((run) => run.tenantId))) {
    const runs = lost.filter((run) => run.tenantId === tenantId);
    await inTenant(services.database, tenantId, async (tx) => {
      await services.queue.sendExecuteRun(tx, ...runs);
      await recordActs(
        tx,
        runs.map(({ runId }) => ({ tenantId, actor: { kind: 'system' }, action: 'run.requeued', object: { kind: 'run', id: runId } })),
      );
    });
  }
  return lost.length;
}
