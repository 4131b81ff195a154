import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../database.ts';

export interface HoldRecord {
  readonly id: string;
  readonly hashes: readonly string[];
  readonly label: string;
  readonly sealedReason: Buffer;
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly sealedReleaseReason: Buffer | null;
  readonly releasedBy: string | null;
  readonly releasedAt: Date | null;
}

const nameOf = (column: 'placed_by' | 'released_by') =>
  sql<string>`(SELECT name FROM app_user WHERE app_user.tenant_id = legal_hold.tenant_id AND app_user.id = ${sql.ref(`legal_hold.${column}`)})`;

function holds(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('legal_hold')
    .where('legal_hold.tenant_id', '=', tenantId)
    .select([
      'legal_hold.id',
      'legal_hold.hashes',
      'legal_hold.label',
      'legal_hold.sealed_reason as sealedReason',
      sql<string>`coalesce(${nameOf('placed_by')}, '')`.as('placedBy'),
      'legal_hold.placed_at as placedAt',
      'legal_hold.sealed_release_reason as sealedReleaseReason',
      sql<string | null>`${nameOf('released_by')}`.as('releasedBy'),
      'legal_hold.released_at as releasedAt',
    ]);
}

export async function insertHold(
  tx: Tx,
  hold: {
    readonly id: string;
    readonly tenantId: string;
    readonly hashes: readonly string[];
    readonly label: string;
    readonly sealedReason: Buffer;
    readonly placedBy: string;
  },
): Promise<void> {
  await tx
    .insertInto('legal_hold')
    .values({ id: hold.id, tenant_id: hold.tenantId, hashes: [...hold.hashes], label: hold.label, sealed_reason: hold.sealedReason, placed_by: hold.placedBy })
    .execute();
}

/** Those in force first, then the newest. */
export async function listHolds(tx: Tx, tenantId: string): Promise<HoldRecord[]> {
  return holds(tx, tenantId).orderBy(sql`legal_hold.released_at IS NOT NULL`).orderBy('legal_hold.placed_at', 'desc').orderBy('legal_hold.id').execute();
}

export async function lockHold(tx: Tx, tenantId: string, id: string): Promise<HoldRecord | null> {
  return (await holds(tx, tenantId).where('legal_hold.id', '=', id).forUpdate('legal_hold').executeTakeFirst()) ?? null;
}

/** Ids of holds in force on somebody with one of these identifiers. */
export async function holdsOn(tx: Tx, tenantId: string, hashes: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('legal_hold')
    .where('tenant_id', '=', tenantId)
    .where('released_at', 'is', null)
    .where(sql<SqlBool>`hashes && ${[...hashes]}::text[]`)
    .select('id')
    .orderBy('placed_at')
    .execute();
  return rows.map((row) => row.id);
}

export async function releaseHold(tx: Tx, tenantId: string, id: string, by: string, sealedReason: Buffer): Promise<void> {
  await tx
    .updateTable('legal_hold')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .set({ released_at: sql<Date>`udm_now()`, released_by: by, sealed_release_reason: sealedReason })
    .execute();
}
