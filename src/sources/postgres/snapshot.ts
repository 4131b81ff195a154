/** One consistent state of the source: a read-only transaction on one connection. */

import { to as copyTo } from 'pg-copy-streams';
import { openTranscoder } from '../../kernel/open-transcoder.ts';
import type { Catalog, EntityType } from '../catalogs/catalog.ts';
import type { ReadRequest, SourceFile, SourceSnapshot } from '../source.ts';
import { readClock } from './clock.ts';
import { type Scope, tellArrivals } from './conditions.ts';
import { readCopy } from './copy-reader.ts';
import { inspect, type SourceFacts } from './inspect.ts';
import { lateSection, type ReadableFile, windowSection } from './readable-files.ts';
import type { Session } from './session.ts';
import { sourceError } from './source-error.ts';
import type { FileStatements } from './statements.ts';
import { wholeLines } from './whole-lines.ts';

/** Counting exactly is worth this long; then the planner's guess must do. */
const COUNT_TIMEOUT_MS = 1_000;

/** Takes the snapshot. From here on `signal` cancels whatever the session does. */
export async function openSnapshot(
  session: Session,
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
      arrival: told && arrivalTo !== null ? { after: told.after, to: arrivalTo } : null,
    };
    const files: ReadableFile[] = [];
    for (const entity of entityTypes) files.push(...(await filesOf(reader, catalog, entity, scope, facts)));
    return new PostgresSnapshot(reader, files, now, arrivalTo);
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

class PostgresSnapshot implements SourceSnapshot {
  readonly files: readonly SourceFile[];
  readonly now: string;
  readonly arrivalTo: string | null;
  readonly #reader: SnapshotReader;
  readonly #readable: ReadonlyMap<string, ReadableFile>;

  constructor(reader: SnapshotReader, files: readonly ReadableFile[], now: string, arrivalTo: string | null) {
    this.#reader = reader;
    this.now = now;
    this.arrivalTo = arrivalTo;
    this.files = files.map(({ file }) => file);
    this.#readable = new Map(files.map((readable) => [readable.file.name, readable]));
  }

  estimateRows(): Promise<number> {
    return this.#reader.estimateRows([...this.#readable.values()]);
  }

  lines(file: SourceFile): AsyncIterable<Uint8Array> {
    const readable = this.#readable.get(file.name);
    if (!readable) throw new Error(`the snapshot has no file ${file.name}`);
    return this.#reader.lines(readable);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

/** Runs queries in the session, one after another, until it is closed or aborted. */
class SnapshotReader {
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.#cancel();
  #busy = false;
  #ended: Promise<void> | null = null;

  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Runs a step; its failure comes out as a `source.*` error, or as the signal's reason after an abort. */
  async attempt<T>(step: () => Promise<T>, place?: string): Promise<T> {
    this.#signal.throwIfAborted();
    this.#busy = true;
    try {
      return await step();
    } catch (error) {
      throw this.#explained(error, place);
    } finally {
      this.#busy = false;
    }
  }

  async hasLines({ sql, place }: ReadableFile): Promise<boolean> {
    const { rows } = await this.attempt(() => this.#session.client.query<{ found: boolean }>(sql.exists), place);
    return rows[0]?.found === true;
  }

  async *lines({ sql, place }: ReadableFile): AsyncGenerator<Uint8Array> {
    this.#signal.throwIfAborted();
    this.#busy = true;
    let complete = false;
    try {
      yield* this.#batches(sql);
      this.#signal.throwIfAborted();
      complete = true;
      this.#busy = false;
    } catch (error) {
      throw this.#explained(error, place);
    } finally {
      // A COPY that was left half read leaves a connection nobody can use.
      if (!complete) await this.#cancel();
    }
  }

  /** Binary where the kernel can take it; else the server makes the JSON. */
  async *#batches({ binary, copy }: FileStatements): AsyncGenerator<Uint8Array> {
    const transcoder = binary && (await openTranscoder(binary.columns).catch(() => null));
    if (!binary || !transcoder) {
      yield* wholeLines(this.#session.client.query(copyTo(copy)));
      return;
    }
    for await (const batch of readCopy(this.#session.client, binary.copy, transcoder)) yield batch.bytes;
  }

  async estimateRows(files: readonly ReadableFile[]): Promise<number> {
    return (await this.#exactCount(files)) ?? (await this.#plannedCount(files));
  }

  async #exactCount(files: readonly ReadableFile[]): Promise<number | null> {
    const { client } = this.#session;
    return this.attempt(async () => {
      await client.query(`SAVEPOINT counting; SET LOCAL statement_timeout = ${COUNT_TIMEOUT_MS}`);
      try {
        const counts = files.map(({ sql }) => `(${sql.count})`).join(' UNION ALL ');
        const { rows } = await client.query<{ total: string }>(`SELECT sum(c.rows) AS total FROM (${counts}) c`);
        return Number(rows[0]?.total ?? 0);
      } catch (error) {
        if (this.#signal.aborted || (error as { code?: string }).code !== '57014') throw error;
        return null;
      } finally {
        if (!this.#signal.aborted) await client.query('ROLLBACK TO SAVEPOINT counting; RELEASE SAVEPOINT counting');
      }
    });
  }

  async #plannedCount(files: readonly ReadableFile[]): Promise<number> {
    let total = 0;
    for (const { sql, place } of files) {
      const { rows } = await this.attempt(
        () => this.#session.client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(`EXPLAIN (FORMAT JSON) ${sql.select}`),
        place,
      );
      total += rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
    }
    return total;
  }

  close(): Promise<void> {
    if (this.#busy) return this.#cancel();
    return this.#end(() => this.#session.end());
  }

  #cancel(): Promise<void> {
    return this.#end(() => this.#session.cancel());
  }

  #end(how: () => Promise<void>): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#ended ??= how();
    return this.#ended;
  }

  #explained(error: unknown, place: string | undefined): unknown {
    return this.#signal.aborted ? this.#signal.reason : sourceError(error, 'read', place);
  }
}
