import { ENDED, MOVES, whyNotMove } from '../../domain/data-requests/states.ts';
import { CodedError } from '../../errors.ts';
import { reasonOf } from '../../lib/log.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { unfetchedPackages } from '../../records/data-requests/packages.ts';
import { lockRequest, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { dueSteps, findDueRequests, readFailure, readProgress, retryFailedSteps } from '../../records/data-requests/steps.ts';
import { recordAct } from '../../records/audit.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { beginWork } from './begin-work.ts';
import { completeRequest } from './complete-request.ts';
import { accessBefore, standingOf } from './request-standing.ts';

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
      await inTenant(services.database, tenantId, (tx) => noteSuccess(tx, tenantId, requestId));
    } catch (error) {
      // One that cannot go on keeps no other from it.
      services.log.warn({ event: 'request.not_advanced', reason: error instanceof CodedError ? error.code : reasonOf(error) });
      await inTenant(services.database, tenantId, (tx) => noteFailure(tx, tenantId, requestId, error)).catch(() => undefined);
    }
  }
  return due.length;
}

async function advance(services: Services, tx: Tx, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  if (request.state === 'received') return beginDiscovery(services, tx, request, 'identity_proved', null);
  if (request.state === 'waiting') return endDelay(services, tx, request);
  // What stood still has its cause mended meanwhile, or fails once more; what is not tried again keeps saying why.
  if (await retryFailedSteps(tx, request)) await updateRequest(tx, tenantId, id, await readFailure(tx, request));
  await services.queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, id)));
}

/** The request says why it does not go on; it is tried again all the same. */
async function noteFailure(tx: Tx, tenantId: string, requestId: string, error: unknown): Promise<void> {
  const { code, details } = error instanceof CodedError ? error : new CodedError('internal', { cause: error });
  const request = await lockRequest(tx, tenantId, requestId);
  if (!request || ENDED.includes(request.state) || request.errorCode === code) return;
  await updateRequest(tx, tenantId, requestId, { error_code: code, error_value: JSON.stringify(details.value ?? null) });
}

/** What is verified and has no step that failed had its cause in what comes after the steps. */
async function noteSuccess(tx: Tx, tenantId: string, requestId: string): Promise<void> {
  const request = await lockRequest(tx, tenantId, requestId);
  if (request?.state !== 'verified' || request.errorCode === null || (await readProgress(tx, tenantId, requestId)).failed > 0) return;
  await updateRequest(tx, tenantId, requestId, { error_code: null, error_value: null });
}

/** It says what it waits for; and, where only somebody's download is missing, that it stands still. */
async function noteAccessFirst(tx: Tx, request: RequestRecord): Promise<void> {
  const { tenantId, id, waitsFor, errorCode } = request;
  const first = await accessBefore(tx, request);
  const isUnfetched = first !== null && (await unfetchedPackages(tx, tenantId, { id: first, hashes: [] })).includes(first);
  const code = isUnfetched ? 'gdpr.not_fetched' : null;
  if (first !== waitsFor || code !== errorCode) await updateRequest(tx, tenantId, id, { waits_for: first ?? waitsFor, error_code: code, error_value: null });
}

/** What was approved begins, unless a hold came meanwhile, an access request of the person comes first, or somebody has to agree who had not to before. */
async function endDelay(services: Services, tx: Tx, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  const why = whyNotMove(await standingOf(tx, request), 'delay_over');
  if (why === 'no_hold') {
    await updateRequest(tx, tenantId, id, { state: MOVES.held.to, stop_until: null });
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.blocked', object: { kind: 'request', id } });
    return;
  }
  if (why === 'approved') {
    await updateRequest(tx, tenantId, id, { state: MOVES.approval_asked.to, stop_until: null });
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.approval_asked', object: { kind: 'request', id } });
    return;
  }
  if (why === 'access_first') await noteAccessFirst(tx, request);
  if (why !== null) return;
  await updateRequest(tx, tenantId, id, { state: MOVES.delay_over.to, error_code: null, error_value: null });
  await beginWork(services, tx, request);
}
