import { sql } from 'kysely';
import type { Tx } from '../database.ts';

/** The signed receipts of requests, kept to the byte and never changed. */

export interface ReceiptRecord {
  readonly body: Buffer;
  readonly signature: Buffer;
}

export async function insertReceipt(
  tx: Tx,
  { tenantId, requestId, body, signature, sha256 }: ReceiptRecord & { readonly tenantId: string; readonly requestId: string; readonly sha256: string },
): Promise<void> {
  await tx.insertInto('data_request_receipt').values({ tenant_id: tenantId, request_id: requestId, body, signature, sha256 }).execute();
}

export async function readReceipt(tx: Tx, tenantId: string, requestId: string): Promise<ReceiptRecord | null> {
  return (
    (await tx
      .selectFrom('data_request_receipt')
      .where('tenant_id', '=', tenantId)
      .where('request_id', '=', requestId)
      .select(['body', 'signature'])
      .executeTakeFirst()) ?? null
  );
}

/** Names of the sources that were looked through in the round. */
export async function sourcesSearched(tx: Tx, tenantId: string, requestId: string, round: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('data_request_step as step')
    .innerJoin('source', (join) => join.onRef('source.tenant_id', '=', 'step.tenant_id').onRef('source.id', '=', 'step.source_id'))
    .where('step.tenant_id', '=', tenantId)
    .where('step.request_id', '=', requestId)
    .where('step.phase', '=', 'discovery')
    .where('step.round', '=', round)
    .where('step.state', '=', 'done')
    .select('source.name')
    .orderBy('source.name')
    .execute();
  return rows.map(({ name }) => name);
}

/** When a request came to what. */
export interface PhaseTimes {
  readonly discoveredAt: Date | null;
  readonly begunAt: Date | null;
  readonly searchedAgainAt: Date | null;
}

/** By its steps: a phase that goes on again ends when it ended last. */
export async function readPhaseTimes(tx: Tx, tenantId: string, requestId: string): Promise<PhaseTimes> {
  const { rows } = await sql<PhaseTimes>`
    SELECT max(finished_at) FILTER (WHERE phase = 'discovery') AS "discoveredAt",
           min(started_at) FILTER (WHERE phase IN ('erase', 'rectify', 'collect')) AS "begunAt",
           max(finished_at) FILTER (WHERE phase = 'research_2') AS "searchedAgainAt"
      FROM data_request_step WHERE tenant_id = ${tenantId} AND request_id = ${requestId}`.execute(tx);
  return rows[0] as PhaseTimes;
}
