import type { JobView } from '../contract/job.ts';
import type { JobDraft } from '../domain/job-draft.ts';
import { whyNotEdit } from '../domain/job-rules.ts';
import { type JobRun, nextRunOf, repeats } from '../domain/job-run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { type ChainRecord, moveBeginning, readChain, startChain } from '../records/chains.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { type JobRecord, updateJob } from '../records/jobs.ts';
import { forgetSuppressed, hasRunAhead } from '../records/planned-runs.ts';
import { auditActor } from './actor-of.ts';
import { checkDraft, dataFromOf } from './check-draft.ts';
import { startsImmediately } from './create-job.ts';
import { planUpToNow } from './plan-runs.ts';
import { queueRunNow } from './queue-run.ts';
import { presentStoredJob, standingOf, visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Gives a job new settings. What came due before is planned with the old ones, what is going or waiting keeps them; the schedule goes
 * on from now. The chain goes on too, unless another source, type, entity types or Data from make it another.
 * Errors: `not_found`, `version.required`, `version.mismatch`, `job.already_submitted`, those of creating a job.
 */
export async function editJob(services: Services, actor: Actor, id: string, version: number | null, input: unknown): Promise<JobView> {
  requirePermission(actor, 'jobs.change');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    await visibleJob(tx, actor, id);
    const planned = await planUpToNow(services, tx, tenantId, id);
    const job = await visibleJob(tx, actor, id);
    if (version === null) throw new CodedError('version.required');
    if (version !== job.version) throw new CodedError('version.mismatch', { value: version, range: job.version });
    const refusal = whyNotEdit(standingOf(job));
    if (refusal) throw new CodedError(refusal);
    const { draft, sourceId, notes } = await checkDraft(services, tx, actor, input, job);
    const immediate = startsImmediately(draft.run);
    if (immediate && (await hasRunAhead(tx, tenantId, id))) throw new CodedError('job.in_progress');
    const plannedUntil = planned?.plannedUntil ?? job.createdAt;
    const next = nextRunOf(draft.run, draft.timeZone, plannedUntil.getTime());
    const entityTypes = draft.entityTypes === 'all' ? null : draft.entityTypes;
    await updateJob(tx, tenantId, id, {
      title: draft.title,
      description: draft.description ?? '',
      sourceId,
      type: draft.type,
      entityTypes,
      run: draft.run,
      timeZone: draft.timeZone,
      dateRange: draft.range,
      missedRuns: draft.missedRuns,
      recipients: draft.recipients,
      submitted: immediate,
      plannedUntil,
      nextRunAt: next && new Date(next.instant),
    });
    // Runs that a suspension suppressed belong to the schedule of before; a job that runs once has only the new one.
    if (!repeats(draft.run) && !isSameDate(draft.run, job.run)) await forgetSuppressed(tx, tenantId, id);
    await continueChain(tx, job, draft, sourceId, tenantId);
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'job.edited', object: { kind: 'job', id }, detail: { version: version + 1 } });
    if (immediate) await queueRunNow(services, tx, actor, id, 'start');
    return { ...(await presentStoredJob(tx, actor, id)), notes };
  });
}

function isSameDate(one: JobRun, other: JobRun): boolean {
  return 'at' in one && 'at' in other && Date.parse(one.at) === Date.parse(other.at);
}

/** Goes on with the job's chain, or begins another; one that is not needed just now is kept, in case the job comes back to it. */
async function continueChain(tx: Tx, job: JobRecord, draft: JobDraft, sourceId: string, tenantId: string): Promise<void> {
  if (draft.range.kind !== 'since_previous') return;
  const settings = { sourceId, type: draft.type, entityTypes: draft.entityTypes, begins: draft.range.dataFrom };
  const chain = job.chainId === null ? null : await readChain(tx, tenantId, job.chainId);
  if (goesOn(chain, settings)) {
    // Its beginning is the start of the job, which the edit may have moved; what is published stays published.
    if (settings.begins === 'start') await moveBeginning(tx, tenantId, chain.id, dataFromOf(draft));
    return;
  }
  const entityTypes = draft.entityTypes === 'all' ? null : draft.entityTypes;
  await startChain(tx, { ...settings, tenantId, jobId: job.id, entityTypes, dataFrom: dataFromOf(draft) });
}

/** What a chain is about, as settings say it. */
export interface Chained {
  readonly sourceId: string;
  readonly type: string;
  readonly entityTypes: 'all' | readonly string[];
  /** "Data from" of the settings. */
  readonly begins: string;
}

/** Whether the chain is about the very data of the settings, so that it goes on. */
export function goesOn(chain: ChainRecord | null, settings: Chained): chain is ChainRecord {
  if (!chain || chain.sourceId !== settings.sourceId || chain.type !== settings.type || chain.begins !== settings.begins) return false;
  const names = (entityTypes: readonly string[] | null) => (entityTypes ? [...entityTypes].sort().join() : 'all');
  return names(chain.entityTypes) === names(settings.entityTypes === 'all' ? null : settings.entityTypes);
}
