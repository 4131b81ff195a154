import { type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import { containsPattern, type Page, type PageRequest } from './page.ts';

export interface ArtifactRecord {
  readonly id: string;
  readonly fileName: string;
  readonly objectKey: string;
  readonly runId: string;
  readonly jobId: string | null;
  readonly jobTitle: string;
  readonly sourceName: string;
  readonly catalog: string;
  readonly type: string;
  /** UTC texts; null is open. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
  readonly part: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly deletedAt: Date | null;
  /** The database's clock when the record was read. */
  readonly readAt: Date;
}

export interface ArtifactFilter extends PageRequest {
  readonly catalogs: readonly string[] | 'all';
  readonly run?: string;
  readonly job?: string;
  readonly source?: string;
  readonly type?: string;
  readonly text?: string;
  readonly sort: string;
}

const SORT = { createdAt: 'artifact.created_at', fileName: 'file_name', bytes: 'bytes' } as const;

/** UTC text with microseconds. */
const micro = (column: 'run.window_from' | 'run.window_to') =>
  sql<string | null>`to_char(${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('artifact')
    .innerJoin('run', 'run.id', 'artifact.run_id')
    .innerJoin('source', 'source.id', 'run.source_id')
    .where('artifact.tenant_id', '=', tenantId)
    .select([
      'artifact.id',
      'file_name as fileName',
      'object_key as objectKey',
      'run_id as runId',
      'run.job_id as jobId',
      'run.job_title as jobTitle',
      'run.source_name as sourceName',
      'source.catalog',
      'run.type',
      'part',
      'row_count as rows',
      'bytes',
      'sha256',
      'artifact.created_at as createdAt',
      'expires_at as expiresAt',
      'deleted_at as deletedAt',
    ])
    .select([micro('run.window_from').as('windowFrom'), micro('run.window_to').as('windowTo')])
    .select(sql<Date>`udm_now()`.as('readAt'));
}

export async function readArtifact(tx: Tx, tenantId: string, id: string): Promise<ArtifactRecord | null> {
  return (await select(tx, tenantId).where('artifact.id', '=', id).executeTakeFirst()) ?? null;
}

/** The files of one run in the order of their parts. */
export async function listArtifactsOfRun(tx: Tx, tenantId: string, runId: string): Promise<ArtifactRecord[]> {
  return select(tx, tenantId).where('run_id', '=', runId).orderBy('part').execute();
}

/** Those of the ids that exist, in no order. */
export async function readArtifacts(tx: Tx, tenantId: string, ids: readonly string[]): Promise<ArtifactRecord[]> {
  return ids.length === 0
    ? []
    : select(tx, tenantId)
        .where('artifact.id', 'in', [...ids])
        .execute();
}

/** Whether this call was the one that marked it as deleted. */
export async function markDeleted(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const marked = await tx
    .updateTable('artifact')
    .set({ deleted_at: sql<Date>`udm_now()` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return marked !== undefined;
}

export async function listArtifacts(tx: Tx, tenantId: string, filter: ArtifactFilter): Promise<Page<ArtifactRecord>> {
  let query = select(tx, tenantId);
  if (filter.catalogs !== 'all') query = query.where('source.catalog', 'in', filter.catalogs.length > 0 ? [...filter.catalogs] : ['']);
  if (filter.run) query = query.where('run_id', '=', filter.run);
  if (filter.job) query = query.where('run.job_id', '=', filter.job);
  if (filter.source) query = query.where('run.source_name', '=', filter.source);
  if (filter.type) query = query.where('run.type', '=', filter.type);
  if (filter.text) query = query.where(sql<SqlBool>`(file_name ILIKE ${containsPattern(filter.text)} OR run.job_title ILIKE ${containsPattern(filter.text)})`);
  const { total } = await query.clearSelect().select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
  const column = SORT[filter.sort.replace(/^-/, '') as keyof typeof SORT] ?? SORT.createdAt;
  const items = await query
    .orderBy(column, filter.sort.startsWith('-') ? 'desc' : 'asc')
    .orderBy('artifact.id')
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize)
    .execute();
  return { items, total, page: filter.page, pageSize: filter.pageSize };
}

export interface NewArtifact {
  readonly tenantId: string;
  readonly runId: string;
  readonly part: number;
  readonly fileName: string;
  readonly objectKey: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly retentionDays: number;
}

export async function insertArtifact(tx: Tx, artifact: NewArtifact): Promise<string> {
  const { id } = await tx
    .insertInto('artifact')
    .values({
      tenant_id: artifact.tenantId,
      run_id: artifact.runId,
      part: artifact.part,
      file_name: artifact.fileName,
      object_key: artifact.objectKey,
      row_count: artifact.rows,
      bytes: artifact.bytes,
      sha256: artifact.sha256,
      expires_at: sql<Date>`udm_now() + make_interval(days => ${artifact.retentionDays})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Whether an artifact lists the object. Waits for whoever is ending the run just now, so that the answer stays true. */
export async function isListed(tx: Tx, tenantId: string, runId: string, objectKey: string): Promise<boolean> {
  await tx.selectFrom('run').where('tenant_id', '=', tenantId).where('id', '=', runId).select('id').forUpdate().execute();
  const found = await tx.selectFrom('artifact').where('tenant_id', '=', tenantId).where('object_key', '=', objectKey).select('id').executeTakeFirst();
  return found !== undefined;
}
