import { isStrong, keyOf, type NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { holdersWith, holderIn } from '../../domain/data-requests/person-graph.ts';
import type { Knowledge } from '../../domain/data-requests/row-verdict.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { FoundRow, PeopleVerbs } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import { noteKey, type PersonKeys } from './person-rows.ts';
import { type FoundPerson, peopleOf, sourcesOf } from './sealed-person.ts';

/** What a source holds of a person now. */
export interface SeenAgain {
  readonly named: PersonKeys;
  readonly knowledge: Knowledge;
}

/**
 * Rows of a source that name the person, and whose the identifiers are by now: since discovery somebody may have become a customer under an address that
 * was the person's alone, and who shared a number may be gone. Errors: those of the sources.
 */
export async function lookAgain(services: Services, source: SourceRecord, people: PeopleVerbs, person: FoundPerson, signal: AbortSignal): Promise<SeenAgain> {
  const named = new Map<string, Set<string>>();
  const others = new OtherHolders(person);
  const subjects = subjectsIn(people);
  for await (const batch of people.find({ wanted: person.aliases, region: person.region }, signal))
    for (const row of batch) {
      noteKey(named, row.table, row.key);
      if (subjects.has(row.table)) others.look(row);
    }
  if (namesWeakly(people)) await lookElsewhere(services, source, others, person, signal);
  return { named, knowledge: { region: person.region, holderOf: holderIn(holdersWith(person.holders, others.keys)) } };
}

/** Other sources know of people, too. */
async function lookElsewhere(services: Services, { tenantId, id }: SourceRecord, others: OtherHolders, { region }: FoundPerson, signal: AbortSignal) {
  if (others.shareable.length === 0) return;
  for (const source of await sourcesOf(services, tenantId)) {
    if (source.id === id) continue;
    const people = peopleOf(services, source);
    if (subjectsIn(people).size === 0) continue;
    for await (const batch of people.find({ wanted: others.shareable, region, subjectsOnly: true }, signal)) for (const row of batch) others.look(row);
  }
}

/** Which identifiers of the person stand in rows of other people. */
class OtherHolders {
  readonly shareable: readonly NormalIdentifier[];
  readonly keys = new Set<string>();
  readonly #own: ReadonlySet<string>;

  constructor({ aliases }: FoundPerson) {
    this.shareable = aliases.filter(({ type }) => !isStrong(type));
    this.#own = new Set(aliases.filter(({ type }) => isStrong(type)).map(keyOf));
  }

  look({ identifiers }: FoundRow): void {
    if (identifiers.some((one) => this.#own.has(keyOf(one)))) return;
    for (const one of identifiers) this.keys.add(keyOf(one));
  }
}

function subjectsIn({ tables }: PeopleVerbs): ReadonlySet<string> {
  return new Set(tables.filter(({ subject }) => subject).map(({ name }) => name));
}

function namesWeakly({ tables }: PeopleVerbs): boolean {
  return tables.some(({ identifiers }) => identifiers.some(({ type }) => !isStrong(type)));
}
