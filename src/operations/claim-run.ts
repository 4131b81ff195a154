import { hostname } from 'node:os';
import { MOST_CRASHES, type TakenRun } from '../queue/index.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { lockJob } from '../records/job-plan.ts';
import { type Claim, claimRun, endRun } from '../records/run-lease.ts';
import { announceRun, readJobOfRun, readRun, readRunStatus, type RunRecord } from '../records/runs.ts';
import { passTurns } from './give-turns.ts';
import { removeAttempt } from './remove-attempt.ts';
import type { Services } from './services.ts';

/** Which process works on a run: the machine and the process id. */
const WORKER = `${hostname()} ${process.pid}`;

/**
 * Takes a run for this worker: the attempt is counted here, so a run that kills its worker cannot go round for ever;
 * after 5 crashed attempts it is put in quarantine: it ends as failed, and only a person starts it again, with 5 of its own.
 * Null when there is nothing to do: the run has ended, or was given up just now.
 */
export async function claim(services: Services, task: TakenRun): Promise<{ run: RunRecord; lease: Claim } | null> {
  const claimed = await inTenant(services.database, task.tenantId, async (tx) => {
    const jobId = await readJobOfRun(tx, task.tenantId, task.runId);
    // Before the run's own lock: this may end the run and give another one its turn.
    if (jobId) await lockJob(tx, task.tenantId, jobId);
    const going = (await readRunStatus(tx, task.tenantId, task.runId)) === 'running';
    if (!(await services.queue.mayTake(tx, task, going))) return null;
    const lease = await claimRun(tx, task.tenantId, task.runId, WORKER);
    if (!lease) return null;
    const run = await readRun(tx, task.tenantId, task.runId);
    if (!run) return null;
    const givenUp = lease.crashes >= MOST_CRASHES;
    const cancelled = run.cancelRequestedAt !== null;
    if (givenUp) await endRun(tx, lease, { status: 'failed', errorCode: 'run.quarantined', errorValue: { attempts: MOST_CRASHES } });
    else if (cancelled) await endRun(tx, lease, { status: 'cancelled', errorCode: 'run.cancelled' });
    await recordAct(tx, {
      tenantId: task.tenantId,
      actor: { kind: 'system' },
      action: givenUp ? 'run.failed' : cancelled ? 'run.cancelled' : 'run.started',
      object: { kind: 'run', id: task.runId },
      detail: { attempt: lease.attempt },
    });
    await announceRun(tx, task.tenantId, task.runId);
    if (jobId && (givenUp || cancelled)) await passTurns(services, tx, task.tenantId, [jobId]);
    return { run, lease, over: givenUp || cancelled };
  });
  if (!claimed) return null;
  if (!claimed.over) return claimed;
  // What cannot be removed now is an orphan that the sweep finds.
  await removeEarlierAttempts(services, claimed.lease).catch(() => {});
  return null;
}

/** What earlier attempts left in storage. Errors: `storage.*`. */
export async function removeEarlierAttempts(services: Services, { tenantId, runId, attempt: now }: Claim): Promise<void> {
  for (let attempt = 1; attempt < now; attempt++) await removeAttempt(services.storage, tenantId, runId, attempt);
}
