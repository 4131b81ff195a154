import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { type Claim, endRun } from '../records/run-lease.ts';
import { announceRun } from '../records/runs.ts';
import type { Services } from './services.ts';

/**
 * Ends a run that did not succeed, with its plain cause. A lost lease changes nothing: the run is another worker's.
 * While UDM stops, the run stays open and its next attempt begins at the next start. When the database cannot be
 * reached the error goes on to the queue, whose next attempt ends it.
 */
export async function endUnsuccessfully(services: Services, lease: Claim, error: unknown): Promise<void> {
  const coded = error instanceof CodedError ? error : null;
  const { tenantId, runId, attempt } = lease;
  services.log.warn({ event: 'run.ended', runId, tenantId, attempt, reason: reasonOf(error) });
  if (coded?.code === 'run.lost_lease') return;
  if (coded?.code === 'run.crashed') throw coded;
  const status = coded?.code === 'run.cancelled' ? 'cancelled' : 'failed';
  await inTenant(services.database, tenantId, async (tx) => {
    const held = await endRun(tx, lease, { status, errorCode: coded?.code ?? 'internal', errorValue: coded?.details.value });
    if (!held) return;
    await recordAct(tx, {
      tenantId,
      actor: { kind: 'system' },
      action: status === 'cancelled' ? 'run.cancelled' : 'run.failed',
      object: { kind: 'run', id: runId },
      detail: { attempt, code: coded?.code ?? 'internal' },
    });
    await announceRun(tx, tenantId, runId);
  });
}
