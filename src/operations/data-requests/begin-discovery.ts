import type { RequestMove } from '../../domain/data-requests/states.ts';
import type { Actor } from '../../domain/permission.ts';
import { recordAct } from '../../records/audit.ts';
import type { Tx } from '../../records/database.ts';
import { dropFindings, dropSnapshots } from '../../records/data-requests/findings.ts';
import { type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { dueSteps, insertSteps } from '../../records/data-requests/steps.ts';
import { listSources } from '../../records/sources.ts';
import { auditActor } from '../actor-of.ts';
import type { Services } from '../services.ts';
import { requireMove, standingOf } from './request-standing.ts';

/**
 * Begins to look for the person, from the start: what was found before and what was approved of it no longer counts. All its steps are made here. Null
 * for the actor: UDM itself. Errors: those of the move.
 */
export async function beginDiscovery(
  { queue }: Services,
  tx: Tx,
  request: RequestRecord,
  move: Extract<RequestMove, 'identity_proved' | 'identifiers_added' | 'ambiguity_confirmed' | 'hold_released' | 'found_late'>,
  actor: Actor | null,
): Promise<void> {
  const { tenantId, id } = request;
  requireMove(await standingOf(tx, request), move);
  const round = request.round + 1;
  await updateRequest(tx, tenantId, id, {
    state: 'discovery',
    begins: false,
    round,
    people: null,
    approvals: JSON.stringify(request.approvals.filter((one) => one.what !== 'request')),
    stop_until: null,
    error_code: null,
    error_value: null,
  });
  await dropFindings(tx, tenantId, id);
  await dropSnapshots(tx, tenantId, id);
  const name = { tenantId, requestId: id, round };
  const sources = (await listSources(tx, tenantId)).map((source) => source.id);
  await insertSteps(tx, { ...name, phase: 'person' }, [null], 'ready');
  // Who is meant is found out over all sources at once; then each is looked through.
  await insertSteps(tx, { ...name, phase: 'discovery' }, sources, 'held');
  await queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, id)));
  const by = actor ? auditActor(actor) : { kind: 'system' as const };
  await recordAct(tx, { tenantId, actor: by, action: 'request.discovery_begun', object: { kind: 'request', id }, detail: { round, sources: sources.length } });
}
