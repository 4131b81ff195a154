import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface SourceRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly connector: string;
  readonly catalog: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sealedSecret: Buffer;
  /** Account that may change rows, for data requests alone; null: there is none, and no password of it. */
  readonly writerUser: string | null;
  readonly sealedWriter: Buffer | null;
  /** How long after its time a row may become visible. */
  readonly settleSeconds: number;
  readonly version: number;
  readonly createdAt: Date;
}

/** How a source is used. */
export interface SourceUse {
  readonly sourceId: string;
  readonly jobs: number;
  readonly lastRun: { readonly id: string; readonly status: string; readonly at: string } | null;
}

const COLUMNS = [
  'id',
  'tenant_id as tenantId',
  'name',
  'connector',
  'catalog',
  'settings',
  'sealed_secret as sealedSecret',
  'writer_user as writerUser',
  'sealed_writer as sealedWriter',
  'settle_seconds as settleSeconds',
  'version',
  'created_at as createdAt',
] as const;

/** All but deleted ones: these stay as what runs and files were made from, and nothing else. */
function sources(tx: Tx, tenantId: string) {
  return tx.selectFrom('source').where('tenant_id', '=', tenantId).where('deleted_at', 'is', null).select(COLUMNS);
}

export async function listSources(tx: Tx, tenantId: string): Promise<SourceRecord[]> {
  return sources(tx, tenantId).orderBy('name').execute();
}

export async function readSource(tx: Tx, tenantId: string, id: string): Promise<SourceRecord | null> {
  return (await sources(tx, tenantId).where('id', '=', id).executeTakeFirst()) ?? null;
}

export interface DeletedSource {
  readonly id: string;
  readonly name: string;
  readonly catalog: string;
  readonly settleSeconds: number;
  readonly deletedAt: Date;
  /** Those that were published. */
  readonly types: readonly string[];
}

/** Deleted ones that runs have published something from; the last deleted first. */
export async function listDeletedSources(tx: Tx, tenantId: string): Promise<DeletedSource[]> {
  const { rows } = await sql<DeletedSource>`
    SELECT source.id, name, catalog, settle_seconds AS "settleSeconds", deleted_at AS "deletedAt", array_agg(DISTINCT run.type) AS types
      FROM source JOIN run ON run.tenant_id = source.tenant_id AND run.source_id = source.id AND run.status IN ('succeeded', 'succeeded_no_data')
     WHERE source.tenant_id = ${tenantId} AND deleted_at IS NOT NULL
     GROUP BY source.id ORDER BY deleted_at DESC, source.id`.execute(tx);
  return rows;
}

/** The same, and nobody changes or deletes it, or begins to use it, before this transaction ends. */
export async function lockSource(tx: Tx, tenantId: string, id: string): Promise<SourceRecord | null> {
  return (await sources(tx, tenantId).where('id', '=', id).forUpdate().executeTakeFirst()) ?? null;
}

/** Whether it is there, and stays until this transaction ends. */
export async function holdSource(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  return (await sources(tx, tenantId).where('id', '=', id).forKeyShare().executeTakeFirst()) !== undefined;
}

/** Stores a source, or its new settings when one of that id exists; each change is another version. */
export async function upsertSource(tx: Tx, source: Omit<SourceRecord, 'version' | 'createdAt'>): Promise<void> {
  const changing = {
    name: source.name,
    connector: source.connector,
    catalog: source.catalog,
    settings: JSON.stringify(source.settings),
    sealed_secret: source.sealedSecret,
    writer_user: source.writerUser,
    sealed_writer: source.sealedWriter,
    settle_seconds: source.settleSeconds,
  };
  await tx
    .insertInto('source')
    .values({ id: source.id, tenant_id: source.tenantId, ...changing })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...changing, version: sql`source.version + 1` }))
    .execute();
}

/** Its name is free from now on, and its settings and passwords are gone. */
export async function markSourceDeleted(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx
    .updateTable('source')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .set({
      deleted_at: sql<Date>`udm_now()`,
      settings: '{}',
      sealed_secret: Buffer.alloc(0),
      writer_user: null,
      sealed_writer: null,
      version: sql<number>`version + 1`,
    })
    .execute();
}

/** Jobs that use a source, by title, at most `most`. */
export async function jobsOfSource(tx: Tx, tenantId: string, id: string, most: number): Promise<{ id: string; title: string }[]> {
  return tx
    .selectFrom('export_job')
    .where('tenant_id', '=', tenantId)
    .where('source_id', '=', id)
    .select(['id', 'title'])
    .orderBy('title')
    .orderBy('id')
    .limit(most)
    .execute();
}

/** Whether jobs use it, or runs or files came from it. */
export async function hasHistory(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    SELECT EXISTS (SELECT FROM export_job WHERE tenant_id = ${tenantId} AND source_id = ${id})
        OR EXISTS (SELECT FROM run WHERE tenant_id = ${tenantId} AND source_id = ${id})
        OR EXISTS (SELECT FROM artifact WHERE tenant_id = ${tenantId} AND source_id = ${id}) AS found`.execute(tx);
  return rows[0]?.found === true;
}

/** Of each source, or of one, its jobs and the latest of their runs. */
export async function usesOfSources(tx: Tx, tenantId: string, id: string | null): Promise<SourceUse[]> {
  const { rows } = await sql<SourceUse>`
    SELECT source.id AS "sourceId", count(job.id) AS jobs,
           (array_agg(json_build_object('id', latest.run_id, 'status', latest.status, 'at', to_char(latest.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
              ORDER BY latest.status IN ('queued', 'running') DESC, latest.at DESC) FILTER (WHERE latest.run_id IS NOT NULL))[1] AS "lastRun"
      FROM source LEFT JOIN export_job job ON job.tenant_id = source.tenant_id AND job.source_id = source.id
      LEFT JOIN job_latest latest ON latest.job_id = job.id
     WHERE source.tenant_id = ${tenantId} AND (${id}::uuid IS NULL OR source.id = ${id}::uuid)
     GROUP BY source.id`.execute(tx);
  return rows;
}
