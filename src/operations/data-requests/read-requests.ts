import { REQUEST_SORTS, type DataRequestDetails, type DataRequestView } from '../../contract/data-request.ts';
import type { PageView } from '../../contract/page.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { inTenant } from '../../records/database.ts';
import { listRequests, type RequestFilter } from '../../records/data-requests/requests.ts';
import { readTenant } from '../../records/tenants.ts';
import { type ListQuery, openList } from '../open-list.ts';
import type { Services } from '../services.ts';
import { presentDetails, presentRequest } from './present-request.ts';
import { visibleRequest } from './request-standing.ts';

/** The requests of the tenant, a page at a time, the newest first. Error: `cursor.invalid`. */
export async function listRequestsFor(services: Services, actor: Actor, query: RequestFilter & ListQuery): Promise<PageView<DataRequestView>> {
  requirePermission(actor, 'requests.see');
  const list = openList(services, actor, 'requests', query, REQUEST_SORTS, '-createdAt');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const tenant = await readTenant(tx, actor.tenantId);
    const page = await listRequests(tx, actor.tenantId, query, list.request);
    return list.show({ ...page, items: page.items.map((one) => presentRequest(one, tenant, actor)) });
  });
}

/** One request. Error: `not_found`. */
export async function getRequest(services: Services, actor: Actor, id: string): Promise<DataRequestDetails> {
  requirePermission(actor, 'requests.see');
  return inTenant(services.database, actor.tenantId, async (tx) => presentDetails(services, tx, actor, await visibleRequest(tx, actor, id)));
}
