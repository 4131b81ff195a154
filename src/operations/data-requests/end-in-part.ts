import type { DataRequestDetails } from '../../contract/data-request.ts';
import { parseNote } from '../../domain/data-requests/new-request.ts';
import { MOVES } from '../../domain/data-requests/states.ts';
import type { Actor } from '../../domain/permission.ts';
import { requireFresh } from '../../domain/session-rules.ts';
import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { dropSnapshots } from '../../records/data-requests/findings.ts';
import { type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { readUndoneWork } from '../../records/data-requests/steps.ts';
import type { Services } from '../services.ts';
import { installationSigner } from '../signing-key.ts';
import { ending } from './complete-request.ts';
import { recordOnRequest, withHandler } from './decide-request.ts';
import { keepReceipt } from './keep-receipt.ts';
import { noteInLedger } from './ledger-standing.ts';
import { sealNote } from './notes.ts';
import { presentDetails } from './present-request.ts';
import { requestToChange, requireMove, standingOf, visibleRequest } from './request-standing.ts';
import { nameExports, withdrawExports } from './withdraw-exports.ts';

/**
 * Ends a request of which a part is done and the rest cannot be: a source is gone for good, or the key of the case. A second person says so, who just proved
 * who they are; the receipt names the sources that were not brought to their end. The key goes, and with it the person is no longer kept out of exports: an
 * erasure stays in the ledger, so that a replay finds the person should the source come back.
 * Errors: `not_found`, `gdpr.four_eyes`, `sign_in.fresh_required`, `gdpr.state`, `gdpr.goes_on`, `request.invalid`, those of the ledger and of the signing key.
 */
export async function endInPart(services: Services, actor: Actor, id: string, sent: { readonly reason: string }): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  const { request: before, reason } = await inTenant(services.database, tenantId, async (tx) => ({
    request: await standingStill(tx, actor, id),
    reason: parseNote(sent.reason, 'reason'),
  }));
  const signer = await installationSigner(services);
  // Files that were begun before the person was kept out of them.
  if (before.kind === 'erasure') await withdrawExports(services, before);
  if (before.kind === 'rectification') await nameExports(services, before);
  const view = await inTenant(services.database, tenantId, async (tx) => {
    const request = await standingStill(tx, actor, id);
    if (request.ledgerSeq !== null) await noteInLedger(services, tx, ending(request, 'ended_in_part'));
    const change = {
      state: MOVES.ended_in_part.to,
      sealed_end_reason: sealNote(services.sealer, request, 'end', reason),
      handled_by: withHandler(request, actor),
      error_code: null,
      error_value: null,
    };
    await updateRequest(tx, tenantId, id, change, 'ended_at', 'key_destroyed_at');
    await keepReceipt(services, tx, signer, request);
    await dropSnapshots(tx, tenantId, id);
    await recordOnRequest(tx, actor, id, 'request.ended_in_part');
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
  // It is over already; should the file stay, housekeeping removes it.
  await services.caseKeys.destroy([{ tenantId, requestId: id }]).catch(() => undefined);
  return view;
}

/** The request, if something keeps it from its end and nobody works on it. */
async function standingStill(tx: Tx, actor: Actor, id: string): Promise<RequestRecord> {
  const request = await requestToChange(tx, actor, id, 'requests.approve');
  if (request.handledBy.includes(actor.userId)) throw new CodedError('gdpr.four_eyes');
  requireFresh(actor);
  requireMove(await standingOf(tx, request), 'ended_in_part');
  const undone = await readUndoneWork(tx, request);
  if (undone.length === 0 || undone.some((one) => one.state !== 'failed')) throw new CodedError('gdpr.goes_on');
  return request;
}
