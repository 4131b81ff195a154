import type { DataRequestDetails } from '../../contract/data-request.ts';
import { parseNote } from '../../domain/data-requests/new-request.ts';
import { ENDED, movesFrom } from '../../domain/data-requests/states.ts';
import type { Actor } from '../../domain/permission.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { updateRequest } from '../../records/data-requests/requests.ts';
import type { Services } from '../services.ts';
import { beginDiscovery } from './begin-discovery.ts';
import { recordOnRequest, withHandler } from './decide-request.ts';
import { sealNote } from './notes.ts';
import { presentDetails } from './present-request.ts';
import { requestToChange, requireMove, standingOf, visibleRequest } from './request-standing.ts';

/**
 * Notes how it was proved that the person asks themselves; unless told otherwise, UDM then looks for them. The note can be mended until the request ends.
 * Errors: `not_found`, `request.invalid`, `gdpr.state`.
 */
export async function noteIdentity(
  services: Services,
  actor: Actor,
  id: string,
  sent: { readonly note: string; readonly begin?: boolean | undefined },
): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'requests.handle');
    if (ENDED.includes(request.state)) throw new CodedError('gdpr.state', { field: 'state', value: request.state });
    const note = sealNote(services.sealer, request, 'identity', parseNote(sent.note, 'note'));
    await updateRequest(tx, tenantId, id, { sealed_identity_note: note, handled_by: withHandler(request, actor) });
    await recordOnRequest(tx, actor, id, 'request.identity_noted');
    if (sent.begin !== false && request.state !== 'discovery' && movesFrom(request.state).includes('identity_proved'))
      await beginDiscovery(services, tx, await visibleRequest(tx, actor, id), 'identity_proved', actor);
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}

/** The person was asked to prove who they are; nothing is looked for until they do. Errors: `not_found`, `gdpr.state`. */
export async function askIdentity(services: Services, actor: Actor, id: string): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'requests.handle');
    requireMove(await standingOf(tx, request), 'identity_asked');
    await updateRequest(tx, tenantId, id, { state: 'identity_check', begins: false, handled_by: withHandler(request, actor) });
    await recordOnRequest(tx, actor, id, 'request.identity_asked');
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}

/** Lets UDM look for the person. Errors: `not_found`, `gdpr.state`, `gdpr.identity`. */
export async function beginRequest(services: Services, actor: Actor, id: string): Promise<DataRequestDetails> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const request = await requestToChange(tx, actor, id, 'requests.handle');
    // What is going well is not begun anew.
    if (request.state === 'discovery' && request.errorCode === null) throw new CodedError('gdpr.state', { field: 'state', value: request.state });
    await updateRequest(tx, tenantId, id, { handled_by: withHandler(request, actor) });
    await beginDiscovery(services, tx, request, 'identity_proved', actor);
    return presentDetails(services, tx, actor, await visibleRequest(tx, actor, id));
  });
}
