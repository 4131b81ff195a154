import { MOVES } from '../../domain/data-requests/states.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant } from '../../records/database.ts';
import { dropSnapshots } from '../../records/data-requests/findings.ts';
import { lockRequest, type RequestRecord, readRequest, updateRequest } from '../../records/data-requests/requests.ts';
import { insertSteps, readSteps } from '../../records/data-requests/steps.ts';
import type { Services } from '../services.ts';
import { installationSigner } from '../signing-key.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { isInExports } from './find-in-exports.ts';
import { keepReceipt } from './keep-receipt.ts';
import { noteInLedger } from './ledger-standing.ts';
import { isTouched } from './request-standing.ts';
import { nameExports, withdrawExports } from './withdraw-exports.ts';

const DAY = 86_400_000;

interface Which {
  readonly tenantId: string;
  readonly requestId: string;
}

/**
 * What is verified comes to its end. An erasure is searched for once more a day later, also one that found nothing: what turns up for that is discovered like at
 * first, as nobody agreed to anything. After that its key is destroyed: nothing that was sealed for it can be read any more. Doing it again does what is still to
 * be done.
 */
export async function completeRequest(services: Services, which: Which): Promise<void> {
  const { tenantId, requestId } = which;
  const request = await inTenant(services.database, tenantId, (tx) => readRequest(tx, tenantId, requestId));
  if (request?.state !== 'verified') return;
  // Exports that were being written while the person was still in the source.
  if (request.kind === 'erasure' && isTouched(request)) await withdrawExports(services, request);
  if (request.kind === 'rectification') await nameExports(services, request);
  if (request.kind === 'erasure' && (await searchedOnceMore(services, which))) return;
  await end(services, which);
}

/** Whether a search is still to come. */
async function searchedOnceMore({ database }: Services, { tenantId, requestId }: Which): Promise<boolean> {
  return inTenant(database, tenantId, async (tx) => {
    const request = await lockRequest(tx, tenantId, requestId);
    if (request?.state !== 'verified') return true;
    const { round } = request;
    const again = await readSteps(tx, tenantId, requestId, 'research_2', round);
    if (again.length > 0) return again.some((one) => one.state !== 'done' || ((one.counts as { left?: number }).left ?? 0) > 0);
    const sources = (await readSteps(tx, tenantId, requestId, 'discovery', round)).map((one) => one.sourceId);
    await insertSteps(tx, { tenantId, requestId, phase: 'research_2', round }, sources, new Date(request.readAt.getTime() + DAY));
    return sources.length > 0;
  });
}

async function end(services: Services, { tenantId, requestId }: Which): Promise<void> {
  const signer = await installationSigner(services);
  const ended = await inTenant(services.database, tenantId, async (tx) => {
    const request = await lockRequest(tx, tenantId, requestId);
    if (request?.state !== 'verified') return false;
    if (request.kind === 'erasure' && !isTouched(request) && (await isInExports(tx, request))) {
      await beginDiscovery(services, tx, request, 'found_late', null);
      return false;
    }
    if (request.ledgerSeq !== null) await noteInLedger(services, tx, ending(request, 'finished'));
    await updateRequest(tx, tenantId, requestId, { state: MOVES.research_done.to, error_code: null, error_value: null }, 'ended_at', 'key_destroyed_at');
    await keepReceipt(services, tx, signer, request);
    await dropSnapshots(tx, tenantId, requestId);
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.done', object: { kind: 'request', id: requestId } });
    return true;
  });
  // It is over already; should the file stay, housekeeping removes it.
  if (ended) await services.caseKeys.destroy([{ tenantId, requestId }]).catch(() => undefined);
}

/** The line in the ledger that ends an erasure. */
export function ending({ tenantId, id, readAt }: RequestRecord, event: 'finished' | 'ended_in_part') {
  return { tenantId, requestId: id, at: readAt.toISOString(), event, hashes: [], sourceIds: [] } as const;
}
