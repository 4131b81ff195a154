/** Looks for the tables and columns of a catalog before anything is read. */

import type pg from 'pg';
import { CodedError } from '../../errors.ts';
import type { EntityType, Fields, TableReference } from '../catalogs/catalog.ts';

/** What reading must know about a table beyond the catalog. */
export interface TableFacts {
  /** Columns that never hold null. */
  readonly notNull: ReadonlySet<string>;
  /** Columns whose JSON may hold raw line breaks (`json` keeps the text it was given). */
  readonly rawBreaks: ReadonlySet<string>;
  /** Columns of type timestamptz that may be read: whether an optional column is there, and comparable with the clock. */
  readonly readableInstants: ReadonlySet<string>;
  /** Names of the types that PostgreSQL itself brings, by column; a type of the source's own has none. */
  readonly types: ReadonlyMap<string, string>;
  /** What is added to the type, such as the digits of numeric(12, 2); -1: nothing. */
  readonly modifiers: ReadonlyMap<string, number>;
  /** Whether its rows may come from elsewhere: another session in the same snapshot may see others then. */
  readonly isElsewhere: boolean;
}

/** Facts by `schema.table`. */
export type SourceFacts = ReadonlyMap<string, TableFacts>;

interface ColumnRow {
  place: string;
  column: string | null;
  type: string | null;
  modifier: number | null;
  not_null: boolean | null;
  readable: boolean | null;
  built_in: boolean | null;
}

/** Types whose JSON has no raw line break; of any other type it may have some. Arrays have a leading `_`. */
const ONE_LINE_TYPES = new Set(
  `bool int2 int4 int8 float4 float8 numeric money oid text varchar bpchar char name uuid bytea date time timetz
   timestamp timestamptz interval jsonb inet cidr macaddr bit varbit xml`.split(/\s+/),
);

/** pg_catalog shows everything to everyone, so what is missing and what is forbidden can be told apart. */
const COLUMNS = `
  SELECT n.nspname || '.' || c.relname AS place, a.attname AS column, t.typname AS type, a.atttypmod AS modifier, a.attnotnull AS not_null,
         has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable,
         t.typnamespace = 'pg_catalog'::regnamespace AS built_in
    FROM unnest($1::text[], $2::text[]) AS wanted(schema_name, table_name)
    JOIN pg_namespace n ON n.nspname = wanted.schema_name
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.table_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_type t ON t.oid = a.atttypid`;

/**
 * Tables that are foreign, or have a foreign part, and views over such, or over functions that are not PostgreSQL's own, as these may read
 * anything: an exported snapshot does not cover what is not in the database.
 */
const ELSEWHERE = `
  WITH RECURSIVE behind(place, oid, kind) AS (
    SELECT n.nspname || '.' || c.relname, c.oid, c.relkind
      FROM unnest($1::text[], $2::text[]) AS wanted(schema_name, table_name)
      JOIN pg_namespace n ON n.nspname = wanted.schema_name
      JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
     UNION
    SELECT b.place, c.oid, c.relkind
      FROM behind b
     CROSS JOIN LATERAL (
           SELECT d.refobjid AS oid FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
            WHERE w.ev_class = b.oid AND b.kind = 'v' AND d.refclassid = 'pg_class'::regclass
            UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = b.oid) below
      JOIN pg_class c ON c.oid = below.oid)
  SELECT DISTINCT place FROM behind b
   WHERE b.kind NOT IN ('r', 'p', 'm', 'v')
      OR b.kind = 'v' AND EXISTS (SELECT FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
                                   WHERE w.ev_class = b.oid AND d.refclassid = 'pg_proc'::regclass)`;

/** How errors name a table. */
export function placeOf(table: TableReference): string {
  return `${table.schema}.${table.table}`;
}

