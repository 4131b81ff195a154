import { sql } from 'kysely';
import type { Tx } from './database.ts';

interface KnownKey {
  readonly bodyHash: Buffer;
  readonly jobId: string;
}

/** What a request with this Idempotency-Key made before. */
export async function readIdempotencyKey(tx: Tx, tenantId: string, userId: string, key: string): Promise<KnownKey | null> {
  // The lock makes a second request with the same key wait for the first one's end.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenantId} ${userId} ${key}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('idempotency_key')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .select(['body_hash as bodyHash', 'job_id as jobId'])
    .executeTakeFirst();
  return row ?? null;
}

export async function insertIdempotencyKey(tx: Tx, entry: { tenantId: string; userId: string; key: string; bodyHash: Buffer; jobId: string }): Promise<void> {
  await tx
    .insertInto('idempotency_key')
    .values({ tenant_id: entry.tenantId, user_id: entry.userId, key: entry.key, body_hash: entry.bodyHash, job_id: entry.jobId })
    .execute();
}
