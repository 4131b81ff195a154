import { maskedText } from '../../domain/data-requests/mask.ts';
import type { PeopleTable } from '../../domain/data-requests/people-rules.ts';
import { type StoredValue, valuesInReach } from '../../domain/data-requests/correction-reach.ts';
import { type Correction, erasureOf, type Knowledge, standingOf, viewOf } from '../../domain/data-requests/row-verdict.ts';
import type { RequestKind } from '../../domain/data-requests/states.ts';
import { CodedError } from '../../errors.ts';
import { inTenant } from '../../records/database.ts';
import { dropSnapshots, type FindingRecord, putSnapshot, replaceFindings } from '../../records/data-requests/findings.ts';
import { lockRequest } from '../../records/data-requests/requests.ts';
import { endStep, type StepLease } from '../../records/data-requests/steps.ts';
import { readSource, type SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs, PersonRow, TableKeys } from '../../sources/people.ts';
import type { Services } from '../services.ts';
import { inPieces, rowsNaming, rowsPart } from './person-rows.ts';
import { endUnused } from './source-step.ts';
import { finishDiscovery } from './finish-discovery.ts';
import { type FoundPerson, knowledgeOf, openFoundPerson, peopleOf, requestOfStep } from './sealed-person.ts';
import { correctionsOf, openPerson, PREVIEW_PART, type Preview, STORED_PART } from './sealed-view.ts';

type Numbers = Omit<FindingRecord, 'sourceId' | 'source' | 'done'>;

/** Rows asked for at a time, and keys sealed together. */
const AT_ONCE = 500;
/** Rows of a table that are shown. */
const SHOWN_ROWS = 2;
const SHOWN_FIELDS = 8;

/** Looks through one source for what it holds of the person: counts it, and seals which rows it is. Nothing of the source is changed. */
export async function discoverSource(services: Services, lease: StepLease, signal: AbortSignal): Promise<void> {
  const { tenantId, requestId } = lease;
  const sourceId = lease.sourceId as string;
  const begun = await inTenant(services.database, tenantId, async (tx) => {
    const request = await requestOfStep(tx, lease, 'discovery');
    const source = await readSource(tx, tenantId, sourceId);
    return { request, source };
  });
  if (!begun.request) return endUnused(services, lease);
  if (!begun.source) throw new CodedError('source.unknown');
  const { source } = begun;
  const person = await openFoundPerson(services, tenantId, requestId);
  const corrections = correctionsOf(await openPerson(services, begun.request));
  const look = new SourceLook(begun.request.kind, source, peopleOf(services, source), person, corrections);
  await look.go(signal);
  const key = await services.caseKeys.open({ tenantId, requestId });
  await inTenant(services.database, tenantId, async (tx) => {
    await lockRequest(tx, tenantId, requestId);
    const numbers = look.numbers();
    const total = numbers.reduce((sum, one) => sum + one.found, 0);
    if (!(await requestOfStep(tx, lease, 'discovery')) || !(await endStep(tx, lease, { state: 'done', counts: { found: total } }))) return;
    await replaceFindings(tx, tenantId, requestId, source, numbers);
    await dropSnapshots(tx, tenantId, requestId, `${sourceId} `);
    for (const [index, rows] of look.chunks().entries()) {
      const part = rowsPart(sourceId, index);
      await putSnapshot(tx, tenantId, requestId, part, key.seal(rows, part));
    }
    const shown = `${PREVIEW_PART} ${sourceId}`;
    await putSnapshot(tx, tenantId, requestId, shown, key.seal(look.preview, shown));
    const stored = `${STORED_PART} ${sourceId}`;
    await putSnapshot(tx, tenantId, requestId, stored, key.seal(look.stored(), stored));
    await finishDiscovery(services, tx, lease);
  });
}

