import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../database.ts';

/** An erasure to be repeated in a source. */
export interface ReplayRecord {
  /** Line of the ledger. */
  readonly seq: number;
  readonly requestId: string;
  readonly hashes: readonly string[];
}

/** One that is not done yet. */
export interface WantedReplay extends ReplayRecord {
  /** Since when, as the database writes it: to the microsecond. */
  readonly wantedAt: string;
}

/** Wants erasures repeated in a source, also such as were repeated there before. */
export async function wantReplays(tx: Tx, tenantId: string, sourceId: string, replays: readonly ReplayRecord[]): Promise<void> {
  for (const { seq, requestId, hashes } of replays)
    await tx
      .insertInto('erasure_replay')
      .values({ tenant_id: tenantId, source_id: sourceId, seq, request_id: requestId, hashes: [...hashes] })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'source_id', 'seq']).doUpdateSet({ wanted_at: sql<Date>`udm_now()`, done_at: null, rows: 0 }))
      .execute();
}

export async function findReplays(tx: Tx, tenantId: string, sourceId: string): Promise<WantedReplay[]> {
  return tx
    .selectFrom('erasure_replay')
    .where('tenant_id', '=', tenantId)
    .where('source_id', '=', sourceId)
    .where('done_at', 'is', null)
    .select(['seq', 'request_id as requestId', 'hashes', sql<string>`wanted_at::text`.as('wantedAt')])
    .orderBy('seq')
    .execute();
}

const IS_HELD = sql<boolean>`EXISTS (SELECT FROM legal_hold h
  WHERE h.tenant_id = erasure_replay.tenant_id AND h.released_at IS NULL AND h.hashes && erasure_replay.hashes)`;

/** Lines of the ledger that are still to be repeated in a source and that a legal hold keeps. */
export async function findHeldReplays(tx: Tx, tenantId: string, sourceId: string): Promise<number[]> {
  const rows = await tx
    .selectFrom('erasure_replay')
    .where('tenant_id', '=', tenantId)
    .where('source_id', '=', sourceId)
    .where('done_at', 'is', null)
    .where(IS_HELD)
    .select('seq')
    .execute();
  return rows.map(({ seq }) => seq);
}

export interface OpenReplays {
  readonly sourceId: string;
  readonly source: string;
  readonly erasures: number;
  /** Of these, such as a legal hold keeps. */
  readonly held: number;
}

/** Sources in which erasures are still to be repeated, and how many. */
export async function countOpenReplays(tx: Tx, tenantId: string): Promise<OpenReplays[]> {
  return tx
    .selectFrom('erasure_replay')
    .innerJoin('source', (join) => join.onRef('source.tenant_id', '=', 'erasure_replay.tenant_id').onRef('source.id', '=', 'erasure_replay.source_id'))
    .where('erasure_replay.tenant_id', '=', tenantId)
    .where('erasure_replay.done_at', 'is', null)
    .where('source.deleted_at', 'is', null)
    .groupBy(['source.id', 'source.name'])
    .select(['source.id as sourceId', 'source.name as source'])
    .select([sql<number>`count(*)`.as('erasures'), sql<number>`count(*) FILTER (WHERE ${IS_HELD})`.as('held')])
    .orderBy('source.name')
    .execute();
}

/** False: it was ended by another, or is wanted anew since it was found: the source was restored again, and rows came that nobody has looked at. */
export async function endReplay(tx: Tx, tenantId: string, sourceId: string, { seq, wantedAt }: WantedReplay, rows: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('erasure_replay')
    .where('tenant_id', '=', tenantId)
    .where('source_id', '=', sourceId)
    .where('seq', '=', seq)
    .where('done_at', 'is', null)
    .where(sql<SqlBool>`wanted_at = ${wantedAt}::timestamptz`)
    .set({ done_at: sql<Date>`udm_now()`, rows })
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
