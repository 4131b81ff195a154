import type { PeopleTable } from '../../domain/data-requests/people-rules.ts';
import { erasureOf, type Knowledge } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { readSnapshots, setDone } from '../../records/data-requests/findings.ts';
import { holdsOn } from '../../records/data-requests/holds.ts';
import { lockRequest, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { endStep, readSteps, type StepLease } from '../../records/data-requests/steps.ts';
import { readSource, type SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs, RowOutcome, TableKeys } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import { finishErasure } from './finish-erasure.ts';
import { noteInLedger } from './ledger-standing.ts';
import { changingPeopleOf, type FoundPerson, knowledgeOf, openFoundPerson, requestOfStep } from './sealed-person.ts';
import { withdrawExports } from './withdraw-exports.ts';

/** Rows changed in one transaction of the source. */
const AT_ONCE = 200;

/**
 * Erases the person from one source: what discovery found and what came since, by the rules of the catalog, what points at a row before it. It is in
 * the ledger before the first change, and nobody downloads an export that holds the person from then on. Safe to repeat: what is done stays done.
 */
export async function eraseSource(services: Services, lease: StepLease, signal: AbortSignal): Promise<void> {
  const { tenantId, requestId } = lease;
  const begun = await begin(services, lease);
  if (!begun) return endUnused(services, lease);
  await withdrawExports(services, begun.request);
  const person = await openFoundPerson(services, tenantId, requestId);
  const erasure = new SourceErasure(changingPeopleOf(services, begun.source), person);
  await erasure.go(await knownRows(services, lease), signal);
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    if (!(await requestOfStep(tx, lease, 'running')) || !(await endStep(tx, lease, { state: 'done', counts: erasure.counts() }))) return;
    await setDone(tx, tenantId, requestId, begun.source, erasure.done());
    await finishErasure(services, tx, lease);
  });
}

/** Everything that must be so before anything is changed; null: the request has gone on. */
async function begin(services: Services, lease: StepLease): Promise<{ request: RequestRecord; source: SourceRecord } | null> {
  const { tenantId, requestId } = lease;
  return inTenant(services.database, tenantId, async (tx) => {
    const request = await lockRequest(tx, tenantId, requestId);
    if (!request || !(await requestOfStep(tx, lease, 'running'))) return null;
    const source = await readSource(tx, tenantId, lease.sourceId as string);
    if (!source) throw new CodedError('source.unknown');
    changingPeopleOf(services, source);
    // A hold that came in the last moment, while nothing is changed yet.
    if (request.ledgerSeq === null && (await holdsOn(tx, tenantId, request.hashes)).length > 0) throw new CodedError('gdpr.held');
    if (request.ledgerSeq === null) {
      const sourceIds = (await readSteps(tx, tenantId, requestId, lease.phase, lease.round)).map((one) => one.sourceId ?? '');
      const entry = { tenantId, requestId, at: request.readAt.toISOString(), event: 'begun', hashes: request.hashes, sourceIds } as const;
      await updateRequest(tx, tenantId, requestId, { ledger_seq: await noteInLedger(services, tx, entry) });
    }
    return { request, source };
  });
}

/** The request has gone on without this step. */
export async function endUnused({ database }: Services, lease: StepLease): Promise<void> {
  await inTenant(database, lease.tenantId, (tx) => endStep(tx, lease, { state: 'done' }));
}

/** The keys that discovery sealed. */
export async function knownRows({ database, caseKeys }: Services, { tenantId, requestId, sourceId }: StepLease): Promise<TableKeys[]> {
  const parts = await inTenant(database, tenantId, (tx) => readSnapshots(tx, tenantId, requestId, `${sourceId} `));
  const key = await caseKeys.open({ tenantId, requestId });
  return parts.map(({ part, sealed }) => key.open<TableKeys>(sealed, part));
}

/** One walk through a source; the keys of a person are few enough to be held. */
class SourceErasure {
  readonly #people: PeopleVerbs;
  readonly #person: FoundPerson;
  readonly #knowledge: Knowledge;
  readonly #done = new Map<string, number>();
  #children = 0;
  #uncertain = 0;

  constructor(people: PeopleVerbs, person: FoundPerson) {
    this.#people = people;
    this.#person = person;
    this.#knowledge = knowledgeOf(person);
  }

  async go(known: readonly TableKeys[], signal: AbortSignal): Promise<void> {
    const { aliases, region } = this.#person;
    const keys = new Map<string, Set<string>>();
    const add = (table: string, key: string) => keys.set(table, (keys.get(table) ?? new Set()).add(key));
    for (const { table, keys: some } of known) for (const key of some) add(table, key);
    for await (const batch of this.#people.find({ wanted: aliases, region }, signal)) for (const { table, key } of batch) add(table, key);
    for (const table of this.#people.tables) await this.#erase(table, [...(keys.get(table.name) ?? [])], signal);
  }

  /** Rows by table that hold nothing of the person any more. */
  done(): ReadonlyMap<string, number> {
    return this.#done;
  }

  counts(): { readonly erased: number; readonly children: number; readonly uncertain: number } {
    return { erased: [...this.#done.values()].reduce((sum, one) => sum + one, 0), children: this.#children, uncertain: this.#uncertain };
  }

  async #erase(table: PeopleTable, keys: readonly string[], signal: AbortSignal): Promise<void> {
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const some = { table: table.name, keys: keys.slice(at, at + AT_ONCE) };
      for (const outcome of await this.#people.change(some, (row) => erasureOf(table, row, this.#knowledge), signal)) this.#take(table.name, outcome);
    }
  }

  #take(table: string, { done, verdict, children }: RowOutcome): void {
    const isUncertain = done === 'kept' && verdict?.do === 'keep' && verdict.why === 'uncertain';
    if (isUncertain) this.#uncertain += 1;
    else this.#done.set(table, (this.#done.get(table) ?? 0) + 1);
    this.#children += children;
  }
}
