import type { DateRange } from '../domain/date-range.ts';
import type { Actor } from '../domain/permission.ts';
import { windowOf } from '../domain/window.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import type { Tx } from '../records/database.ts';
import { readTenant } from '../records/people.ts';
import { announceRun, insertRun } from '../records/runs.ts';
import type { RunTrigger } from '../records/tables.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';

/** Below this a run could fill the disk under the database: it is refused before anything is changed. */
const RESERVE_BYTES = 256 * 1024 ** 2;

export interface RunOrder {
  readonly jobId: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly trigger: RunTrigger;
  readonly draft: {
    readonly title: string;
    readonly type: string;
    readonly entityTypes: 'all' | readonly string[];
    readonly range: DateRange;
    readonly recipients: readonly string[];
  };
}

/**
 * Makes the run of a job for this instant, with the window it covers, and sends its task: one transaction.
 * Errors: `job.in_progress` when the job has a run going, `disk.full` when artifacts have no room.
 */
export async function queueRun(services: Services, tx: Tx, actor: Actor, order: RunOrder): Promise<string> {
  const free = await services.storage.freeBytes();
  if (free < RESERVE_BYTES) throw new CodedError('disk.full', { value: `${free} bytes free`, range: `at least ${RESERVE_BYTES} bytes` });
  const now = await databaseNow(tx);
  const { timeZone } = await readTenant(tx, actor.tenantId);
  const { draft } = order;
  const runId = await insertRun(tx, {
    tenantId: actor.tenantId,
    jobId: order.jobId,
    jobTitle: draft.title,
    sourceId: order.sourceId,
    sourceName: order.sourceName,
    type: draft.type,
    entityTypes: draft.entityTypes === 'all' ? null : draft.entityTypes,
    certificateIds: draft.recipients,
    trigger: order.trigger,
    scheduledAt: now,
    window: windowOf(draft.range, now, timeZone),
  });
  if (!runId) throw new CodedError('job.in_progress');
  await services.queue.sendExecuteRun(tx, { tenantId: actor.tenantId, runId });
  await recordAct(tx, {
    tenantId: actor.tenantId,
    actor: auditActor(actor),
    action: 'run.requested',
    object: { kind: 'run', id: runId },
    detail: { trigger: order.trigger },
  });
  await announceRun(tx, actor.tenantId, runId);
  return runId;
}
