import type { JobView } from '../contract/job.ts';
import { dataFromOf, isSameSubject } from '../domain/chain.ts';
import type { JobDraft } from '../domain/job-draft.ts';
import { whyNotEdit } from '../domain/job-rules.ts';
import { type JobRun, repeats, startsImmediately } from '../domain/job-run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { moveBeginning, readChain, startChain } from '../records/chains.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { type JobRecord, updateJob } from '../records/jobs.ts';
import { forgetSuppressed, runAhead } from '../records/planned-runs.ts';
import { auditActor } from './actor-of.ts';
import { checkDraft, settingsOf } from './check-draft.ts';
import { tellOfRecipients } from './notices.ts';
import { planUpToNow } from './plan-runs.ts';
import { queueRunNow } from './queue-run.ts';
import { presentStoredJob, standingOf, visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Gives a job new settings. What came due before is planned with the old ones, what is going or waiting keeps them; the schedule goes
 * on from now. The chain goes on too, unless another source, type, entity types or Data from make it another.
 * Who shall be able to read the files changes only by somebody who just proved who they are.
 * Errors: `not_found`, `version.required`, `version.mismatch`, `job.already_submitted`, `sign_in.fresh_required`, those of creating a job.
 */
export async function editJob(services: Services, actor: Actor, id: string, version: number | null, input: unknown): Promise<JobView> {
  requirePermission(actor, 'jobs.change');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    await visibleJob(tx, actor, id, 'jobs.change');
    const planned = await planUpToNow(services, tx, tenantId, id);
    const job = await visibleJob(tx, actor, id);
    if (version === null) throw new CodedError('version.required');
    if (version !== job.version) throw new CodedError('version.mismatch', { value: version, range: job.version });
    const refusal = whyNotEdit(standingOf(job));
    if (refusal) throw new CodedError(refusal);
    const checked = await checkDraft(services, tx, actor, input, job);
    const { draft, sourceId, notes } = checked;
    if (
      !isSameSet(
        draft.recipients,
        job.recipients.map((one) => one.id),
      )
    )
      requireFresh(actor);
    if (startsImmediately(draft.run) && (await runAhead(tx, tenantId, id))) throw new CodedError('job.in_progress');
    await updateJob(tx, tenantId, id, settingsOf(checked, planned?.plannedUntil ?? checked.now));
    // Runs that a suspension suppressed belong to the schedule of before; a job that runs once has only the new one.
    if (!repeats(draft.run) && !isSameDate(draft.run, job.run)) await forgetSuppressed(tx, tenantId, id);
    await continueChain(tx, job, draft, sourceId, tenantId);
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'job.edited', object: { kind: 'job', id }, detail: { version: version + 1 } });
    const [before, after] = [job.recipients.map((one) => one.id), draft.recipients];
    await tellOfRecipients(services, tx, { tenantId, jobId: id, title: draft.title, by: actor.userName, version: version + 1, before, after });
    if (startsImmediately(draft.run)) await queueRunNow(services, tx, actor, id, 'start');
    return { ...(await presentStoredJob(tx, actor, id)), notes };
  });
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return new Set([...some, ...others]).size === new Set(some).size && new Set(some).size === new Set(others).size;
}

function isSameDate(one: JobRun, other: JobRun): boolean {
  return 'at' in one && 'at' in other && Date.parse(one.at) === Date.parse(other.at);
}

/** Goes on with the job's chain, or begins another; one that is not needed just now is kept, in case the job comes back to it. */
async function continueChain(tx: Tx, job: JobRecord, draft: JobDraft, sourceId: string, tenantId: string): Promise<void> {
  if (draft.range.kind !== 'since_previous') return;
  const entityTypes = draft.entityTypes === 'all' ? null : draft.entityTypes;
  const subject = { sourceId, type: draft.type, entityTypes, begins: draft.range.dataFrom };
  const chain = job.chainId === null ? null : await readChain(tx, tenantId, job.chainId);
  if (chain && isSameSubject(chain, subject)) {
    // Its beginning is the start of the job, which the edit may have moved; what is published stays published.
    if (subject.begins === 'start') await moveBeginning(tx, tenantId, chain.id, dataFromOf(draft));
    return;
  }
  await startChain(tx, { ...subject, tenantId, jobId: job.id, dataFrom: dataFromOf(draft) });
}
