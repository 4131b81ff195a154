import { createHash } from 'node:crypto';
import type { JobView } from '../contract/job.ts';
import { type JobDraft, parseJobDraft } from '../domain/job-draft.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { listCertificates } from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { countJobs, insertIdempotencyKey, insertJob, readIdempotencyKey } from '../records/jobs.ts';
import { readTenant } from '../records/people.ts';
import { listSources } from '../records/sources.ts';
import { auditActor } from './actor-of.ts';
import { presentStoredJob } from './read-jobs.ts';
import { queueRun } from './queue-run.ts';
import type { Services } from './services.ts';

/**
 * Stores a once-immediate job and queues its run, in one transaction. A repeated request with the same key gives the
 * job made by the first. Errors: `request.invalid` with all problems, `certificate.none`, `quota.jobs`, `idempotency.reused`.
 */
export async function createJob(services: Services, actor: Actor, input: unknown, idempotencyKey: string | null): Promise<JobView> {
  requirePermission(actor, 'jobs.create');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const bodyHash = createHash('sha256')
      .update(JSON.stringify(input) ?? '')
      .digest();
    if (idempotencyKey !== null) {
      const known = await readIdempotencyKey(tx, actor.tenantId, actor.userId, idempotencyKey);
      if (known && !known.bodyHash.equals(bodyHash)) throw new CodedError('idempotency.reused');
      if (known) return presentStoredJob(tx, actor, known.jobId);
    }
    const { draft, sourceId, sourceName } = await checkDraft(services, tx, actor, input);
    const jobId = await insertJob(tx, {
      tenantId: actor.tenantId,
      userId: actor.userId,
      title: draft.title,
      description: draft.description ?? '',
      sourceId,
      type: draft.type,
      entityTypes: draft.entityTypes === 'all' ? null : draft.entityTypes,
      run: draft.run,
      dateRange: draft.range,
      recipients: draft.recipients,
    });
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'job.created', object: { kind: 'job', id: jobId } });
    await queueRun(services, tx, actor, { jobId, draft, sourceId, sourceName, trigger: 'start' });
    if (idempotencyKey !== null) await insertIdempotencyKey(tx, { tenantId: actor.tenantId, userId: actor.userId, key: idempotencyKey, bodyHash, jobId });
    return presentStoredJob(tx, actor, jobId);
  });
}

async function checkDraft(services: Services, tx: Tx, actor: Actor, input: unknown): Promise<{ draft: JobDraft; sourceId: string; sourceName: string }> {
  const sources = (await listSources(tx, actor.tenantId)).filter((one) => may(actor, 'jobs.create', one.catalog));
  const certificates = await listCertificates(tx, actor.tenantId);
  const draft = parseJobDraft(input, {
    now: new Date(await databaseNow(tx)),
    sources: sources.map((one) => ({ name: one.name, types: services.connectors.describe(one.catalog) })),
    certificateIds: certificates.map((one) => one.id),
  });
  const chosen = certificates.filter((one) => draft.recipients.includes(one.id));
  if (chosen.every((one) => one.notAfter <= one.readAt)) throw new CodedError('certificate.none');
  const { jobQuota } = await readTenant(tx, actor.tenantId);
  if ((await countJobs(tx, actor.tenantId)) >= jobQuota) throw new CodedError('quota.jobs', { range: jobQuota });
  const source = sources.find((one) => one.name === draft.source);
  if (!source) throw new CodedError('source.unknown');
  return { draft, sourceId: source.id, sourceName: source.name };
}
