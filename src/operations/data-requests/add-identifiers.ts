import type { DataRequestDetails } from '../../contract/data-request.ts';
import { checkIdentifiers, type SentIdentifier } from '../../domain/data-requests/identifier-checks.ts';
import { keyOf } from '../../domain/data-requests/identifiers.ts';
import { labelOf } from '../../domain/data-requests/mask.ts';
import type { Actor } from '../../domain/permission.ts';
import { ProblemList } from '../../domain/problem-list.ts';
import { inTenant } from '../../records/database.ts';
import { updateRequest } from '../../records/data-requests/requests.ts';
import { readTenant } from '../../records/tenants.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { recordOnRequest, withHandler } from './decide-request.ts';
import { presentDetails } from './present-request.ts';
import { requestToChange, requireMove, standingOf, visibleRequest } from './request-standing.ts';
import { openPerson, PERSON_PART } from './sealed-view.ts';
import { subjectHashes } from './subject-hash.ts';

/**
 * Says more of whom is meant when the identifiers lead to several people; UDM looks for the person anew.
 * Errors: `not_found`, `gdpr.state`, `request.invalid` with all problems, `gdpr.key_lost`.
 */
export async function addIdentifiers(
  services: Services,
  actor: Actor,
  id: string,
  sent: { readonly identifiers: readonly SentIdentifier[] },
): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'requests.handle');
    requireMove(await standingOf(tx, request), 'identifiers_added');
    const problems = new ProblemList();
    const more = checkIdentifiers(sent.identifiers, (await readTenant(tx, tenantId)).phoneRegion, 'identifiers', problems);
    problems.refuse();
    const { identifiers: before, corrections } = await openPerson(services, request);
    const all = [...before, ...more.map(({ type, normal }) => ({ type, normal }))];
    const identifiers = [...new Map(all.map((one) => [keyOf(one), one])).values()];
    const key = await services.caseKeys.open({ tenantId, requestId: id });
    await updateRequest(tx, tenantId, id, {
      sealed_person: key.seal({ identifiers, corrections }, PERSON_PART),
      hashes: subjectHashes(services.sealer, tenantId, identifiers),
      label: labelOf(identifiers),
      identifier_types: [...new Set(identifiers.map(({ type }) => type))],
      confirmed_people: null,
      handled_by: withHandler(request, actor),
    });
    await recordOnRequest(tx, actor, id, 'request.identifiers_added', { added: identifiers.length - before.length });
    await beginDiscovery(services, tx, await visibleRequest(tx, actor, id), 'identifiers_added', actor);
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}
