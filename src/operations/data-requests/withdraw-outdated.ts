import type { DataRequestDetails } from '../../contract/data-request.ts';
import type { Actor } from '../../domain/permission.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { readHeldExports } from '../../records/data-requests/held-exports.ts';
import { auditActor } from '../actor-of.ts';
import type { Services } from '../services.ts';
import { recordOnRequest } from './decide-request.ts';
import { presentDetails } from './present-request.ts';
import { requestToChange, visibleRequest } from './request-standing.ts';
import { deleteWithdrawn, withdrawFor } from './withdraw-exports.ts';

/**
 * Withdraws exports that hold values of before a rectification: those named, or all that it found. What is gone already stays as it is.
 * Errors: `not_found`, also for a file that the request does not name; `gdpr.state` for a request that names none.
 */
export async function withdrawOutdated(
  services: Services,
  actor: Actor,
  id: string,
  { artifacts }: { readonly artifacts?: readonly string[] | undefined },
): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  const withdrawn: string[] = [];
  await inTenant(services.database, tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'requests.handle');
    if (request.kind !== 'rectification' || request.state !== 'done')
      throw new CodedError('gdpr.state', { field: 'state', value: request.state, range: ['done'] });
    const named = (await readHeldExports(tx, tenantId, id)).map(({ artifactId }) => artifactId);
    const wanted = artifacts?.map((one) => one.toLowerCase()) ?? named;
    if (wanted.some((one) => !named.includes(one))) throw new CodedError('not_found');
    for (const artifactId of wanted)
      if (await withdrawFor(tx, auditActor(actor), { tenantId, requestId: id, artifactId }, 'person_corrected')) withdrawn.push(artifactId);
    if (withdrawn.length > 0) await recordOnRequest(tx, actor, id, 'request.exports_withdrawn', { files: withdrawn.length });
  });
  await deleteWithdrawn(services, tenantId, withdrawn);
  return inTenant(services.database, tenantId, async (tx) => presentDetails(services, tx, actor, await visibleRequest(tx, actor, id)));
}