/** One walk through a source; keys are held, rows are not. */
class SourceLook {
  readonly preview: Preview = [];
  readonly #kind: RequestKind;
  readonly #source: SourceRecord;
  readonly #people: PeopleVerbs;
  readonly #person: FoundPerson;
  readonly #knowledge: Knowledge;
  readonly #corrections: readonly Correction[];
  readonly #numbers = new Map<string, Numbers>();
  readonly #keys = new Map<string, Set<string>>();
  /** Each once, however many rows hold it. */
  readonly #stored = new Map<string, StoredValue>();

  constructor(kind: RequestKind, source: SourceRecord, people: PeopleVerbs, person: FoundPerson, corrections: readonly Correction[]) {
    this.#kind = kind;
    this.#source = source;
    this.#people = people;
    this.#person = person;
    this.#knowledge = knowledgeOf(person);
    this.#corrections = corrections;
  }

  async go(signal: AbortSignal): Promise<void> {
    const named = await rowsNaming(this.#people, this.#person, signal);
    for (const table of named.keys()) for (const some of inPieces(table, AT_ONCE, named)) await this.#judge(some, signal);
  }

  numbers(): Numbers[] {
    return [...this.#numbers.values()];
  }

  chunks(): TableKeys[] {
    return [...this.#keys.keys()].flatMap((table) => [...inPieces(table, AT_ONCE, this.#keys)]);
  }

  /** What stands in the fields that are to be corrected. */
  stored(): StoredValue[] {
    return [...this.#stored.values()];
  }

  async #judge(wanted: TableKeys, signal: AbortSignal): Promise<void> {
    let withChildren = false;
    for await (const batch of this.#people.read([wanted], signal))
      for (const row of batch) {
        if (row.parent === null) withChildren = this.#judgeRow(this.#tableOf(row.table), row);
        else if (withChildren) this.#count(row.table, { found: 1 });
      }
  }

  /** Whether what belongs to the row is the person's, too. */
  #judgeRow(table: PeopleTable, row: PersonRow): boolean {
    const standing = standingOf(table, row.row, this.#knowledge);
    if (standing === 'none') return false;
    if (standing === 'uncertain') {
      this.#count(table.name, { found: 1, uncertain: 1 });
      return false;
    }
    const others = viewOf(table, row.row, this.#knowledge);
    const isShared = standing === 'participant' || Object.keys(others?.values ?? {}).length > 0;
    const verdict = this.#kind === 'erasure' ? erasureOf(table, row.row, this.#knowledge) : null;
    const isKept = verdict?.do === 'change' && verdict.ground !== null;
    this.#count(table.name, { found: 1, shared: isShared ? 1 : 0, ...(isKept && { kept: 1, ground: verdict.ground }) });
    this.#keys.set(table.name, (this.#keys.get(table.name) ?? new Set()).add(row.key));
    this.#show(table.name, row);
    for (const one of valuesInReach(table, row.row, this.#corrections, this.#knowledge)) this.#stored.set(JSON.stringify(one), one);
    return standing === 'owner';
  }

  #count(type: string, more: Partial<Numbers>): void {
    const known = this.#numbers.get(type) ?? { type, found: 0, shared: 0, uncertain: 0, kept: 0, ground: null };
    const sum = (name: Exclude<keyof Numbers, 'type' | 'ground'>) => known[name] + (more[name] ?? 0);
    const ground = more.ground ?? known.ground;
    this.#numbers.set(type, { type, found: sum('found'), shared: sum('shared'), uncertain: sum('uncertain'), kept: sum('kept'), ground });
  }

  #show(type: string, { line }: PersonRow): void {
    if (this.preview.filter((one) => one.type === type).length >= SHOWN_ROWS) return;
    const fields = Object.entries(JSON.parse(line) as Record<string, unknown>).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [{ name, value: maskedText(String(value)) }] : [],
    );
    this.preview.push({ source: this.#source.name, type, fields: fields.slice(0, SHOWN_FIELDS) });
  }

  #tableOf(name: string): PeopleTable {
    const table = this.#people.tables.find((one) => one.name === name);
    if (!table) throw new CodedError('catalog.invalid', { value: name });
    return table;
  }
}
