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
import { isTooMany, requestToChange, requireMove, standingOf, visibleRequest } from './request-standing.ts';

const HOUR = 3_600_000;

/**
 * A second person agrees to what discovery found. What changes data then waits, so that any officer can stop it. `seen`: the version that they were shown, null
 * when they do not say; left out: they decide on what stands there now, as at the command line.
 * Errors: `sign_in.fresh_required`, `not_found`, `gdpr.four_eyes`, `gdpr.state`, `gdpr.held`, `gdpr.ambiguous`, `version.required`, `version.mismatch`.
 */
export async function approveRequest(services: Services, actor: Actor, id: string, seen?: number | null): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const { request, approvals } = await agreed(tx, actor, { id, seen }, 'approved', 'request');
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
 * `seen` and errors: as of `approveRequest`, and `gdpr.too_many_people`.
 */
export async function confirmSeveral(services: Services, actor: Actor, id: string, seen?: number | null): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const { request, approvals } = await agreed(tx, actor, { id, seen }, 'ambiguity_confirmed', 'several_people');
    await updateRequest(tx, tenantId, id, { confirmed_people: request.people, approvals });
    await recordOnRequest(tx, actor, id, 'request.several_confirmed', { people: request.people });
    await beginDiscovery(services, tx, await visibleRequest(tx, actor, id), 'ambiguity_confirmed', actor);
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}

/** The request, and its approvals with this one, if the actor may give it and it lets the move be made. */
async function agreed(
  tx: Tx,
  actor: Actor,
  { id, seen }: { readonly id: string; readonly seen: number | null | undefined },
  move: RequestMove,
  what: Approval['what'],
): Promise<{ request: RequestRecord; approvals: string }> {
  const request = await requestToChange(tx, actor, id, 'requests.approve');
  if (request.handledBy.includes(actor.userId)) throw new CodedError('gdpr.four_eyes');
  requireFresh(actor);
  if (move === 'approved' && request.state === 'ambiguous') throw new CodedError('gdpr.ambiguous', { value: { people: request.people } });
  if (move === 'ambiguity_confirmed' && isTooMany(request)) throw new CodedError('gdpr.too_many_people', { value: { people: request.people } });
  if (move === 'approved' && request.state === 'blocked') throw new CodedError('gdpr.held');
  const agreement = what === 'request' ? { isApproved: true } : { isAmbiguous: false };
  requireMove({ ...(await standingOf(tx, request)), ...agreement }, move);
  if (seen === null) throw new CodedError('version.required');
  if (seen !== undefined && seen !== request.version) throw new CodedError('version.mismatch', { value: seen, range: request.version });
  const approvals = JSON.stringify([...request.approvals, { user: actor.userId, at: request.readAt.toISOString(), what }]);
  return { request, approvals };
}
