import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ChainRecord } from '../domain/audit-chain.ts';
import type { Database, Tx } from './database.ts';
import { during, equals, oneOf } from './list-conditions.ts';
import type { Page, PageRequest } from './page.ts';
import { readIds, type SortKey } from './sorted-list.ts';

/** Reading the audit log: as the list of what was done, and as the chain. */

export interface AuditFilter {
  /** Name of a user. */
  readonly user?: string | undefined;
  readonly by?: readonly string[] | undefined;
  readonly action?: readonly string[] | undefined;
  readonly objectKind?: string | undefined;
  readonly objectId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface AuditRecord {
  readonly seq: number;
  readonly id: number;
  readonly at: Date;
  readonly actorKind: 'user' | 'system' | 'operator';
  readonly actorId: string | null;
  readonly actorToken: string | null;
  /** Null when there is no such user, or none any more. */
  readonly actorName: string | null;
  readonly origin: string | null;
  readonly action: string;
  readonly objectKind: string;
  readonly objectId: string | null;
  readonly detail: unknown;
  readonly hash: string;
}

const COUNT_UP_TO = 5_000;
const number: SortKey = { column: sql`audit_log.seq`, type: 'int8' };

/** One page of the log of a tenant. */
export async function listAudit(tx: Tx, tenantId: string, filter: AuditFilter, request: PageRequest): Promise<Page<AuditRecord>> {
  const page = await readIds(
    tx,
    {
      from: sql`audit_log`,
      table: 'audit_log',
      always: [sql`audit_log.tenant_id = ${tenantId}`],
      filters: await conditionsOf(tx, tenantId, filter),
      sorts: { number },
      ties: [number],
      countUpTo: COUNT_UP_TO,
    },
    request,
  );
  const numbers = page.items.map(Number);
  const { rows } = await sql<AuditRecord>`
    SELECT a.seq, a.id, a.at, a.actor_kind AS "actorKind", a.actor_id AS "actorId", a.actor_token AS "actorToken", u.name AS "actorName", a.origin, a.action,
      a.object_kind AS "objectKind", a.object_id AS "objectId", a.detail, encode(a.hash, 'hex') AS hash
    FROM audit_log a LEFT JOIN app_user u ON u.tenant_id = a.tenant_id AND u.id = a.actor_id
    WHERE a.tenant_id = ${tenantId} AND a.seq = ANY(${numbers}::int8[])`.execute(tx);
  const byNumber = new Map(rows.map((row) => [row.seq, row]));
  return { ...page, items: numbers.flatMap((seq) => byNumber.get(seq) ?? []) };
}

const MOST_OF_ONE_OBJECT = 1_000;

/** What was done with one object, the newest first. */
export async function readAuditOf(
  tx: Tx,
  tenantId: string,
  objectKind: string,
  objectId: string,
): Promise<Pick<AuditRecord, 'at' | 'action' | 'actorKind' | 'actorName'>[]> {
  const { rows } = await sql<Pick<AuditRecord, 'at' | 'action' | 'actorKind' | 'actorName'>>`
    SELECT a.at, a.action, a.actor_kind AS "actorKind", u.name AS "actorName"
    FROM audit_log a LEFT JOIN app_user u ON u.tenant_id = a.tenant_id AND u.id = a.actor_id
    WHERE a.tenant_id = ${tenantId} AND a.object_kind = ${objectKind} AND a.object_id = ${objectId}
    ORDER BY a.seq DESC LIMIT ${MOST_OF_ONE_OBJECT}`.execute(tx);
  return rows;
}

async function conditionsOf(tx: Tx, tenantId: string, filter: AuditFilter): Promise<RawBuilder<SqlBool>[]> {
  const users =
    filter.user === undefined ? null : await tx.selectFrom('app_user').where('tenant_id', '=', tenantId).where('name', '=', filter.user).select('id').execute();
  return [
    ...oneOf(
      sql`audit_log.actor_id`,
      users?.map((one) => one.id),
      'uuid',
    ),
    ...oneOf(sql`audit_log.actor_kind`, filter.by),
    ...oneOf(sql`audit_log.action`, filter.action),
    ...equals(sql`audit_log.object_kind`, filter.objectKind),
    ...equals(sql`audit_log.object_id`, filter.objectId),
    ...during(sql`audit_log.at`, filter.from, filter.to),
  ];
}

/** Records of the chain after a number, in its order, as the hash covers them. */
export async function readChain(tx: Tx, tenantId: string, after: { readonly seq: number; readonly id: number }, most: number): Promise<ChainRecord[]> {
  const { rows } = await sql<ChainRecord>`
    SELECT tenant_id::text AS "tenantId", seq, id, (extract(epoch FROM at) * 1000000)::bigint::text AS at, actor_kind AS "actorKind",
      actor_id::text AS "actorId", actor_token::text AS "actorToken", origin, action, object_kind AS "objectKind", object_id AS "objectId",
      detail::text AS detail, encode(hash, 'hex') AS hash
    FROM audit_log WHERE tenant_id = ${tenantId} AND (seq, id) > (${after.seq}::int8, ${after.id}::int8) ORDER BY seq, id LIMIT ${most}`.execute(tx);
  return rows;
}

/** Number of the last record of a tenant; 0: there is none. */
export async function readChainHead(tx: Tx, tenantId: string): Promise<number> {
  const row = await tx.selectFrom('audit_log').where('tenant_id', '=', tenantId).select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row?.seq ?? 0;
}

/** Hash of one record; null when it is not there. */
export async function hashAt(tx: Tx, tenantId: string, seq: number): Promise<string | null> {
  const row = await tx.selectFrom('audit_log').where('tenant_id', '=', tenantId).where('seq', '=', seq).select('hash').executeTakeFirst();
  return row?.hash.toString('hex') ?? null;
}

export interface ChainHead {
  readonly tenantId: string;
  readonly seq: number;
  readonly hash: string;
}

/** Where the chain of every tenant ends. */
export async function readChainHeads(database: Database): Promise<ChainHead[]> {
  const { rows } = await sql<ChainHead>`
    SELECT tenant_id AS "tenantId", seq, encode(hash, 'hex') AS hash FROM udm_audit_heads() ORDER BY tenant_id`.execute(database);
  return rows;
}
