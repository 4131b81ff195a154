import { MOVES } from '../../domain/data-requests/states.ts';
import { recordAct } from '../../records/audit.ts';
import type { Tx } from '../../records/database.ts';
import { type RequestRecord, readRequest, updateRequest } from '../../records/data-requests/requests.ts';
import { countRounds, dueSteps, insertSteps, readSteps, type StepPhase } from '../../records/data-requests/steps.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { isTouched } from './request-standing.ts';

/** An erasure that finds the person again so often is fed by something. */
const MOST_ROUNDS = 5;
const DAY = 86_400_000;

/**
 * When every source was worked on: where the erasure goes from there. It is asked at the end of every step, in its transaction, with the request locked.
 * Erased → searched once more at once → verified → searched again a day later → over. What is found again is erased again; when nothing was found before, and
 * so nothing agreed to, it is discovered.
 */
export async function finishErasure(services: Services, tx: Tx, { tenantId, requestId, phase, round }: PhaseEnd): Promise<void> {
  const request = await readRequest(tx, tenantId, requestId);
  if (!request || request.round !== round) return;
  const steps = await readSteps(tx, tenantId, requestId, phase, round);
  if (steps.some((one) => one.state !== 'done')) return;
  const sourceIds = steps.flatMap(({ sourceId }) => sourceId ?? []);
  const left = steps.reduce((sum, { counts }) => sum + ((counts as { left?: number }).left ?? 0), 0);
  if (phase === 'erase') return next(services, tx, request, 'research_1', sourceIds, null);
  if (left > 0 && !isTouched(request)) return beginDiscovery(services, tx, request, 'found_late', null);
  if (left > 0) return eraseAgain(services, tx, request, sourceIds, left);
  if (phase === 'research_1') await markVerified(tx, request);
  // The exports of meanwhile and the end need more than this transaction: whoever moves requests on does it.
  if (phase === 'research_1') return next(services, tx, request, 'research_2', sourceIds, new Date(request.readAt.getTime() + DAY));
  await services.queue.advanceRequests(tx);
}

interface PhaseEnd {
  readonly tenantId: string;
  readonly requestId: string;
  readonly phase: StepPhase;
  readonly round: number;
}

/** What was asked for is done, and was looked at again. */
export async function markVerified(tx: Tx, { tenantId, id }: RequestRecord, detail: Readonly<Record<string, number>> = {}): Promise<void> {
  await updateRequest(tx, tenantId, id, { state: MOVES.work_done.to, error_code: null, error_value: null });
  await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.verified', object: { kind: 'request', id }, detail });
}

async function eraseAgain(services: Services, tx: Tx, request: RequestRecord, sourceIds: readonly string[], left: number): Promise<void> {
  const { tenantId, id } = request;
  const again = { ...request, round: request.round + 1 };
  const isFed = (await countRounds(tx, tenantId, id, 'erase')) >= MOST_ROUNDS;
  const cause = isFed ? { error_code: 'gdpr.comes_back', error_value: JSON.stringify(left) } : {};
  await updateRequest(tx, tenantId, id, { state: MOVES.found_again.to, round: again.round, ...cause });
  await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.found_again', object: { kind: 'request', id }, detail: { left } });
  await next(services, tx, again, 'erase', sourceIds, isFed ? new Date(request.readAt.getTime() + DAY) : null);
}

/** A step for each source, all at once; `from`: not before. */
async function next({ queue }: Services, tx: Tx, request: RequestRecord, phase: StepPhase, sourceIds: readonly string[], from: Date | null): Promise<void> {
  const { tenantId, id, round } = request;
  await insertSteps(tx, { tenantId, requestId: id, phase, round }, sourceIds, from ?? 'ready');
  await queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, id)));
}
