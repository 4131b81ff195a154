/** What a request does with one row. Pure: the catalog's rules, the row and what is known of the people in it decide, nothing else. */

import { ERASED, isStrong, type NormalIdentifier, normalOf, OTHER_PERSON } from './identifiers.ts';
import { type Edit, edited } from './json-places.ts';
import {
  type Correctable,
  holds,
  isConversation,
  messagesOf,
  type PeopleTable,
  type PlacedIdentifier,
  type PlacedMessage,
  placedIdentifiers,
  type Row,
} from './people-rules.ts';

/**
 * Who has an identifier: the person of the request alone, she and others, others alone, or nobody that any source knows as a person. `unknown`: nobody has
 * looked; it counts as of others, so that nothing of theirs is taken.
 */
export type Holder = 'person' | 'both' | 'others' | 'nobody' | 'unknown';

/** What discovery found out. */
export interface Knowledge {
  /** ISO 3166: where numbers without a country are dialled; null: nobody knows. */
  readonly region: string | null;
  holderOf(identifier: NormalIdentifier): Holder;
}

/** New values by column. */
export type Values = Readonly<Record<string, string | null>>;

/**
 * `keep`: the row has nothing of hers, or nobody can tell whether it has (`uncertain`: an identifier that others have too leads
 * to it, and nothing says whose it is). `change`: with `children`, what belongs to the row goes as the catalog says; `ground`: why the rest of the row stays, null when others are in it.
 */
export type RowVerdict =
  | { readonly do: 'keep'; readonly why: 'not_hers' | 'uncertain' }
  | { readonly do: 'delete' }
  | { readonly do: 'change'; readonly values: Values; readonly children: boolean; readonly ground: string | null; readonly uncertain: boolean };

/** Whether nobody can tell whose the row is: it stays, whatever is taken out of it. */
export function isUncertain(verdict: RowVerdict): boolean {
  return verdict.do === 'keep' ? verdict.why === 'uncertain' : verdict.do === 'change' && verdict.uncertain;
}

/** What she may see of a row: with others masked, and with or without what belongs to the row. Null: nothing. */
export type RowView = { readonly values: Values; readonly children: boolean } | null;

