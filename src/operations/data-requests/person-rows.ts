import { inTenant } from '../../records/database.ts';
import { readSnapshots } from '../../records/data-requests/findings.ts';
import type { StepLease } from '../../records/data-requests/steps.ts';
import type { PeopleVerbs, TableKeys } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import type { FoundPerson } from './sealed-person.ts';

/** Keys by table; those of one person are few enough to be held. */
export type PersonKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** Rows of a source that name the person as it stands now, whosever they are. */
export async function rowsNaming(people: PeopleVerbs, { aliases, region }: FoundPerson, signal: AbortSignal): Promise<PersonKeys> {
  const found = new Map<string, Set<string>>();
  for await (const batch of people.find({ wanted: aliases, region }, signal)) for (const { table, key } of batch) noteKey(found, table, key);
  return found;
}

/** Rows of the step's source that discovery found to be the person's, and sealed. Error: `gdpr.key_lost`. */
export async function rowsDiscovered({ database, caseKeys }: Services, { tenantId, requestId, sourceId }: StepLease): Promise<PersonKeys> {
  const parts = await inTenant(database, tenantId, (tx) => readSnapshots(tx, tenantId, requestId, `${sourceId} `));
  const caseKey = await caseKeys.open({ tenantId, requestId });
  const found = new Map<string, Set<string>>();
  for (const { part, sealed } of parts) {
    const { table, keys } = caseKey.open<TableKeys>(sealed, part);
    for (const key of keys) noteKey(found, table, key);
  }
  return found;
}

/** Name of a part of the sealed keys of a source's rows, each `TableKeys`. */
export function rowsPart(sourceId: string, index: number): string {
  return `${sourceId} ${index}`;
}

/** What either has of a table, in pieces of so many. */
export function* inPieces(table: string, most: number, ...of: readonly PersonKeys[]): Generator<TableKeys> {
  const keys = [...new Set(of.flatMap((one) => [...(one.get(table) ?? [])]))];
  for (let at = 0; at < keys.length; at += most) yield { table, keys: keys.slice(at, at + most) };
}

export function noteKey(all: Map<string, Set<string>>, table: string, key: string): void {
  all.set(table, (all.get(table) ?? new Set()).add(key));
}
