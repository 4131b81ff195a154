import { MOVES, whyNotMove } from '../../domain/data-requests/states.ts';
import { CodedError } from '../../errors.ts';
import { reasonOf } from '../../lib/log.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { lockRequest, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { dueSteps, findDueRequests, retryFailedSteps } from '../../records/data-requests/steps.ts';
import { recordAct } from '../../records/audit.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { beginWork } from './begin-work.ts';
import { completeRequest } from './complete-request.ts';
import { standingOf } from './request-standing.ts';

/**
 * Moves on what waits for nobody: requests that were submitted with a note on the identity, those whose time to be stopped is over, and steps that a
 * worker left. Asked once a minute and whenever there is something; gives how many it looked at.
 */
export async function advanceRequests(services: Services): Promise<number> {
  const due = await findDueRequests(services.database);
  for (const { tenantId, requestId } of due) {
    try {
      await inTenant(services.database, tenantId, async (tx) => {
        const request = await lockRequest(tx, tenantId, requestId);
        if (request) await advance(services, tx, request);
      });
      await completeRequest(services, { tenantId, requestId });
    } catch (error) {
      // One that cannot go on keeps no other from it.
      services.log.warn({ event: 'request.not_advanced', reason: error instanceof CodedError ? error.code : reasonOf(error) });
    }
  }
  return due.length;
}

async function advance(services: Services, tx: Tx, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  if (request.state === 'received') return beginDiscovery(services, tx, request, 'identity_proved', null);
  if (request.state === 'waiting') return endDelay(services, tx, request);
  // What stood still has its cause mended meanwhile, or fails once more.
  if (await retryFailedSteps(tx, request)) await updateRequest(tx, tenantId, id, { error_code: null, error_value: null });
  await services.queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, id)));
}

/** What was approved begins, unless a hold came meanwhile, or an access request of the person comes first. */
async function endDelay(services: Services, tx: Tx, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  const why = whyNotMove(await standingOf(tx, request), 'delay_over');
  if (why === 'no_hold') {
    await updateRequest(tx, tenantId, id, { state: MOVES.held.to, stop_until: null });
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.blocked', object: { kind: 'request', id } });
    return;
  }
  if (why !== null) return;
  await updateRequest(tx, tenantId, id, { state: MOVES.delay_over.to });
  await beginWork(services, tx, request);
}
