import type { RunView } from '../contract/run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { inTenant } from '../records/database.ts';
import { oncePerKey } from './once-per-key.ts';
import { queueRunNow } from './queue-run.ts';
import { visibleJob } from './read-jobs.ts';
import { presentStoredRun } from './read-runs.ts';
import type { Services } from './services.ts';

/**
 * Runs a job now, beside its schedule. It cannot fire twice: a repeated request with the same key gives the run made by the first; a
 * second wish by anybody finds the run in progress, or for a minute the one that was made.
 * Errors: `not_found`, `job.in_progress`, `job.just_run`, `run.nothing_new`, `disk.full`, `idempotency.reused`.
 */
export async function runJobNow(services: Services, actor: Actor, id: string, key: string | null = null): Promise<RunView> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    await visibleJob(tx, actor, id, 'jobs.change');
    const run = await oncePerKey(tx, actor, { key, action: 'job.run', body: { id } }, async () => ({
      id: await queueRunNow(services, tx, actor, id, 'run_now'),
      made: true,
    }));
    return presentStoredRun(tx, actor, run.id);
  });
}
