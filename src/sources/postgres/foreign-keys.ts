/** What in the database points at a table, beyond what the catalog knows. */

import type pg from 'pg';
import type { TableReference } from '../catalogs/catalog.ts';

export interface ForeignKey extends TableReference {
  readonly column: string;
  readonly to: string;
}

/**
 * Foreign keys of one column that may be null and that forbid to delete what they point at. Others are left to the database: it does what they say, or
 * refuses.
 */
const POINTING = `
  SELECT n.nspname AS schema, c.relname AS "table", a.attname AS column, f.attname AS to
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
    JOIN pg_class t ON t.oid = k.confrelid
    JOIN pg_namespace s ON s.oid = t.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confdeltype IN ('a', 'r') AND cardinality(k.conkey) = 1 AND NOT a.attnotnull
     AND s.nspname = $1 AND t.relname = $2
   ORDER BY 1, 2, 3`;

export async function foreignKeysOn(client: pg.Client, { schema, table }: TableReference): Promise<ForeignKey[]> {
  return (await client.query<ForeignKey & pg.QueryResultRow>(POINTING, [schema, table])).rows;
}
