import { recordActs } from '../records/audit.ts';
import type { Tx } from '../records/database.ts';
import { giveTurns, type TurnRow } from '../records/planned-runs.ts';
import { announceRuns } from '../records/runs.ts';
import type { Services } from './services.ts';

/**
 * One run of a job at a time, the next waits: gives each of these jobs' next waiting run its turn and its task, where no run is open.
 * Part of the transaction that planned a run or ended one; the locks of the jobs are held.
 */
export async function passTurns(services: Services, tx: Tx, tenantId: string, jobIds: readonly string[]): Promise<TurnRow[]> {
  const changed = await giveTurns(tx, tenantId, jobIds);
  const queued = changed.filter((run) => run.status === 'queued');
  const skipped = changed.filter((run) => run.status === 'skipped');
  await services.queue.sendExecuteRun(tx, ...queued.map((run) => ({ tenantId, runId: run.id })));
  await recordActs(
    tx,
    skipped.map((run) => ({ tenantId, actor: { kind: 'system' }, action: 'run.skipped', object: { kind: 'run', id: run.id } })),
  );
  await announceRuns(
    tx,
    tenantId,
    changed.map((run) => run.id),
  );
  return changed;
}
