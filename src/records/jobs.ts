import { type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import { containsPattern, type Page, type PageRequest } from './page.ts';
import type { RunStatus } from './tables.ts';

export interface RecipientRecord {
  readonly id: string;
  readonly label: string;
  readonly fingerprint: string;
  readonly notAfter: string;
}

export interface JobRecord {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly catalog: string;
  readonly type: string;
  readonly entityTypes: string[] | null;
  readonly run: unknown;
  readonly dateRange: unknown;
  readonly state: 'active' | 'suspended';
  readonly owner: string;
  readonly createdAt: Date;
  readonly recipients: RecipientRecord[];
}

export interface JobFilter extends PageRequest {
  readonly catalogs: readonly string[] | 'all';
  readonly source?: string;
  readonly type?: string;
  /** Status of the latest run. */
  readonly status?: string;
  readonly text?: string;
  readonly sort: string;
}

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('export_job as job')
    .innerJoin('source', 'source.id', 'job.source_id')
    .innerJoin('app_user', 'app_user.id', 'job.user_id')
    .where('job.tenant_id', '=', tenantId)
    .select([
      'job.id',
      'version',
      'title',
      'description',
      'source_id as sourceId',
      'source.name as sourceName',
      'source.catalog',
      'job.type',
      'entity_types as entityTypes',
      'run',
      'date_range as dateRange',
      'state',
      'app_user.name as owner',
      'job.created_at as createdAt',
    ])
    .select(
      sql<
        RecipientRecord[]
      >`(SELECT coalesce(json_agg(json_build_object('id', c.id, 'label', c.label, 'fingerprint', c.fingerprint, 'notAfter', to_char(c.not_after AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY c.label), '[]')
        FROM job_recipient r JOIN certificate c ON c.id = r.certificate_id WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id)`.as('recipients'),
    );
}

export async function readJob(tx: Tx, tenantId: string, id: string): Promise<JobRecord | null> {
  return (await select(tx, tenantId).where('job.id', '=', id).executeTakeFirst()) ?? null;
}

/** Locks the job row, so that runs and deletion of one job do not cross. */
export async function lockJob(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.selectFrom('export_job').where('tenant_id', '=', tenantId).where('id', '=', id).select('id').forUpdate().execute();
}

export async function countJobs(tx: Tx, tenantId: string): Promise<number> {
  const { count } = await tx.selectFrom('export_job').where('tenant_id', '=', tenantId).select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow();
  return count;
}

export async function listJobs(tx: Tx, tenantId: string, filter: JobFilter): Promise<Page<JobRecord>> {
  let query = select(tx, tenantId);
  if (filter.catalogs !== 'all') query = query.where('source.catalog', 'in', filter.catalogs.length > 0 ? [...filter.catalogs] : ['']);
  if (filter.source) query = query.where('source.name', '=', filter.source);
  if (filter.type) query = query.where('job.type', '=', filter.type);
  if (filter.status)
    query = query.where(
      sql<SqlBool>`(SELECT r.status FROM run r WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id ORDER BY r.scheduled_at DESC LIMIT 1) = ${filter.status as RunStatus}`,
    );
  if (filter.text) query = query.where(sql<SqlBool>`(title ILIKE ${containsPattern(filter.text)} OR description ILIKE ${containsPattern(filter.text)})`);
  const { total } = await query.clearSelect().select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
  const items = await query
    .orderBy(filter.sort.replace(/^-/, '') === 'title' ? 'title' : 'job.created_at', filter.sort.startsWith('-') ? 'desc' : 'asc')
    .orderBy('job.id')
    .limit(filter.pageSize)
    .offset((filter.page - 1) * filter.pageSize)
    .execute();
  return { items, total, page: filter.page, pageSize: filter.pageSize };
}

export interface NewJob {
  readonly tenantId: string;
  readonly userId: string;
  readonly title: string;
  readonly description: string;
  readonly sourceId: string;
  readonly type: string;
  readonly entityTypes: readonly string[] | null;
  readonly run: unknown;
  readonly dateRange: unknown;
  readonly recipients: readonly string[];
}

/** A job that starts immediately is stored suspended at once and never leaves that state. */
export async function insertJob(tx: Tx, job: NewJob): Promise<string> {
  const { id } = await tx
    .insertInto('export_job')
    .values({
      tenant_id: job.tenantId,
      user_id: job.userId,
      title: job.title,
      description: job.description,
      source_id: job.sourceId,
      type: job.type,
      entity_types: job.entityTypes ? [...job.entityTypes] : null,
      run: JSON.stringify(job.run),
      date_range: JSON.stringify(job.dateRange),
      state: 'suspended',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('job_recipient')
    .values(job.recipients.map((certificate) => ({ tenant_id: job.tenantId, job_id: id, certificate_id: certificate })))
    .execute();
  return id;
}

/** Deletes the job, unless a run of it is going: then the id of that run is returned. */
export async function deleteJob(tx: Tx, tenantId: string, id: string): Promise<string | null> {
  const open = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .select('id')
    .executeTakeFirst();
  if (open) return open.id;
  await tx.deleteFrom('export_job').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
  return null;
}

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
