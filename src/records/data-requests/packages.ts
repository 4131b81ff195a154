import { sql } from 'kysely';
import type { Database, Tx } from '../database.ts';

/** The encrypted answer to an access request. */
export interface PackageRecord {
  readonly tenantId: string;
  readonly requestId: string;
  readonly objectKey: string;
  readonly fileName: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Fingerprints of the certificates that open it. */
  readonly recipients: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly objectGoneAt: Date | null;
  readonly deletionTries: number;
  /** When it was read. */
  readonly readAt: Date;
}

export interface NewPackage extends Omit<PackageRecord, 'createdAt' | 'expiresAt' | 'objectGoneAt' | 'deletionTries' | 'readAt'> {
  readonly retentionDays: number;
  /** From when on it is kept; null: from the database's now. */
  readonly keptFrom: Date | null;
}

export async function insertPackage(tx: Tx, one: NewPackage): Promise<void> {
  await tx
    .insertInto('data_request_package')
    .values({
      tenant_id: one.tenantId,
      request_id: one.requestId,
      object_key: one.objectKey,
      file_name: one.fileName,
      row_count: one.rows,
      bytes: one.bytes,
      sha256: one.sha256,
      recipients: [...one.recipients],
      expires_at: sql<Date>`coalesce(${one.keptFrom}::timestamptz, udm_now()) + make_interval(days => ${one.retentionDays})`,
    })
    .execute();
}

export async function readPackage(tx: Tx, tenantId: string, requestId: string): Promise<PackageRecord | null> {
  const row = await tx
    .selectFrom('data_request_package')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .select([
      'tenant_id as tenantId',
      'request_id as requestId',
      'object_key as objectKey',
      'file_name as fileName',
      'row_count as rows',
      'bytes',
      'sha256',
      'recipients',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'object_gone_at as objectGoneAt',
      'deletion_tries as deletionTries',
      sql<Date>`udm_now()`.as('readAt'),
    ])
    .executeTakeFirst();
  return row ?? null;
}

/** A package whose file must be in storage. */
export interface StoredPackage extends Pick<PackageRecord, 'requestId' | 'fileName' | 'bytes' | 'sha256'> {
  readonly key: string;
}

const livePackages = (tx: Tx, tenantId: string) =>
  tx
    .selectFrom('data_request_package')
    .where('tenant_id', '=', tenantId)
    .where('object_gone_at', 'is', null)
    .where(sql<boolean>`expires_at > (SELECT udm_now())`);

/** Packages whose files must be in storage, in the order of their requests, behind that one. */
export async function listStoredPackages(tx: Tx, tenantId: string, behind: string | null, most: number): Promise<StoredPackage[]> {
  const query = livePackages(tx, tenantId)
    .select(['request_id as requestId', 'file_name as fileName', 'object_key as key', 'bytes', 'sha256'])
    .orderBy('request_id')
    .limit(most);
  return (behind === null ? query : query.where('request_id', '>', behind)).execute();
}

/** How many they are, and how long together. */
export async function countStoredPackages(tx: Tx, tenantId: string): Promise<{ files: number; bytes: number }> {
  return livePackages(tx, tenantId)
    .select([sql<number>`count(*)`.as('files'), sql<number>`coalesce(sum(bytes), 0)::int8`.as('bytes')])
    .executeTakeFirstOrThrow();
}

/** Packages whose files should have left storage by now, because they expired so long ago. */
export async function findOverduePackages(tx: Tx, tenantId: string, hours: number): Promise<{ request: string; fileName: string; tries: number }[]> {
  return tx
    .selectFrom('data_request_package')
    .where('tenant_id', '=', tenantId)
    .where('object_gone_at', 'is', null)
    .where(sql<boolean>`expires_at <= (SELECT udm_now() - make_interval(hours => ${hours}))`)
    .select(['request_id as request', 'file_name as fileName', 'deletion_tries as tries'])
    .orderBy('expires_at')
    .limit(1_000)
    .execute();
}

/** Before any tenant is set. */
export async function findPackagesToDelete(database: Database, expired: Date, most: number): Promise<{ tenantId: string; requestId: string }[]> {
  const { rows } = await sql<{ tenantId: string; requestId: string }>`
    SELECT tenant_id AS "tenantId", request_id AS "requestId" FROM udm_find_packages_to_delete(${expired}::timestamptz, ${most})`.execute(database);
  return rows;
}

/** Requests with a package that is still there, whose person has one of the hashes. */
export async function packagesOf(tx: Tx, tenantId: string, hashes: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM data_request r JOIN data_request_package p ON p.tenant_id = r.tenant_id AND p.request_id = r.id
     WHERE r.tenant_id = ${tenantId} AND p.object_gone_at IS NULL AND r.hashes && ${[...hashes]}::text[] ORDER BY r.id`.execute(tx);
  return rows.map(({ id }) => id);
}

/**
 * Access requests that are done and whose package can be downloaded and never was to its end: that one, and those in which nothing is of anybody but who has
 * the hashes, so that somebody with whom a number is shared counts for nothing.
 */
export async function unfetchedPackages(
  tx: Tx,
  tenantId: string,
  { id, hashes }: { readonly id: string | null; readonly hashes: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM data_request r JOIN data_request_package p ON p.tenant_id = r.tenant_id AND p.request_id = r.id
     WHERE r.tenant_id = ${tenantId} AND r.state = 'done' AND (r.id = ${id}::uuid OR r.hashes <@ ${[...hashes]}::text[])
       AND p.object_gone_at IS NULL AND p.fetched_at IS NULL AND p.expires_at > (SELECT udm_now())
     ORDER BY r.id`.execute(tx);
  return rows.map((row) => row.id);
}

/** Its last byte left. */
export async function markPackageFetched(tx: Tx, tenantId: string, requestId: string): Promise<void> {
  await tx
    .updateTable('data_request_package')
    .set({ fetched_at: sql<Date>`coalesce(fetched_at, udm_now())` })
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .execute();
}

/** From now on nobody can download packages in which nothing is of anybody but who has the hashes; retention deletes their files. Gives their requests. */
export async function expirePackagesOf(tx: Tx, tenantId: string, hashes: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE data_request_package p SET expires_at = udm_now() FROM data_request r
     WHERE r.tenant_id = ${tenantId} AND p.tenant_id = r.tenant_id AND p.request_id = r.id
       AND p.object_gone_at IS NULL AND p.expires_at > (SELECT udm_now()) AND r.hashes <@ ${[...hashes]}::text[]
     RETURNING r.id`.execute(tx);
  return rows.map((row) => row.id);
}

/** False: somebody else noted it before. */
export async function markPackageGone(tx: Tx, tenantId: string, requestId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('data_request_package')
    .set({ object_gone_at: sql<Date>`udm_now()` })
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('object_gone_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Its file could not be deleted; tried again after so many seconds. */
export async function notePackageLeft(tx: Tx, tenantId: string, requestId: string, seconds: number): Promise<void> {
  await tx
    .updateTable('data_request_package')
    .set({ deletion_tries: sql<number>`deletion_tries + 1`, deletion_next_at: sql<Date>`udm_now() + make_interval(secs => ${seconds})` })
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .execute();
}
