/** Which rows of subject tables are of one person. Pure. */

import { isStrong, keyOf, type NormalIdentifier } from './identifiers.ts';
import type { RowIdentifier } from './people-rules.ts';

/** A row of a subject table in which an identifier stands. */
export interface SubjectRow {
  readonly source: string;
  readonly table: string;
  readonly key: string;
  readonly identifiers: readonly RowIdentifier[];
}

/** Rows that share a strong identifier, however long the chain; of the same source or not. */
export function joined(rows: readonly SubjectRow[]): SubjectRow[][] {
  return sharing(rows, (row) => strongOf(row).map(keyOf));
}

/**
 * How many people such a group may be. A contact id is one person's within its source alone, as two installations count from the same start: across sources it
 * takes a customer id, or a weak identifier that both have beside the contact id.
 */
export function peopleIn(group: readonly SubjectRow[]): number {
  if (new Set(group.map(({ source }) => source)).size === 1) return 1;
  const certain = sharing(group, (row) => strongOf(row).map((one) => (one.type === 'contact_id' ? contactMark(one, row.source) : keyOf(one))));
  return sharing(certain, contactsWithWeak).length;
}

function strongOf({ identifiers }: SubjectRow): NormalIdentifier[] {
  return identifiers.filter(({ type }) => isStrong(type));
}

function contactMark(contact: NormalIdentifier, beside: string): string {
  return JSON.stringify([keyOf(contact), beside]);
}

/** One mark for each contact id together with each weak identifier. */
function contactsWithWeak(rows: readonly SubjectRow[]): string[] {
  const all = rows.flatMap(({ identifiers }) => identifiers);
  const contacts = new Map(all.filter(({ type }) => type === 'contact_id').map((one) => [keyOf(one), one]));
  const weak = new Set(all.filter(({ type }) => !isStrong(type)).map(keyOf));
  return [...contacts.values()].flatMap((contact) => [...weak].map((one) => contactMark(contact, one)));
}

/** Groups of those that have a mark in common, directly or over others. */
function sharing<Item>(items: readonly Item[], marksOf: (item: Item) => readonly string[]): Item[][] {
  const parent = items.map((_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] as number;
    return at;
  };
  const first = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    for (const mark of marksOf(item)) {
      const other = first.get(mark);
      if (other === undefined) first.set(mark, index);
      else parent[rootOf(index)] = rootOf(other);
    }
  }
  const groups = new Map<number, Item[]>();
  for (const [index, item] of items.entries()) {
    const group = groups.get(rootOf(index));
    if (group) group.push(item);
    else groups.set(rootOf(index), [item]);
  }
  return [...groups.values()];
}
