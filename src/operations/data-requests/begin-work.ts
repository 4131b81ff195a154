import type { RequestKind } from '../../domain/data-requests/states.ts';
import { recordAct } from '../../records/audit.ts';
import type { Tx } from '../../records/database.ts';
import type { RequestRecord } from '../../records/data-requests/requests.ts';
import { dueSteps, insertSteps, readSteps, type StepPhase } from '../../records/data-requests/steps.ts';
import type { Services } from '../services.ts';

const PHASES: Readonly<Record<RequestKind, StepPhase>> = { access: 'collect', rectification: 'rectify', erasure: 'erase' };

/** What was agreed to begins: a step for each source that discovery looked through, or one for the package of all of them. The request is `running` by then. */
export async function beginWork({ queue }: Services, tx: Tx, { tenantId, id, kind, round }: RequestRecord): Promise<void> {
  const looked = await readSteps(tx, tenantId, id, 'discovery', round);
  const phase = PHASES[kind];
  const sources = phase === 'collect' ? [null] : looked.map((one) => one.sourceId);
  await insertSteps(tx, { tenantId, requestId: id, round, phase }, sources, 'ready');
  await queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, id)));
  await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.begun', object: { kind: 'request', id }, detail: { steps: sources.length } });
}
