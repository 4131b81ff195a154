import type { Actor } from '../../domain/permission.ts';
import { may, requirePermission } from '../../domain/permission.ts';
import { MOVES, type RequestMove, type RequestStanding, whyNotMove } from '../../domain/data-requests/states.ts';
import { CodedError, type ErrorCode } from '../../errors.ts';
import type { Tx } from '../../records/database.ts';
import { holdsOn } from '../../records/data-requests/holds.ts';
import { unfetchedPackages } from '../../records/data-requests/packages.ts';
import { lockRequest, openRequestsOf, readRequest, type RequestRecord } from '../../records/data-requests/requests.ts';
import { readTenant } from '../../records/tenants.ts';

/** Whoever has to do with requests at all may see all of the tenant. Error: `not_found`. */
export async function visibleRequest(tx: Tx, actor: Actor, id: string): Promise<RequestRecord> {
  requirePermission(actor, 'requests.see');
  return found(await readRequest(tx, actor.tenantId, id));
}

/** The same for an act, locked to the end of the transaction. Errors: `not_found`, `permission.denied`. */
export async function requestToChange(tx: Tx, actor: Actor, id: string, action: 'requests.handle' | 'requests.approve' | 'either'): Promise<RequestRecord> {
  requireAct(actor, action);
  return found(await lockRequest(tx, actor.tenantId, id));
}

/** Refusing and stopping is for everybody who handles or decides. */
export function requireAct(actor: Actor, action: 'requests.handle' | 'requests.approve' | 'either'): void {
  requirePermission(actor, action === 'either' ? (may(actor, 'requests.handle') ? 'requests.handle' : 'requests.approve') : action);
}

function found(request: RequestRecord | null): RequestRecord {
  if (!request) throw new CodedError('not_found');
  return request;
}

/** Where the request stands, for the table of moves, as things are in this transaction. */
export async function standingOf(tx: Tx, request: RequestRecord): Promise<RequestStanding> {
  const tenant = await readTenant(tx, request.tenantId);
  return {
    kind: request.kind,
    state: request.state,
    isIdentityProved: request.sealedIdentityNote !== null,
    isAmbiguous: (request.people ?? 0) > Math.max(1, request.confirmedPeople ?? 0),
    isHeld: (await holdsOn(tx, request.tenantId, request.hashes)).length > 0,
    needsApproval: needsApproval(request, tenant),
    isApproved: request.approvals.some((one) => one.what === 'request'),
    isDelayOver: request.stopUntil !== null && request.stopUntil <= request.readAt,
    waitsForAccess: (await accessBefore(tx, request)) !== null,
    isTouched: isTouched(request),
  };
}

/**
 * The access request that an erasure waits for: the one it was submitted with or after, or any open one that speaks of the person by what both are known by now. Erasure
 * deletes what was put together for the person, so it waits until somebody fetched that, too.
 */
export async function accessBefore(tx: Tx, { kind, tenantId, waitsFor, hashes }: RequestRecord): Promise<string | null> {
  if (kind !== 'erasure') return null;
  const first = waitsFor === null ? null : await readRequest(tx, tenantId, waitsFor);
  if (first && first.endedAt === null) return first.id;
  const open = (await openRequestsOf(tx, tenantId, hashes)).find((one) => one.kind === 'access');
  return open?.id ?? (await unfetchedPackages(tx, tenantId, { id: waitsFor, hashes }))[0] ?? null;
}

/** An erasure is in the ledger before its first change; the package of an access request is there once it is verified. */
export function isTouched({ state, kind, ledgerSeq, touchedAt }: RequestRecord): boolean {
  return kind === 'access' ? state === 'verified' : ledgerSeq !== null || touchedAt !== null;
}

/** Discovery stopped at so many people that nobody can agree to them: looking for them anew would only stop there again. */
export function isTooMany({ state, errorCode }: RequestRecord): boolean {
  return state === 'ambiguous' && errorCode === 'gdpr.too_many_people';
}

export function needsApproval({ kind }: RequestRecord, tenant: { readonly erasureApproval: boolean; readonly accessApproval: boolean }): boolean {
  return kind === 'access' ? tenant.accessApproval : tenant.erasureApproval;
}

const CODES: Readonly<Record<Exclude<ReturnType<typeof whyNotMove>, null>, ErrorCode>> = {
  state: 'gdpr.state',
  identity: 'gdpr.identity',
  clear: 'gdpr.ambiguous',
  no_hold: 'gdpr.held',
  access_first: 'gdpr.access_first',
  touched: 'gdpr.state',
  untouched: 'gdpr.begun',
  only_shows: 'gdpr.state',
  changes_data: 'gdpr.state',
  approval_needed: 'gdpr.state',
  no_approval_needed: 'gdpr.state',
  approved: 'gdpr.state',
  unapproved: 'gdpr.state',
  delay: 'gdpr.state',
};

/** Whether the move is made from here. Errors: `gdpr.state` with the states it is made from, `gdpr.identity`, `gdpr.ambiguous`, `gdpr.held`, `gdpr.access_first`, `gdpr.begun`. */
export function requireMove(standing: RequestStanding, move: RequestMove): void {
  const why = whyNotMove(standing, move);
  if (why) throw new CodedError(CODES[why], { field: 'state', value: standing.state, range: MOVES[move].from });
}