/** Throws `source.missing_table`, `source.missing_column` or `source.permission` for the first that fails. */
export async function inspect(client: pg.Client, entityTypes: readonly EntityType[]): Promise<SourceFacts> {
  const needed = neededColumns(entityTypes);
  const tables = [...needed.values()].map((need) => need.table);
  const names = [tables.map((table) => table.schema), tables.map((table) => table.table)];
  const { rows } = await client.query<ColumnRow>(COLUMNS, names);
  const elsewhere = new Set((await client.query<{ place: string }>(ELSEWHERE, names)).rows.map(({ place }) => place));
  const facts = new Map<string, TableFacts>();
  for (const [place, need] of needed)
    facts.set(place, {
      ...columnFacts(
        place,
        need.columns,
        rows.filter((row) => row.place === place),
      ),
      isElsewhere: elsewhere.has(place),
    });
  return facts;
}

/** What of the catalog is there and what is not, all of it. */
export interface TableSurvey {
  readonly tables: readonly TableReference[];
  readonly columns: number;
  readonly missingTables: readonly string[];
  readonly missingColumns: readonly string[];
  /** Tables that are there and may not be read, or not in full. */
  readonly unreadable: readonly string[];
}

/** As `inspect`, but throws nothing and names everything. */
export async function surveyTables(client: pg.Client, entityTypes: readonly EntityType[]): Promise<TableSurvey> {
  const needed = [...neededColumns(entityTypes)];
  const tables = needed.map(([, { table }]) => table);
  const { rows } = await client.query<ColumnRow>(COLUMNS, [tables.map((table) => table.schema), tables.map((table) => table.table)]);
  const found = (place: string): ColumnRow[] => rows.filter((row) => row.place === place);
  const there = needed.filter(([place]) => found(place).length > 0);
  return {
    tables,
    columns: needed.reduce((sum, [, { columns }]) => sum + columns.size, 0),
    missingTables: needed.filter(([place]) => found(place).length === 0).map(([place]) => place),
    missingColumns: there.flatMap(([place, { columns }]) =>
      [...columns].filter((column) => !found(place).some((row) => row.column === column)).map((column) => `${place}.${column}`),
    ),
    unreadable: there
      .filter(([place, { columns }]) => found(place).some((row) => columns.has(row.column ?? '') && row.readable !== true))
      .map(([place]) => place),
  };
}

function columnFacts(place: string, columns: ReadonlySet<string>, rows: readonly ColumnRow[]): Omit<TableFacts, 'isElsewhere'> {
  if (rows.length === 0) throw new CodedError('source.missing_table', { value: place });
  for (const column of columns) {
    const row = rows.find((candidate) => candidate.column === column);
    if (!row) throw new CodedError('source.missing_column', { value: `${place}.${column}` });
    if (row.readable !== true) throw new CodedError('source.permission', { value: place });
  }
  const named = (test: (row: ColumnRow) => boolean): Set<string> => new Set(rows.filter(test).map((row) => row.column ?? ''));
  return {
    notNull: named((row) => row.not_null === true),
    rawBreaks: named((row) => !ONE_LINE_TYPES.has((row.type ?? '').replace(/^_/, ''))),
    readableInstants: named((row) => row.type === 'timestamptz' && row.readable === true),
    types: new Map(rows.flatMap((row) => (row.built_in === true && row.column !== null && row.type !== null ? [[row.column, row.type] as const] : []))),
    modifiers: new Map(rows.map((row) => [row.column ?? '', row.modifier ?? -1])),
  };
}

interface Need {
  readonly table: TableReference;
  readonly columns: Set<string>;
}

function neededColumns(entityTypes: readonly EntityType[]): Map<string, Need> {
  const needed = new Map<string, Need>();
  const need = (table: TableReference, fields: Fields, more: readonly (string | null | undefined)[]): void => {
    const place = placeOf(table);
    const entry = needed.get(place) ?? { table, columns: new Set<string>() };
    needed.set(place, entry);
    for (const column of [...Object.values(fields).map((field) => field.column), ...more]) if (column) entry.columns.add(column);
  };
  for (const entity of entityTypes) {
    need(entity, entity.fields, [entity.key, entity.time, entity.filter?.column]);
    for (const part of [...Object.values(entity.lists), ...(entity.attachments ? [entity.attachments] : [])]) {
      need(part, part.fields, [part.key, part.join.column]);
      need(entity, {}, [part.join.to]);
    }
  }
  return needed;
}
