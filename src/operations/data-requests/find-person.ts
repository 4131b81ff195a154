import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { PersonSearch } from '../../domain/data-requests/person-graph.ts';
import type { SubjectRow } from '../../domain/data-requests/same-person.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant } from '../../records/database.ts';
import { putSnapshot } from '../../records/data-requests/findings.ts';
import { lockRequest, updateRequest } from '../../records/data-requests/requests.ts';
import { dueSteps, endStep, readSteps, releaseSteps, type StepLease } from '../../records/data-requests/steps.ts';
import { readTenant } from '../../records/tenants.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { Services } from '../services.ts';
import { finishDiscovery } from './finish-discovery.ts';
import { requireMove, standingOf } from './request-standing.ts';
import { FOUND_PART, type FoundPerson, peopleOf, requestOfStep, sourcesOf } from './sealed-person.ts';
import { openPerson } from './sealed-view.ts';
import { endUnused } from './source-step.ts';
import { subjectHashes } from './subject-hash.ts';

/**
 * Finds out who is meant, over all sources at once: what one knows leads on in another. When the identifiers lead to several people it counts them and
 * stops; else it seals who the person is and lets the sources be looked through.
 */
export async function findPerson(services: Services, lease: StepLease, signal: AbortSignal): Promise<void> {
  const { tenantId, requestId } = lease;
  const begun = await inTenant(services.database, tenantId, async (tx) => {
    const request = await requestOfStep(tx, lease, 'discovery');
    return request && { request, region: (await readTenant(tx, tenantId)).phoneRegion };
  });
  if (!begun) return endUnused(services, lease);
  const { request, region } = begun;
  const search = new PersonSearch((await openPerson(services, request)).identifiers, request.confirmedPeople !== null);
  const sources = await sourcesOf(services, tenantId);
  const follow = async (): Promise<void> => {
    for (let wanted = search.next(); wanted.length > 0; wanted = search.next()) {
      const asked = wanted;
      for (const rows of await Promise.all(sources.map((source) => subjectsOf(services, source, asked, region, signal)))) search.take(rows);
    }
  };
  await follow();
  signal.throwIfAborted();
  const { state, people } = search.candidates();
  // Those were confirmed whom it led to then.
  if (state === 'ambiguous' || people > Math.max(1, request.confirmedPeople ?? 0)) return stop(services, lease, search);
  // Who else stands in her records: an address that is no customer's does not make a record somebody else's, too.
  await Promise.all(sources.map((source) => othersIn(services, source, search, region, signal)));
  await follow();
  signal.throwIfAborted();
  const aliases = search.aliases().map(({ type, normal }) => ({ type, normal }));
  const found: FoundPerson = { aliases, holders: search.holders(), region };
  const key = await services.caseKeys.open({ tenantId, requestId });
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    const steps = await readSteps(tx, tenantId, requestId, 'discovery', lease.round);
    if (!(await requestOfStep(tx, lease, 'discovery')) || !(await endStep(tx, lease, { state: 'done', counts: { sources: steps.length } }))) return;
    await putSnapshot(tx, tenantId, requestId, FOUND_PART, key.seal(found, FOUND_PART));
    const hashes = subjectHashes(services.sealer, tenantId, aliases);
    await updateRequest(tx, tenantId, requestId, { people: search.candidates().people, hashes });
    await releaseSteps(tx, { tenantId, requestId, phase: 'discovery', round: lease.round });
    await services.queue.sendRequestSteps(tx, ...(await dueSteps(tx, tenantId, requestId)));
    if (steps.length === 0) await finishDiscovery(services, tx, lease);
  });
}

async function subjectsOf(
  services: Services,
  source: SourceRecord,
  wanted: readonly NormalIdentifier[],
  region: string | null,
  signal: AbortSignal,
): Promise<SubjectRow[]> {
  const rows: SubjectRow[] = [];
  for await (const batch of peopleOf(services, source).find({ wanted, region, subjectsOnly: true }, signal))
    for (const { table, key, identifiers } of batch) rows.push({ source: source.id, table, key, identifiers });
  return rows;
}

async function othersIn(services: Services, source: SourceRecord, search: PersonSearch, region: string | null, signal: AbortSignal): Promise<void> {
  const records = peopleOf(services, source).find({ wanted: search.aliases(), region }, signal);
  for await (const batch of records) for (const { identifiers } of batch) search.alsoAsk(identifiers);
}

/** The people are counted; who they are is not kept. */
async function stop(services: Services, lease: StepLease, search: PersonSearch): Promise<void> {
  const { tenantId, requestId } = lease;
  const { people, more } = search.candidates();
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    const request = await requestOfStep(tx, lease, 'discovery');
    if (!request || !(await endStep(tx, lease, { state: 'done', counts: { people } }))) return;
    requireMove(await standingOf(tx, request), 'found_several');
    const cause = { error_code: more ? 'gdpr.too_many_people' : 'gdpr.ambiguous', error_value: JSON.stringify({ people, more }) };
    await updateRequest(tx, tenantId, requestId, { state: 'ambiguous', people, confirmed_people: null, ...cause });
    const detail = { state: 'ambiguous', people, more };
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.discovered', object: { kind: 'request', id: requestId }, detail });
  });
}
