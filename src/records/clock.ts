import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** The database's clock, the only one: ISO 8601 in UTC with microseconds. */
export async function databaseNow(db: Database | Tx): Promise<string> {
  const row = await sql<{ now: string }>`SELECT to_char(udm_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`.execute(db);
  return (row.rows[0] as { now: string }).now;
}
