/**
 * SQL of one export. PostgreSQL makes the JSON. COPY takes no parameters, so every name and every
 * value goes through the driver's own quoting.
 */

import pg from 'pg';
import type { Column, ColumnKind, Noted } from '../../kernel/transcoder.ts';
import type { Attachments, EntityType, Fields, NestedList, TableReference } from '../catalogs/catalog.ts';
import type { PeopleCatalog } from '../catalogs/people-catalog.ts';
import { placeOf, type SourceFacts } from './inspect.ts';
import { FIRST_LIST, hiddenColumns, meaningOf, MOST_LISTS, type NamedColumn, namedColumn, namedList, type NamedPlace, rulesOf } from './named-columns.ts';

const { escapeIdentifier: name } = pg;

/** Far below what PostgreSQL allows. */
const MOST_COLUMNS = 1_000;
/** Types whose binary form the kernel turns into JSON. */
const KINDS: Readonly<Record<string, ColumnKind>> = {
  bool: 'bool',
  int2: 'int2',
  int4: 'int4',
  int8: 'int8',
  uuid: 'uuid',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  json: 'json',
  jsonb: 'jsonb',
};

/** How rows are read; plain data, so that it can go to another thread. */
export interface CopyStatements {
  readonly copy: string;
  /** The same rows in binary, with what their columns are; null: only `copy` can give them. */
  readonly binary: {
    readonly copy: string;
    readonly columns: readonly Column[];
    /** What is noted as a list, from `FIRST_LIST` on. */
    readonly lists: readonly (readonly NamedPlace[])[];
  } | null;
}

/** SQL of one file: its lines, and how many there are. */
export interface FileStatements extends CopyStatements {
  /** The bare columns of the rows, for what the planner knows of them. */
  readonly wide: string;
  readonly count: string;
  /** Whether there is any line at all. */
  readonly exists: string;
}

/** Rows of an entity type under the conditions, in order of time, then key. */
export function rowStatements(entity: EntityType, people: PeopleCatalog | null, conditions: readonly string[], facts: SourceFacts): FileStatements {
  const from = `FROM ${referenceOf(entity)} t ${where(conditions)}`;
  const order = [...(entity.time ? [entity.time] : []), entity.key];
  const shown = namedValues(entity, people, facts);
  const lists = Object.entries(entity.lists).map(
    ([json, list]): LineColumn => ({
      name: json,
      expression: nested(list),
      binary: null,
      named: namedList(rulesOf(people, list), list, facts.get(placeOf(list))?.types),
    }),
  );
  const noted = new Set(shown.filter(({ binary }) => binary?.kind === 'text').map((one) => entity.fields[one.name]?.column));
  const hidden = hiddenColumns(people, entity, (column) => noted.has(column));
  const columns = columnsOf(entity.fields, [...order, ...Object.values(entity.lists).map((list) => list.join.to), ...hidden.map((one) => one.from)]);
  const parts = [entity, ...Object.values(entity.lists)];
  const all = hidden.map(
    ({ expression, noted: here }): LineColumn => ({ name: '', expression, binary: { kind: 'text', expression }, named: { noted: here }, isHidden: true }),
  );
  return statements(
    from,
    columns,
    order.map((column) => `t.${name(column)}`),
    [...shown, ...lists, ...all],
    mayBreak(parts, facts),
  );
}

function namedValues(entity: EntityType, people: PeopleCatalog | null, facts: SourceFacts): LineColumn[] {
  const rules = rulesOf(people, entity);
  return values(entity, entity.fields, facts).map((one) => ({
    ...one,
    named: namedColumn(rules, entity.fields[one.name]?.column ?? '', one.binary?.kind ?? null),
  }));
}

/** Attachments of the rows that `rowStatements` gives, joined by id, in order of that id, then key. */
export function attachmentStatements(entity: EntityType, attachments: Attachments, conditions: readonly string[], facts: SourceFacts): FileStatements {
  const { key, join, fields } = attachments;
  const from = `FROM ${referenceOf(attachments)} a JOIN ${referenceOf(entity)} t ON t.${name(join.to)} = a.${name(join.column)} ${where(conditions)}`;
  const order = [join.column, key].map((column) => `a.${name(column)}`);
  return statements(from, columnsOf(fields, []), order, values(attachments, fields, facts), mayBreak([attachments], facts), 'a');
}

/** The line of each row under the condition on `t`, as column `line`; whatever stands around it may be named in the condition. */
export function lineQuery(
  table: TableReference & { readonly key: string; readonly fields: Fields },
  lists: EntityType['lists'],
  condition: string,
  facts: SourceFacts,
): string {
  const columns = columnsOf(table.fields, [table.key, ...Object.values(lists).map((list) => list.join.to)]);
  const sorted = sortedRows(`FROM ${referenceOf(table)} t WHERE ${condition}`, columns, [`t.${name(table.key)}`], 't');
  const line = [
    ...values(table, table.fields, facts),
    ...Object.entries(lists).map(([json, list]): LineColumn => ({ name: json, expression: nested(list), binary: null })),
  ];
  return jsonOf(line, sorted, mayBreak([table, ...Object.values(lists)], facts));
}

/** One property of a line. */
interface LineColumn {
  readonly name: string;
  readonly expression: string;
  /** How binary COPY gives it to the kernel; null: as text that the server makes. */
  readonly binary: { readonly kind: ColumnKind; readonly expression: string } | null;
  /** Whom it names. */
  readonly named?: NamedColumn | null;
  /** It stands in no line. */
  readonly isHidden?: boolean;
}

