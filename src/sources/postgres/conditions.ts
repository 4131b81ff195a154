/** Which rows of a table a run reads: WHERE conditions on the alias `t`. */

import pg from 'pg';
import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { EntityType, RowFilter } from '../catalogs/catalog.ts';
import type { SourceWindow } from '../source.ts';
import { placeOf, type SourceFacts } from './inspect.ts';

const { escapeIdentifier: name, escapeLiteral: literal } = pg;

/** What chooses among the rows; instants as ISO 8601 with Z. */
export interface Scope {
  readonly window: SourceWindow;
  /** No late row has an earlier time; null: no bound. */
  readonly dataFrom: string | null;
  /** Published are rows stored before `after` (null: none), readable now are those stored before `to`. Null: arrivals do not matter. */
  readonly arrival: { readonly after: string | null; readonly to: string } | null;
  /** People whose rows stay out; left out: nobody's. */
  readonly without?: readonly NormalIdentifier[];
}

/** Rows of the window; of a chain only those that arrived early enough, the others come late in a later run. */
export function rowConditions(entity: EntityType, scope: Scope, facts: SourceFacts): readonly string[] {
  const { window, arrival } = scope;
  const all = filterConditions(entity);
  if (!entity.time) return all;
  const time = `t.${name(entity.time)}`;
  if (window.from !== null) all.push(`${time} >= ${instant(window.from)}`);
  // Rows without a time belong to no bounded window; the one that is open to the past takes them, so none is lost.
  if (window.to !== null) all.push(before(time, window.to, window.from === null && mayBeNull(entity, entity.time, facts)));
  const column = arrivalColumn(entity, facts);
  // Rows without an arrival were stored before anyone wrote it down.
  if (arrival && column) all.push(before(`t.${name(column)}`, arrival.to, mayBeNull(entity, column, facts)));
  return all;
}

/** Late rows: from before the window, arrived since the previous run of the chain. Null when there can be none. */
export function lateConditions(entity: EntityType, scope: Scope, facts: SourceFacts): readonly string[] | null {
  const { window, arrival, dataFrom } = scope;
  const column = arrivalColumn(entity, facts);
  if (!entity.time || !column || !arrival || arrival.after === null || window.from === null) return null;
  const time = `t.${name(entity.time)}`;
  const arrived = `t.${name(column)}`;
  // The first window of a chain without a beginning took rows without a time, so such a row may be late for it.
  const all = [...filterConditions(entity), before(time, window.from, dataFrom === null && mayBeNull(entity, entity.time, facts))];
  if (dataFrom !== null) all.push(`${time} >= ${instant(dataFrom)}`);
  return [...all, `${arrived} >= ${instant(arrival.after)}`, `${arrived} < ${instant(arrival.to)}`];
}

/** Stands in SQL where the condition of a range goes: no name and no value of PostgreSQL can hold it. */
export const RANGE = '\0';

/** The SQL for the rows whose time is in [from, to); null: open. What is open to the future takes those without a time, which come last in order. */
export function inRange(sql: string, time: string, from: string | null, to: string | null): string {
  const column = `t.${name(time)}`;
  const all: string[] = [];
  if (from !== null) all.push(to === null ? `(${column} >= ${instant(from)} OR ${column} IS NULL)` : `${column} >= ${instant(from)}`);
  if (to !== null) all.push(`${column} < ${instant(to)}`);
  return sql.replace(RANGE, () => (all.length > 0 ? all.join(' AND ') : 'TRUE'));
}

/** Whether any of the tables says when its rows arrived. */
export function tellArrivals(entityTypes: readonly EntityType[], facts: SourceFacts): boolean {
  return entityTypes.some((entity) => arrivalColumn(entity, facts) !== null);
}

/** The catalog's arrival column if this database has it; a column of another type cannot be compared with the clock. */
function arrivalColumn(entity: EntityType, facts: SourceFacts): string | null {
  const { arrival } = entity;
  return arrival !== null && facts.get(placeOf(entity))?.readableInstants.has(arrival) ? arrival : null;
}

function filterConditions({ filter }: EntityType): string[] {
  return filter ? [`t.${name(filter.column)} = ${filterValue(filter)}`] : [];
}

function filterValue(filter: RowFilter): string {
  return typeof filter.equals === 'string' ? literal(filter.equals) : String(filter.equals);
}

function before(column: string, end: string, orNull: boolean): string {
  const condition = `${column} < ${instant(end)}`;
  return orNull ? `(${condition} OR ${column} IS NULL)` : condition;
}

function instant(value: string): string {
  return `${literal(value)}::timestamptz`;
}

function mayBeNull(entity: EntityType, column: string, facts: SourceFacts): boolean {
  return !facts.get(placeOf(entity))?.notNull.has(column);
}
