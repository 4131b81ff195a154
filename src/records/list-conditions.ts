import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import { containsPattern } from './page.ts';

/** What the lists filter by, as conditions. */

type Condition = RawBuilder<SqlBool>;
type Column = RawBuilder<unknown>;

/** So many titles are looked up one by one; a word that more of them hold is so frequent that looking at each row finds it soon. */
const MOST_TITLES = 500;
const NEVER = sql<SqlBool>`false`;

/** Sources of these catalogs; null: any. */
export async function sourcesOf(tx: Tx, tenantId: string, catalogs: readonly string[] | 'all'): Promise<string[] | null> {
  if (catalogs === 'all') return null;
  if (catalogs.length === 0) return [];
  const found = await tx
    .selectFrom('source')
    .where('tenant_id', '=', tenantId)
    .where('catalog', 'in', [...catalogs])
    .select('id')
    .execute();
  return found.map((row) => row.id);
}

export function oneOf(column: Column, values: readonly string[] | null | undefined, type: 'text' | 'uuid' = 'text'): Condition[] {
  if (values === null || values === undefined) return [];
  if (values.length === 1) return [sql`${column} = ${values[0]}`];
  return [sql`${column} = ANY(${[...values]}::${sql.raw(type)}[])`];
}

export function equals(column: Column, value: string | undefined): Condition[] {
  return value === undefined ? [] : [sql`${column} = ${value}`];
}

/** From `from` to before `to`. */
export function during(column: Column, from: string | undefined, to: string | undefined): Condition[] {
  return [
    ...(from === undefined ? [] : [sql<SqlBool>`${column} >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql<SqlBool>`${column} < ${to}::timestamptz`]),
  ];
}

export function between(column: Column, low: number | undefined, high: number | undefined): Condition[] {
  return [...(low === undefined ? [] : [sql<SqlBool>`${column} >= ${low}::int8`]), ...(high === undefined ? [] : [sql<SqlBool>`${column} <= ${high}::int8`])];
}

/** In a column with the collation "C". */
export function beginsWith(column: Column, text: string): Condition {
  return sql`(${column} >= ${text} AND ${column} < ${`${text}\u{10ffff}`})`;
}

export interface SearchedColumns {
  readonly title: Column;
  readonly file: Column;
  readonly run: Column;
}

/** Runs or files that the text may mean: a part of the title, the beginning of a file's name or of a run's id. Each has its index. */
export async function textMatches(tx: Tx, tenantId: string, text: string | undefined, columns: SearchedColumns): Promise<Condition[]> {
  if (text === undefined) return [];
  const word = text.toLowerCase();
  const meant = [await titleMatches(tx, tenantId, text, columns.title)];
  if (/^[a-z0-9_.-]+$/.test(word)) meant.push(beginsWith(columns.file, word));
  const ids = idsFrom(word);
  if (ids) meant.push(sql`(${columns.run} >= ${ids.low}::uuid AND ${columns.run} <= ${ids.high}::uuid)`);
  const possible = meant.filter((one) => one !== NEVER);
  return [possible.length === 0 ? NEVER : sql`(${sql.join(possible, sql` OR `)})`];
}

async function titleMatches(tx: Tx, tenantId: string, text: string, title: Column): Promise<Condition> {
  const pattern = containsPattern(text);
  const { rows } = await sql<{ key: string }>`SELECT title_key AS key FROM job_title
    WHERE tenant_id = ${tenantId} AND title_key LIKE lower(${pattern}) LIMIT ${MOST_TITLES + 1}`.execute(tx);
  if (rows.length === 0) return NEVER;
  if (rows.length > MOST_TITLES) return sql`${title} LIKE lower(${pattern})`;
  return oneOf(
    title,
    rows.map((row) => row.key),
  )[0] as Condition;
}

/** Every id that begins like this; null for what is no beginning of an id, or a short one that words begin with as well. */
function idsFrom(word: string): { low: string; high: string } | null {
  if (word.length < 8 || !/^[0-9a-f]{8}(-[0-9a-f]{0,4}){0,3}(-[0-9a-f]{0,12})?$/.test(word)) return null;
  const digits = word.replaceAll('-', '');
  if (digits.length > 32 || (digits.length < 32 && dashed(digits) !== word.replace(/-$/, ''))) return null;
  return { low: dashed(digits.padEnd(32, '0')), high: dashed(digits.padEnd(32, 'f')) };
}

function dashed(digits: string): string {
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].filter((part) => part !== '').join('-');
}
