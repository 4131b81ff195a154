import type { Tx } from './database.ts';

export interface SourceRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly connector: string;
  readonly catalog: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sealedSecret: Buffer;
  /** How long after its time a row may become visible. */
  readonly settleSeconds: number;
}

const COLUMNS = [
  'id',
  'tenant_id as tenantId',
  'name',
  'connector',
  'catalog',
  'settings',
  'sealed_secret as sealedSecret',
  'settle_seconds as settleSeconds',
] as const;

export async function listSources(tx: Tx, tenantId: string): Promise<SourceRecord[]> {
  return tx.selectFrom('source').where('tenant_id', '=', tenantId).select(COLUMNS).orderBy('name').execute();
}

export async function readSource(tx: Tx, tenantId: string, id: string): Promise<SourceRecord | null> {
  return (await tx.selectFrom('source').where('tenant_id', '=', tenantId).where('id', '=', id).select(COLUMNS).executeTakeFirst()) ?? null;
}

/** Stores a source, or its new settings when one of that name exists. */
export async function upsertSource(tx: Tx, source: SourceRecord): Promise<void> {
  await tx
    .insertInto('source')
    .values({
      id: source.id,
      tenant_id: source.tenantId,
      name: source.name,
      connector: source.connector,
      catalog: source.catalog,
      settings: JSON.stringify(source.settings),
      sealed_secret: source.sealedSecret,
      settle_seconds: source.settleSeconds,
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ settings: JSON.stringify(source.settings), sealed_secret: source.sealedSecret, settle_seconds: source.settleSeconds }),
    )
    .execute();
}
