/** Whom a request means: subject rows of all sources, joined to people. Pure; whoever asks the sources hands in what they answered. */

import { type IdentifierType, isStrong, keyOf, type NormalIdentifier } from './identifiers.ts';
import type { RowIdentifier } from './people-rules.ts';
import type { Holder } from './row-verdict.ts';
import { joined, peopleIn, type SubjectRow } from './same-person.ts';

/** Whom a request may mean. */
export interface Candidates {
  /**
   * none: no source knows such a person, though records may have the identifiers. ambiguous: they lead to several people, not all to the same, or to some
   * of different sources who may be strangers with the same contact id.
   */
  readonly state: 'found' | 'none' | 'ambiguous';
  /** So many. */
  readonly people: number;
  /** There are more than anybody counts; then they are ambiguous, whoever confirms it. */
  readonly more: boolean;
}

/** Enough to tell whose any identifier is; plain data, so that it can be kept sealed. */
export interface Holders {
  /** Of the person alone. */
  readonly person: readonly NormalIdentifier[];
  /** Of the person and of others. */
  readonly both: readonly NormalIdentifier[];
  readonly others: readonly NormalIdentifier[];
  readonly nobody: readonly NormalIdentifier[];
}

type Group = readonly SubjectRow[];

/** Beyond so many subject rows an identifier is no person's. */
const MOST_ROWS = 1_000;

/**
 * Asks until nothing leads on: strong identifiers lead from subject to subject, weak ones only from the request to a subject, so that a shared phone does
 * not drag a second person in. Rows that others hold a weak identifier of hers in are looked for too, as that is what makes it theirs as well.
 */
export class PersonSearch {
  readonly #request: readonly NormalIdentifier[];
  readonly #isConfirmed: boolean;
  readonly #asked = new Set<string>();
  readonly #rows = new Map<string, SubjectRow>();
  readonly #extra = new Map<string, NormalIdentifier>();
  readonly #ofOthers = new Set<string>();
  #isResolved = false;

  /** `isConfirmed`: everybody whom the request leads to is meant. */
  constructor(request: readonly NormalIdentifier[], isConfirmed = false) {
    this.#request = request;
    this.#isConfirmed = isConfirmed;
  }

  /** What the subject tables of all sources are to be asked for now; empty: nothing leads on. */
  next(): NormalIdentifier[] {
    const leads = this.#hasTooMany() ? [] : this.#leads();
    if (leads.length > 0) return this.#ask(leads);
    if (this.candidates().state === 'ambiguous') return [];
    this.#isResolved = true;
    return this.#ask(this.#unasked([...this.aliases(), ...this.#extra.values()]));
  }

