import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Whose key it is, and what was asked for with it. */
export interface KeyedRequest {
  readonly tenantId: string;
  readonly userId: string;
  readonly key: string;
  /** What kind of thing the request makes. */
  readonly action: string;
  readonly bodyHash: Buffer;
}

interface KnownKey {
  readonly action: string;
  readonly bodyHash: Buffer;
  readonly objectId: string;
}

/** So long a key is remembered: nobody repeats a request that was lost a day ago. */
const KEPT = sql`interval '1 day'`;

/** What a request with this Idempotency-Key made before. */
export async function readIdempotencyKey(tx: Tx, { tenantId, userId, key }: KeyedRequest): Promise<KnownKey | null> {
  // The lock makes a second request with the same key wait for the first one's end.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenantId} ${userId} ${key}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('idempotency_key')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .select(['action', 'body_hash as bodyHash', 'object_id as objectId'])
    .executeTakeFirst();
  return row ?? null;
}

/** Remembers what the request made, and forgets what the user asked for long ago. */
export async function insertIdempotencyKey(tx: Tx, { tenantId, userId, key, action, bodyHash }: KeyedRequest, objectId: string): Promise<void> {
  await tx
    .deleteFrom('idempotency_key')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('created_at', '<', sql<Date>`(SELECT udm_now() - ${KEPT})`)
    .execute();
  await tx.insertInto('idempotency_key').values({ tenant_id: tenantId, user_id: userId, key, action, body_hash: bodyHash, object_id: objectId }).execute();
}
