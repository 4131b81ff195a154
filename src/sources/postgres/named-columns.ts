/** Which columns of a file name people, and what is noted of them while they are read, for the subject index (decision 0040). */

import pg from 'pg';
import { IDENTIFIER_TYPES, type IdentifierType } from '../../domain/data-requests/identifiers.ts';
import type { IdentifierColumn, PeopleTable, When } from '../../domain/data-requests/people-rules.ts';
import { type Column, MOST_MEANINGS, type Noted } from '../../kernel/transcoder.ts';
import type { EntityType, NestedList, TableReference } from '../catalogs/catalog.ts';
import type { PeopleCatalog } from '../catalogs/people-catalog.ts';
import { textOf } from './people-conditions.ts';

const { escapeIdentifier: name } = pg;

/** Whoever asks for a longer one is asked for a shorter one. */
const LONGEST_IDENTIFIER = 1_000;

/** A noted value is a JSON array, and an identifier stands at this path of an element. Plain data, so that it can go to another thread. */
export interface NamedPlace {
  readonly path: string;
  readonly type: IdentifierType;
}

/** What is noted of a column that names people. */
export type NamedColumn = { readonly noted: Noted } | { readonly lists: readonly NamedPlace[]; readonly types: readonly IdentifierType[] };

/** A column that no line has, but whose row belongs to whom it names. */
export interface HiddenColumn {
  /** SQL on the rows `s`. */
  readonly expression: string;
  /** Column of the row that it needs. */
  readonly from: string;
  readonly noted: Noted;
}

/** What is noted as an identifier of this type. */
export function meaningOf(type: IdentifierType): number {
  return IDENTIFIER_TYPES.indexOf(type);
}

/** What is noted as the first of these meanings and so on is a list of several places. */
export const FIRST_LIST = IDENTIFIER_TYPES.length;
export const MOST_LISTS = MOST_MEANINGS - FIRST_LIST;

/** What the catalog says of the people in a table; null: nothing. */
export function rulesOf(people: PeopleCatalog | null, table: TableReference): PeopleTable | null {
  return people?.tables.find(({ place }) => place.schema === table.schema && place.table === table.table)?.rules ?? null;
}

/**
 * What is noted of a column that lines have; null: it names nobody, or not in a way that can be seen in its `kind`. A `when` of the catalog is passed over: rather one too many
 * than one too few.
 */
export function namedColumn(rules: PeopleTable | null, column: string, kind: Column['kind'] | null): NamedColumn | null {
  if (!rules) return null;
  const here = rules.identifiers.filter((one) => one.column === column);
  const types = kind === 'text' ? here.filter(({ list }) => list === null).map(({ type }) => type) : [];
  const lists = here.flatMap(({ list, type }) => (list === null ? [] : [{ path: list, type }]));
  if (rules.messages?.column === column) lists.push(rules.messages.author);
  const [list, ...more] = lists;
  const member = list?.path.split('.').at(-1);
  // Found by its name alone, each is told once, however many lists it stands in.
  if (list && member && more.length === 0 && types.length === 0) return { noted: { member, as: meaningOf(list.type) } };
  if (lists.length > 0) return { lists, types };
  return types.length > 0 ? { noted: valuesOf(types) } : null;
}

/** Types whose values, in JSON, are spelled as SQL spells them in a text, which is what a `when` of the catalog is compared with. */
const SPELLED_ALIKE = new Set(['text', 'varchar', 'bool', 'int2', 'int4', 'int8', 'numeric']);

/** What is noted of the rows of another table that stand in a line as an array; `types`: those of its columns. A `when` on a column of a type that is not known well is passed over. */
export function namedList(rules: PeopleTable | null, { fields }: NestedList, types: ReadonlyMap<string, string> | undefined): NamedColumn | null {
  const fieldOf = (column: string): string | null => Object.entries(fields).find(([, field]) => field.column === column)?.[0] ?? null;
  const whenOf = (when: When | null) => {
    const field = when && SPELLED_ALIKE.has(types?.get(when.column) ?? '') ? fieldOf(when.column) : null;
    return when && field ? { field, equals: when.equals } : null;
  };
  const rows = (rules?.identifiers ?? []).flatMap(({ column, type, when }) => {
    const field = fieldOf(column);
    return field === null ? [] : [{ field, as: meaningOf(type), when: whenOf(when) }];
  });
  return rows.length > 0 ? { noted: { rows } } : null;
}

/**
 * Whom the rows name by what is not noted in the lines (`isNoted`), because these lack it or show it in a type that is not read there, and whose they are by the row of another table that they
 * belong to. Who only takes part is named where a line shows something of them.
 */
export function hiddenColumns(people: PeopleCatalog | null, entity: EntityType, isNoted: (column: string) => boolean): HiddenColumn[] {
  const shown = new Set(Object.values(entity.fields).map(({ column }) => column));
  const own = scalars(rulesOf(people, entity)).filter(
    ({ column, role, beside }) => !isNoted(column) && (role !== 'participant' || [column, ...beside].some((one) => shown.has(one))),
  );
  return [...own.map(({ column, type }) => ({ expression: shortened(column, 's'), from: column, noted: valuesOf([type]) })), ...parentColumns(people, entity)];
}

function parentColumns(people: PeopleCatalog | null, entity: EntityType): HiddenColumn[] {
  return parentsOf(people, entity).flatMap(({ rules, column, ofParent }) =>
    owners(rules).map(({ column: owner, type }) => ({ expression: ofParent(shortened(owner, 'p'), 's'), from: column, noted: valuesOf([type]) })),
  );
}

/** A table of which a row stands above each row of another. */
export interface Parent {
  readonly rules: PeopleTable;
  /** Of the other table. */
  readonly column: string;
  /** SQL of something of the row `p` above a row that is called `below`. */
  ofParent(expression: string, below: string): string;
}

/** The tables that name whose the rows of this one are. */
export function parentsOf(people: PeopleCatalog | null, entity: EntityType): Parent[] {
  const own = [...(people?.places ?? [])].find(([, one]) => one.schema === entity.schema && one.table === entity.table && one.within === null)?.[0];
  return (people?.tables ?? []).flatMap(({ rules, place }) =>
    rules.children
      .filter(({ table }) => table === own)
      .map(({ column, to }) => ({
        rules,
        column,
        ofParent: (expression, below) =>
          `(SELECT ${expression} FROM ${name(place.schema)}.${name(place.table)} p WHERE p.${name(to)} = ${below}.${name(column)} LIMIT 1)`,
      })),
  );
}

function owners(rules: PeopleTable | null): IdentifierColumn[] {
  return scalars(rules).filter(({ role }) => role !== 'participant');
}

function scalars(rules: PeopleTable | null): IdentifierColumn[] {
  return (rules?.identifiers ?? []).filter(({ list }) => list === null);
}

function valuesOf(types: readonly IdentifierType[]): Noted {
  return { values: types.map(meaningOf) };
}

function shortened(column: string, alias: string): string {
  return `left(${textOf(column, alias)}, ${LONGEST_IDENTIFIER})`;
}
