import { isStrong, keyOf, type NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import type { Row } from '../../domain/data-requests/people-rules.ts';
import { holderIn } from '../../domain/data-requests/person-graph.ts';
import { erasureOf, type Holder, type Knowledge, type RowVerdict } from '../../domain/data-requests/row-verdict.ts';
import type { ReplayRecord } from '../../records/data-requests/replays.ts';
import type { FoundRow, PeopleVerbs, TableKeys } from '../../sources/people.ts';

/** Rows changed in one transaction of the source. */
const AT_ONCE = 200;
/** Identifiers looked for at a time. */
const ASKED_AT_ONCE = 500;

/**
 * Repeats erasures in a source of which only keyed hashes are left: every identifier that stands in it is hashed and compared. A row of people that
 * has none of the person's own ids, only an address or a number that was theirs, is of somebody who has it now, or who came back as a customer: it stays.
 */
export class SourceReplay {
  readonly #people: PeopleVerbs;
  readonly #everywhere: readonly PeopleVerbs[];
  readonly #region: string | null;
  readonly #hash: (identifier: NormalIdentifier) => string;
  readonly #one: ReadonlyMap<number, Replayed>;
  readonly #byHash = new Map<string, Replayed[]>();
  /** What else stands in rows of these people, by `keyOf`; and whether it is somebody's. */
  readonly #beside = new Map<string, { readonly identifier: NormalIdentifier; ofSomebody: boolean }>();

  /** `everywhere`: all sources of the tenant, to know whose is what stands beside. */
  constructor(
    people: PeopleVerbs,
    everywhere: readonly PeopleVerbs[],
    region: string | null,
    hash: (identifier: NormalIdentifier) => string,
    replays: readonly ReplayRecord[],
  ) {
    this.#people = people;
    this.#everywhere = everywhere;
    this.#region = region;
    this.#hash = hash;
    this.#one = new Map(replays.map(({ seq }) => [seq, new Replayed()]));
    for (const { seq, hashes } of replays) for (const one of hashes) this.#byHash.set(one, [...(this.#byHash.get(one) ?? []), this.#one.get(seq) as Replayed]);
  }

  /** Reads the whole source, and gives how many rows that are; until then nobody is found. */
  async search(signal: AbortSignal, onRows: (rows: number) => void): Promise<number> {
    const subjects = new Set(this.#people.tables.filter(({ subject }) => subject).map(({ name }) => name));
    let rows = 0;
    for await (const batch of this.#people.identifiers(this.#region, signal)) {
      for (const row of batch) this.#look(row, subjects.has(row.table));
      rows += batch.length;
      onRows(rows);
    }
    await this.#lookBeside(signal);
    return rows;
  }

  /** The person of this line stays after all: what others share with them is somebody else's, too. */
  keep(seq: number): void {
    const kept = this.#one.get(seq);
    for (const person of this.#one.values()) if (kept && person !== kept) for (const one of kept.aliases()) person.share(one);
  }

  /** Rows that hold something of the person of this line of the ledger. Nothing is changed. */
  async countLeft(seq: number, signal: AbortSignal): Promise<number> {
    let left = 0;
    for (const { table, keys, verdictOn } of this.#pieces(seq))
      for await (const batch of this.#people.read([{ table, keys }], signal))
        for (const { row, parent } of batch) if (parent === null && verdictOn(row).do !== 'keep') left += 1;
    return left;
  }

  /** Gives, piece by piece, how many rows were deleted or changed. `change`: of this source, with the account for it; `guard`: throws when nothing more may be changed. */
  async *erase(seq: number, { change }: Pick<PeopleVerbs, 'change'>, guard: () => Promise<void>, signal: AbortSignal): AsyncGenerator<number> {
    for (const { table, keys, verdictOn } of this.#pieces(seq)) {
      const outcomes = await change({ table, keys }, verdictOn, signal, guard);
      yield outcomes.filter(({ done }) => done === 'deleted' || done === 'changed').length;
    }
  }

  #look({ table, key, identifiers }: FoundRow, isSubject: boolean): void {
    const matched = identifiers.flatMap((one) => (this.#byHash.get(this.#hash(one)) ?? []).map((person) => ({ person, one })));
    if (matched.length > 0)
      for (const { type, normal } of identifiers)
        if (!isStrong(type)) this.#beside.set(keyOf({ type, normal }), { identifier: { type, normal }, ofSomebody: false });
    // Who shared a number with the person and was erased as well does not have it any more.
    const isReplayed = this.#isReplayed(identifiers);
    for (const person of new Set(matched.map((each) => each.person))) {
      const own = matched.filter((each) => each.person === person).map(({ one }) => one);
      person.note(table, key, own, isSubject && !isReplayed);
    }
  }

  async #lookBeside(signal: AbortSignal): Promise<void> {
    const wanted = [...this.#beside.values()].map(({ identifier }) => identifier);
    for (const { tables, find } of this.#everywhere) {
      if (!tables.some(({ subject }) => subject)) continue;
      for (let at = 0; at < wanted.length; at += ASKED_AT_ONCE)
        for await (const batch of find({ wanted: wanted.slice(at, at + ASKED_AT_ONCE), region: this.#region, subjectsOnly: true }, signal))
          for (const row of batch) this.#lookAtHolder(row);
    }
  }

  /** Whether the row is of somebody who was erased, and not of somebody else in whose row they take part. */
  #isReplayed(identifiers: FoundRow['identifiers']): boolean {
    return identifiers.some((one) => isStrong(one.type) && one.role !== 'participant' && this.#byHash.has(this.#hash(one)));
  }

  /** A row of people, of any source. Whose row was not replayed is somebody else, who keeps what the erased had as well. */
  #lookAtHolder({ identifiers }: FoundRow): void {
    const isOther = !this.#isReplayed(identifiers);
    for (const one of identifiers) {
      const known = this.#beside.get(keyOf(one));
      if (known) known.ofSomebody = true;
      if (isOther) for (const person of this.#one.values()) person.share(one);
    }
  }

  *#pieces(seq: number): Generator<TableKeys & { readonly verdictOn: (row: Row) => RowVerdict }> {
    const person = this.#one.get(seq);
    if (!person) return;
    const knowledge: Knowledge = { region: this.#region, holderOf: person.holderOf([...this.#beside.values()]) };
    for (const table of this.#people.tables) {
      const keys = person.keysOf(table.name);
      for (let at = 0; at < keys.length; at += AT_ONCE)
        yield { table: table.name, keys: keys.slice(at, at + AT_ONCE), verdictOn: (row) => erasureOf(table, row, knowledge) };
    }
  }
}

/** What a source turned out to hold of somebody who was erased. */
class Replayed {
  readonly #keys = new Map<string, Set<string>>();
  readonly #aliases = new Map<string, { readonly identifier: NormalIdentifier; others: boolean }>();

  note(table: string, key: string, own: readonly NormalIdentifier[], isOther: boolean): void {
    this.#keys.set(table, (this.#keys.get(table) ?? new Set()).add(key));
    for (const { type, normal } of own) {
      const known = this.#aliases.get(keyOf({ type, normal })) ?? { identifier: { type, normal }, others: false };
      known.others ||= isOther;
      this.#aliases.set(keyOf({ type, normal }), known);
    }
  }

  /** Somebody else has it, too. */
  share(identifier: NormalIdentifier): void {
    const known = this.#aliases.get(keyOf(identifier));
    if (known) known.others = true;
  }

  aliases(): NormalIdentifier[] {
    return [...this.#aliases.values()].map(({ identifier }) => identifier);
  }

  keysOf(table: string): string[] {
    return [...(this.#keys.get(table) ?? [])];
  }

  holderOf(beside: readonly { readonly identifier: NormalIdentifier; readonly ofSomebody: boolean }[]): (identifier: NormalIdentifier) => Holder {
    const all = [...this.#aliases.values()];
    const both = all.filter(({ identifier, others }) => others && !isStrong(identifier.type)).map(({ identifier }) => identifier);
    const person = all.filter(({ identifier, others }) => !others || isStrong(identifier.type)).map(({ identifier }) => identifier);
    const others = beside.filter(({ ofSomebody }) => ofSomebody).map(({ identifier }) => identifier);
    const nobody = beside.filter(({ ofSomebody }) => !ofSomebody).map(({ identifier }) => identifier);
    return holderIn({ person, both, others, nobody });
  }
}
