import type { DataRequestDetails } from '../../contract/data-request.ts';
import type { RequestMove } from '../../domain/data-requests/states.ts';
import { changesData } from '../../domain/data-requests/states.ts';
import type { Actor } from '../../domain/permission.ts';
import { requireFresh } from '../../domain/session-rules.ts';
import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { type Approval, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { readTenant } from '../../records/tenants.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { recordOnRequest } from './decide-request.ts';
import { presentDetails } from './present-request.ts';
import { requestToChange, requireMove, standingOf, visibleRequest } from './request-standing.ts';

const HOUR = 3_600_000;

/**
 * A second person agrees to what discovery found. What changes data then waits, so that any officer can stop it.
 * Errors: `sign_in.fresh_required`, `not_found`, `gdpr.four_eyes`, `gdpr.state`, `gdpr.held`, `gdpr.ambiguous`.
 */
export async function approveRequest(services: Services, actor: Actor, id: string): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const { request, approvals } = await agreed(tx, actor, id, 'approved', 'request');
    const { requestDelayHours } = await readTenant(tx, tenantId);
    const hours = changesData(request.kind) ? requestDelayHours : 0;
    const until = new Date(request.readAt.getTime() + hours * HOUR);
    await updateRequest(tx, tenantId, id, { state: 'waiting', approvals, stop_until: until });
    await recordOnRequest(tx, actor, id, 'request.approved', { round: request.round, stopUntil: until.toISOString() });
    if (hours === 0) await services.queue.advanceRequests(tx);
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}

/**
 * A second person says that all the people whom the identifiers lead to are meant; UDM looks for them anew.
 * Errors: as of `approveRequest`.
 */
export async function confirmSeveral(services: Services, actor: Actor, id: string): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const { request, approvals } = await agreed(tx, actor, id, 'ambiguity_confirmed', 'several_people');
    await updateRequest(tx, tenantId, id, { confirmed_people: request.people, approvals });
    await recordOnRequest(tx, actor, id, 'request.several_confirmed', { people: request.people });
    await beginDiscovery(services, tx, await visibleRequest(tx, actor, id), 'ambiguity_confirmed', actor);
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}

/** The request, and its approvals with this one, if the actor may give it and it lets the move be made. */
async function agreed(tx: Tx, actor: Actor, id: string, move: RequestMove, what: Approval['what']): Promise<{ request: RequestRecord; approvals: string }> {
  const request = await requestToChange(tx, actor, id, 'requests.approve');
  if (request.handledBy.includes(actor.userId)) throw new CodedError('gdpr.four_eyes');
  requireFresh(actor);
  if (move === 'approved' && request.state === 'ambiguous') throw new CodedError('gdpr.ambiguous', { value: { people: request.people } });
  if (move === 'approved' && request.state === 'blocked') throw new CodedError('gdpr.held');
  const agreement = what === 'request' ? { isApproved: true } : { isAmbiguous: false };
  requireMove({ ...(await standingOf(tx, request)), ...agreement }, move);
  const approvals = JSON.stringify([...request.approvals, { user: actor.userId, at: request.readAt.toISOString(), what }]);
  return { request, approvals };
}
