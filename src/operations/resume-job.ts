import type { JobView } from '../contract/job.ts';
import { whyNotResume } from '../domain/job-rules.ts';
import { MISSED_RUNS, type MissedRuns, repeats } from '../domain/job-run.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { type JobRecord, markSubmitted, setJobState } from '../records/jobs.ts';
import { lockJobPlan } from '../records/job-plan.ts';
import { insertPlannedRuns, listSuppressed, type PlannedRunRow } from '../records/planned-runs.ts';
import { announceRuns } from '../records/runs.ts';
import { auditActor } from './actor-of.ts';
import { passTurns } from './give-turns.ts';
import { planUpToNow, windowColumns } from './plan-runs.ts';
import { presentStoredJob, standingOf, visibleJob } from './read-jobs.ts';
import type { Services } from './services.ts';

/**
 * Resumes a suspended job. `missed` says which of the runs that the suspension suppressed run now: all, the latest, or none; the job's
 * own policy when left out. An active job stays as it is.
 * Errors: `not_found`, `missed_runs.invalid`, `job.not_resumable` (it ran once), `job.ended` (its schedule is over and nothing is to be run).
 */
export async function resumeJob(services: Services, actor: Actor, id: string, missed?: string): Promise<JobView> {
  requirePermission(actor, 'jobs.change');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    await resume(services, tx, actor, id, missed);
    return presentStoredJob(tx, actor, id);
  });
}

/** Part of a transaction. False when the job is active already. */
export async function resume(services: Services, tx: Tx, actor: Actor, id: string, missed?: string): Promise<boolean> {
  await visibleJob(tx, actor, id, 'jobs.change');
  await planUpToNow(services, tx, actor.tenantId, id);
  const job = await visibleJob(tx, actor, id);
  const answer = answerOf(job, missed);
  const refusal = whyNotResume(standingOf(job, answer));
  // With the job's own policy nothing would run; the other answers would.
  if (refusal === 'job.ended' && missed === undefined && job.suppressedRuns > 0)
    throw new CodedError('missed_runs.invalid', { field: 'missed', range: ['all', 'latest'] });
  if (refusal) throw new CodedError(refusal);
  if (job.state === 'active') return false;
  await activate(services, tx, actor, job, answer);
  return true;
}

function answerOf(job: JobRecord, missed: string | undefined): MissedRuns {
  const answer = MISSED_RUNS.find((one) => one === (missed ?? job.missedRuns));
  if (!answer) throw new CodedError('missed_runs.invalid', { field: 'missed', value: missed, range: MISSED_RUNS });
  return answer;
}

async function activate(services: Services, tx: Tx, actor: Actor, job: JobRecord, answer: MissedRuns): Promise<void> {
  const { tenantId } = actor;
  const released = answer === 'none' ? [] : await release(tx, tenantId, job.id, answer);
  // A job that runs once starts with the run that was suppressed, and is suspended from then on; unless its own date is still to come.
  if (!repeats(job.run) && released.length > 0 && job.nextRunAt === null) await markSubmitted(tx, tenantId, job.id);
  else await setJobState(tx, tenantId, job.id, 'active');
  await recordAct(tx, {
    tenantId,
    actor: auditActor(actor),
    action: 'job.resumed',
    object: { kind: 'job', id: job.id },
    detail: { missed: answer, runs: released.length },
  });
  await announceRuns(
    tx,
    tenantId,
    released.map((run) => run.id),
  );
  await passTurns(services, tx, tenantId, [job.id]);
}

/** The runs that were suppressed, made again with the settings of now: an edit meanwhile may have changed recipients or data. */
async function release(tx: Tx, tenantId: string, jobId: string, which: 'all' | 'latest'): Promise<PlannedRunRow[]> {
  const plan = await lockJobPlan(tx, tenantId, jobId);
  if (!plan) return [];
  const instants = await listSuppressed(tx, tenantId, jobId, which);
  return insertPlannedRuns(
    tx,
    tenantId,
    instants.map((at) => ({ jobId, scheduledAt: at.toISOString(), status: 'scheduled', trigger: 'resume', ...windowColumns(plan, at) })),
  );
}
