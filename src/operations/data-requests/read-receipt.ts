import type { DataRequestReceipt } from '../../contract/receipt.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { readReceipt } from '../../records/data-requests/receipts.ts';
import type { Services } from '../services.ts';
import { visibleRequest } from './request-standing.ts';

/** The signed receipt of a request that has ended. Errors: `not_found`, `gdpr.no_receipt`. */
export async function getReceipt(services: Services, actor: Actor, id: string): Promise<DataRequestReceipt> {
  requirePermission(actor, 'requests.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const { state } = await visibleRequest(tx, actor, id);
    const kept = await readReceipt(tx, actor.tenantId, id);
    if (!kept) throw new CodedError('gdpr.no_receipt', { field: 'state', value: state });
    return { receipt: JSON.parse(kept.body.toString('utf8')) as DataRequestReceipt['receipt'], signature: kept.signature.toString('base64') };
  });
}
