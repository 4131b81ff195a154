import type { CentreRows, TextRow } from './erasure-oracle.ts';
import { withClient } from './database-text.ts';
import type { TestConnection } from './postgres.ts';

const TABLES = { contact: 'ucsx', contact_attribute: 'ucsx', interaction: 'ucsx', document: 'ucsx', work_item: 'iwd', event: 'iwd' } as const;

/** The sample contact centre, every column as text. */
export async function dumpCentre(database: TestConnection): Promise<CentreRows> {
  return withClient(database, async (client) => {
    const rows: Record<string, TextRow[]> = {};
    for (const [table, schema] of Object.entries(TABLES)) {
      const columns = await client.query<{ name: string }>('SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0', [
        `${schema}.${table}`,
      ]);
      rows[table] = (
        await client.query<TextRow>(`SELECT ${columns.rows.map(({ name }) => `${name}::text AS ${name}`).join(', ')} FROM ${schema}.${table}`)
      ).rows;
    }
    return rows as unknown as CentreRows;
  });
}
