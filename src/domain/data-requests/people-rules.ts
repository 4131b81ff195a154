/** Where a table of a source names people, and what its catalog says is done with a row when one of them asks. */

import type { Node } from 'jsonc-parser';
import { ERASED, type Identifier, type IdentifierType, normalOf, OTHER_PERSON } from './identifiers.ts';
import { elementsOf, type Place, placesIn } from './json-places.ts';

/**
 * What an identifier in a row says: `owner`, the row belongs to whom it names; `alias`, it is one more of who owns the row; `merged`, the owner of the
 * row is the same person as whom it names; `participant`, somebody appears in a row that belongs to somebody else.
 */
export const ROLES = ['owner', 'alias', 'merged', 'participant'] as const;
export type Role = (typeof ROLES)[number];

export interface When {
  readonly column: string;
  readonly equals: string;
}

export interface IdentifierColumn {
  readonly column: string;
  readonly type: IdentifierType;
  readonly role: Role;
  /** In rows with this value only. */
  readonly when: When | null;
  /** The column is a JSON array, and the identifier stands at this path of an element; `.`: it is the element. */
  readonly list: string | null;
  /** Paths of the same element that tell of the same person. */
  readonly personal: readonly string[];
  /** Columns that tell of the same person, such as the name beside an address. */
  readonly beside: readonly string[];
}

/** A column that holds a conversation: a JSON array, one element for each message. */
export interface Messages {
  readonly column: string;
  readonly when: When | null;
  readonly author: { readonly path: string; readonly type: IdentifierType };
  /** A message without an author's id that has this value is of the row's owner. */
  readonly owner: { readonly path: string; readonly equals: string } | null;
  /** What is the author's in a message. */
  readonly personal: readonly string[];
}

/** Rows of another table that go with a row. */
export interface Child {
  readonly table: string;
  readonly column: string;
  readonly to: string;
  /** New values; null: they are deleted. */
  readonly change: Readonly<Record<string, string | null>> | null;
}

export interface Correctable {
  /** What is corrected, e.g. `firstName`: the same name in several places is corrected in all of them. */
  readonly name: string;
  readonly column: string;
  readonly when: When | null;
  /** How an old value is compared; null: as it is. */
  readonly type: IdentifierType | null;
}

export interface PeopleTable {
  /** Name in the catalog, e.g. `contact` or `contact.attributes`. */
  readonly name: string;
  /** Each row tells of one person: its identifiers are aliases of each other. Other tables hold records. */
  readonly subject: boolean;
  readonly identifiers: readonly IdentifierColumn[];
  readonly messages: Messages | null;
  /** A column with an address of the contact centre itself, which in this row is nobody's. */
  readonly house: string | null;
  readonly children: readonly Child[];
  readonly erase: 'delete' | 'anonymise';
  /** What a row that stays holds of its owner, and what is put there instead. */
  readonly ownerFields: Readonly<Record<string, string | null>>;
  /** Why the rest of the row stays; null unless `erase` is anonymise. */
  readonly ground: string | null;
  readonly rectify: readonly Correctable[];
  /** What a column can take: any text; JSON; anything else. */
  readonly kinds: Readonly<Record<string, 'text' | 'json' | 'other'>>;
}

/** Columns of a row as text, as the source writes them. */
export type Row = Readonly<Record<string, string | null>>;

/** One identifier in one row; its value is as stored. */
export interface RowIdentifier extends Identifier {
  readonly normal: string;
  readonly role: Role;
}

/** With its place in the row. */
export interface PlacedIdentifier extends RowIdentifier {
  readonly column: string;
  readonly beside: readonly string[];
  /** In a list: what of the element is the person's; null: the column itself. */
  readonly places: readonly Place[] | null;
}

/** One message of a conversation. */
export interface PlacedMessage {
  /** Null: without an id of its author. */
  readonly author: RowIdentifier | null;
  readonly isOwners: boolean;
  /** What is the author's and not erased yet. */
  readonly places: readonly Place[];
}

/** Columns that the rules look at or change. */
export function columnsOf(table: PeopleTable): string[] {
  const { identifiers, messages, house, children, ownerFields, rectify } = table;
  return [
    ...new Set([
      ...identifiers.flatMap(({ column, when, beside }) => [column, ...whenColumn(when), ...beside]),
      ...(messages ? [messages.column, ...whenColumn(messages.when)] : []),
      ...(house === null ? [] : [house]),
      ...children.map(({ to }) => to),
      ...Object.keys(ownerFields),
      ...rectify.flatMap(({ column, when }) => [column, ...whenColumn(when)]),
    ]),
  ];
}

/** Everybody whom a row names, authors of messages included; the house is nobody. */
export function identifiersOf(table: PeopleTable, row: Row, region: string | null): RowIdentifier[] {
  const authors = messagesOf(table, row, region).flatMap(({ author }) => (author ? [author] : []));
  const all = [...placedIdentifiers(table, row, region), ...authors];
  const seen = new Set<string>();
  return all
    .map(({ type, value, normal, role }) => ({ type, value, normal, role }))
    .filter(({ type, value, role }) => {
      const mark = JSON.stringify([type, role, value]);
      return !seen.has(mark) && Boolean(seen.add(mark));
    });
}

/** The same without the messages, with places. */
export function placedIdentifiers(table: PeopleTable, row: Row, region: string | null): PlacedIdentifier[] {
  const house = table.house === null ? null : (row[table.house] ?? null);
  return table.identifiers.flatMap((rule): PlacedIdentifier[] => {
    if (!holds(rule.when, row)) return [];
    const own = house === null ? null : normalOf(rule.type, house, region);
    const place = (value: string, places: readonly Place[] | null): PlacedIdentifier[] => {
      const normal = normalOf(rule.type, value, region);
      if (normal === null || normal === own) return [];
      return [{ type: rule.type, role: rule.role, value, normal, column: rule.column, beside: rule.beside, places }];
    };
    const value = row[rule.column] ?? null;
    if (value === null) return [];
    const { list } = rule;
    if (list === null) return place(value, null);
    return elementsOf(value).flatMap((element) => placesIn(element, list).flatMap((found) => place(found.value, [found, ...personalPlaces(element, rule)])));
  });
}

/** The messages of a conversation; none when the row is none. */
export function messagesOf({ messages }: PeopleTable, row: Row, region: string | null): PlacedMessage[] {
  if (!messages || !holds(messages.when, row)) return [];
  const { author, owner } = messages;
  return elementsOf(row[messages.column] ?? null).map((element): PlacedMessage => {
    const value = placesIn(element, author.path)[0]?.value ?? null;
    const normal = value === null ? null : normalOf(author.type, value, region);
    const isOwners = value === null && owner !== null && placesIn(element, owner.path).some((place) => place.value === owner.equals);
    return {
      author: value === null || normal === null ? null : { type: author.type, value, normal, role: 'participant' },
      isOwners,
      places: personalPlaces(element, messages),
    };
  });
}

/** Whether the column is a conversation in this row. */
export function isConversation({ messages }: PeopleTable, column: string, row: Row): boolean {
  return messages !== null && messages.column === column && holds(messages.when, row);
}

export function holds(when: When | null, row: Row): boolean {
  return when === null || row[when.column] === when.equals;
}

function whenColumn(when: When | null): string[] {
  return when === null ? [] : [when.column];
}

function personalPlaces(element: Node, { personal }: { readonly personal: readonly string[] }): Place[] {
  return personal.flatMap((path) => placesIn(element, path)).filter(({ value }) => value !== ERASED && value !== OTHER_PERSON);
}
