import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type ArtifactRecord, readArtifacts } from './artifacts.ts';
import { databaseNow } from './clock.ts';
import type { Tx } from './database.ts';
import { beginsWith, between, during, equals, oneOf, sourcesOf, textMatches } from './list-conditions.ts';
import type { Page, PageRequest } from './page.ts';
import { readIds, type SortedList, type SortKey } from './sorted-list.ts';

export interface ArtifactFilter {
  readonly run?: string | undefined;
  readonly job?: string | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly text?: string | undefined;
  readonly state?: readonly string[] | undefined;
  readonly part?: number | undefined;
  readonly rowsMin?: number | undefined;
  readonly rowsMax?: number | undefined;
  readonly sizeMin?: number | undefined;
  readonly sizeMax?: number | undefined;
  /** How it begins. */
  readonly sha256?: string | undefined;
  readonly createdFrom?: string | undefined;
  readonly createdTo?: string | undefined;
  readonly expiresFrom?: string | undefined;
  readonly expiresTo?: string | undefined;
}

const COUNT_UP_TO = 5_000;

const created: SortKey = { column: sql`artifact.created_at`, type: 'timestamptz' };
const sha256 = sql`artifact.sha256 COLLATE "C"`;

/** Each has its index (0007-lists.sql). */
const SORTS: Readonly<Record<string, SortKey>> = {
  createdAt: created,
  fileName: { column: sql`artifact.file_key`, type: 'text' },
  source: { column: sql`artifact.source_name`, type: 'text' },
  type: { column: sql`artifact.type`, type: 'text' },
  job: { column: sql`artifact.title_key`, type: 'text' },
  part: { column: sql`artifact.part`, type: 'int8' },
  rows: { column: sql`artifact.row_count`, type: 'int8' },
  bytes: { column: sql`artifact.bytes`, type: 'int8' },
  sha256: { column: sha256, type: 'text' },
  expiresAt: { column: sql`artifact.expires_at`, type: 'timestamptz' },
};

/** One page of the artifacts of these catalogs. */
export async function listArtifacts(
  tx: Tx,
  tenantId: string,
  catalogs: readonly string[] | 'all',
  filter: ArtifactFilter,
  request: PageRequest,
): Promise<Page<ArtifactRecord>> {
  const page = await readIds(tx, await artifactList(tx, tenantId, catalogs, filter), request);
  return { ...page, items: await readArtifacts(tx, tenantId, page.items) };
}

async function artifactList(tx: Tx, tenantId: string, catalogs: readonly string[] | 'all', filter: ArtifactFilter): Promise<SortedList> {
  const columns = { title: sql`artifact.title_key`, file: sql`artifact.file_key`, run: sql`artifact.run_id` };
  return {
    from: sql`artifact`,
    table: 'artifact',
    always: [sql`artifact.tenant_id = ${tenantId}`],
    filters: [
      ...oneOf(sql`artifact.source_id`, await sourcesOf(tx, tenantId, catalogs), 'uuid'),
      ...(await textMatches(tx, tenantId, filter.text, columns)),
      ...conditionsOf(filter),
      ...(await inStates(tx, filter.state)),
    ],
    sorts: SORTS,
    ties: [created, { column: sql`artifact.id`, type: 'uuid' }],
    countUpTo: COUNT_UP_TO,
  };
}

function conditionsOf(filter: ArtifactFilter): RawBuilder<SqlBool>[] {
  return [
    ...equals(sql`artifact.run_id`, filter.run),
    ...equals(sql`artifact.job_id`, filter.job),
    ...equals(sql`artifact.source_name`, filter.source),
    ...equals(sql`artifact.type`, filter.type),
    ...between(sql`artifact.part`, filter.part, filter.part),
    ...between(sql`artifact.row_count`, filter.rowsMin, filter.rowsMax),
    ...between(sql`artifact.bytes`, filter.sizeMin, filter.sizeMax),
    ...(filter.sha256 === undefined ? [] : [beginsWith(sha256, filter.sha256.toLowerCase())]),
    ...during(sql`artifact.created_at`, filter.createdFrom, filter.createdTo),
    ...during(sql`artifact.expires_at`, filter.expiresFrom, filter.expiresTo),
  ];
}

/** By the clock of this reading as a value: PostgreSQL then knows how few or many that are. */
async function inStates(tx: Tx, states: readonly string[] | undefined): Promise<RawBuilder<SqlBool>[]> {
  if (states === undefined) return [];
  const now = await databaseNow(tx);
  const conditions: Record<string, RawBuilder<SqlBool>> = {
    available: sql`(artifact.deleted_at IS NULL AND artifact.expires_at > ${now}::timestamptz)`,
    expired: sql`(artifact.deleted_at IS NULL AND artifact.expires_at <= ${now}::timestamptz)`,
    deleted: sql`(artifact.deleted_at IS NOT NULL AND artifact.withdrawn_for IS NULL)`,
    withdrawn: sql`artifact.withdrawn_for IS NOT NULL`,
  };
  return [
    sql`(${sql.join(
      states.map((state) => conditions[state] ?? sql`false`),
      sql` OR `,
    )})`,
  ];
}
