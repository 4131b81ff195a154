import { createHash } from 'node:crypto';
import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { canonicalText, makeReceipt, type ReceiptTimes } from '../../domain/data-requests/receipt.ts';
import { CodedError } from '../../errors.ts';
import type { Signer } from '../../pipeline/signature.ts';
import type { Tx } from '../../records/database.ts';
import { readFindings, readSnapshot } from '../../records/data-requests/findings.ts';
import { readHeldExports } from '../../records/data-requests/held-exports.ts';
import { insertReceipt, readPhaseTimes, sourcesSearched } from '../../records/data-requests/receipts.ts';
import { type RequestRecord, readRequest } from '../../records/data-requests/requests.ts';
import { readUndoneWork } from '../../records/data-requests/steps.ts';
import type { Services } from '../services.ts';
import { FOUND_PART, type FoundPerson } from './sealed-person.ts';
import { PERSON_PART, type SealedPerson } from './sealed-view.ts';

/**
 * Makes, signs and keeps the receipt of a request (docs/formats/receipt.md), in the transaction that just ended it and before what was sealed is dropped.
 * `before`: the request as it stood until then.
 */
export async function keepReceipt(services: Services, tx: Tx, signer: Signer, before: RequestRecord): Promise<void> {
  const { tenantId, id } = before;
  const ended = (await readRequest(tx, tenantId, id)) as RequestRecord;
  const agreed = before.approvals.filter((one) => one.what === 'request');
  const receipt = makeReceipt({
    signedBy: signer.signedBy,
    udmVersion: services.version,
    tenantId,
    request: before,
    ended: ended.state === 'refused' ? 'refused' : 'done',
    refusalGround: ended.ground,
    identifierTypes: before.identifierTypes,
    identifiers: before.hashes.length,
    approvedBy: new Set(agreed.map((one) => one.user)).size,
    times: await timesOf(tx, before, ended, agreed.at(-1)?.at ?? null),
    notReached: ended.state === 'done' ? [...new Set((await readUndoneWork(tx, before)).map(({ source }) => source))] : [],
    searched: await sourcesSearched(tx, tenantId, id, before.round),
    findings: await readFindings(tx, tenantId, id),
    exports: (await readHeldExports(tx, tenantId, id)).map((one) => ({ ...one, withdrawnAt: one.withdrawnAt?.toISOString() ?? null })),
    unknownExports: before.unknownExports,
    ledgerLine: before.ledgerSeq,
    aliases: await aliasesOf(services, tx, before),
  });
  const body = Buffer.from(canonicalText(receipt));
  const sha256 = createHash('sha256').update(body).digest('hex');
  await insertReceipt(tx, { tenantId, requestId: id, body, signature: Buffer.from(signer.sign(body)), sha256 });
}

async function timesOf(tx: Tx, before: RequestRecord, ended: RequestRecord, approvedAt: string | null): Promise<ReceiptTimes> {
  const phases = await readPhaseTimes(tx, before.tenantId, before.id);
  const iso = (time: Date | null) => time?.toISOString() ?? null;
  return {
    receivedOn: before.receivedOn,
    submittedAt: before.createdAt.toISOString(),
    deadlineOn: before.deadlineOn,
    deadlineAt: before.deadlineAt.toISOString(),
    extendedAt: iso(before.extendedAt),
    discoveredAt: iso(phases.discoveredAt),
    approvedAt,
    begunAt: iso(phases.begunAt),
    verifiedAt: before.state === 'verified' ? before.stateSince.toISOString() : null,
    searchedAgainAt: iso(phases.searchedAgainAt),
    endedAt: (ended.endedAt ?? ended.readAt).toISOString(),
  };
}

/** What was asked for and what discovery found; null: the key is lost. */
export async function aliasesOf({ caseKeys }: Services, tx: Tx, { tenantId, id, sealedPerson }: RequestRecord): Promise<NormalIdentifier[] | null> {
  try {
    const key = await caseKeys.open({ tenantId, requestId: id });
    const found = await readSnapshot(tx, tenantId, id, FOUND_PART);
    return [...key.open<SealedPerson>(sealedPerson, PERSON_PART).identifiers, ...(found ? key.open<FoundPerson>(found, FOUND_PART).aliases : [])];
  } catch (error) {
    if (error instanceof CodedError && error.code === 'gdpr.key_lost') return null;
    throw error;
  }
}