  /** Takes subject rows in which something asked for stands; the same one twice is one. */
  take(rows: readonly SubjectRow[]): void {
    const own = this.#isResolved ? new Set(this.aliases().filter(isStrongOne).map(keyOf)) : null;
    for (const row of rows) {
      // Once it is known who is meant, other people's rows only tell what they hold; there may be very many.
      if (own === null || row.identifiers.some((one) => own.has(keyOf(one)))) {
        if (!this.#hasTooMany()) this.#rows.set(JSON.stringify([row.source, row.table, row.key]), row);
      } else for (const one of row.identifiers) if (this.#asked.has(keyOf(one))) this.#ofOthers.add(keyOf(one));
    }
  }

  /** Whose are these, too? Only then `holderOf` knows; `next` asks. */
  alsoAsk(identifiers: readonly NormalIdentifier[]): void {
    for (const one of identifiers) if (!isStrong(one.type)) this.#extra.set(keyOf(one), { type: one.type, normal: one.normal });
  }

  candidates(): Candidates {
    const { chosen, led } = this.#people();
    const more = this.#hasTooMany();
    if (led.length === 0) return { state: 'none', people: 0, more };
    if (chosen.length === 0 || more) return { state: 'ambiguous', people: countOf(led), more };
    return { state: 'found', people: countOf(chosen), more };
  }

  /** The rows of the person, or of all when confirmed; none while it is ambiguous. */
  subjects(): readonly SubjectRow[] {
    return this.candidates().state === 'found' ? this.#people().chosen.flat() : [];
  }

  /** Every identifier of the person: those of the request and those of her rows, each once. */
  aliases(): RowIdentifier[] {
    if (this.candidates().state === 'ambiguous') return [];
    const own = this.subjects().flatMap(({ identifiers }) => identifiers);
    const asked = this.#request.map(({ type, normal }): RowIdentifier => ({ type, normal, value: normal, role: 'owner' }));
    return [...new Map([...asked, ...own].map((one) => [keyOf(one), one])).values()];
  }

  holders(): Holders {
    const aliases = new Set(this.aliases().map(keyOf));
    const own = new Set(this.subjects());
    const known = new Map<string, { identifier: NormalIdentifier; others: boolean }>();
    const note = ({ type, normal }: NormalIdentifier, others: boolean): void => {
      const key = keyOf({ type, normal });
      known.set(key, { identifier: { type, normal }, others: others || known.get(key)?.others === true });
    };
    for (const one of [...this.aliases(), ...this.#extra.values()]) note(one, this.#ofOthers.has(keyOf(one)));
    for (const row of this.#rows.values()) if (!own.has(row)) for (const one of row.identifiers) note(one, true);
    const all = [...known].map(([key, { identifier, others }]) => ({ identifier, holder: holderFor(aliases.has(key), others, identifier.type) }));
    const of = (wanted: Holder): NormalIdentifier[] => all.filter(({ holder }) => holder === wanted).map(({ identifier }) => identifier);
    return { person: of('person'), both: of('both'), others: of('others'), nobody: of('nobody') };
  }

  /** Strong ones first: when they name one person, a weak one that she has need not lead to the thousands of others who have it too. */
  #leads(): NormalIdentifier[] {
    const strong = this.#unasked([...this.#request, ...[...this.#rows.values()].flatMap(({ identifiers }) => identifiers)].filter(isStrongOne));
    if (strong.length > 0) return strong;
    const { named } = this.#people();
    return this.#unasked(this.#request.filter((one) => named === null || !isIn(named, one)));
  }

  #hasTooMany(): boolean {
    return this.#rows.size > MOST_ROWS;
  }

  #unasked(wanted: readonly NormalIdentifier[]): NormalIdentifier[] {
    const found = new Map(wanted.map(({ type, normal }) => [keyOf({ type, normal }), { type, normal }]));
    return [...found].filter(([key]) => !this.#asked.has(key)).map(([, one]) => one);
  }

  #ask(wanted: NormalIdentifier[]): NormalIdentifier[] {
    for (const one of wanted) this.#asked.add(keyOf(one));
    return wanted;
  }

  /**
   * `named`: the one group that the strong identifiers of the request lead to, if it is one. `led`:
   * everybody whom any identifier of the request leads to. `chosen`: the one person whom all of them lead to, or all when confirmed.
   */
  #people(): { readonly named: Group | null; readonly led: readonly Group[]; readonly chosen: readonly Group[] } {
    const groups = joined([...this.#rows.values()]);
    const groupsWith = (one: NormalIdentifier): Group[] => groups.filter((group) => isIn(group, one));
    const strong = new Set(this.#request.filter(isStrongOne).flatMap(groupsWith));
    const named = strong.size === 1 ? ([...strong][0] ?? null) : null;
    const leads = this.#request.map((one) => new Set(groupsWith(one))).filter((people) => people.size > 0);
    const led = groups.filter((group) => leads.some((people) => people.has(group)));
    const all = led.filter((group) => leads.every((people) => people.has(group)));
    return { named, led, chosen: this.#isConfirmed ? led : countOf(all) === 1 ? all : [] };
  }
}

/** Answers from what a search found; a strong identifier that is not hers is somebody else's. */
export function holderIn(holders: Holders): (identifier: NormalIdentifier) => Holder {
  const known = new Map<string, Holder>();
  for (const holder of ['nobody', 'others', 'both', 'person'] as const) for (const one of holders[holder]) known.set(keyOf(one), holder);
  return (identifier) => known.get(keyOf(identifier)) ?? (isStrong(identifier.type) ? 'others' : 'unknown');
}

/** The same once it was looked up again which identifiers others have, as `keyOf`: what others have as well is of both, and what nobody else has any more is the person's. */
export function holdersWith({ person, both, others, nobody }: Holders, ofOthers: ReadonlySet<string>): Holders {
  const isShared = (one: NormalIdentifier): boolean => !isStrong(one.type) && ofOthers.has(keyOf(one));
  const own = [...person, ...both];
  return { person: own.filter((one) => !isShared(one)), both: own.filter(isShared), others, nobody };
}

function isIn(group: Group, one: NormalIdentifier): boolean {
  return group.some(({ identifiers }) => identifiers.some((other) => keyOf(other) === keyOf(one)));
}

function countOf(groups: readonly Group[]): number {
  return groups.reduce((sum, group) => sum + peopleIn(group), 0);
}

function isStrongOne({ type }: NormalIdentifier): boolean {
  return isStrong(type);
}

function holderFor(isAlias: boolean, others: boolean, type: IdentifierType): Holder {
  if (!isAlias) return others ? 'others' : 'nobody';
  return others && !isStrong(type) ? 'both' : 'person';
}
