import type { Random } from '../../../src/sample/random.ts';
import { type CentreRows, Holdings, peopleOf, type TextRow } from '../../support/erasure-oracle.ts';

/** Somebody who asks to be erased. */
export interface Chosen {
  /** As the oracle names them. */
  readonly who: string;
  readonly contacts: readonly string[];
  readonly customers: readonly string[];
  /** Everything that names them, whoever else has it. */
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** Digits of those that others have too. */
  readonly sharedPhones: readonly string[];
}

/** How a request names them, by type. */
export type Named = Readonly<Record<string, string>>;

const SHARED = 0.25;
const MERGED = 0.1;
const BUSY = 0.5;

/**
 * So many people, each once: a quarter have a number that others have too, now and then all who have it are chosen; a tenth were merged; half of the rest
 * have been heard of in interactions.
 */
export function choosePeople(random: Random, rows: CentreRows, count: number): Chosen[] {
  const everybody = new Everybody(rows);
  const chosen = new Map<string, Chosen>();
  const add = (contact: string): void => {
    const one = everybody.of(contact);
    if (one && chosen.size < count) chosen.set(one.who, one);
  };
  while (chosen.size < count) {
    const fraction = random.fraction();
    if (fraction < SHARED) {
      const household = random.pick(everybody.households);
      for (const contact of random.chance(0.4) ? household : household.slice(0, 1)) add(contact);
    } else if (fraction < SHARED + MERGED && everybody.merged.length > 0) add(random.pick(everybody.merged));
    else if (random.chance(BUSY)) add(random.pick(rows.interaction)['contact_id'] ?? '');
    else add(random.pick(rows.contact)['contact_id'] ?? '');
  }
  return [...chosen.values()];
}

/** Everybody of the sample, found by any of their contacts. */
class Everybody {
  readonly #person: ReadonlyMap<string, string>;
  readonly #contacts = new Map<string, TextRow[]>();
  readonly #attributes = new Map<string, TextRow[]>();
  /** Who has a number, by its digits. */
  readonly #byNumber = new Map<string, Set<string>>();
  /** Contacts that have a number together. */
  readonly households: readonly (readonly string[])[];
  readonly merged: readonly string[];

  constructor({ contact, contact_attribute: attributes }: CentreRows) {
    this.#person = peopleOf(contact);
    for (const row of contact) {
      const who = this.#person.get(row['contact_id'] ?? '') ?? '';
      push(this.#contacts, who, row);
      this.#note(row['phone_number'], who);
    }
    const byNumber = new Map<string, string[]>();
    for (const row of attributes) {
      const who = this.#person.get(row['contact_id'] ?? '') ?? '';
      push(this.#attributes, who, row);
      if (row['attribute_name'] !== 'PhoneNumber') continue;
      push(byNumber, row['str_value'] ?? '', row['contact_id'] ?? '');
      this.#note(row['str_value'], who);
    }
    this.households = [...byNumber.values()].filter((contacts) => new Set(contacts.map((one) => this.#person.get(one))).size > 1);
    this.merged = contact.flatMap((row) => (row['merge_id'] ? [row['contact_id'] ?? ''] : []));
  }

  #note(number: string | null | undefined, who: string): void {
    if (number) this.#byNumber.set(digits(number), (this.#byNumber.get(digits(number)) ?? new Set()).add(who));
  }

  of(contact: string): Chosen | null {
    const who = this.#person.get(contact);
    if (who === undefined) return null;
    const own = this.#contacts.get(who) ?? [];
    const attributes = this.#attributes.get(who) ?? [];
    const all = (column: string, name: string) =>
      distinct([...own.map((row) => row[column]), ...attributes.flatMap((row) => (row['attribute_name'] === name ? [row['str_value']] : []))]);
    const phones = all('phone_number', 'PhoneNumber');
    return {
      who,
      contacts: distinct(own.map((row) => row['contact_id'])),
      customers: distinct(own.map((row) => row['customer_id'])),
      emails: all('email_address', 'EmailAddress'),
      phones,
      sharedPhones: phones.map(digits).filter((one) => (this.#byNumber.get(one)?.size ?? 0) > 1),
    };
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function distinct(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.flatMap((one) => (one ? [one] : [])))];
}

/** One way to say who is meant that leads to nobody else. */
export function nameOf(random: Random, { contacts, customers, emails }: Chosen): Named {
  const ways: Named[] = [
    { contact_id: random.pick(contacts) },
    ...customers.map((one) => ({ customer_id: one })),
    ...emails.map((one) => ({ email: one })),
    ...emails.map((one) => ({ email: one.toUpperCase(), contact_id: random.pick(contacts) })),
  ];
  return random.pick(ways);
}

/** What must be nowhere any more when they are gone: all that names them, and nobody else. `known`: everybody there ever was; `stay`: addresses that may stand anywhere. */
export function markersOf(chosen: readonly Chosen[], known: CentreRows, stay: readonly string[]): string[] {
  const holdings = new Holdings(known, new Set(chosen.map(({ who }) => who)));
  const isTheirs = (one: string) => holdings.of(one) === 'hers' && !stay.some((other) => other.includes(one));
  return chosen.flatMap(({ contacts, customers, emails, phones }) => [...contacts, ...customers, ...[...emails, ...phones].filter(isTheirs)]);
}

/** Calls that nobody's id owns, from numbers that others have as well: nobody can tell whose they are. */
export function ownerlessOf({ sharedPhones }: Chosen, rows: CentreRows): number {
  if (sharedPhones.length === 0) return 0;
  const shared = new Set(sharedPhones);
  return rows.interaction.filter((row) => row['contact_id'] === null && ['phone_number', 'customer_number'].some((column) => shared.has(digits(row[column]))))
    .length;
}

function digits(number: string | null | undefined): string {
  return (number ?? '').replace(/\D/g, '').replace(/^00/, '');
}
