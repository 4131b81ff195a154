import { randomUUID } from 'node:crypto';
import type { LegalHoldView } from '../../contract/data-request.ts';
import { checkIdentifiers, type SentIdentifier } from '../../domain/data-requests/identifier-checks.ts';
import { labelOf } from '../../domain/data-requests/mask.ts';
import { parseNote, readNote } from '../../domain/data-requests/new-request.ts';
import { changesData, MOVES } from '../../domain/data-requests/states.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { ProblemList } from '../../domain/problem-list.ts';
import { CodedError } from '../../errors.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { type HoldRecord, holdsOn, insertHold, listHolds, lockHold, releaseHold } from '../../records/data-requests/holds.ts';
import { lockPeople, lockRequest, openRequestsOf, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { dueSteps, retryFailedSteps } from '../../records/data-requests/steps.ts';
import { readTenant } from '../../records/tenants.ts';
import { auditActor } from '../actor-of.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { recordOnRequest } from './decide-request.ts';
import { openNote, sealNote } from './notes.ts';
import { subjectHashes } from './subject-hash.ts';

/**
 * Keeps the data of a person as they are, whatever is asked: an erasure or correction of anybody with one of these identifiers stands still, also one that
 * was approved and waits; one that already changes data is named, and goes no further. Error: `request.invalid` with all problems.
 */
export async function placeHold(
  services: Services,
  actor: Actor,
  sent: { readonly identifiers: readonly SentIdentifier[]; readonly reason: string },
): Promise<LegalHoldView> {
  requirePermission(actor, 'requests.handle');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const problems = new ProblemList();
    const identifiers = checkIdentifiers(sent.identifiers, (await readTenant(tx, tenantId)).phoneRegion, 'identifiers', problems);
    const reason = readNote(sent.reason, 'reason', problems);
    problems.refuse();
    await lockPeople(tx, tenantId);
    const id = randomUUID();
    const hashes = subjectHashes(services.sealer, tenantId, identifiers);
    const sealedReason = sealNote(services.sealer, { tenantId, id }, 'hold', reason);
    await insertHold(tx, { id, tenantId, hashes, label: labelOf(identifiers), sealedReason, placedBy: actor.userId });
    const blocked = await block(tx, actor, hashes);
    const object = { kind: 'hold', id };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'hold.placed', object, detail: { identifiers: identifiers.length, blocked } });
    return present(services, tx, actor, (await lockHold(tx, tenantId, id)) as HoldRecord);
  });
}

/** What was agreed to no longer counts: when the hold is gone it is looked at anew. */
async function block(tx: Tx, actor: Actor, hashes: readonly string[]): Promise<number> {
  const { tenantId } = actor;
  let blocked = 0;
  for (const { id } of await openRequestsOf(tx, tenantId, hashes)) {
    const request = await lockRequest(tx, tenantId, id);
    if (!request || !changesData(request.kind)) continue;
    if (request.state === 'running') await halt(tx, actor, request);
    if (!MOVES.held.from.includes(request.state)) continue;
    const approvals = JSON.stringify(request.approvals.filter((one) => one.what !== 'request'));
    await updateRequest(tx, tenantId, id, { state: 'blocked', approvals, stop_until: null });
    await recordOnRequest(tx, actor, id, 'request.blocked');
    blocked += 1;
  }
  return blocked;
}

/** What is being changed goes no further, as its steps see by themselves (`hold-guard.ts`); here it is said at once. */
async function halt(tx: Tx, actor: Actor, { tenantId, id }: RequestRecord): Promise<void> {
  await updateRequest(tx, tenantId, id, { error_code: 'gdpr.held', error_value: null });
  await recordOnRequest(tx, actor, id, 'request.halted');
}

/** Holds of the tenant: those in force first. */
export async function listHoldsFor(services: Services, actor: Actor): Promise<{ items: LegalHoldView[] }> {
  requirePermission(actor, 'requests.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const items: LegalHoldView[] = [];
    for (const hold of await listHolds(tx, actor.tenantId)) items.push(await present(services, tx, actor, hold));
    return { items };
  });
}

/** Ends a hold: what stood still because of it alone goes on, from discovery or where it was halted. Errors: `not_found`, `request.invalid`, `gdpr.hold_released`. */
export async function releaseLegalHold(
  services: Services,
  actor: Actor,
  id: string,
  sent: { readonly reason: string },
): Promise<{ hold: LegalHoldView; resumed: string[] }> {
  requirePermission(actor, 'requests.handle');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    await lockPeople(tx, tenantId);
    const hold = await lockHold(tx, tenantId, id);
    if (!hold) throw new CodedError('not_found');
    const reason = parseNote(sent.reason, 'reason');
    if (hold.releasedAt !== null) throw new CodedError('gdpr.hold_released');
    await releaseHold(tx, tenantId, id, actor.userId, sealNote(services.sealer, { tenantId, id }, 'release', reason));
    const resumed = await resume(services, tx, actor, hold.hashes);
    const object = { kind: 'hold', id };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'hold.released', object, detail: { resumed: resumed.length } });
    return { hold: await present(services, tx, actor, (await lockHold(tx, tenantId, id)) as HoldRecord), resumed };
  });
}

async function resume(services: Services, tx: Tx, actor: Actor, hashes: readonly string[]): Promise<string[]> {
  const resumed: string[] = [];
  for (const { id } of await openRequestsOf(tx, actor.tenantId, hashes)) {
    const request = await lockRequest(tx, actor.tenantId, id);
    if (!request || !isStopped(request) || (await holdsOn(tx, actor.tenantId, request.hashes)).length > 0) continue;
    if (request.state === 'blocked') await beginDiscovery(services, tx, request, 'hold_released', actor);
    else await goOn(services, tx, actor, request);
    resumed.push(id);
  }
  return resumed;
}

const isStopped = ({ kind, state, errorCode }: RequestRecord): boolean =>
  state === 'blocked' || (state === 'running' && changesData(kind) && errorCode === 'gdpr.held');

/** As it was approved; what was changed before the hold stays so. */
async function goOn({ queue }: Services, tx: Tx, actor: Actor, request: RequestRecord): Promise<void> {
  const { tenantId, id } = request;
  await retryFailedSteps(tx, request, 'gdpr.held');
  await updateRequest(tx, tenantId, id, { error_code: null, error_value: null });
  await queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, id)));
  await recordOnRequest(tx, actor, id, 'request.resumed');
}

async function present({ sealer }: Services, tx: Tx, { tenantId }: Actor, hold: HoldRecord): Promise<LegalHoldView> {
  const owner = { tenantId, id: hold.id };
  const concerned = hold.releasedAt === null ? (await openRequestsOf(tx, tenantId, hold.hashes)).filter(({ kind }) => changesData(kind)) : [];
  const inState = (...states: string[]) => concerned.filter(({ state }) => states.includes(state)).map(({ id, caseId }) => ({ id, caseId }));
  return {
    id: hold.id,
    label: hold.label,
    reason: openNote(sealer, owner, 'hold', hold.sealedReason) ?? '',
    placedBy: hold.placedBy,
    placedAt: hold.placedAt.toISOString(),
    releasedBy: hold.releasedBy,
    releasedAt: hold.releasedAt?.toISOString() ?? null,
    releaseReason: openNote(sealer, owner, 'release', hold.sealedReleaseReason),
    blocks: inState('blocked'),
    tooLate: inState('running', 'verified'),
  };
}
