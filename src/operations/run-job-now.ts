import type { RunView } from '../contract/run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { inTenant } from '../records/database.ts';
import { queueRunNow } from './queue-run.ts';
import { visibleJob } from './read-jobs.ts';
import { presentStoredRun } from './read-runs.ts';
import type { Services } from './services.ts';

/** Runs a job now, beside its schedule. Errors: `not_found`, `job.in_progress`, `run.nothing_new`, `disk.full`. */
export async function runJobNow(services: Services, actor: Actor, id: string): Promise<RunView> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    await visibleJob(tx, actor, id);
    return presentStoredRun(tx, actor, await queueRunNow(services, tx, actor, id, 'run_now'));
  });
}
