import type { RequestHistory } from '../../contract/data-request.ts';
import type { Actor } from '../../domain/permission.ts';
import { readAuditOf } from '../../records/audit-log.ts';
import { inTenant } from '../../records/database.ts';
import type { Services } from '../services.ts';
import { visibleRequest } from './request-standing.ts';

/** What was done with one request, by whom and when, the newest first: as the audit log has it. Error: `not_found`. */
export async function requestHistory(services: Services, actor: Actor, id: string): Promise<RequestHistory> {
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const request = await visibleRequest(tx, actor, id);
    const records = await readAuditOf(tx, actor.tenantId, 'request', request.id);
    return { items: records.map(({ at, action, actorKind, actorName }) => ({ at: at.toISOString(), action, by: actorKind, user: actorName })) };
  });
}
