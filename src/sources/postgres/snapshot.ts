/** One consistent state of the source: a read-only transaction on one connection. */

import type { RowEstimate } from '../../domain/row-estimate.ts';
import type { Catalog, EntityType } from '../catalogs/catalog.ts';
import type { NormalIdentifier } from '../../domain/data-requests/identifiers.ts';
import { CodedError } from '../../errors.ts';
import type { NamedPeople, ReadPlan, ReadRequest, SourceFile, SourceSnapshot } from '../source.ts';
import { readClock } from './clock.ts';
import { type Scope, tellArrivals } from './conditions.ts';
import { inspect, type SourceFacts } from './inspect.ts';
import { planOf } from './plan-ranges.ts';
import type { PlanShared } from './read-plan.ts';
import { lateSection, type ReadableFile, windowSection } from './readable-files.ts';
import { KnownTexts, namedIn, Told } from './named-people.ts';
import { openSession, type Session } from './session.ts';
import type { PostgresSettings } from './settings.ts';
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

/** Whom the files name, file by file. */
async function* namedPeople(reader: SnapshotReader, files: readonly ReadableFile[], region: string | null): AsyncGenerator<readonly NormalIdentifier[]> {
  const told = new Told();
  for (const statement of files.flatMap(({ named }) => named)) {
    const known = new KnownTexts(statement);
    for await (const lines of reader.texts(statement.copy, statement.place)) yield [...namedIn(lines, known, region, told)];
  }
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
  #apart: SnapshotReader | null = null;

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
    for await (const batch of this.#reader.batches(this.#find(file))) yield batch.bytes;
  }

  plan(file: SourceFile): Promise<ReadPlan | null> {
    return planOf(this.#reader, () => this.#share(), this.#find(file));
  }

  #share(): Promise<PlanShared> {
    this.#shared ??= this.#reader.exported().then((snapshot) => ({ settings: this.#context.settings, snapshot }));
    return this.#shared;
  }

  async openNamed(region: string | null): Promise<NamedPeople | null> {
    const { settings, signal, namesPeople } = this.#context;
    if (!namesPeople) return null;
    const files = [...this.#readable.values()];
    const apart = files.some(({ isElsewhere }) => isElsewhere) ? null : await this.#openApart(settings, signal);
    this.#apart = apart;
    return { isApart: apart !== null, identifiers: () => namedPeople(apart ?? this.#reader, files, region) };
  }

  /** A session of its own in the same state; null when the source allows no more of them. */
  async #openApart(settings: PostgresSettings, signal: AbortSignal): Promise<SnapshotReader | null> {
    const { snapshot } = await this.#share();
    try {
      return new SnapshotReader(await openSession(settings, signal, snapshot), signal);
    } catch (error) {
      if (error instanceof CodedError && error.code.startsWith('source.')) return null;
      throw error;
    }
  }

  #find(file: SourceFile): ReadableFile {
    const readable = this.#readable.get(file.name);
    if (!readable) throw new Error(`the snapshot has no file ${file.name}`);
    return readable;
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#apart?.close()]);
  }
}
