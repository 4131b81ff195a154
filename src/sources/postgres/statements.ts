/**
 * SQL of one export. PostgreSQL makes the JSON. COPY takes no parameters, so every name and every
 * value goes through the driver's own quoting.
 */

import pg from 'pg';
import type { Attachments, EntityType, Fields, NestedList, TableReference } from '../catalogs/catalog.ts';
import { placeOf, type SourceFacts } from './inspect.ts';

const { escapeIdentifier: name } = pg;

/** SQL of one file: its lines, and how many there are. */
export interface FileStatements {
  readonly copy: string;
  readonly select: string;
  readonly count: string;
  /** Whether there is any line at all. */
  readonly exists: string;
}

/** Rows of an entity type under the conditions, in order of time, then key. */
export function rowStatements(entity: EntityType, conditions: readonly string[], facts: SourceFacts): FileStatements {
  const from = `FROM ${referenceOf(entity)} t ${where(conditions)}`;
  const order = [...(entity.time ? [entity.time] : []), entity.key];
  const lists = Object.entries(entity.lists).map(([json, list]) => `${nested(list)} AS ${name(json)}`);
  const columns = columnsOf(entity.fields, [...order, ...Object.values(entity.lists).map((list) => list.join.to)]);
  const parts = [entity, ...Object.values(entity.lists)];
  return statements(
    from,
    columns,
    order.map((column) => `t.${name(column)}`),
    [...values(entity.fields), ...lists],
    mayBreak(parts, facts),
  );
}

/** Attachments of the rows that `rowStatements` gives, joined by id, in order of that id, then key. */
export function attachmentStatements(entity: EntityType, attachments: Attachments, conditions: readonly string[], facts: SourceFacts): FileStatements {
  const { key, join, fields } = attachments;
  const from = `FROM ${referenceOf(attachments)} a JOIN ${referenceOf(entity)} t ON t.${name(join.to)} = a.${name(join.column)} ${where(conditions)}`;
  const order = [join.column, key].map((column) => `a.${name(column)}`);
  return statements(from, columnsOf(fields, []), order, values(fields), mayBreak([attachments], facts), 'a');
}

/**
 * Sorting happens on the bare columns, below the JSON: a sort of finished lines (or of base64) would
 * carry all their bytes through temporary files of the source.
 */
function statements(from: string, columns: readonly string[], order: readonly string[], line: readonly string[], breaks: boolean, alias = 't'): FileStatements {
  const sorted = `SELECT ${columns.map((column) => `${alias}.${name(column)}`).join(', ')} ${from} ORDER BY ${order.join(', ')}`;
  // A line break inside JSON is mere white space; left alone, it would tear the line in two.
  const json = breaks ? `translate(row_to_json(r)::text, E'\\n\\r', '  ')` : 'row_to_json(r)';
  const select = `SELECT ${json} FROM (SELECT ${line.join(', ')} FROM (${sorted}) s) r`;
  return { select, copy: copyOf(select), count: `SELECT count(*) AS rows ${from}`, exists: `SELECT EXISTS (SELECT ${from}) AS found` };
}

/**
 * COPY in text format doubles backslashes and breaks JSON. In CSV with a quote and a delimiter that
 * valid JSON never contains, nothing is ever quoted and each line is the JSON as it is.
 */
function copyOf(select: string): string {
  return `COPY (${select}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')`;
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

function values(fields: Fields): string[] {
  return Object.entries(fields).map(([json, field]) => `${expression(field.column, field.type, 's')} AS ${name(json)}`);
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
