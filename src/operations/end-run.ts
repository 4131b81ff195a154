import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import type { PhaseTime } from '../records/run-attempts.ts';
import { type Claim, endRun, releaseRun } from '../records/run-lease.ts';
import { lockJob } from '../records/job-plan.ts';
import { announceRun } from '../records/runs.ts';
import { passTurns } from './give-turns.ts';
import { planFromNow } from './plan-runs.ts';
import type { Services } from './services.ts';

/**
 * Ends a run that did not succeed, with its plain cause. A lost lease changes nothing: the run is another worker's.
 * A run that UDM's own stop interrupted goes back to the queue, and the attempt does not count. An error that leaves
 * here fails the task, which the queue gives out again.
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
  const status = coded?.code === 'run.cancelled' ? 'cancelled' : 'failed';
  await inTenant(services.database, tenantId, async (tx) => {
    if (jobId) await lockJob(tx, tenantId, jobId);
    const held = await endRun(tx, lease, { status, errorCode: coded?.code ?? 'internal', errorValue: coded?.details.value, ...(phases && { phases }) });
    if (!held) return;
    await recordAct(tx, {
      tenantId,
      actor: { kind: 'system' },
      action: status === 'cancelled' ? 'run.cancelled' : 'run.failed',
      object: { kind: 'run', id: runId },
      detail: { attempt, code: coded?.code ?? 'internal' },
    });
    await announceRun(tx, tenantId, runId);
    if (jobId && coded?.code === 'window.not_settled') await planFromNow(services, tx, tenantId, jobId);
    if (jobId) await passTurns(services, tx, tenantId, [jobId]);
  });
}
