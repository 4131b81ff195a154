import type { JobView } from '../contract/job.ts';
import { dataFromOf } from '../domain/chain.ts';
import { startsImmediately } from '../domain/job-run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { startChain } from '../records/chains.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { countJobs, insertJob } from '../records/jobs.ts';
import { readTenant } from '../records/tenants.ts';
import { auditActor } from './actor-of.ts';
import { type CheckedDraft, checkDraft, settingsOf } from './check-draft.ts';
import { oncePerKey } from './once-per-key.ts';
import { queueRunNow } from './queue-run.ts';
import { presentStoredJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Stores a job. One that starts immediately is submitted, suspended and its run queued in the same transaction; every other is active
 * and its first run planned. A repeated request with the same key gives the job made by the first.
 * Errors: `request.invalid` with all problems, `certificate.none`, `quota.jobs`, `idempotency.reused`, `disk.full`.
 */
export async function createJob(services: Services, actor: Actor, input: unknown, idempotencyKey: string | null): Promise<JobView> {
  requirePermission(actor, 'jobs.create');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const { id, made } = await oncePerKey(tx, actor, { key: idempotencyKey, action: 'job.create', body: input }, async () => {
      const { jobId, notes } = await storeJob(services, tx, actor, input);
      return { id: jobId, made: notes };
    });
    const job = await presentStoredJob(tx, actor, id);
    return made === null ? job : { ...job, notes: made };
  });
}

async function storeJob(services: Services, tx: Tx, actor: Actor, input: unknown): Promise<{ jobId: string; notes: CheckedDraft['notes'] }> {
  const { tenantId } = actor;
  const checked = await checkDraft(services, tx, actor, input);
  const { jobQuota } = await readTenant(tx, tenantId);
  if ((await countJobs(tx, tenantId)) >= jobQuota) throw new CodedError('quota.jobs', { range: jobQuota });
  const { draft, sourceId, notes } = checked;
  // Planned up to the instant that its next run is reckoned from: an occurrence in between would be lost.
  const settings = settingsOf(checked, checked.now);
  const jobId = await insertJob(tx, { tenantId, userId: actor.userId, ...settings });
  if (draft.range.kind === 'since_previous') {
    const { type, entityTypes } = settings;
    await startChain(tx, { tenantId, jobId, sourceId, type, entityTypes, begins: draft.range.dataFrom, dataFrom: dataFromOf(draft) });
  }
  await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'job.created', object: { kind: 'job', id: jobId } });
  if (startsImmediately(draft.run)) await queueRunNow(services, tx, actor, jobId, 'start');
  return { jobId, notes };
}
