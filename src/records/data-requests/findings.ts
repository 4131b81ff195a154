import { sql } from 'kysely';
import type { TableCounts } from '../../domain/data-requests/erasure-counts.ts';
import type { Tx } from '../database.ts';

/** What was found of a person, in numbers, and sealed. */

export interface FindingRecord extends TableCounts {
  readonly sourceId: string;
  readonly source: string;
  readonly type: string;
  readonly shared: number;
}

export async function readFindings(tx: Tx, tenantId: string, requestId: string): Promise<FindingRecord[]> {
  return tx
    .selectFrom('data_request_finding')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .select(['source_id as sourceId', 'source_name as source', 'type', 'found', 'shared', 'uncertain', 'kept', 'done', 'ground'])
    .orderBy('source_name')
    .orderBy('type')
    .execute();
}

/** The numbers of one source take the place of those it had. */
export async function replaceFindings(
  tx: Tx,
  tenantId: string,
  requestId: string,
  source: { readonly id: string; readonly name: string },
  findings: readonly Omit<FindingRecord, 'sourceId' | 'source' | 'done'>[],
): Promise<void> {
  await tx
    .deleteFrom('data_request_finding')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('source_id', '=', source.id)
    .execute();
  if (findings.length === 0) return;
  await tx
    .insertInto('data_request_finding')
    .values(findings.map((one) => ({ tenant_id: tenantId, request_id: requestId, source_id: source.id, source_name: source.name, ...one })))
    .execute();
}

/** How many rows of each table are as they shall be. `all`: what goes with them went, too, and nothing was left out. */
export async function setDone(
  tx: Tx,
  tenantId: string,
  requestId: string,
  source: { readonly id: string; readonly name: string },
  done: ReadonlyMap<string, number>,
  what: 'all' | 'these' = 'all',
): Promise<void> {
  for (const [type, count] of done)
    await tx
      .insertInto('data_request_finding')
      .values({ tenant_id: tenantId, request_id: requestId, source_id: source.id, source_name: source.name, type, found: count, done: count })
      .onConflict((conflict) =>
        conflict.columns(['request_id', 'source_id', 'type']).doUpdateSet({
          done: sql`greatest(data_request_finding.done, excluded.done)`,
          found: sql`greatest(data_request_finding.found, excluded.found)`,
        }),
      )
      .execute();
  if (what === 'these') return;
  await tx
    .updateTable('data_request_finding')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('source_id', '=', source.id)
    .where('type', 'not in', [...done.keys(), ''])
    .set({ done: sql`found - uncertain` })
    .execute();
}

/** The numbers of one table take the place of those it had; who else stands in its rows is not counted anew. */
export async function putCounts(
  tx: Tx,
  tenantId: string,
  requestId: string,
  source: { readonly id: string; readonly name: string },
  type: string,
  counts: TableCounts,
): Promise<void> {
  const { found, uncertain, kept, done, ground } = counts;
  const numbers = { found, uncertain, kept, done, ground };
  await tx
    .insertInto('data_request_finding')
    .values({ tenant_id: tenantId, request_id: requestId, source_id: source.id, source_name: source.name, type, ...numbers })
    .onConflict((conflict) => conflict.columns(['request_id', 'source_id', 'type']).doUpdateSet(numbers))
    .execute();
}

/** Nothing counts of what was found before. */
export async function dropFindings(tx: Tx, tenantId: string, requestId: string): Promise<void> {
  await tx.deleteFrom('data_request_finding').where('tenant_id', '=', tenantId).where('request_id', '=', requestId).execute();
}

export async function putSnapshot(tx: Tx, tenantId: string, requestId: string, part: string, sealed: Buffer): Promise<void> {
  await tx
    .insertInto('data_request_snapshot')
    .values({ tenant_id: tenantId, request_id: requestId, part, sealed })
    .onConflict((conflict) => conflict.columns(['request_id', 'part']).doUpdateSet({ sealed }))
    .execute();
}

export async function readSnapshot(tx: Tx, tenantId: string, requestId: string, part: string): Promise<Buffer | null> {
  const row = await tx
    .selectFrom('data_request_snapshot')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where('part', '=', part)
    .select('sealed')
    .executeTakeFirst();
  return row?.sealed ?? null;
}

/** The parts whose name begins so, in order. */
export async function readSnapshots(tx: Tx, tenantId: string, requestId: string, beginning: string): Promise<{ part: string; sealed: Buffer }[]> {
  return tx
    .selectFrom('data_request_snapshot')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where((eb) => eb.fn<boolean>('starts_with', ['part', eb.val(beginning)]))
    .select(['part', 'sealed'])
    .orderBy('part')
    .execute();
}

/** All that was sealed of what was found, or those parts whose name begins so. */
export async function dropSnapshots(tx: Tx, tenantId: string, requestId: string, beginning = ''): Promise<void> {
  await tx
    .deleteFrom('data_request_snapshot')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .where((eb) => eb.fn<boolean>('starts_with', ['part', eb.val(beginning)]))
    .execute();
}
