import type { JobView } from '../contract/job.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { recordAct, recordActs } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { setJobState } from '../records/jobs.ts';
import { suppressWaiting } from '../records/planned-runs.ts';
import { announceRuns } from '../records/runs.ts';
import { auditActor } from './actor-of.ts';
import { planUpToNow } from './plan-runs.ts';
import { presentStoredJob, visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Suspends a job: from now on its occurrences are suppressed, and so are runs that wait for their turn; one that is going goes on.
 * The edge of its chain stays, so no data is skipped. A suspended job stays as it is. Error: `not_found`.
 */
export async function suspendJob(services: Services, actor: Actor, id: string): Promise<JobView> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    await suspend(services, tx, actor, id);
    return presentStoredJob(tx, actor, id);
  });
}

/** Part of a transaction. False when the job is suspended already. */
export async function suspend(services: Services, tx: Tx, actor: Actor, id: string): Promise<boolean> {
  const { tenantId } = actor;
  await visibleJob(tx, actor, id, 'jobs.change');
  const job = await planUpToNow(services, tx, tenantId, id);
  if (job?.state !== 'active') return false;
  await setJobState(tx, tenantId, id, 'suspended');
  const suppressed = await suppressWaiting(tx, tenantId, id);
  await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'job.suspended', object: { kind: 'job', id } });
  await recordActs(
    tx,
    suppressed.map((run) => ({ tenantId, actor: auditActor(actor), action: 'run.suppressed', object: { kind: 'run', id: run } })),
  );
  await announceRuns(tx, tenantId, suppressed);
  return true;
}
