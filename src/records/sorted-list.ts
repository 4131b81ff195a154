import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { Page, PageRequest, Position } from './page.ts';

/** Lists are paged by key: a page begins after the key of a row, so that rows that come and go elsewhere move nothing. */

export interface SortKey {
  readonly column: RawBuilder<unknown>;
  readonly type: 'text' | 'timestamptz' | 'int8' | 'uuid';
  /** Rows without a value come last, whichever way the list is sorted. */
  readonly nullable?: boolean;
}

export interface SortedList {
  /** What stands after FROM. */
  readonly from: RawBuilder<unknown>;
  /** What holds for every row of the list. */
  readonly always: readonly RawBuilder<SqlBool>[];
  /** What was asked for beyond that. */
  readonly filters: readonly RawBuilder<SqlBool>[];
  /** The table, if `from` is one alone: few rows that match are picked out first and sorted then. */
  readonly table?: string;
  readonly sorts: Readonly<Record<string, SortKey>>;
  /** What decides between rows of one value, the id last: the order is the same at every reading. */
  readonly ties: readonly SortKey[];
  /** Counting stops here. */
  readonly countUpTo: number;
}

type Segment = 'values' | 'nulls';

interface KeyedRow {
  readonly id: string;
  readonly key: (string | null)[];
}

interface Walk {
  readonly from: RawBuilder<unknown>;
  readonly conditions: readonly RawBuilder<SqlBool>[];
  readonly nullable: boolean;
  readonly keys: readonly SortKey[];
  readonly descending: boolean;
}

/** The ids of one page in order, and where the pages beside it begin. */
export async function readIds(tx: Tx, list: SortedList, request: PageRequest): Promise<Page<string>> {
  const name = request.sort.replace(/^-/, '');
  const first = list.sorts[name];
  if (!first) throw new TypeError(`There is no sort ${name}.`);
  const total = await countRows(tx, list);
  const walk: Walk = {
    ...sourceOf(list, total),
    keys: [first, ...list.ties.filter((tie) => tie.column !== first.column)],
    nullable: first.nullable ?? false,
    descending: request.sort.startsWith('-'),
  };
  const backward = request.position?.side === 'before';
  const found = await walkFrom(tx, walk, request.position, backward, request.limit + 1);
  const more = found.length > request.limit;
  const rows = found.slice(0, request.limit);
  if (backward) rows.reverse();
  const beyond = await isAnythingBehind(tx, walk, request.position, rows, backward);
  return {
    items: rows.map((row) => row.id),
    total,
    next: (backward ? beyond : more) ? edgeOf(rows.at(-1), request.position, 'after') : null,
    previous: (backward ? more : beyond) ? edgeOf(rows[0], request.position, 'before') : null,
  };
}

/** More than this is not picked out and sorted, but read in order: so many match that a page of them is found soon. */
const FEW = 5_000;

/**
 * An index in the order of the list finds a page of few matches only after reading past most of a million others; PostgreSQL cannot know that
 * the matches of one column lie together in another. OFFSET 0 keeps it from trying.
 */
function sourceOf(list: SortedList, total: Page<string>['total']): Pick<Walk, 'from' | 'conditions'> {
  const conditions = [...list.always, ...list.filters];
  if (list.table === undefined || list.filters.length === 0 || !total.exact || total.count > FEW) return { from: list.from, conditions };
  const table = sql.id(list.table);
  return { from: sql`(SELECT * FROM ${list.from} WHERE ${sql.join(conditions, sql` AND `)} OFFSET 0) AS ${table}`, conditions: [] };
}

/** Whether rows lie on the side that the page was entered from. */
async function isAnythingBehind(tx: Tx, walk: Walk, position: Position | null, rows: readonly KeyedRow[], backward: boolean): Promise<boolean> {
  if (position === null) return false;
  const edge = edgeOf(backward ? rows.at(-1) : rows[0], position, backward ? 'after' : 'before');
  return edge !== null && (await walkFrom(tx, walk, edge, !backward, 1)).length > 0;
}

/** Beside this row; beside the old position, if the page turned out to be empty. */
function edgeOf(row: KeyedRow | undefined, position: Position | null, side: Position['side']): Position | null {
  if (row) return { key: row.key, side, inclusive: false };
  return position && { key: position.key, side, inclusive: !position.inclusive };
}

async function walkFrom(tx: Tx, walk: Walk, position: Position | null, backward: boolean, count: number): Promise<KeyedRow[]> {
  const all: Segment[] = walk.nullable ? ['values', 'nulls'] : ['values'];
  if (backward) all.reverse();
  const begins = position === null ? all[0] : position.key[0] === null ? 'nulls' : 'values';
  const rows: KeyedRow[] = [];
  for (const segment of all.slice(all.indexOf(begins as Segment))) {
    if (rows.length >= count) break;
    rows.push(...(await readSegment(tx, walk, segment, segment === begins ? position : null, backward, count - rows.length)));
  }
  return rows;
}

async function readSegment(tx: Tx, walk: Walk, segment: Segment, position: Position | null, backward: boolean, count: number): Promise<KeyedRow[]> {
  const { keys } = walk;
  const used = segment === 'nulls' ? keys.slice(1) : keys;
  const ascending = walk.descending === backward;
  const conditions = [...walk.conditions];
  if (walk.nullable) conditions.push(sql`${keys[0]?.column} IS ${segment === 'nulls' ? sql`NULL` : sql`NOT NULL`}`);
  if (position) conditions.push(beyond(used, segment === 'nulls' ? position.key.slice(1) : position.key, ascending, position.inclusive));
  const order = sql.join(used.map((key) => sql`${key.column} ${ascending ? sql`ASC` : sql`DESC`}`));
  const key = sql.join(keys.map((one) => sql`${one.column}::text`));
  const { rows } = await sql<KeyedRow>`SELECT ${keys.at(-1)?.column} AS id, ARRAY[${key}] AS key FROM ${walk.from}
    ${conditions.length === 0 ? sql`` : sql`WHERE ${sql.join(conditions, sql` AND `)}`} ORDER BY ${order} LIMIT ${count}`.execute(tx);
  return rows;
}

function beyond(keys: readonly SortKey[], values: readonly (string | null)[], ascending: boolean, inclusive: boolean): RawBuilder<SqlBool> {
  const columns = sql.join(keys.map((key) => key.column));
  const bounds = sql.join(keys.map((key, index) => sql`${values[index] ?? null}::${sql.raw(key.type)}`));
  return sql`(${columns}) ${sql.raw(`${ascending ? '>' : '<'}${inclusive ? '=' : ''}`)} (${bounds})`;
}

async function countRows(tx: Tx, list: SortedList): Promise<Page<string>['total']> {
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count
    FROM (SELECT 1 FROM ${list.from} WHERE ${sql.join([...list.always, ...list.filters], sql` AND `)} LIMIT ${list.countUpTo + 1}) AS counted`.execute(tx);
  const count = rows[0]?.count ?? 0;
  return { count: Math.min(count, list.countUpTo), exact: count <= list.countUpTo };
}
