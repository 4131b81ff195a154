import type { WalkCounts } from '../../domain/data-requests/erasure-counts.ts';
import { erasureOf, isUncertain } from '../../domain/data-requests/row-verdict.ts';
import { inTenant } from '../../records/database.ts';
import { lockRequest, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { endStep, readSteps, type StepLease } from '../../records/data-requests/steps.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs, RowOutcome } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import { finishErasure } from './finish-erasure.ts';
import { holdGuard, isHold, requireNoHold } from './hold-guard.ts';
import { noteInLedger } from './ledger-standing.ts';
import { lookAgain, type SeenAgain } from './look-again.ts';
import { noteWalk } from './note-walk.ts';
import { inPieces, type PersonKeys } from './person-rows.ts';
import { withRowsSince } from './rows-since.ts';
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
  const seen = await lookAgain(services, begun.source, begun.people, person, signal);
  const hers = await withRowsSince(services, lease, begun, seen, signal);
  if (!hers) return endUnused(services, lease);
  const erasure = new SourceErasure(begun.people, seen, hers, holdGuard(services, begun.request));
  try {
    await erasure.go(signal);
  } catch (error) {
    // What was erased by then stays on record.
    if (isHold(error)) await inTenant(services.database, tenantId, (tx) => noteWalk(tx, lease, begun.source, erasure.walked, false));
    throw error;
  }
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    if (!(await requestOfStep(tx, lease, 'running')) || !(await endStep(tx, lease, { state: 'done', counts: erasure.counts() }))) return;
    await noteWalk(tx, lease, begun.source, erasure.walked, true);
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
  /** By table; those in which nothing was are among them. */
  readonly walked: Map<string, WalkCounts>;
  readonly #people: PeopleVerbs;
  readonly #seen: SeenAgain;
  readonly #hers: PersonKeys;
  readonly #guard: () => Promise<void>;
  #children = 0;

  /** `hers`: rows that are the person's, or were. `guard`: throws when nothing more may be changed. */
  constructor(people: PeopleVerbs, seen: SeenAgain, hers: PersonKeys, guard: () => Promise<void>) {
    this.#people = people;
    this.#seen = seen;
    this.#hers = hers;
    this.#guard = guard;
    this.walked = new Map(people.tables.map(({ name }) => [name, { done: 0, uncertain: 0, turned: 0 }]));
  }

  async go(signal: AbortSignal): Promise<void> {
    const { named, knowledge } = this.#seen;
    for (const table of this.#people.tables)
      for (const some of inPieces(table.name, AT_ONCE, this.#hers, named))
        for (const outcome of await this.#people.change(some, (row) => erasureOf(table, row, knowledge), signal, this.#guard))
          this.#take(table.name, outcome, this.#hers.get(table.name)?.has(outcome.key) ?? false);
  }

  counts(): { readonly erased: number; readonly children: number; readonly uncertain: number } {
    const sum = (name: keyof WalkCounts) => [...this.walked.values()].reduce((total, one) => total + one[name], 0);
    return { erased: sum('done'), children: this.#children, uncertain: sum('uncertain') };
  }

  /**
   * `wasHers`: it was found to be. What is left as it is counts as done only then: it was done by an attempt before, else it is of somebody who shares an
   * identifier. What nobody can tell of any more stays, whatever was taken out of it.
   */
  #take(table: string, { done, verdict, children }: RowOutcome, wasHers: boolean): void {
    this.#children += children;
    const { walked } = this;
    const before = walked.get(table) as WalkCounts;
    if (verdict && isUncertain(verdict)) walked.set(table, { ...before, uncertain: before.uncertain + 1, turned: before.turned + (wasHers ? 1 : 0) });
    else if (done !== 'kept' || wasHers) walked.set(table, { ...before, done: before.done + 1 });
  }
}
