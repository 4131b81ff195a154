import { sql } from 'kysely';
import type { WithdrawalReason } from '../domain/artifact.ts';
import type { Tx } from './database.ts';
import { inOrder } from './page.ts';

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
  /** All files of its run together. */
  readonly whole: { readonly parts: number; readonly rows: number; readonly bytes: number };
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly deletedAt: Date | null;
  /** Of one that was deleted because it should not have been handed out. */
  readonly withdrawnFor: WithdrawalReason | null;
  /** When its file left storage. */
  readonly objectGoneAt: Date | null;
  readonly deletionTries: number;
  readonly deletionNextAt: Date | null;
  readonly deletionError: string | null;
  readonly damage: 'missing' | 'damaged' | null;
  readonly damagedAt: Date | null;
  /** The database's clock when the record was read. */
  readonly readAt: Date;
}

/** UTC text with microseconds. */
const micro = (column: 'run.window_from' | 'run.window_to') =>
  sql<string | null>`to_char(${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const whole = sql<ArtifactRecord['whole']>`(SELECT jsonb_build_object('parts', max(o.part), 'rows', sum(o.row_count), 'bytes', sum(o.bytes))
  FROM artifact o WHERE o.tenant_id = artifact.tenant_id AND o.run_id = artifact.run_id)`;

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
      'artifact.deleted_at as deletedAt',
      'withdrawn_for as withdrawnFor',
      'object_gone_at as objectGoneAt',
      'deletion_tries as deletionTries',
      'deletion_next_at as deletionNextAt',
      'deletion_error as deletionError',
      'damage',
      'damaged_at as damagedAt',
    ])
    .select([micro('run.window_from').as('windowFrom'), micro('run.window_to').as('windowTo')])
    .select(whole.as('whole'))
    .select(sql<Date>`udm_now()`.as('readAt'));
}

export async function readArtifact(tx: Tx, tenantId: string, id: string): Promise<ArtifactRecord | null> {
  return (await select(tx, tenantId).where('artifact.id', '=', id).executeTakeFirst()) ?? null;
}

/** The files of one run in the order of their parts. */
export async function listArtifactsOfRun(tx: Tx, tenantId: string, runId: string): Promise<ArtifactRecord[]> {
  return select(tx, tenantId).where('run_id', '=', runId).orderBy('part').execute();
}

/** Whether this call was the one that marked it as deleted, or as withdrawn where a reason is given. */
export async function markDeleted(tx: Tx, tenantId: string, id: string, withdrawnFor: WithdrawalReason | null = null): Promise<boolean> {
  const marked = await tx
    .updateTable('artifact')
    .set({ deleted_at: sql<Date>`udm_now()`, withdrawn_for: withdrawnFor })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return marked !== undefined;
}

/** Those of the ids that exist, in this order. */
export async function readArtifacts(tx: Tx, tenantId: string, ids: readonly string[]): Promise<ArtifactRecord[]> {
  if (ids.length === 0) return [];
  return inOrder(
    await select(tx, tenantId)
      .where('artifact.id', 'in', [...ids])
      .execute(),
    ids,
  );
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
  /** From when on it is kept; null or left out: from the end of the run. */
  readonly keptFrom?: Date | null;
}

/**
 * Lists an artifact of the run, and tells the run of its size and name. The parts of a run are as new as its end, each a microsecond older than
 * the one before: wherever the newest come first they stand together, and in their order.
 */
export async function insertArtifact(tx: Tx, artifact: NewArtifact): Promise<string> {
  const { id } = await tx
    .insertInto('artifact')
    .columns([
      'tenant_id',
      'run_id',
      'part',
      'file_name',
      'object_key',
      'row_count',
      'bytes',
      'sha256',
      'created_at',
      'expires_at',
      'source_id',
      'source_name',
      'type',
      'job_id',
      'title_key',
    ])
    .expression(
      tx
        .selectFrom('run')
        .where('run.tenant_id', '=', artifact.tenantId)
        .where('run.id', '=', artifact.runId)
        .select([
          'run.tenant_id',
          'run.id',
          sql<number>`${artifact.part}::int`.as('part'),
          sql<string>`${artifact.fileName}::text`.as('file_name'),
          sql<string>`${artifact.objectKey}::text`.as('object_key'),
          sql<number>`${artifact.rows}::int8`.as('row_count'),
          sql<number>`${artifact.bytes}::int8`.as('bytes'),
          sql<string>`${artifact.sha256}::text`.as('sha256'),
          sql<Date>`coalesce(run.finished_at, udm_now()) - make_interval(secs => (${artifact.part}::int - 1) * 0.000001)`.as('created_at'),
          sql<Date>`coalesce(${artifact.keptFrom ?? null}::timestamptz, run.finished_at, udm_now()) + make_interval(days => ${artifact.retentionDays})`.as(
            'expires_at',
          ),
          'run.source_id',
          'run.source_name',
          'run.type',
          'run.job_id',
          'run.title_key',
        ]),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('run')
    .set({
      file_total: sql<number>`coalesce(file_total, 0) + ${artifact.bytes}::int8`,
      file_key: sql<string>`least(file_key, lower(${artifact.fileName}) COLLATE "C")`,
    })
    .where('tenant_id', '=', artifact.tenantId)
    .where('id', '=', artifact.runId)
    .execute();
  return id;
}

/** Whether an artifact lists the object. Waits for whoever is ending the run just now, so that the answer stays true. */
export async function isListed(tx: Tx, tenantId: string, runId: string, objectKey: string): Promise<boolean> {
  await tx.selectFrom('run').where('tenant_id', '=', tenantId).where('id', '=', runId).select('id').forUpdate().execute();
  const found = await tx.selectFrom('artifact').where('tenant_id', '=', tenantId).where('object_key', '=', objectKey).select('id').executeTakeFirst();
  return found !== undefined;
}

/** Bytes of the tenant's artifacts that can be downloaded. */
export async function sumLiveBytes(tx: Tx, tenantId: string): Promise<number> {
  const { bytes } = await tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is', null)
    .where('expires_at', '>', sql<Date>`udm_now()`)
    .select(sql<number>`coalesce(sum(bytes), 0)::bigint`.as('bytes'))
    .executeTakeFirstOrThrow();
  return bytes;
}
