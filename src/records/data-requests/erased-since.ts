import { sql } from 'kysely';
import type { Tx } from '../database.ts';

/** Somebody of whom nothing is left in a source, or will be soon. */
export interface ErasedPerson {
  readonly requestId: string;
  readonly hashes: readonly string[];
}

interface Reading {
  readonly tenantId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly sourceId: string;
}

/**
 * Whom an attempt of a run may have read although they were erased: whose erasure began since it did, and is over already; and whose was wanted anew in this
 * source since then, and is still to be repeated, or found somebody. What began before the attempt kept the person out of it, or kept it from being read.
 */
export async function findErasedSince(tx: Tx, { tenantId, runId, attempt, sourceId }: Reading): Promise<ErasedPerson[]> {
  const { rows } = await sql<ErasedPerson>`
    WITH reading AS (SELECT started_at AS since FROM run_attempt WHERE tenant_id = ${tenantId} AND run_id = ${runId} AND attempt = ${attempt})
    SELECT e.request_id AS "requestId", e.hashes FROM erasure_replay e, reading
     WHERE e.tenant_id = ${tenantId} AND e.source_id = ${sourceId} AND e.wanted_at >= reading.since AND (e.done_at IS NULL OR e.rows > 0)
    UNION ALL
    SELECT r.id, r.hashes FROM data_request r, reading
     WHERE r.tenant_id = ${tenantId} AND r.ledger_seq IS NOT NULL AND r.ended_at >= reading.since
       AND EXISTS (SELECT FROM data_request_step s WHERE s.tenant_id = r.tenant_id AND s.request_id = r.id AND s.phase = 'erase' AND s.started_at >= reading.since)`.execute(
    tx,
  );
  return rows;
}
