import { createHash } from 'node:crypto';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import type { Tx } from '../records/database.ts';
import { insertIdempotencyKey, type KeyedRequest, readIdempotencyKey } from '../records/idempotency.ts';

/** A request that makes something, as its Idempotency-Key knows it; without a key every request is another one. */
export interface OnceRequest {
  readonly key: string | null;
  readonly action: 'job.create' | 'job.run' | 'job.bulk';
  readonly body: unknown;
}

/**
 * Makes it once: a repeated request with the same key, also one that comes at the same moment, gets the id of what the first made.
 * Error: `idempotency.reused` when the key came with another request.
 */
export async function oncePerKey<T>(
  tx: Tx,
  actor: Actor,
  { key, action, body }: OnceRequest,
  make: () => Promise<{ readonly id: string; readonly made: T }>,
): Promise<{ readonly id: string; readonly made: T | null }> {
  if (key === null) return make();
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(body) ?? '')
    .digest();
  const request: KeyedRequest = { tenantId: actor.tenantId, userId: actor.userId, key, action, bodyHash };
  const known = await readIdempotencyKey(tx, request);
  if (known && (known.action !== action || !known.bodyHash.equals(bodyHash))) throw new CodedError('idempotency.reused');
  if (known) return { id: known.objectId, made: null };
  const first = await make();
  await insertIdempotencyKey(tx, request, first.id);
  return first;
}
