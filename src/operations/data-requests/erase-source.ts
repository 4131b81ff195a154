import { erasureOf } from '../../domain/data-requests/row-verdict.ts';
import { inTenant } from '../../records/database.ts';
import { setDone } from '../../records/data-requests/findings.ts';
import { lockRequest, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { endStep, readSteps, type StepLease } from '../../records/data-requests/steps.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs, RowOutcome } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import { finishErasure } from './finish-erasure.ts';
import { holdGuard, isHold, requireNoHold } from './hold-guard.ts';
import { noteInLedger } from './ledger-standing.ts';
import { lookAgain, type SeenAgain } from './look-again.ts';
import { inPieces, type PersonKeys, rowsDiscovered } from './person-rows.ts';
import { changingPeopleOf, openFoundPerson, requestOfStep } from './sealed-person.ts';
import { endUnused, lockSourceStep } from './source-step.ts';
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
  const erasure = new SourceErasure(begun.people, await lookAgain(services, begun.source, begun.people, person, signal), holdGuard(services, begun.request));
  try {
    await erasure.go(await rowsDiscovered(services, lease), signal);
  } catch (error) {
    // What was erased by then stays on record.
    if (isHold(error)) await inTenant(services.database, tenantId, (tx) => setDone(tx, tenantId, requestId, begun.source, erasure.done(), 'these'));
    throw error;
  }
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    if (!(await requestOfStep(tx, lease, 'running')) || !(await endStep(tx, lease, { state: 'done', counts: erasure.counts() }))) return;
    await setDone(tx, tenantId, requestId, begun.source, erasure.done());
    await finishErasure(services, tx, lease);
  });
}

/** Everything that must be so before anything is changed; null: the request has gone on. */
async function begin(services: Services, lease: StepLease): Promise<{ request: RequestRecord; source: SourceRecord; people: PeopleVerbs } | null> {
  const { tenantId, requestId } = lease;
  return inTenant(services.database, tenantId, async (tx) => {
    const locked = await lockSourceStep(tx, lease, 'running');
    if (!locked) return null;
    const { request, source } = locked;
    const people = changingPeopleOf(services, source);
    // Also one that came when something was changed already: it goes no further.
    await requireNoHold(tx, request);
    if (request.ledgerSeq === null) {
      const sourceIds = (await readSteps(tx, tenantId, requestId, lease.phase, lease.round)).map((one) => one.sourceId ?? '');
      const entry = { tenantId, requestId, at: request.readAt.toISOString(), event: 'begun', hashes: request.hashes, sourceIds } as const;
      await updateRequest(tx, tenantId, requestId, { ledger_seq: await noteInLedger(services, tx, entry) });
    }
    return { request, source, people };
  });
}

/** One walk through a source. */
class SourceErasure {
  readonly #people: PeopleVerbs;
  readonly #seen: SeenAgain;
  readonly #guard: () => Promise<void>;
  readonly #done = new Map<string, number>();
  #children = 0;
  #uncertain = 0;

  /** `guard`: throws when nothing more may be changed. */
  constructor(people: PeopleVerbs, seen: SeenAgain, guard: () => Promise<void>) {
    this.#people = people;
    this.#seen = seen;
    this.#guard = guard;
  }

  async go(discovered: PersonKeys, signal: AbortSignal): Promise<void> {
    const { named, knowledge } = this.#seen;
    for (const table of this.#people.tables)
      for (const some of inPieces(table.name, AT_ONCE, discovered, named))
        for (const outcome of await this.#people.change(some, (row) => erasureOf(table, row, knowledge), signal, this.#guard))
          this.#take(table.name, outcome, discovered.get(table.name)?.has(outcome.key) ?? false);
  }

  /** Rows by table that hold nothing of the person any more. */
  done(): ReadonlyMap<string, number> {
    return this.#done;
  }

  counts(): { readonly erased: number; readonly children: number; readonly uncertain: number } {
    return { erased: [...this.#done.values()].reduce((sum, one) => sum + one, 0), children: this.#children, uncertain: this.#uncertain };
  }

  /** `wasHers`: discovery found it to be. What is left as it is counts as done only then: it was done by an attempt before, else it is of somebody who shares an identifier. */
  #take(table: string, { done, verdict, children }: RowOutcome, wasHers: boolean): void {
    this.#children += children;
    if (done === 'kept' && verdict?.do === 'keep' && verdict.why === 'uncertain') this.#uncertain += 1;
    else if (done !== 'kept' || wasHers) this.#done.set(table, (this.#done.get(table) ?? 0) + 1);
  }
}
