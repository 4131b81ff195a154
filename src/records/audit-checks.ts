import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What the last look at the whole audit log of a tenant found. */
export interface AuditCheck {
  readonly checkedAt: Date;
  readonly records: number;
  /** How much is wrong. */
  readonly found: number;
  /** Of the first of it; null: nothing is wrong. */
  readonly code: string | null;
  /** Of its record, or of the line of the file of anchors. */
  readonly number: number | null;
}

export interface AuditCheckRecord extends AuditCheck {
  readonly isOld: boolean;
}

/** Null: nobody looked yet. `hours`: from that age on it is old. */
export async function readAuditCheck(tx: Tx, tenantId: string, hours: number): Promise<AuditCheckRecord | null> {
  const row = await tx
    .selectFrom('audit_check')
    .where('tenant_id', '=', tenantId)
    .select(['checked_at as checkedAt', 'records', 'found', 'code', 'number'])
    // Ahead of the clock counts as old too: the clock went back.
    .select(sql<boolean>`checked_at NOT BETWEEN udm_now() - make_interval(hours => ${hours}) AND udm_now()`.as('isOld'))
    .executeTakeFirst();
  return row ?? null;
}

export async function storeAuditCheck(tx: Tx, tenantId: string, { records, found, code, number }: Omit<AuditCheck, 'checkedAt'>): Promise<void> {
  const values = { checked_at: sql<Date>`udm_now()`, records, found, code, number };
  await tx
    .insertInto('audit_check')
    .values({ tenant_id: tenantId, ...values })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(values))
    .execute();
}
