/** Whom the rows of a file name: every identifier once or a few times, however many rows there are. For the subject index (decision 0040). */

import pg from 'pg';
import type { IdentifierColumn, Messages, PeopleTable, When } from '../../domain/data-requests/people-rules.ts';
import { type IdentifierType, keyOf, type NormalIdentifier, normalOf } from '../../domain/data-requests/identifiers.ts';
import { elementsOf, placesIn } from '../../domain/data-requests/json-places.ts';
import type { Catalog, EntityType, NestedList, TableReference } from '../catalogs/catalog.ts';
import { placeOf } from './inspect.ts';
import { textOf } from './people-conditions.ts';
import { referenceOf } from './statements.ts';

const { escapeIdentifier: name, escapeLiteral: literal } = pg;

/** One statement, whose lines are JSON arrays of texts, and what each text is. */
export interface NamedStatement {
  readonly copy: string;
  /** Table named in errors. */
  readonly place: string;
  readonly columns: readonly NamedColumn[];
}

interface NamedColumn {
  readonly type: IdentifierType;
  /** The text is a JSON array, and the identifier stands at this path of an element. */
  readonly list: string | null;
}

/** Identifiers seen lately are not told again; more would only take memory. */
const MOST_REMEMBERED = 100_000;

/** What to ask for the rows of the entity type under the conditions, on the alias `t`; nothing where the catalog names no people. */
export function namedStatements({ people }: Catalog, entity: EntityType, conditions: readonly string[]): NamedStatement[] {
  const rulesOf = (reference: TableReference): PeopleTable | undefined =>
    people?.tables.find(({ place }) => place.schema === reference.schema && place.table === reference.table)?.rules;
  const from = `${referenceOf(entity)} t`;
  const own = statementsOf(rulesOf(entity), { from, alias: 't', conditions, place: placeOf(entity) });
  const lists = Object.values(entity.lists).flatMap((list) =>
    statementsOf(rulesOf(list), { from: joined(list, from), alias: 'l', conditions, place: placeOf(list) }),
  );
  return [...own, ...lists];
}

/** What was seen lately; it forgets before it takes more memory. */
export class Told {
  readonly #all = new Set<string>();

  /** Whether it was not seen lately; it is now. */
  isNew(one: string): boolean {
    if (this.#all.has(one)) return false;
    if (this.#all.size >= MOST_REMEMBERED) this.#all.clear();
    this.#all.add(one);
    return true;
  }
}

/** The texts of each column of a statement that were looked at lately. */
export class KnownTexts {
  readonly columns: readonly (NamedColumn & { readonly texts: Told })[];

  constructor({ columns }: NamedStatement) {
    this.columns = columns.map((column) => ({ ...column, texts: new Told() }));
  }
}

/** Each identifier of the lines that was not told lately, in its normal form. */
export function* namedIn(lines: Iterable<string>, { columns }: KnownTexts, region: string | null, told: Told): Generator<NormalIdentifier> {
  for (const line of lines) {
    const values = JSON.parse(line) as (string | null)[];
    for (const [at, column] of columns.entries()) {
      const value = values[at] ?? null;
      if (value === null || !column.texts.isNew(value)) continue;
      for (const one of identifiersIn(value, column, region)) if (told.isNew(keyOf(one))) yield one;
    }
  }
}

function* identifiersIn(value: string, { type, list }: NamedColumn, region: string | null): Generator<NormalIdentifier> {
  const values = list === null ? [value] : elementsOf(value).flatMap((element) => placesIn(element, list).map((place) => place.value));
  for (const one of values) {
    const normal = normalOf(type, one, region);
    if (normal !== null) yield { type, normal };
  }
}

function joined(list: NestedList, from: string): string {
  return `${referenceOf(list)} l JOIN ${from} ON t.${name(list.join.to)} = l.${name(list.join.column)}`;
}

interface Rows {
  readonly from: string;
  readonly alias: string;
  readonly conditions: readonly string[];
  readonly place: string;
}

function statementsOf(rules: PeopleTable | undefined, rows: Rows): NamedStatement[] {
  if (!rules) return [];
  const { alias, place } = rows;
  const columns = rules.identifiers.map(({ type, list }) => ({ type, list }));
  const values = rules.identifiers.map((rule, index) => `${textWhen(rule, alias)} AS c${index}`);
  const names = values.map((_, index) => `c${index}`);
  const distinct = `SELECT json_build_array(${names.join(', ')}) FROM (SELECT DISTINCT ${values.join(', ')} ${chosen(rows)}) d`;
  const found: NamedStatement[] = [{ copy: copyOf(distinct), place, columns }];
  const { messages } = rules;
  if (messages) found.push({ copy: copyOf(authorsIn(messages, rows)), place, columns: [{ type: messages.author.type, list: '.' }] });
  return found;
}

function textWhen({ column, when }: IdentifierColumn, alias: string): string {
  const value = textOf(column, alias);
  return when === null ? value : `CASE WHEN ${isWhen(when, alias)} THEN ${value} END`;
}

/**
 * Authors of messages, by the last name of their path wherever it stands in the conversation: rather one too many than one too few. Taken out by the server, so that
 * conversations do not travel a second time.
 */
function authorsIn({ column, when, author }: Messages, rows: Rows): string {
  const text = textOf(column, rows.alias);
  const key = JSON.stringify(author.path.split('.').at(-1));
  const conditions = [...rows.conditions, ...(when ? [isWhen(when, rows.alias)] : []), `strpos(${text}, ${literal(key)}) > 0`];
  const pattern = `${key.replace(/[^A-Za-z0-9_]/g, '\\$&')}\\s*:\\s*("(?:[^"\\\\]|\\\\.)*"|-?[0-9][-+0-9.eE]*)`;
  const found = `SELECT DISTINCT m.found[1] AS v FROM (SELECT ${text} AS c ${chosen({ ...rows, conditions })}) r, regexp_matches(r.c, ${literal(pattern)}, 'g') AS m(found)`;
  return `SELECT json_build_array('[' || v || ']') FROM (${found}) d`;
}

function chosen({ from, conditions }: Rows): string {
  return conditions.length > 0 ? `FROM ${from} WHERE ${conditions.join(' AND ')}` : `FROM ${from}`;
}

function isWhen({ column, equals }: When, alias: string): string {
  return `${textOf(column, alias)} = ${literal(equals)}`;
}

/** As the lines of an export: JSON that nothing quotes. */
function copyOf(select: string): string {
  return `COPY (${select}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')`;
}
