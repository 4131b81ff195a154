import type { DataRequestDetails } from '../../contract/data-request.ts';
import { isSignatureOf } from '../../pipeline/signature.ts';
import type { SignedBy } from '../../pipeline/primitives.ts';
import type { Tx } from '../../records/database.ts';
import { readReceipt } from '../../records/data-requests/receipts.ts';
import { listSigningKeys } from '../../records/signing-keys.ts';

/** Whether the receipt of a request is what was signed, and by a key of this UDM; null: it has none. */
export async function receiptStanding(tx: Tx, tenantId: string, requestId: string): Promise<DataRequestDetails['receipt']> {
  const kept = await readReceipt(tx, tenantId, requestId);
  if (!kept) return null;
  const { signedBy } = JSON.parse(kept.body.toString('utf8')) as { signedBy: SignedBy };
  const { keyId } = signedBy;
  if (!isSignatureOf(kept.body, kept.signature, signedBy)) return { keyId, signature: 'broken' };
  const isOwn = (await listSigningKeys(tx)).some(({ id }) => id === keyId);
  return { keyId, signature: isOwn ? 'whole' : 'unknown_key' };
}
