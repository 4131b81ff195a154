import { REFUSAL_GROUNDS, type DataRequestDetails } from '../../contract/data-request.ts';
import { deadlineOf, FURTHER_MONTHS, whyNotExtend } from '../../domain/data-requests/deadline.ts';
import { readNote, parseNote } from '../../domain/data-requests/new-request.ts';
import { ENDED } from '../../domain/data-requests/states.ts';
import type { Actor } from '../../domain/permission.ts';
import { ProblemList } from '../../domain/problem-list.ts';
import { CodedError } from '../../errors.ts';
import { type AuditAction, recordAct } from '../../records/audit.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { dropSnapshots } from '../../records/data-requests/findings.ts';
import { type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { readTenant } from '../../records/tenants.ts';
import { auditActor } from '../actor-of.ts';
import type { Services } from '../services.ts';
import { installationSigner } from '../signing-key.ts';
import { keepReceipt } from './keep-receipt.ts';
import { isInLedger } from './ledger-standing.ts';
import { sealNote } from './notes.ts';
import { presentDetails } from './present-request.ts';
import { requestToChange, requireAct, requireMove, standingOf, visibleRequest } from './request-standing.ts';

/** Whoever had a hand in a request does not approve it. */
export function withHandler(request: RequestRecord, actor: Actor): string[] {
  return [...new Set([...request.handledBy, actor.userId])];
}

export async function recordOnRequest(
  tx: Tx,
  actor: Actor,
  id: string,
  action: AuditAction,
  detail?: Record<string, string | number | boolean | null>,
): Promise<void> {
  await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action, object: { kind: 'request', id }, ...(detail && { detail }) });
}

/** Gives a request two further months, once. Errors: `not_found`, `gdpr.state`, `request.invalid` with `gdpr.extension` for each problem. */
export async function extendRequest(
  services: Services,
  actor: Actor,
  id: string,
  sent: { readonly reason: string; readonly months?: number | undefined },
): Promise<DataRequestDetails> {
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'requests.handle');
    if (ENDED.includes(request.state)) throw new CodedError('gdpr.state', { field: 'state', value: request.state });
    const { timeZone } = await readTenant(tx, actor.tenantId);
    const { receivedOn, extendedAt } = request;
    const extension = { reason: sent.reason, months: sent.months ?? FURTHER_MONTHS };
    const wrong = whyNotExtend({ receivedOn, timeZone, isExtended: extendedAt !== null }, extension, request.readAt.getTime());
    const problems = new ProblemList();
    for (const { field, why } of wrong) problems.add('gdpr.extension', field, undefined, RANGES[why]);
    problems.refuse();
    const { on, at } = deadlineOf(receivedOn, timeZone, true);
    const change = {
      deadline_on: on,
      deadline_at: new Date(at),
      sealed_extension_reason: sealNote(services.sealer, request, 'extension', parseNote(sent.reason, 'reason')),
      handled_by: withHandler(request, actor),
    };
    await updateRequest(tx, actor.tenantId, id, change, 'extended_at');
    await recordOnRequest(tx, actor, id, 'request.extended', { deadlineOn: on });
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}

const RANGES = {
  twice: 'once: it was extended before',
  late: 'within the first month after the receipt',
  reason: '1 to 1000 characters',
  months: `${FURTHER_MONTHS} months`,
} as const;

/** Refuses a request before anything was changed. Errors: `not_found`, `request.invalid`, `gdpr.state`, `gdpr.begun`, those of the ledger. */
export async function refuseRequest(
  services: Services,
  actor: Actor,
  id: string,
  sent: { readonly ground: string; readonly reason: string },
): Promise<DataRequestDetails> {
  return end(services, actor, id, 'refused', () => {
    const problems = new ProblemList();
    const ground = REFUSAL_GROUNDS.find((one) => one === sent.ground);
    if (!ground) problems.add('gdpr.ground', 'ground', sent.ground, REFUSAL_GROUNDS);
    const reason = readNote(sent.reason, 'reason', problems);
    problems.refuse();
    return { ground: ground as string, reason };
  });
}

/** Stops a request before anything was changed; any officer may, also while what was approved waits or cannot begin. Errors: as of `refuseRequest`. */
export async function stopRequest(services: Services, actor: Actor, id: string, sent: { readonly reason: string }): Promise<DataRequestDetails> {
  return end(services, actor, id, 'stopped', () => ({ ground: null, reason: parseNote(sent.reason, 'reason') }));
}

async function end(
  services: Services,
  actor: Actor,
  id: string,
  how: 'refused' | 'stopped',
  read: () => { readonly ground: string | null; readonly reason: string },
): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  requireAct(actor, 'either');
  const signer = how === 'refused' ? await installationSigner(services) : null;
  const view = await inTenant(services.database, tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'either');
    const { ground, reason } = read();
    const standing = await standingOf(tx, request);
    // The ledger is written before the database says so.
    const isTouched = standing.isTouched || (request.kind === 'erasure' && request.state === 'running' && (await isInLedger(services, tx, id)));
    requireMove({ ...standing, isTouched }, how);
    const change = {
      state: how,
      ground,
      sealed_end_reason: sealNote(services.sealer, request, 'end', reason),
      begins: false,
      handled_by: withHandler(request, actor),
    };
    await updateRequest(tx, tenantId, id, change, 'ended_at', 'key_destroyed_at');
    if (signer) await keepReceipt(services, tx, signer, request);
    await dropSnapshots(tx, tenantId, id);
    await recordOnRequest(tx, actor, id, how === 'refused' ? 'request.refused' : 'request.stopped', ground === null ? undefined : { ground });
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
  // It is over already; should the file stay, housekeeping removes it.
  await services.caseKeys.destroy([{ tenantId, requestId: id }]).catch(() => undefined);
  return view;
}