/**
 * Sorting happens on the bare columns, below the JSON: a sort of finished lines (or of base64) would
 * carry all their bytes through temporary files of the source.
 */
function statements(
  from: string,
  columns: readonly string[],
  order: readonly string[],
  line: readonly LineColumn[],
  breaks: boolean,
  alias = 't',
): FileStatements {
  const sorted = sortedRows(from, columns, order, alias);
  const select = jsonOf(line, sorted, breaks);
  return {
    wide: sorted,
    copy: copyOf(select),
    binary: binaryOf(line, sorted),
    count: `SELECT count(*) AS rows ${from}`,
    exists: `SELECT EXISTS (SELECT ${from}) AS found`,
  };
}

function sortedRows(from: string, columns: readonly string[], order: readonly string[], alias: string): string {
  return `SELECT ${columns.map((column) => `${alias}.${name(column)}`).join(', ')} ${from} ORDER BY ${order.join(', ')}`;
}

function jsonOf(line: readonly LineColumn[], sorted: string, breaks: boolean): string {
  // A line break inside JSON is mere white space; left alone, it would tear the line in two.
  const json = breaks ? `translate(row_to_json(r)::text, E'\\n\\r', '  ')` : 'row_to_json(r)';
  const values = line.filter(({ isHidden }) => !isHidden).map((column) => `${column.expression} AS ${name(column.name)}`);
  return `SELECT ${json} AS line FROM (SELECT ${values.join(', ')} FROM (${sorted}) s) r`;
}

/**
 * COPY in text format doubles backslashes and breaks JSON. In CSV with a quote and a delimiter that
 * valid JSON never contains, nothing is ever quoted and each line is the JSON as it is.
 */
function copyOf(select: string): string {
  return `COPY (${select}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')`;
}

/** What the kernel does not know comes as the text of its JSON: to_json makes of a value what row_to_json does. */
function binaryOf(line: readonly LineColumn[], sorted: string): CopyStatements['binary'] {
  if (line.length === 0 || line.length > MOST_COLUMNS) return null;
  const lists: (readonly NamedPlace[])[] = [];
  const notedOf = (named: NamedColumn): Noted => {
    if ('noted' in named) return named.noted;
    lists.push(named.lists);
    return { values: [...named.types.map(meaningOf), FIRST_LIST + lists.length - 1] };
  };
  const columns = line.map(
    ({ name: json, binary, named, isHidden }): Column => ({
      name: json,
      kind: binary?.kind ?? 'json',
      ...(named && { noted: notedOf(named) }),
      ...(isHidden && { hidden: true }),
    }),
  );
  if (lists.length > MOST_LISTS) return null;
  const values = line.map((column) => column.binary?.expression ?? `to_json(${column.expression})::text`);
  return {
    copy: `COPY (SELECT ${values.join(', ')} FROM (${sorted}) s) TO STDOUT WITH (FORMAT binary)`,
    columns,
    lists,
  };
}

function where(all: readonly string[]): string {
  return all.length > 0 ? `WHERE ${all.join(' AND ')}` : '';
}

/**
 * The rows of another table as an array inside the line. An array of json, because json_agg would put
 * line breaks between its elements and jsonb_agg would lose the order of the names.
 */
function nested(list: NestedList): string {
  const columns = Object.entries(list.fields).map(([json, field]) => `${expression(field.column, field.type, 'l')} AS ${name(json)}`);
  const rows = `SELECT ${columns.join(', ')} FROM ${referenceOf(list)} l WHERE l.${name(list.join.column)} = s.${name(list.join.to)} ORDER BY l.${name(list.key)}`;
  return `ARRAY(SELECT row_to_json(v) FROM (${rows}) v)`;
}

function values(table: TableReference, fields: Fields, facts: SourceFacts): LineColumn[] {
  return Object.entries(fields).map(([json, field]) => {
    const kind = kindOf(field.type, facts.get(placeOf(table))?.types.get(field.column));
    const binary = kind ? { kind, expression: `s.${name(field.column)}` } : null;
    return { name: json, expression: expression(field.column, field.type, 's'), binary };
  });
}

function kindOf(type: Fields[string]['type'], sqlType: string | undefined): ColumnKind | null {
  if (sqlType === undefined) return null;
  if (type === 'base64') return sqlType === 'bytea' ? 'base64' : null;
  return KINDS[sqlType] ?? null;
}

function expression(column: string, type: Fields[string]['type'], alias: string): string {
  const bare = `${alias}.${name(column)}`;
  // encode() breaks base64 every 76 characters.
  return type === 'base64' ? `translate(encode(${bare}, 'base64'), E'\\n', '')` : bare;
}

function columnsOf(fields: Fields, more: readonly string[]): string[] {
  return [...new Set([...Object.values(fields).map((field) => field.column), ...more])];
}

function mayBreak(parts: readonly (TableReference & { readonly fields: Fields })[], facts: SourceFacts): boolean {
  return parts.some((part) => Object.values(part.fields).some((field) => field.type !== 'base64' && facts.get(placeOf(part))?.rawBreaks.has(field.column)));
}

/** The table as SQL names it. */
export function referenceOf(reference: TableReference): string {
  return `${name(reference.schema)}.${name(reference.table)}`;
}
