/** One consistent state of the source: a read-only transaction on one connection. */

import type { RowEstimate } from '../../domain/row-estimate.ts';
import type { Catalog, EntityType } from '../catalogs/catalog.ts';
import type { NamedPeople, NameHashing, ReadPlan, ReadRequest, SourceFile, SourceSnapshot } from '../source.ts';
import { readClock } from './clock.ts';
import { type Scope, tellArrivals } from './conditions.ts';
import { inspect, type SourceFacts } from './inspect.ts';
import { planOf } from './plan-ranges.ts';
import type { PlanShared } from './read-plan.ts';
import { lateSection, type ReadableFile, windowSection } from './readable-files.ts';
import type { Session } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { SnapshotNames } from './snapshot-names.ts';
import { SnapshotReader } from './snapshot-reader.ts';

/** Takes the snapshot. From here on `signal` cancels whatever the session does. */
export async function openSnapshot(
  session: Session,
  settings: PostgresSettings,
  catalog: Catalog,
  entityTypes: readonly EntityType[],
  request: ReadRequest,
  signal: AbortSignal,
): Promise<SourceSnapshot> {
  const reader = new SnapshotReader(session, signal);
  try {
    const facts = await reader.attempt(() => inspect(session.client, entityTypes));
    const told = request.arrival && tellArrivals(entityTypes, facts) ? request.arrival : null;
    const { now, arrivalTo } = await reader.attempt(() => readClock(session.client, told));
    const scope: Scope = {
      window: request.window,
      dataFrom: request.dataFrom ?? null,
      without: request.without ?? [],
      arrival: told && arrivalTo !== null ? { after: told.after, to: arrivalTo } : null,
    };
    const files: ReadableFile[] = [];
    for (const entity of entityTypes) files.push(...(await filesOf(reader, catalog, entity, scope, facts)));
    return new PostgresSnapshot(reader, { settings, signal, namesPeople: catalog.people !== null }, files, now, arrivalTo);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** The file of rows, and of the others those that have lines. */
async function filesOf(reader: SnapshotReader, catalog: Catalog, entity: EntityType, scope: Scope, facts: SourceFacts): Promise<ReadableFile[]> {
  const { rows, attachments } = windowSection(catalog, entity, scope, facts);
  const files = [rows];
  if (attachments && (await reader.hasLines(attachments))) files.push(attachments);
  const late = lateSection(catalog, entity, scope, facts);
  if (!late || !(await reader.hasLines(late.rows))) return files;
  files.push(late.rows);
  if (late.attachments && (await reader.hasLines(late.attachments))) files.push(late.attachments);
  return files;
}

interface Context {
  readonly settings: PostgresSettings;
  readonly signal: AbortSignal;
  readonly namesPeople: boolean;
}

class PostgresSnapshot implements SourceSnapshot {
  readonly files: readonly SourceFile[];
  readonly now: string;
  readonly arrivalTo: string | null;
  readonly #reader: SnapshotReader;
  readonly #context: Context;
  readonly #readable: ReadonlyMap<string, ReadableFile>;
  #shared: Promise<PlanShared> | null = null;
  #names: SnapshotNames | null = null;

  constructor(reader: SnapshotReader, context: Context, files: readonly ReadableFile[], now: string, arrivalTo: string | null) {
    this.#reader = reader;
    this.#context = context;
    this.now = now;
    this.arrivalTo = arrivalTo;
    this.files = files.map(({ file }) => file);
    this.#readable = new Map(files.map((readable) => [readable.file.name, readable]));
  }

  estimateRows(): Promise<RowEstimate> {
    return this.#reader.estimateRows([...this.#readable.values()]);
  }

  async *lines(file: SourceFile): AsyncGenerator<Uint8Array> {
    const names = this.#names?.openFile(this.#numberOf(file)) ?? null;
    for await (const batch of this.#reader.batches(this.#find(file), names)) {
      yield batch.bytes;
      if (names) this.#names?.fileGoesOn(names);
    }
    if (names) this.#names?.fileRead(this.#numberOf(file), names.take());
  }

  async plan(file: SourceFile): Promise<ReadPlan | null> {
    const plan = await planOf(this.#reader, () => this.#share(), this.#find(file), this.#numberOf(file));
    if (plan) this.#names?.expectRanges(this.#numberOf(file), plan.ranges);
    return plan;
  }

  noteNames(hashing: NameHashing): NamedPeople | null {
    const { signal, namesPeople } = this.#context;
    if (!namesPeople) return null;
    // Attachments are told of by the rows that they belong to.
    const files = [...this.files.entries()].filter(([, { content }]) => content === 'rows' || content === 'late_rows').map(([number]) => number);
    this.#names = new SnapshotNames(files, hashing, signal);
    return this.#names;
  }

  #share(): Promise<PlanShared> {
    const { settings } = this.#context;
    this.#shared ??= this.#reader.exported().then((snapshot) => ({ settings, snapshot, names: this.#names?.shared ?? null }));
    return this.#shared;
  }

  #numberOf({ name }: SourceFile): number {
    return this.files.findIndex((file) => file.name === name);
  }

  #find(file: SourceFile): ReadableFile {
    const readable = this.#readable.get(file.name);
    if (!readable) throw new Error(`the snapshot has no file ${file.name}`);
    return readable;
  }

  async close(): Promise<void> {
    this.#names?.close();
    await this.#reader.close();
  }
}
