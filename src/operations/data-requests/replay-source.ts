import { isStrong, keyOf, type NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { holderIn } from '../../domain/data-requests/person-graph.ts';
import { erasureOf, type Holder, type Knowledge } from '../../domain/data-requests/row-verdict.ts';
import type { ReplayRecord } from '../../records/data-requests/replays.ts';
import type { FoundRow, PeopleVerbs } from '../../sources/people.ts';

/** Rows changed in one transaction of the source. */
const AT_ONCE = 200;

/**
 * Repeats erasures in a source of which only keyed hashes are left: every identifier that stands in it is hashed and compared. A row of people that
 * has none of the person's own ids, only an address or a number that was theirs, is of somebody who has it now, or who came back as a customer: it stays.
 */
export class SourceReplay {
  readonly #people: PeopleVerbs;
  readonly #region: string | null;
  readonly #hash: (identifier: NormalIdentifier) => string;
  readonly #one: ReadonlyMap<number, Replayed>;
  readonly #byHash = new Map<string, Replayed[]>();

  constructor(people: PeopleVerbs, region: string | null, hash: (identifier: NormalIdentifier) => string, replays: readonly ReplayRecord[]) {
    this.#people = people;
    this.#region = region;
    this.#hash = hash;
    this.#one = new Map(replays.map(({ seq }) => [seq, new Replayed()]));
    for (const { seq, hashes } of replays) for (const one of hashes) this.#byHash.set(one, [...(this.#byHash.get(one) ?? []), this.#one.get(seq) as Replayed]);
  }

  /** Rows taken away, by line of the ledger. */
  async go(signal: AbortSignal): Promise<ReadonlyMap<number, number>> {
    const subjects = new Set(this.#people.tables.filter(({ subject }) => subject).map(({ name }) => name));
    for await (const batch of this.#people.identifiers(this.#region, signal)) for (const row of batch) this.#look(row, subjects.has(row.table));
    const rows = new Map<number, number>();
    for (const [seq, person] of this.#one) rows.set(seq, await this.#erase(person, signal));
    return rows;
  }

  #look({ table, key, identifiers }: FoundRow, isSubject: boolean): void {
    const matched = identifiers.flatMap((one) => (this.#byHash.get(this.#hash(one)) ?? []).map((person) => ({ person, one })));
    for (const person of new Set(matched.map((each) => each.person))) {
      const own = matched.filter((each) => each.person === person).map(({ one }) => one);
      const isOther = isSubject && !own.some(({ type, role }) => isStrong(type) && role !== 'participant');
      person.note(table, key, own, isOther);
    }
  }

  async #erase(person: Replayed, signal: AbortSignal): Promise<number> {
    const knowledge: Knowledge = { region: this.#region, holderOf: person.holderOf() };
    let taken = 0;
    for (const table of this.#people.tables) {
      const keys = person.keysOf(table.name);
      for (let at = 0; at < keys.length; at += AT_ONCE) {
        const wanted = { table: table.name, keys: keys.slice(at, at + AT_ONCE) };
        const outcomes = await this.#people.change(wanted, (row) => erasureOf(table, row, knowledge), signal);
        taken += outcomes.filter(({ done }) => done === 'deleted' || done === 'changed').length;
      }
    }
    return taken;
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

  keysOf(table: string): string[] {
    return [...(this.#keys.get(table) ?? [])];
  }

  holderOf(): (identifier: NormalIdentifier) => Holder {
    const all = [...this.#aliases.values()];
    const both = all.filter(({ identifier, others }) => others && !isStrong(identifier.type)).map(({ identifier }) => identifier);
    const person = all.filter(({ identifier, others }) => !others || isStrong(identifier.type)).map(({ identifier }) => identifier);
    return holderIn({ person, both, others: [], nobody: [] });
  }
}
