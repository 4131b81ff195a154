/** Checks the section `people` of a catalog against its tables, and resolves it. */

import { columnsOf, type PeopleTable } from '../../domain/data-requests/people-rules.ts';
import type { Problem } from '../../errors.ts';
import type { EntityType, Fields, Join, TableReference } from './catalog-parts.ts';
import type { PeopleFile } from './people-schema.ts';

/** A table, or a list in another one, as the section sees it. */
export interface PeoplePlace extends TableReference {
  readonly key: string;
  /** Of the table and of all its entity types, by name. */
  readonly fields: Fields;
  /** Columns that have no name in a line. */
  readonly more: readonly string[];
  /** In a line of which table it stands; null: it has lines of its own. */
  readonly within: { readonly table: string; readonly join: Join } | null;
}

/** A table that names people, and how its rows are read. */
export interface PeopleSource {
  readonly place: PeoplePlace;
  readonly rules: PeopleTable;
  /** With the name of their type. */
  readonly entityTypes: readonly (readonly [type: string, entity: EntityType])[];
}

export interface PeopleCatalog {
  /** In the order in which rows are taken out: what points at a row comes before it, subjects come last. */
  readonly tables: readonly PeopleSource[];
  /** Tables and lists by name, those that name nobody included. */
  readonly places: ReadonlyMap<string, PeoplePlace>;
}

type TableFile = PeopleFile[string];
type Report = (field: string, range: string) => void;

/** Everything in the section that the tables contradict. */
export function peopleProblems(people: PeopleFile, places: ReadonlyMap<string, PeoplePlace>): Problem[] {
  const found: Problem[] = [];
  for (const [name, table] of Object.entries(people)) {
    const report: Report = (field, range) => void found.push({ code: 'catalog.invalid', field: `people.${name}${field}`, range });
    const place = places.get(name);
    if (!place) report('', [...places.keys()].join(', '));
    else {
      reportColumns(name, table, place, report);
      reportErasure(table, place, report);
      reportChildren(table, places, report);
    }
    if (descendants(people, name).has(name)) report('.children', 'no table that it is itself a child of');
  }
  return found;
}

/** The resolved section; of a checked one. */
export function resolvePeople(
  people: PeopleFile,
  places: ReadonlyMap<string, PeoplePlace>,
  entityTypesOf: (table: string) => PeopleSource['entityTypes'],
): PeopleCatalog {
  const tables = Object.entries(people).map(([name, table]): PeopleSource => {
    const place = places.get(name);
    if (!place) throw new Error(`unchecked table ${name}`);
    return { place, rules: { name, ...table, kinds: kindsOf(place.fields) }, entityTypes: entityTypesOf(name) };
  });
  // Whoever has more below it comes later.
  const rank = ({ rules }: PeopleSource): number => descendants(people, rules.name).size + (rules.subject ? 1_000 : 0);
  return { tables: tables.sort((a, b) => rank(a) - rank(b)), places };
}

function reportColumns(name: string, table: TableFile, place: PeoplePlace, report: Report): void {
  const known = columnsIn(place);
  for (const column of columnsOf({ name, ...table, kinds: {} })) if (!known.has(column)) report('', `a column of ${place.table} in place of ${column}`);
  const kinds = kindsOf(place.fields);
  for (const [index, { column, list }] of table.identifiers.entries())
    if (list !== null && kinds[column] === 'other') report(`.identifiers[${index}].list`, 'only in a column with JSON or text');
  const { messages } = table;
  if (messages && kinds[messages.column] === 'other') report('.messages.column', 'a column with JSON or text');
}

function reportErasure(table: TableFile, place: PeoplePlace, report: Report): void {
  if ((table.ground !== null) !== (table.erase === 'anonymise'))
    report('.ground', 'the legal ground on which the rest stays where rows are anonymised, else none');
  if (table.erase === 'anonymise' && Object.keys(table.ownerFields).length === 0) report('.ownerFields', 'at least one where rows are anonymised');
  for (const [column, value] of Object.entries(table.ownerFields))
    if (value === null && isRequired(place, column)) report(`.ownerFields.${column}`, 'a value, as it is never null');
  for (const [index, { column }] of table.rectify.entries()) if (column === place.key) report(`.rectify[${index}].column`, 'not the key');
}

function reportChildren(table: TableFile, places: ReadonlyMap<string, PeoplePlace>, report: Report): void {
  for (const [index, child] of table.children.entries()) {
    const place = places.get(child.table);
    if (!place) {
      report(`.children[${index}].table`, [...places.keys()].join(', '));
      continue;
    }
    const known = columnsIn(place);
    for (const column of [child.column, ...Object.keys(child.change ?? {})])
      if (!known.has(column)) report(`.children[${index}]`, `a column of ${place.table} in place of ${column}`);
    // A row that goes would leave it pointing at nothing.
    if (child.change !== null && table.erase === 'delete') report(`.children[${index}].change`, 'only where rows are anonymised');
  }
}

function descendants(people: PeopleFile, name: string): Set<string> {
  const found = new Set<string>();
  const waiting = [name];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { table } of people[at]?.children ?? []) {
      if (found.has(table)) continue;
      found.add(table);
      waiting.push(table);
    }
  }
  return found;
}

function columnsIn({ key, fields, more }: PeoplePlace): Set<string> {
  return new Set([key, ...Object.values(fields).map(({ column }) => column), ...more]);
}

function isRequired({ key, fields }: PeoplePlace, column: string): boolean {
  return column === key || Object.values(fields).some((field) => field.column === column && !field.nullable);
}

function kindsOf(fields: Fields): PeopleTable['kinds'] {
  return Object.fromEntries(
    Object.values(fields).map(({ column, type, format }) => [
      column,
      type === 'array' || type === 'object' || type === 'any' ? 'json' : type === 'string' && format === undefined ? 'text' : 'other',
    ]),
  );
}
