import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** The ledger of since-previous-run jobs: what is published, up to which edge (decision 0010). Instants are UTC texts with microseconds. */

export interface ChainRecord {
  readonly id: string;
  readonly sourceId: string;
  readonly type: string;
  readonly entityTypes: readonly string[] | null;
  /** "Data from" as its job said it: start, all, or an instant. */
  readonly begins: string;
  readonly dataFrom: string | null;
  readonly edge: string | null;
  readonly arrivalEdge: string | null;
}

export interface NewChain {
  readonly tenantId: string;
  readonly jobId: string;
  readonly sourceId: string;
  readonly type: string;
  readonly entityTypes: readonly string[] | null;
  readonly begins: string;
  /** Where the first window begins; null is the beginning of time. */
  readonly dataFrom: string | null;
}

const utc = (column: string) => sql<string | null>`to_char(${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Begins a chain and makes it the one of its job. */
export async function startChain(tx: Tx, chain: NewChain): Promise<string> {
  const { id } = await tx
    .insertInto('chain')
    .values({
      tenant_id: chain.tenantId,
      job_id: chain.jobId,
      source_id: chain.sourceId,
      type: chain.type,
      entity_types: chain.entityTypes ? [...chain.entityTypes] : null,
      begins: chain.begins,
      data_from: sql<Date | null>`${chain.dataFrom}::timestamptz`,
      edge: sql<Date | null>`${chain.dataFrom}::timestamptz`,
      arrival_edge: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.updateTable('export_job').set({ chain_id: id }).where('tenant_id', '=', chain.tenantId).where('id', '=', chain.jobId).execute();
  return id;
}

export async function readChain(tx: Tx, tenantId: string, id: string): Promise<ChainRecord | null> {
  const row = await tx
    .selectFrom('chain')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .select([
      'id',
      'source_id as sourceId',
      'type',
      'entity_types as entityTypes',
      'begins',
      utc('data_from').as('dataFrom'),
      utc('edge').as('edge'),
      utc('arrival_edge').as('arrivalEdge'),
    ])
    .executeTakeFirst();
  return row ?? null;
}

/** Lets a chain that has published nothing, and has no run that waits or is going, begin elsewhere. */
export async function moveBeginning(tx: Tx, tenantId: string, id: string, dataFrom: string | null): Promise<void> {
  await tx
    .updateTable('chain')
    .set({ data_from: sql<Date | null>`${dataFrom}::timestamptz`, edge: sql<Date | null>`${dataFrom}::timestamptz` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where(sql<boolean>`edge IS NOT DISTINCT FROM data_from`)
    .where(
      sql<boolean>`NOT EXISTS (SELECT 1 FROM run WHERE run.tenant_id = chain.tenant_id AND run.chain_id = chain.id AND run.status IN ('scheduled', 'queued', 'running'))`,
    )
    .execute();
}

/** Where the next run of a chain will begin when those that wait or go have succeeded; null is the beginning of time. */
export async function readForecastEdge(tx: Tx, tenantId: string, id: string): Promise<string | null> {
  const found = await sql<{ edge: string | null }>`
    SELECT to_char(greatest(chain.edge, (SELECT max(window_to) FROM run
      WHERE run.tenant_id = chain.tenant_id AND run.chain_id = chain.id AND run.status IN ('scheduled', 'queued', 'running'))) AT TIME ZONE 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS edge
    FROM chain WHERE chain.tenant_id = ${tenantId} AND chain.id = ${id}`.execute(tx);
  return found.rows[0]?.edge ?? null;
}

export interface GoingChain {
  readonly entityTypes: readonly string[] | null;
  /** Everything from here on will be published by its job. */
  readonly edge: string | null;
}

/** The chains of a source and type that jobs go on with: of active ones, and of `jobId` in any state. */
export async function listGoingChains(tx: Tx, tenantId: string, sourceId: string, type: string, jobId: string): Promise<GoingChain[]> {
  return tx
    .selectFrom('chain')
    .innerJoin('export_job as job', 'job.chain_id', 'chain.id')
    .where('chain.tenant_id', '=', tenantId)
    .where('chain.source_id', '=', sourceId)
    .where('chain.type', '=', type)
    .where(sql<boolean>`job.date_range->>'kind' = 'since_previous'`)
    .where((eb) => eb.or([eb('job.id', '=', jobId), eb.and([eb('job.state', '=', 'active'), eb('job.next_run_at', 'is not', null)])]))
    .select(['chain.entity_types as entityTypes', utc('chain.edge').as('edge')])
    .execute();
}

/** Where each since-previous job of a source and type goes on; `goes`: by itself, while the others are suspended or over. */
export async function listChainEdges(tx: Tx, tenantId: string, sourceId: string, type: string): Promise<(GoingChain & { goes: boolean })[]> {
  return tx
    .selectFrom('chain')
    .innerJoin('export_job as job', 'job.chain_id', 'chain.id')
    .where('chain.tenant_id', '=', tenantId)
    .where('chain.source_id', '=', sourceId)
    .where('chain.type', '=', type)
    .where(sql<boolean>`job.date_range->>'kind' = 'since_previous'`)
    .where((eb) => eb.or([eb('job.state', '=', 'suspended'), eb('job.next_run_at', 'is not', null)]))
    .select(['chain.entity_types as entityTypes', utc('chain.edge').as('edge'), sql<boolean>`job.state = 'active'`.as('goes')])
    .execute();
}

export interface ClosedWindow {
  readonly tenantId: string;
  readonly runId: string;
  readonly chainId: string;
  /** Rows that the source stored before it are published now; null when the source cannot tell. */
  readonly arrivalTo: string | null;
}

/**
 * Moves the edge to the end of the run's window, if it still stands where the window begins; false when it does not: then
 * publishing would cover time twice or leave a gap. Part of the publish transaction.
 */
export async function closeWindow(tx: Tx, closed: ClosedWindow): Promise<boolean> {
  const moved = await tx
    .updateTable('chain')
    .from('run')
    .set({
      edge: sql<Date>`run.window_to`,
      arrival_edge: sql<Date | null>`greatest(chain.arrival_edge, ${closed.arrivalTo}::timestamptz)`,
    })
    .where('chain.tenant_id', '=', closed.tenantId)
    .where('chain.id', '=', closed.chainId)
    .where('run.tenant_id', '=', closed.tenantId)
    .where('run.id', '=', closed.runId)
    .where(sql<boolean>`chain.edge IS NOT DISTINCT FROM run.window_from`)
    .where(sql<boolean>`chain.arrival_edge IS NOT DISTINCT FROM run.late_from`)
    .executeTakeFirst();
  if (moved.numUpdatedRows === 0n) return false;
  await tx
    .updateTable('run')
    .set({ arrival_to: sql<Date | null>`${closed.arrivalTo}::timestamptz` })
    .where('tenant_id', '=', closed.tenantId)
    .where('id', '=', closed.runId)
    .execute();
  return true;
}
