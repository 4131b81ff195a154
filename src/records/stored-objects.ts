import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** Rows beside objects in storage: which should be there, which nobody knows. */

export interface KnownObjects {
  /** Keys that an artifact or the package of a request lists whose file is not gone. */
  readonly listed: ReadonlySet<string>;
  /** Runs that wait or are going, and requests that are not ended: their objects are nobody else's business. */
  readonly open: ReadonlySet<string>;
}

/** What the tenant knows of these objects and of the runs they are of. */
export async function readKnownObjects(tx: Tx, tenantId: string, keys: readonly string[], runIds: readonly string[]): Promise<KnownObjects> {
  const listed = await tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('object_key', '=', sql<string>`ANY(${[...keys]}::text[])`)
    .where('object_gone_at', 'is', null)
    .select('object_key as key')
    .execute();
  const open = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', sql<string>`ANY(${[...runIds]}::uuid[])`)
    .where('status', 'in', ['scheduled', 'queued', 'running'])
    .select('id')
    .execute();
  const packages = await tx
    .selectFrom('data_request_package')
    .where('tenant_id', '=', tenantId)
    .where('object_key', '=', sql<string>`ANY(${[...keys]}::text[])`)
    .where('object_gone_at', 'is', null)
    .select('object_key as key')
    .execute();
  const collecting = await tx
    .selectFrom('data_request')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', sql<string>`ANY(${[...runIds]}::uuid[])`)
    .where('ended_at', 'is', null)
    .select('id')
    .execute();
  return { listed: new Set([...listed, ...packages].map((one) => one.key)), open: new Set([...open, ...collecting].map((one) => one.id)) };
}

/** Waits for whoever claims or ends the run, or the request of this id, just now, and keeps others from it until the transaction ends. */
export async function lockRun(tx: Tx, tenantId: string, runId: string): Promise<void> {
  await tx.selectFrom('run').where('tenant_id', '=', tenantId).where('id', '=', runId).select('id').forUpdate().execute();
  await tx.selectFrom('data_request').where('tenant_id', '=', tenantId).where('id', '=', runId).select('id').forUpdate().execute();
}

/** Notes objects as orphans, those that are noted already as they were. */
export async function noteOrphans(database: Database, keys: readonly string[]): Promise<void> {
  await sql`INSERT INTO orphan_object (object_key) SELECT unnest(${[...keys]}::text[]) ON CONFLICT DO NOTHING`.execute(database);
}

/** Forgets all notes but those of these objects. */
export async function forgetOtherOrphans(database: Database, keys: readonly string[]): Promise<void> {
  await sql`DELETE FROM orphan_object WHERE object_key <> ALL(${[...keys]}::text[])`.execute(database);
}

export async function forgetOrphan(db: Database | Tx, key: string): Promise<void> {
  await db.deleteFrom('orphan_object').where('object_key', '=', key).execute();
}

/** Of these objects those that were noted as orphans so long ago. */
export async function findOldOrphans(database: Database, keys: readonly string[], seconds: number): Promise<string[]> {
  const found = await database
    .selectFrom('orphan_object')
    .where('object_key', '=', sql<string>`ANY(${[...keys]}::text[])`)
    .where(sql<boolean>`first_seen_at <= udm_now() - make_interval(secs => ${seconds})`)
    .select('object_key as key')
    .execute();
  return found.map((one) => one.key);
}

export interface StoredObject {
  readonly artifactId: string;
  readonly fileName: string;
  readonly runId: string;
  readonly part: number;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly damage: 'missing' | 'damaged' | null;
}

/** Artifacts whose files must be in storage, in the order of their ids, behind that id. */
export async function listStoredObjects(tx: Tx, tenantId: string, behind: string | null, most: number): Promise<StoredObject[]> {
  let query = tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('object_gone_at', 'is', null)
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`expires_at > (SELECT udm_now())`)
    .select(['id as artifactId', 'file_name as fileName', 'run_id as runId', 'part', 'object_key as key', 'bytes', 'sha256', 'damage'])
    .orderBy('id')
    .limit(most);
  if (behind !== null) query = query.where('id', '>', behind);
  return query.execute();
}

/** How many files must be in storage, and how long they are together. */
export async function countStoredObjects(tx: Tx, tenantId: string): Promise<{ files: number; bytes: number }> {
  return tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('object_gone_at', 'is', null)
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`expires_at > (SELECT udm_now())`)
    .select([sql<number>`count(*)`.as('files'), sql<number>`coalesce(sum(bytes), 0)::int8`.as('bytes')])
    .executeTakeFirstOrThrow();
}

/** How many notes of orphans there are. */
export async function countOrphans(database: Database): Promise<number> {
  return (await database.selectFrom('orphan_object').select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow()).count;
}

/** Notes how the file of an artifact was found; null: as it should be. Not of one whose file is to go or has gone meanwhile. */
export async function noteDamage(tx: Tx, tenantId: string, artifactId: string, damage: StoredObject['damage']): Promise<void> {
  await tx
    .updateTable('artifact')
    .set({ damage, damaged_at: damage === null ? null : sql<Date>`udm_now()` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', artifactId)
    .where('object_gone_at', 'is', null)
    .where('deleted_at', 'is', null)
    .execute();
}
