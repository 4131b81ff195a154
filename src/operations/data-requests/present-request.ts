import type { DataRequestDetails, DataRequestView } from '../../contract/data-request.ts';
import { daysLeft, deadlineOf } from '../../domain/data-requests/deadline.ts';
import { changesData, ENDED, movesFrom, type RequestMove } from '../../domain/data-requests/states.ts';
import { type Actor, may } from '../../domain/permission.ts';
import { ERRORS, type ErrorCode } from '../../errors.ts';
import type { Tx } from '../../records/database.ts';
import { readFindings } from '../../records/data-requests/findings.ts';
import { type PackageRecord, readPackage, unfetchedPackages } from '../../records/data-requests/packages.ts';
import { holdsOn } from '../../records/data-requests/holds.ts';
import { openRequestsOf, type RequestRecord } from '../../records/data-requests/requests.ts';
import { readProgress, type StepProgress } from '../../records/data-requests/steps.ts';
import { readTenant, type TenantRecord } from '../../records/tenants.ts';
import { listUsers } from '../../records/users.ts';
import type { Services } from '../services.ts';
import { openNote } from './notes.ts';
import { presentExports } from './present-exports.ts';
import { receiptStanding } from './receipt-standing.ts';
import { isTooMany, isTouched, needsApproval } from './request-standing.ts';
import { readSealedView } from './sealed-view.ts';

/** A request as the doors show it: no identifier in clear. */
export function presentRequest(request: RequestRecord, tenant: TenantRecord, actor: Actor): DataRequestView {
  const now = request.readAt.getTime();
  return {
    id: request.id,
    version: request.version,
    caseId: request.caseId,
    kind: request.kind,
    state: request.state,
    stateSince: request.stateSince.toISOString(),
    label: request.label,
    identifierTypes: [...request.identifierTypes],
    receivedOn: request.receivedOn,
    deadlineOn: request.deadlineOn,
    deadlineAt: request.deadlineAt.toISOString(),
    daysLeft: daysLeft(request.deadlineOn, tenant.timeZone, now),
    isOverdue: request.endedAt === null && request.deadlineAt <= request.readAt,
    isExtended: request.extendedAt !== null,
    createdBy: request.creator,
    createdAt: request.createdAt.toISOString(),
    endedAt: request.endedAt?.toISOString() ?? null,
    duplicateOf: request.duplicateOf,
    waitsFor: request.waitsFor,
    people: request.people,
    stopUntil: request.state === 'waiting' ? (request.stopUntil?.toISOString() ?? null) : null,
    needsApproval: needsApproval(request, tenant),
    error: presentError(request),
    may: actsOf(request, tenant, actor),
  };
}

function presentError({ errorCode, errorValue }: RequestRecord): DataRequestView['error'] {
  if (errorCode === null) return null;
  const { text, fix } = ERRORS[errorCode in ERRORS ? (errorCode as ErrorCode) : 'internal'];
  return { code: errorCode, text, fix, ...(errorValue === null || errorValue === undefined ? {} : { value: errorValue }) };
}

/** What the actor can do with it now; the operations ask the same again. */
function actsOf(request: RequestRecord, { timeZone }: TenantRecord, actor: Actor): DataRequestView['may'] {
  const moves = movesFrom(request.state);
  const isOpen = !ENDED.includes(request.state);
  const [handles, approves] = [may(actor, 'requests.handle'), may(actor, 'requests.approve')];
  const can = (move: RequestMove) => moves.includes(move);
  const isOther = !request.handledBy.includes(actor.userId);
  const firstMonth = deadlineOf(request.receivedOn, timeZone, false).at;
  return {
    note_identity: handles && isOpen,
    ask_identity: handles && can('identity_asked'),
    begin: handles && can('identity_proved') && request.sealedIdentityNote !== null && (request.state !== 'discovery' || request.errorCode !== null),
    extend: handles && isOpen && request.extendedAt === null && request.readAt.getTime() < firstMonth,
    refuse: (handles || approves) && can('refused') && !isTouched(request),
    stop: (handles || approves) && can('stopped') && !isTouched(request),
    approve: approves && can('approved') && isOther,
    add_identifiers: handles && can('identifiers_added'),
    confirm_several: approves && can('ambiguity_confirmed') && isOther && !isTooMany(request),
    withdraw_exports: handles && request.kind === 'rectification' && request.state === 'done',
    end_in_part: approves && can('ended_in_part') && isOther && changesData(request.kind) && isTouched(request) && request.errorCode !== null,
  };
}

/** Everything about one request that may be shown. */
export async function presentDetails(services: Services, tx: Tx, actor: Actor, request: RequestRecord): Promise<DataRequestDetails> {
  const { sealer } = services;
  const { tenantId, id } = request;
  const tenant = await readTenant(tx, tenantId);
  const names = new Map((await listUsers(tx, tenantId)).map((user) => [user.id, user.name]));
  const order = await openRequestsOf(tx, tenantId, request.hashes);
  return {
    ...presentRequest(request, tenant, actor),
    identityNote: openNote(sealer, request, 'identity', request.sealedIdentityNote),
    extensionReason: openNote(sealer, request, 'extension', request.sealedExtensionReason),
    endReason: openNote(sealer, request, 'end', request.sealedEndReason),
    ground: request.ground,
    approvals: request.approvals.map((one) => ({ ...one, user: names.get(one.user) ?? '' })),
    findings: await readFindings(tx, tenantId, id),
    steps: presentProgress(await readProgress(tx, tenantId, id)),
    ...(await readSealedView(services, tx, request)),
    exports: await presentExports(tx, actor, tenantId, id),
    unknownExports: request.unknownExports,
    package: presentPackage(await readPackage(tx, tenantId, id)),
    receipt: await receiptStanding(tx, tenantId, id),
    holds: await holdsOn(tx, tenantId, request.hashes),
    waitsForDownload: await waitsForDownload(tx, request),
    order: order.sort(inTurn).map((one) => ({ id: one.id, kind: one.kind, state: one.state })),
  };
}

async function waitsForDownload(tx: Tx, request: RequestRecord): Promise<boolean> {
  if (request.kind !== 'erasure' || request.waitsFor === null || request.endedAt !== null || isTouched(request)) return false;
  return (await unfetchedPackages(tx, request.tenantId, { id: request.waitsFor, hashes: [] })).length > 0;
}

function presentProgress({ nextAt, ...progress }: StepProgress): DataRequestDetails['steps'] {
  return { ...progress, nextAt: nextAt?.toISOString() ?? null };
}

function presentPackage(one: PackageRecord | null): DataRequestDetails['package'] {
  if (!one) return null;
  const { fileName, rows, bytes, sha256, recipients, createdAt, expiresAt, objectGoneAt, readAt } = one;
  const isGone = objectGoneAt !== null || expiresAt <= readAt;
  return { fileName, rows, bytes, sha256, recipients: [...recipients], createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), isGone };
}

const TURN = { access: 0, rectification: 1, erasure: 2 } as const;

/** Access is answered first, erasure last. */
function inTurn(one: { kind: keyof typeof TURN; createdAt: Date }, other: { kind: keyof typeof TURN; createdAt: Date }): number {
  return TURN[one.kind] - TURN[other.kind] || one.createdAt.getTime() - other.createdAt.getTime();
}
