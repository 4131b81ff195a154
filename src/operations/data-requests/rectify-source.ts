import type { PeopleTable } from '../../domain/data-requests/people-rules.ts';
import { type Correction, isCorrected, type Knowledge, type RowVerdict, rectificationOf } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import { inTenant, type Tx } from '../../records/database.ts';
import { setDone } from '../../records/data-requests/findings.ts';
import { lockRequest, readRequest, type RequestRecord, updateRequest } from '../../records/data-requests/requests.ts';
import { endStep, readSteps, type StepLease } from '../../records/data-requests/steps.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs, TableKeys } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import { markVerified } from './finish-erasure.ts';
import { holdGuard, requireNoHold } from './hold-guard.ts';
import { inPieces, type PersonKeys, rowsDiscovered, rowsNaming } from './person-rows.ts';
import { changingPeopleOf, type FoundPerson, knowledgeOf, openFoundPerson, peopleOf, requestOfStep } from './sealed-person.ts';
import { correctionsOf, openPerson } from './sealed-view.ts';
import { endUnused, lockSourceStep } from './source-step.ts';

/** Rows changed in one transaction of the source. */
const AT_ONCE = 200;

/**
 * Corrects what the person asked for in one source: every place of a field in rows that are the person's alone, and then reads them again. Safe to repeat:
 * what is right stays as it is. A source whose catalog has none of the fields is left alone.
 */
export async function rectifySource(services: Services, lease: StepLease, signal: AbortSignal): Promise<void> {
  const { tenantId, requestId } = lease;
  const begun = await begin(services, lease);
  if (!begun) return endUnused(services, lease);
  const { request, source } = begun;
  const corrections = correctionsOf(await openPerson(services, request));
  const isConcerned = peopleOf(services, source).tables.some((table) => concerns(table, corrections));
  const work = isConcerned
    ? new SourceRectification(
        changingPeopleOf(services, source),
        await openFoundPerson(services, tenantId, requestId),
        corrections,
        holdGuard(services, request),
      )
    : null;
  if (work && !(await touch(services, lease))) return endUnused(services, lease);
  await work?.go(await rowsDiscovered(services, lease), signal);
  const counts = { corrected: work ? [...work.done().values()].reduce((sum, one) => sum + one, 0) : 0 };
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    if (!(await requestOfStep(tx, lease, 'running')) || !(await endStep(tx, lease, { state: 'done', counts }))) return;
    if (work) await setDone(tx, tenantId, requestId, source, work.done(), 'these');
    await finishRectification(services, tx, lease);
  });
}

/** Everything that must be so before anything is changed; null: the request has gone on. */
async function begin(services: Services, lease: StepLease): Promise<{ request: RequestRecord; source: SourceRecord } | null> {
  const { tenantId } = lease;
  return inTenant(services.database, tenantId, async (tx) => {
    const locked = await lockSourceStep(tx, lease, 'running');
    if (!locked) return null;
    // A hold that came in the last moment.
    await requireNoHold(tx, locked.request);
    return locked;
  });
}

/** Rows may be changed from here on: nobody stops it any more. False: the request has gone on. */
async function touch({ database }: Services, { tenantId, requestId, ...lease }: StepLease): Promise<boolean> {
  return inTenant(database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    const request = await requestOfStep(tx, { tenantId, requestId, ...lease }, 'running');
    if (request && request.touchedAt === null) await updateRequest(tx, tenantId, requestId, {}, 'touched_at');
    return request !== null;
  });
}

function concerns({ rectify }: PeopleTable, corrections: readonly Correction[]): boolean {
  return rectify.some((field) => corrections.some(({ name }) => name === field.name));
}

/** When every source was worked on, nothing is left to be done: each was read again. Asked at the end of every step, with the request locked. */
async function finishRectification({ queue }: Services, tx: Tx, { tenantId, requestId, phase, round }: StepLease): Promise<void> {
  const steps = await readSteps(tx, tenantId, requestId, phase, round);
  const request = await readRequest(tx, tenantId, requestId);
  if (!request || steps.some((one) => one.state !== 'done')) return;
  await markVerified(tx, request, { corrected: steps.reduce((sum, { counts }) => sum + ((counts as { corrected?: number }).corrected ?? 0), 0) });
  await queue.advanceRequests(tx);
}

/** One walk through a source. */
class SourceRectification {
  readonly #people: PeopleVerbs;
  readonly #person: FoundPerson;
  readonly #knowledge: Knowledge;
  readonly #corrections: readonly Correction[];
  readonly #guard: () => Promise<void>;
  readonly #done = new Map<string, number>();

  /** `guard`: throws when nothing more may be changed. */
  constructor(people: PeopleVerbs, person: FoundPerson, corrections: readonly Correction[], guard: () => Promise<void>) {
    this.#guard = guard;
    this.#people = people;
    this.#person = person;
    this.#knowledge = knowledgeOf(person);
    this.#corrections = corrections;
  }

  /** Error: `gdpr.changed_since` when rows do not hold what was written. */
  async go(discovered: PersonKeys, signal: AbortSignal): Promise<void> {
    const named = await rowsNaming(this.#people, this.#person, signal);
    let left = 0;
    for (const table of this.#people.tables.filter((one) => concerns(one, this.#corrections)))
      for (const some of inPieces(table.name, AT_ONCE, discovered, named)) left += await this.#correct(table, some, signal);
    if (left > 0) throw new CodedError('gdpr.changed_since', { value: left });
  }

  /** Rows by table that hold what was asked for. */
  done(): ReadonlyMap<string, number> {
    return this.#done;
  }

  /** Gives how many rows are not as they shall be. */
  async #correct(table: PeopleTable, some: TableKeys, signal: AbortSignal): Promise<number> {
    await this.#people.change(some, (row) => this.#verdict(table, row), signal, this.#guard);
    let left = 0;
    for await (const batch of this.#people.read([some], signal))
      for (const { row, parent } of batch) {
        if (parent !== null) continue;
        if (isCorrected(table, row, this.#corrections, this.#knowledge)) this.#done.set(table.name, (this.#done.get(table.name) ?? 0) + 1);
        else if (rectificationOf(table, row, this.#corrections, this.#knowledge) !== null) left += 1;
      }
    return left;
  }

  #verdict(table: PeopleTable, row: Parameters<typeof rectificationOf>[1]): RowVerdict {
    const values = rectificationOf(table, row, this.#corrections, this.#knowledge);
    return values === null ? { do: 'keep', why: 'not_hers' } : { do: 'change', values, children: false, ground: null, uncertain: false };
  }
}
