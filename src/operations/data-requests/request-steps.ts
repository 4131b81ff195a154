import { ENDED } from '../../domain/data-requests/states.ts';
import { reasonOf } from '../../lib/log.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { lockRequest, updateRequest } from '../../records/data-requests/requests.ts';
import { claimStep, endStep, extendStep, type StepLease, type StepName, type StepPhase } from '../../records/data-requests/steps.ts';
import type { RequestStepTask } from '../../queue/tasks.ts';
import type { Services } from '../services.ts';
import { collectAccess } from './collect-access.ts';
import { discoverSource } from './discover-source.ts';
import { eraseSource } from './erase-source.ts';
import { findPerson } from './find-person.ts';
import { rectifySource } from './rectify-source.ts';
import { researchSource } from './research-source.ts';

/** Does one step and ends it with what came of it; whatever it wrote before may be there already, from an attempt that died. */
type StepWork = (services: Services, lease: StepLease, signal: AbortSignal) => Promise<void>;

const WORK: Record<StepPhase, StepWork> = {
  person: findPerson,
  discovery: discoverSource,
  collect: collectAccess,
  erase: eraseSource,
  rectify: rectifySource,
  research_1: researchSource,
  research_2: researchSource,
};

const SIGN_OF_LIFE_MS = 10_000;
const MOST_TRIES = 5;
const FIRST_WAIT_SECONDS = 15;
/** Workers that took the step and were not heard of again: it may be what ends them. An hour later it is tried anew. */
const MOST_LOST = 20;

/**
 * Works on a step of a data request, if nobody else does. A worker that dies leaves it to another after its lease; what an older attempt still writes is
 * refused. A temporary cause is tried again later, any other ends the step, and the request says why it stands still.
 */
export async function executeRequestStep(services: Services, task: RequestStepTask, signal: AbortSignal): Promise<void> {
  const name = { ...task, phase: task.phase as StepPhase } satisfies StepName;
  const lease = await inTenant(services.database, name.tenantId, (tx) => claimStep(tx, name));
  if (!lease) return;
  const lost = new AbortController();
  const alive = setInterval(() => {
    inTenant(services.database, lease.tenantId, (tx) => extendStep(tx, lease)).then(
      (held) => held || lost.abort(new CodedError('run.interrupted')),
      () => undefined,
    );
  }, SIGN_OF_LIFE_MS);
  try {
    if (lease.attempt > MOST_LOST) throw new CodedError('gdpr.workers_lost', { value: lease.attempt - 1 });
    await WORK[name.phase](services, lease, AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    // Whoever stops leaves the step to the next: its lease ends by itself.
    if (signal.aborted || lost.signal.aborted) throw error;
    await fail(services, lease, error);
  } finally {
    clearInterval(alive);
  }
}

async function fail(services: Services, lease: StepLease, error: unknown): Promise<void> {
  const coded = error instanceof CodedError ? error : new CodedError('internal', { cause: error });
  if (coded.code === 'internal') services.log.error({ event: 'request.step_failed', phase: lease.phase, reason: reasonOf(error) });
  const again = !coded.definition.permanent && lease.attempt < MOST_TRIES;
  const cause = { code: coded.code, ...(coded.details.value !== undefined && { value: coded.details.value }) };
  const { tenantId, requestId, round } = lease;
  await inTenant(services.database, tenantId, async (tx) => {
    const request = await lockRequest(tx, tenantId, requestId);
    const inSeconds = FIRST_WAIT_SECONDS * 2 ** (lease.attempt - 1);
    if (!(await endStep(tx, lease, again ? { state: 'waiting', inSeconds, ...cause } : { state: 'failed', ...cause }))) return;
    if (!again && request?.round === round && !ENDED.includes(request.state))
      await updateRequest(tx, tenantId, requestId, { error_code: cause.code, error_value: JSON.stringify(cause.value ?? null) });
  });
}