/** A new value for what the catalog lets be corrected; with `from`, only where that value stands. */
export interface Correction {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** `owner`: the row is hers; `participant`: it is not, and she is in it; `uncertain`: nobody can tell; `none`: she is not in it. */
export type Standing = 'owner' | 'participant' | 'uncertain' | 'none';

/** Whose a row is. */
export function standingOf(table: PeopleTable, row: Row, knowledge: Knowledge): Standing {
  return lookAt(table, row, knowledge).standing;
}

/** What erasure does with a row. Doing it twice does nothing the second time. */
export function erasureOf(table: PeopleTable, row: Row, knowledge: Knowledge): RowVerdict {
  const seen = lookAt(table, row, knowledge);
  const { standing } = seen;
  if (standing === 'owner') {
    if (table.erase === 'delete' && (table.subject || !isShared(seen))) return { do: 'delete' };
    const values = {
      ...ownerValues(seen, ERASURE),
      ...changes(seen, isHers, (message) => message.isHers, ERASURE),
    };
    return { do: 'change', values, children: true, ground: table.erase === 'anonymise' ? table.ground : null, uncertain: false };
  }
  const values = changes(
    seen,
    ({ holder }) => holder === 'person',
    (message) => message.isHers,
    ERASURE,
  );
  const uncertain = standing === 'uncertain';
  if (Object.keys(values).length > 0) return { do: 'change', values, children: false, ground: null, uncertain };
  return { do: 'keep', why: uncertain ? 'uncertain' : 'not_hers' };
}

/**
 * What she is given of a row: everybody else in it is masked, and so is what tells of its owner when that is somebody else. In a row that she owns, an
 * address of the owner that nobody has is hers, such as one of before she moved. A row that tells of one person is given to that one alone: that her number
 * stands in somebody's contact does not make it hers.
 */
export function viewOf(table: PeopleTable, row: Row, knowledge: Knowledge): RowView {
  const seen = lookAt(table, row, knowledge);
  const isOwner = seen.standing === 'owner';
  if (!isOwner && (table.subject || seen.standing !== 'participant')) return null;
  const values = changes(
    seen,
    (one) => !isHers(one) && !(isOwner && standsForOwner(one, table)),
    (message) => !message.isHers,
    MASKING,
  );
  return { values: isOwner ? values : { ...ownerValues(seen, MASKING), ...values }, children: isOwner };
}

/** The new values of a row that is hers; null when none of the corrections changes it. */
export function rectificationOf(table: PeopleTable, row: Row, corrections: readonly Correction[], knowledge: Knowledge): Values | null {
  const open = valuesToCorrect(table, row, corrections, knowledge);
  return open.length > 0 ? Object.fromEntries(open.map(({ column, to }) => [column, to])) : null;
}

/** What stands in a row that is hers where a correction will change it. */
export function valuesToCorrect(table: PeopleTable, row: Row, corrections: readonly Correction[], knowledge: Knowledge): Corrected[] {
  return storedFields(table, row, corrections, knowledge).flatMap(({ field: { name, column }, stored, correction }): Corrected[] =>
    correction && correction.to !== stored ? [{ name, column, stored, to: correction.to }] : [],
  );
}

/** What stands in a row that is hers in the fields that can be corrected, and the correction that is for it. */
export function storedFields(table: PeopleTable, row: Row, corrections: readonly Correction[], knowledge: Knowledge): StoredField[] {
  if (table.rectify.length === 0 || standingOf(table, row, knowledge) !== 'owner') return [];
  return table.rectify.flatMap((field): StoredField[] => {
    if (!holds(field.when, row)) return [];
    const stored = row[field.column] ?? null;
    const correction = corrections.find(({ name, from }) => name === field.name && (from === null || isSame(field, stored, from, knowledge.region)));
    return [{ field, stored, correction: correction ?? null }];
  });
}

/** Whether the row is hers, holds what a correction wants, and nothing else that one would change. */
export function isCorrected(table: PeopleTable, row: Row, corrections: readonly Correction[], knowledge: Knowledge): boolean {
  return (
    rectificationOf(table, row, corrections, knowledge) === null &&
    table.rectify.some(({ name, column, when }) => holds(when, row) && corrections.some((one) => one.name === name && one.to === (row[column] ?? null))) &&
    standingOf(table, row, knowledge) === 'owner'
  );
}

export interface StoredField {
  readonly field: Correctable;
  readonly stored: string | null;
  readonly correction: Correction | null;
}

interface Corrected {
  readonly name: string;
  readonly column: string;
  readonly stored: string | null;
  readonly to: string | null;
}

interface Judged extends PlacedIdentifier {
  readonly holder: Holder;
}
interface JudgedMessage extends PlacedMessage {
  readonly isHers: boolean;
}
interface Look {
  readonly table: PeopleTable;
  readonly row: Row;
  readonly standing: Standing;
  readonly identifiers: readonly Judged[];
  readonly messages: readonly JudgedMessage[];
}

function lookAt(table: PeopleTable, row: Row, knowledge: Knowledge): Look {
  const identifiers = placedIdentifiers(table, row, knowledge.region).map((one) => ({ ...one, holder: knowledge.holderOf(one) }));
  const placed = messagesOf(table, row, knowledge.region);
  const authors = placed.flatMap(({ author }) => (author ? [knowledge.holderOf(author)] : []));
  // Messages without an id of a row without an owner are of somebody whom nobody knows.
  const anonymous = placed.some(({ isOwners, places }) => isOwners && places.length > 0);
  const standing = standingAmong(identifiers, anonymous ? [...authors, 'unknown'] : authors);
  const messages = placed.map((message) => ({
    ...message,
    isHers: isHersIn(message, standing, knowledge),
    places: isSomebodys(message) ? message.places : [],
  }));
  return { table, row, standing, identifiers, messages };
}

function standingAmong(identifiers: readonly Judged[], authors: readonly Holder[]): Standing {
  const strong = identifiers.filter(({ role, type }) => role !== 'participant' && isStrong(type)).map(({ holder }) => holder);
  const owners = identifiers.filter(({ role }) => role !== 'participant').map(({ holder }) => holder);
  const all = [...identifiers.map(({ holder }) => holder), ...authors];
  const isIn = all.includes('person');
  if (strong.length > 0) {
    if (strong.every((holder) => holder === 'person')) return 'owner';
    return isIn ? 'participant' : 'none';
  }
  // Without an owner, a row is of those who appear in it.
  const claim = (owners.length > 0 ? owners : all).filter((holder) => holder !== 'nobody');
  if (claim.some(isOthers)) return isIn ? 'participant' : 'none';
  if (claim.includes('person')) return 'owner';
  if (claim.includes('both')) return 'uncertain';
  return isIn ? 'participant' : 'none';
}

function isOthers(holder: Holder): boolean {
  return holder === 'others' || holder === 'unknown';
}

/** Whether somebody stays in the row when its owner leaves. */
function isShared({ identifiers, messages }: Look): boolean {
  return identifiers.some(stays) || messages.some(({ isHers, places }) => !isHers && places.length > 0);
}

function isHers({ holder }: Judged): boolean {
  return holder === 'person' || holder === 'both';
}

/** Where the owner of the row stands, and nobody is known to have it. What nobody has looked up is the owner's in a subject's row alone, which is of one person. */
function standsForOwner({ holder, role }: Judged, { subject }: PeopleTable): boolean {
  return role !== 'participant' && (holder === 'nobody' || (holder === 'unknown' && subject));
}

/** Nobody looked whose it is: where the owner stands it is hers, elsewhere somebody else's. */
function stays({ holder, role }: Judged): boolean {
  return holder === 'others' || (holder === 'unknown' && role === 'participant');
}

function isHersIn({ author, isOwners }: PlacedMessage, standing: Standing, knowledge: Knowledge): boolean {
  return author ? knowledge.holderOf(author) === 'person' : isOwners && standing === 'owner';
}

/** Of a customer; what agents write is of the contact centre. */
function isSomebodys({ author, isOwners }: PlacedMessage): boolean {
  return author !== null || isOwners;
}

/** How a value is taken out. */
interface Means {
  /** In JSON. */
  readonly string: string;
  /** In a column. */
  readonly column: (kind: 'text' | 'json' | 'other' | undefined, instead: string | null) => string | null;
}
const ERASURE: Means = { string: ERASED, column: (_, instead) => instead };
const MASKING: Means = { string: OTHER_PERSON, column: (kind) => (kind === 'text' ? OTHER_PERSON : null) };

/** What the catalog names as the owner's, save where somebody who stays stands. */
function ownerValues({ table, row, identifiers }: Look, means: Means): Values {
  const remains = means === ERASURE ? stays : isHers;
  const kept = new Set(identifiers.filter((one) => one.places === null && remains(one)).flatMap(({ column, beside }) => [column, ...beside]));
  const values: Record<string, string | null> = {};
  for (const [column, instead] of Object.entries(table.ownerFields)) {
    const stored = row[column] ?? null;
    const value = means.column(table.kinds[column], instead);
    if (!kept.has(column) && !isConversation(table, column, row) && stored !== null && stored !== value) values[column] = value;
  }
  return values;
}

/** Takes out the chosen identifiers, with what stands beside them, and the chosen messages. */
function changes(look: Look, choose: (identifier: Judged) => boolean, chooseMessage: (message: JudgedMessage) => boolean, means: Means): Values {
  const { table, row, identifiers, messages } = look;
  const values: Record<string, string | null> = {};
  const edits = new Map<string, Edit[]>();
  const edit = (column: string, places: readonly { from: number; to: number }[]): void => {
    const text = JSON.stringify(means.string);
    edits.set(column, [...(edits.get(column) ?? []), ...places.map(({ from, to }) => ({ from, to, text }))]);
  };
  for (const one of identifiers) {
    if (!choose(one)) continue;
    const { column, beside, places } = one;
    if (places) edit(column, places);
    else for (const name of [column, ...beside]) if ((row[name] ?? null) !== null) values[name] = means.column(table.kinds[name], null);
  }
  for (const message of messages) if (table.messages && message.places.length > 0 && chooseMessage(message)) edit(table.messages.column, message.places);
  for (const [column, all] of edits) values[column] = edited(row[column] ?? '', all);
  return values;
}

function isSame({ type }: Correctable, stored: string | null, from: string, region: string | null): boolean {
  if (stored === null) return false;
  return type === null ? stored === from : normalOf(type, stored, region) === normalOf(type, from, region);
}
