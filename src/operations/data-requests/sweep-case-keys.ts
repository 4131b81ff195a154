import { inTenant } from '../../records/database.ts';
import { requestsWithKey } from '../../records/data-requests/requests.ts';
import type { Services } from '../services.ts';

/** Whoever makes a request has stored it by then. */
const AGE_MS = 3_600_000;

/**
 * Destroys keys that open nothing any more: of requests that are over, and of those that were never stored because their transaction failed. Gives how
 * many it was. Error: `gdpr.keys_unwritable`.
 */
export async function sweepCaseKeys({ database, caseKeys }: Services): Promise<number> {
  const old = (await caseKeys.list()).filter(({ ageMs }) => ageMs > AGE_MS);
  let swept = 0;
  for (const tenantId of new Set(old.map((one) => one.tenantId))) {
    const ids = old.filter((one) => one.tenantId === tenantId).map((one) => one.requestId);
    const needed = new Set(await inTenant(database, tenantId, (tx) => requestsWithKey(tx, tenantId, ids)));
    const rest = ids.filter((id) => !needed.has(id)).map((requestId) => ({ tenantId, requestId }));
    await caseKeys.destroy(rest);
    swept += rest.length;
  }
  return swept;
}
