import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import type { Tx } from '../records/database.ts';
import { type JobPlanRecord, lockJobPlan } from '../records/job-plan.ts';
import { insertPlannedRuns, justRequested, runAhead } from '../records/planned-runs.ts';
import { auditActor } from './actor-of.ts';
import { passTurns } from './give-turns.ts';
import { windowColumns } from './plan-runs.ts';
import type { Services } from './services.ts';

/** Below this a run could fill the disk under the database: it is refused before anything is changed. */
const RESERVE_BYTES = 256 * 1024 ** 2;

/**
 * Makes the run of a job for this very instant and sends its task: one transaction. A since-previous-run job closes the next window
 * of its chain. Errors: `job.in_progress` when the job has a run going or waiting, `job.just_run` when it was asked for less than a minute
 * ago, both with that run, `run.nothing_new` when the window would be empty, `disk.full` when artifacts have no room.
 */
export async function queueRunNow(services: Services, tx: Tx, actor: Actor, jobId: string, trigger: 'start' | 'run_now'): Promise<string> {
  await requireRoom(services);
  const job = (await lockJobPlan(tx, actor.tenantId, jobId)) as JobPlanRecord;
  const ahead = await runAhead(tx, actor.tenantId, jobId);
  if (ahead) throw new CodedError('job.in_progress', { value: { run: ahead } });
  const twin = trigger === 'run_now' ? await justRequested(tx, actor.tenantId, jobId) : null;
  if (twin) throw new CodedError('job.just_run', { value: { run: twin } });
  const now = await databaseNow(tx);
  const window = windowColumns(job, now);
  const [run] = await insertPlannedRuns(tx, actor.tenantId, [{ jobId, scheduledAt: now, status: 'scheduled', trigger, ...window }]);
  if (!run) throw new CodedError('job.in_progress');
  await recordAct(tx, {
    tenantId: actor.tenantId,
    actor: auditActor(actor),
    action: 'run.requested',
    object: { kind: 'run', id: run.id },
    detail: { trigger },
  });
  const [turn] = await passTurns(services, tx, actor.tenantId, [jobId]);
  if (turn?.status !== 'queued') throw new CodedError('run.nothing_new', { value: { exportedUpTo: job.chainEdge, settledUpTo: window.windowTo } });
  return run.id;
}

/** Error: `disk.full`. */
export async function requireRoom(services: Services): Promise<void> {
  const free = await services.storage.freeBytes();
  if (free < RESERVE_BYTES) throw new CodedError('disk.full', { value: `${free} bytes free`, range: `at least ${RESERVE_BYTES} bytes` });
}
