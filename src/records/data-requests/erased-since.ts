import { sql } from 'kysely';
import type { Tx } from '../database.ts';

/** Somebody of whom nothing is left in a source, or will be soon. */
export interface ErasedPerson {
  readonly requestId: string;
  readonly hashes: readonly string[];
}

/** Whose erasure ended since then, also in part, and whose was repeated in this source since then, or is still to be. */
export async function findErasedSince(tx: Tx, tenantId: string, sourceId: string, since: Date): Promise<ErasedPerson[]> {
  const { rows } = await sql<ErasedPerson>`
    SELECT request_id AS "requestId", hashes FROM erasure_replay
     WHERE tenant_id = ${tenantId} AND source_id = ${sourceId} AND (done_at IS NULL OR done_at >= ${since})
    UNION ALL
    SELECT id, hashes FROM data_request WHERE tenant_id = ${tenantId} AND ledger_seq IS NOT NULL AND ended_at >= ${since}`.execute(tx);
  return rows;
}
