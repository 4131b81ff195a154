/**
 * What must be left of the sample contact centre when one person is erased, row by row: worked out from the rows as text alone, by none of UDM's code,
 * so that a test can compare every byte.
 */

export type TextRow = Readonly<Record<string, string | null>>;
export interface CentreRows {
  readonly contact: readonly TextRow[];
  readonly contact_attribute: readonly TextRow[];
  readonly interaction: readonly TextRow[];
  readonly document: readonly TextRow[];
  readonly work_item: readonly TextRow[];
  readonly event: readonly TextRow[];
}

/** Emptied when the owner leaves a row in which somebody else stays. */
const OWNED = `contact_id external_id subject text the_comment all_attributes from_address from_personal reply_to_address phone_number t_connection_id
  customer_number reference_id`.split(/\s+/);
const GONE = '[erased]';
const MESSAGE = /\{"index":\d+,"from":\{([^}]*)\},"timestamp":"[^"]*","text":"(?:[^"\\]|\\.)*"\}/g;

type Whose = 'hers' | 'both' | 'others' | 'nobody';

/** Worked out once for rows that stay as they are. */
function once<Of extends object, Result>(work: (of: Of) => Result): (of: Of) => Result {
  const known = new WeakMap<Of, { readonly result: Result }>();
  return (of) => {
    const one = known.get(of) ?? { result: work(of) };
    known.set(of, one);
    return one.result;
  };
}

/** Everybody's contacts, joined where one was merged into another or both have one customer id. */
export const peopleOf = once(joinedContacts);

function joinedContacts(contacts: readonly TextRow[]): ReadonlyMap<string, string> {
  const person = new Map(contacts.map((one) => [one['contact_id'] ?? '', one['contact_id'] ?? '']));
  for (let moved = true; moved; ) {
    moved = false;
    const byCustomer = new Map<string, string>();
    for (const { contact_id: id, merge_id: into, customer_id: customer } of contacts) {
      const own = person.get(id ?? '') ?? '';
      const others = [into ? person.get(into) : undefined, customer ? byCustomer.get(customer) : undefined];
      for (const other of others)
        if (other !== undefined && other !== own) {
          for (const [contact, whose] of person) if (whose === other) person.set(contact, own);
          moved = true;
        }
      if (customer) byCustomer.set(customer, own);
    }
  }
  return person;
}

/** All that is known of who has which address and number. */
export class Holdings {
  readonly #contacts: ReadonlyMap<string, string>;
  readonly #holders: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #who: ReadonlySet<string>;

  /** `who`: one person or several, as `peopleOf` names them. */
  constructor(rows: CentreRows, who: string | ReadonlySet<string>) {
    this.#contacts = peopleOf(rows.contact);
    this.#holders = holdersOf(rows);
    this.#who = typeof who === 'string' ? new Set([who]) : who;
  }

  /** What they have, and their contacts. */
  hers(): string[] {
    const contacts = [...this.#contacts].flatMap(([contact, who]) => (this.#who.has(who) ? [contact] : []));
    const isHers = (holders: ReadonlySet<string>) => [...holders].some((one) => this.#who.has(one));
    return [...contacts, ...[...this.#holders].flatMap(([key, holders]) => (isHers(holders) ? [key] : []))];
  }

  isHerContact(contact: string | null | undefined): boolean {
    return this.#who.has(this.#contacts.get(contact ?? '') ?? '');
  }

  of(text: string | null | undefined): Whose {
    const holders = this.#holders.get(plain(text) ?? '');
    if (!holders) return 'nobody';
    const hers = [...holders].filter((one) => this.#who.has(one)).length;
    if (hers === 0) return 'others';
    return hers < holders.size ? 'both' : 'hers';
  }
}

/** Who has which address and number. */
const holdersOf = once((rows: CentreRows): ReadonlyMap<string, ReadonlySet<string>> => {
  const people = peopleOf(rows.contact);
  const holders = new Map<string, Set<string>>();
  const note = (text: string | null | undefined, contact: string | null | undefined): void => {
    const key = plain(text);
    if (key !== null) holders.set(key, (holders.get(key) ?? new Set()).add(people.get(contact ?? '') ?? ''));
  };
  for (const one of rows.contact) for (const column of ['email_address', 'phone_number']) note(one[column], one['contact_id']);
  for (const one of rows.contact_attribute)
    if (['EmailAddress', 'PhoneNumber'].includes(one['attribute_name'] ?? '')) note(one['str_value'], one['contact_id']);
  return holders;
});

/** Interactions by every address, number and contact that stands in them. */
const mentionsIn = once((rows: CentreRows): ReadonlyMap<string, readonly TextRow[]> => {
  const mentions = new Map<string, TextRow[]>();
  for (const row of rows.interaction) {
    const named = ['from_address', 'reply_to_address', 'phone_number', 'customer_number'].map((column) => row[column]);
    const copied = ['to_addresses', 'cc_addresses'].flatMap((column) => addressesIn(row[column]));
    const contacts = [row['contact_id'] ?? null, ...messagesIn(row['structured_text']).map(({ contact }) => contact)];
    const all = new Set([...[...named, ...copied].map(plain), ...contacts]);
    for (const one of all)
      if (one !== null) {
        const known = mentions.get(one) ?? [];
        known.push(row);
        mentions.set(one, known);
      }
  }
  return mentions;
});

/** Addresses in small letters, numbers by their digits without what is dialled abroad. */
function plain(text: string | null | undefined): string | null {
  if (!text || text === GONE) return null;
  return text.includes('@') ? text.toLowerCase() : `+${text.replace(/\D/g, '').replace(/^00/, '')}`;
}

/** `who`: as `peopleOf` names the person, or several as if they were one. `known`: who has what, where the rows do not say it any more. */
export function rowsWithout(rows: CentreRows, who: string | ReadonlySet<string>, known: CentreRows = rows): CentreRows {
  const holdings = new Holdings(known, who);
  const customers = new Set(known.contact.filter((one) => holdings.isHerContact(one['contact_id'])).map((one) => one['customer_id']));
  const interaction = rows.interaction.map((row) => ({ row, ...interactionWithout(row, holdings) }));
  const left = new Set(interaction.filter(({ hers }) => hers).map(({ row }) => row['ixn_id']));
  const items = new Set(rows.work_item.filter((one) => one['customer_id'] && customers.has(one['customer_id'])).map((one) => one['work_item_id']));
  return {
    contact: rows.contact.filter((one) => !holdings.isHerContact(one['contact_id'])),
    contact_attribute: rows.contact_attribute.filter((one) => !holdings.isHerContact(one['contact_id'])),
    interaction: interaction.flatMap(({ after }) => (after ? [after] : [])),
    document: rows.document.filter((one) => !left.has(one['entity_id'] ?? '')),
    work_item: rows.work_item.map((one) =>
      items.has(one['work_item_id'] ?? '') ? { ...one, customer_id: null, customer_segment: null, custom_attributes: null } : one,
    ),
    event: rows.event.map((one) => (items.has(one['work_item_id'] ?? '') ? { ...one, details: null } : one)),
  };
}

/** Interactions that she owns or stands in. */
export function interactionsOf(rows: CentreRows, who: string): string[] {
  const holdings = new Holdings(rows, who);
  const mentions = mentionsIn(rows);
  return [...new Set(holdings.hers().flatMap((one) => mentions.get(one) ?? []))].flatMap((row) => {
    const { after, hers } = interactionWithout(row, holdings);
    return hers || after !== row ? [row['ixn_id'] ?? ''] : [];
  });
}

/** Addresses, numbers and contacts in a text that are of others alone. */
export function ofOthersIn(text: string, rows: CentreRows, who: string): string[] {
  const holdings = new Holdings(rows, who);
  const addresses = [...new Set((text.match(/[A-Za-z0-9.]+@example\.com/gi) ?? []).map((one) => one.toLowerCase()))];
  const numbers = text.match(/[+]1[0-9]{10}|[+]1 \(\d{3}\) \d{3}-\d{4}|001 \d{3} \d{7}/g) ?? [];
  const contacts = text.match(/0000Ca[0-9A-Z]{10}/g) ?? [];
  return [...[...addresses, ...numbers].filter((one) => holdings.of(one) === 'others'), ...contacts.filter((one) => !holdings.isHerContact(one))];
}

interface Message {
  readonly text: string;
  readonly contact: string | null;
  readonly isCustomers: boolean;
}

/** Null: the row goes. `hers`: she owned it. The very same row: she is not in it, or nobody can tell. */
function interactionWithout(row: TextRow, holdings: Holdings): { after: TextRow | null; hers: boolean } {
  const house = plain(row['mailbox']);
  const named = ['from_address', 'reply_to_address', 'phone_number', 'customer_number'].filter((column) => row[column] && plain(row[column]) !== house);
  const lists = ['to_addresses', 'cc_addresses'];
  const copied = lists.flatMap((column) => addressesIn(row[column])).filter((address) => plain(address) !== house);
  const messages = row['entity_type_id'] === '2' ? messagesIn(row['structured_text']) : [];
  const hasOthers = copied.some((one) => holdings.of(one) === 'others') || messages.some(({ contact }) => contact !== null && !holdings.isHerContact(contact));
  const isOwner = row['contact_id'] ? holdings.isHerContact(row['contact_id']) : ownsNameless(row, named, copied, messages, holdings);
  if (isOwner) {
    const stays = named.filter((column) => holdings.of(row[column]) === 'others');
    if (!hasOthers && stays.length === 0) return { after: null, hers: true };
    const after: Record<string, string | null> = { ...row };
    for (const column of OWNED) if (!stays.includes(column) && !(column === 'from_personal' && stays.includes('from_address'))) after[column] = null;
    after['structured_text'] =
      row['entity_type_id'] === '2' ? withoutMessages(row, (one) => one.isCustomers && (one.contact === null || holdings.isHerContact(one.contact))) : null;
    for (const column of lists) after[column] = withoutAddresses(row[column], (one) => holdings.of(one) === 'hers' || holdings.of(one) === 'both');
    return { after, hers: true };
  }
  const after: Record<string, string | null> = { ...row };
  for (const column of named.filter((one) => holdings.of(row[one]) === 'hers')) {
    after[column] = null;
    if (column === 'from_address') after['from_personal'] = null;
  }
  for (const column of lists) after[column] = withoutAddresses(row[column], (one) => holdings.of(one) === 'hers');
  if (messages.length > 0) after['structured_text'] = withoutMessages(row, ({ contact }) => contact !== null && holdings.isHerContact(contact));
  const isSame = Object.keys(row).every((column) => row[column] === after[column]);
  return { after: isSame ? row : after, hers: false };
}

/** Nobody's by its contact: it is of whom its own addresses and numbers name, or else of those who appear in it, when all of them are her. */
function ownsNameless(row: TextRow, named: readonly string[], copied: readonly string[], messages: readonly Message[], holdings: Holdings): boolean {
  const ofNamed = named.map((column) => holdings.of(row[column]));
  const ofAll = [
    ...copied.map((one) => holdings.of(one)),
    ...messages.filter(({ isCustomers }) => isCustomers).map(({ contact }): Whose => (contact !== null && holdings.isHerContact(contact) ? 'hers' : 'others')),
  ];
  const claim = named.length > 0 ? ofNamed : ofAll;
  return claim.includes('hers') && !claim.includes('others');
}

function addressesIn(list: string | null | undefined): string[] {
  return ((JSON.parse(list ?? '[]') ?? []) as { address: string }[]).map(({ address }) => address).filter((address) => address !== GONE);
}

function withoutAddresses(list: string | null | undefined, isGone: (address: string) => boolean): string | null {
  return list?.replace(/"address": "([^"]*)"/g, (whole, address: string) => (address !== GONE && isGone(address) ? `"address": "${GONE}"` : whole)) ?? null;
}

function messagesIn(text: string | null | undefined): Message[] {
  return [...(text ?? '').matchAll(MESSAGE)]
    .map(([whole, from = '']) => messageOf(whole, from))
    .filter(({ text: one, contact }) => contact !== GONE && !one.includes(`"text":"${GONE}"`));
}

function messageOf(text: string, from: string): Message {
  return { text, contact: /"contactId":"([^"]*)"/.exec(from)?.[1] ?? null, isCustomers: from.includes('"type":"Customer"') };
}

function withoutMessages({ structured_text: text }: TextRow, isGone: (message: Message) => boolean): string | null {
  return (
    text?.replace(MESSAGE, (whole, from: string) => {
      if (!isGone(messageOf(whole, from))) return whole;
      const silent = whole.replace(/"text":"(?:[^"\\]|\\.)*"\}$/, `"text":"${GONE}"}`).replace(/"nickname":"[^"]*"/, `"nickname":"${GONE}"`);
      return silent.replace(/"contactId":"[^"]*"/, `"contactId":"${GONE}"`);
    }) ?? null
  );
}
