import { secondsToRetry } from '../domain/run-retry.ts';
import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { outcomesSince, type PhaseTime } from '../records/run-attempts.ts';
import { type Claim, endRun, isCancelWished, postponeRun, releaseRun } from '../records/run-lease.ts';
import { lockJob } from '../records/job-plan.ts';
import { announceRun } from '../records/runs.ts';
import { passTurns } from './give-turns.ts';
import { tellOfRun } from './notices.ts';
import { planFromNow } from './plan-runs.ts';
import type { Services } from './services.ts';

/**
 * Ends an attempt that did not succeed, with its plain cause. A lost lease changes nothing: the run is another worker's.
 * A run that UDM's own stop interrupted goes back to the queue, and the attempt does not count. With a temporary cause the
 * run waits and is tried again by itself, as often as the settings say; else it ends. An error that leaves here fails the
 * task, which the queue gives out again.
 */
export async function endUnsuccessfully(services: Services, lease: Claim, jobId: string | null, error: unknown, phases?: readonly PhaseTime[]): Promise<void> {
  const coded = error instanceof CodedError ? error : null;
  const { tenantId, runId, attempt } = lease;
  services.log.warn({ event: 'run.ended', runId, tenantId, attempt, reason: reasonOf(error) });
  if (coded?.code === 'run.lost_lease') return;
  if (coded?.code === 'run.interrupted') {
    await inTenant(services.database, tenantId, (tx) => releaseRun(tx, lease));
    throw coded;
  }
  await whenReached(services, () => writeEnd(services, lease, jobId, coded, phases));
}

async function writeEnd(services: Services, lease: Claim, jobId: string | null, cause: CodedError | null, phases?: readonly PhaseTime[]): Promise<void> {
  const { tenantId, runId, attempt } = lease;
  await inTenant(services.database, tenantId, async (tx) => {
    if (jobId) await lockJob(tx, tenantId, jobId);
    // Whoever wants it cancelled does not want it tried again, whatever broke before the wish was heard. One that was begun ahead of its time, by a
    // clock that was wrong, is planned anew all the same.
    const cancelled = cause?.code === 'run.cancelled' || (cause?.code !== 'window.not_settled' && (await isCancelWished(tx, lease)));
    if (!cancelled && (await triesAgain(services, tx, lease, cause, phases))) return;
    const code = cancelled ? 'run.cancelled' : (cause?.code ?? 'internal');
    const errorValue = cancelled ? undefined : cause?.details.value;
    const held = await endRun(tx, lease, { status: cancelled ? 'cancelled' : 'failed', errorCode: code, errorValue, ...(phases && { phases }) });
    if (!held) return;
    await recordAct(tx, {
      tenantId,
      actor: { kind: 'system' },
      action: cancelled ? 'run.cancelled' : 'run.failed',
      object: { kind: 'run', id: runId },
      detail: { attempt, code },
    });
    if (!cancelled) await tellOfRun(services, tx, { tenantId, runId }, { kind: 'failed', code });
    await announceRun(tx, tenantId, runId);
    if (jobId && code === 'window.not_settled') await planFromNow(services, tx, tenantId, jobId);
    if (jobId) await passTurns(services, tx, tenantId, [jobId]);
  });
}

const WAITS_MS = [500, 1_000, 2_000, 4_000];

/** Tries again while the database does not answer for a moment: an end that is not written down counts as the death of the worker. */
async function whenReached(services: Services, work: () => Promise<void>): Promise<void> {
  for (const wait of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'service.unavailable') throw error;
      await services.wait(wait, new AbortController().signal);
    }
  }
  return work();
}

/** Lets the run wait for its next try, if its cause is temporary and tries are left; false when the run is to end. */
async function triesAgain(services: Services, tx: Tx, lease: Claim, cause: CodedError | null, phases?: readonly PhaseTime[]): Promise<boolean> {
  const { tenantId, runId, attempt, attemptsBefore } = lease;
  const errorCode = cause?.code ?? 'internal';
  const failures = (await outcomesSince(tx, tenantId, runId, attemptsBefore)).filter((outcome) => outcome === 'failed').length + 1;
  const seconds = secondsToRetry(errorCode, failures, services.retry, services.retry.random());
  if (seconds === null) return false;
  if (!(await postponeRun(tx, lease, { seconds, errorCode, errorValue: cause?.details.value, ...(phases && { phases }) }))) return false;
  await services.queue.sendExecuteRun(tx, { tenantId, runId, inSeconds: seconds });
  await recordAct(tx, {
    tenantId,
    actor: { kind: 'system' },
    action: 'run.postponed',
    object: { kind: 'run', id: runId },
    detail: { attempt, code: errorCode, seconds },
  });
  await announceRun(tx, tenantId, runId);
  return true;
}
