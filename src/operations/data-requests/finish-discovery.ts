import { whyNotCarriedOut } from '../../domain/data-requests/correction-reach.ts';
import { changesData, MOVES, type RequestMove } from '../../domain/data-requests/states.ts';
import { recordAct } from '../../records/audit.ts';
import type { Tx } from '../../records/database.ts';
import { readFindings } from '../../records/data-requests/findings.ts';
import { type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { readSteps, type StepLease } from '../../records/data-requests/steps.ts';
import { readTenant } from '../../records/tenants.ts';
import type { Services } from '../services.ts';
import { beginWork } from './begin-work.ts';
import { isInExports } from './find-in-exports.ts';
import { requireMove, standingOf } from './request-standing.ts';
import { requestOfStep } from './sealed-person.ts';
import { correctionsOf, openStored, PERSON_PART, type SealedPerson } from './sealed-view.ts';

const HOUR = 3_600_000;

/**
 * When every source was looked through, and as many were as there were when it began: where the request goes from there. It is asked at the end of
 * every step, in its transaction, with the request locked.
 */
export async function finishDiscovery(services: Services, tx: Tx, lease: StepLease): Promise<void> {
  const { tenantId, requestId, round } = lease;
  const request = await requestOfStep(tx, lease, 'discovery');
  const [person] = await readSteps(tx, tenantId, requestId, 'person', round);
  const steps = await readSteps(tx, tenantId, requestId, 'discovery', round);
  const expected = (person?.counts as { sources?: number } | undefined)?.sources;
  if (!request || steps.some((one) => one.state !== 'done') || steps.length !== expected) return;
  const findings = await readFindings(tx, tenantId, requestId);
  const found = findings.reduce((sum, one) => sum + one.found, 0);
  const move = await moveAfter(tx, request, found);
  const wrong = move === 'found' || move === 'found_unapproved' ? await wrongCorrections(services, tx, request) : null;
  if (wrong) return standStill(tx, request, wrong, found);
  await updateRequest(tx, tenantId, requestId, { state: MOVES[move].to, error_code: null, error_value: null, ...(await delayOf(tx, request, move)) });
  const detail = { state: MOVES[move].to, people: request.people, found };
  await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.discovered', object: { kind: 'request', id: requestId }, detail });
  if (MOVES[move].to === 'running') await beginWork(services, tx, request);
}

/** Nobody is asked to agree to what would not be what it says; an officer stops it, or lets it begin anew when the source says something else by now. */
async function standStill(tx: Tx, { tenantId, id, people }: RequestRecord, { code, value }: WrongCorrections, found: number): Promise<void> {
  await updateRequest(tx, tenantId, id, { error_code: code, error_value: JSON.stringify(value) });
  const detail = { state: 'discovery', people, found, code };
  await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.discovered', object: { kind: 'request', id }, detail });
}

type WrongCorrections = NonNullable<ReturnType<typeof whyNotCarriedOut>>;

/** What speaks against the corrections of a rectification, now that it is known what stands in all sources. */
async function wrongCorrections({ caseKeys }: Services, tx: Tx, request: RequestRecord): Promise<WrongCorrections | null> {
  if (request.kind !== 'rectification') return null;
  const key = await caseKeys.open({ tenantId: request.tenantId, requestId: request.id });
  const corrections = correctionsOf(key.open<SealedPerson>(request.sealedPerson, PERSON_PART));
  return whyNotCarriedOut(corrections, await openStored(tx, request, key));
}

/** A hold on any of the identifiers that were found keeps the data, whatever else holds. What no source has any more an export may still have. */
async function moveAfter(tx: Tx, request: RequestRecord, found: number): Promise<RequestMove> {
  const standing = await standingOf(tx, request);
  const isNowhere = found === 0 && changesData(request.kind) && !(request.kind === 'erasure' && (await isInExports(tx, request)));
  const move = ((): RequestMove => {
    if (standing.isHeld && changesData(request.kind)) return 'found_held';
    if (isNowhere) return 'found_nothing';
    if (standing.needsApproval) return 'found';
    return changesData(request.kind) ? 'found_unapproved' : 'found_to_show';
  })();
  requireMove(standing, move);
  return move;
}

async function delayOf(tx: Tx, { tenantId, readAt }: RequestRecord, move: RequestMove): Promise<{ stop_until?: Date }> {
  if (move !== 'found_unapproved') return {};
  const { requestDelayHours } = await readTenant(tx, tenantId);
  return { stop_until: new Date(readAt.getTime() + requestDelayHours * HOUR) };
}
