/** What reads in a session: counts, plans and rows, one after another. */

import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { openTranscoder } from '../../kernel/open-transcoder.ts';
import type { RowEstimate } from '../../domain/row-estimate.ts';
import type { Batch } from '../../kernel/transcoder.ts';
import { readCopy } from './copy-reader.ts';
import type { FileNames } from './file-names.ts';
import type { ReadableFile } from './readable-files.ts';
import type { Session } from './session.ts';
import { sourceError } from './source-error.ts';
import type { CopyStatements } from './statements.ts';
import { wholeLines } from './whole-lines.ts';

/**
 * Few rows are counted, as that costs nothing and the planner is farthest off with them; of many its guess must do: it is off by a few
 * percent where the statistics are fresh, and counting would take a fiftieth of the run (decision 0023).
 */
const COUNT_UP_TO = 50_000;
const COUNT_TIMEOUT_MS = 50;
/** Whoever cancels it on purpose gets through. */
const END_TRIES = 20;

interface Planned extends pg.QueryResultRow {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: { readonly 'Plan Rows': number; readonly 'Plan Width': number } }];
}

interface Guess {
  readonly rows: number;
  readonly bytes: number;
}

/** Runs queries in the session, one after another, until it is closed or aborted. */
export class SnapshotReader {
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.#cancel();
  readonly #guesses = new Map<ReadableFile, Promise<Guess>>();
  #busy = false;
  #expectsOrder = false;
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

  /** The rows of a file, or of a part of it, in batches of whole lines; `lends`: each is good until the next is asked for. Whom they name is noted in `names`. */
  async *batches({ sql, place }: { readonly sql: CopyStatements; readonly place: string }, names: FileNames | null, lends = false): AsyncGenerator<Batch> {
    this.#signal.throwIfAborted();
    this.#busy = true;
    let complete = false;
    try {
      yield* this.#copied(sql, names, lends);
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
  async *#copied({ binary, copy }: CopyStatements, names: FileNames | null, lends: boolean): AsyncGenerator<Batch> {
    const note = (binary && names?.of(binary.lists)) ?? null;
    const transcoder = binary && (await openTranscoder(binary.columns, lends, note).catch(() => null));
    if (binary && transcoder) return yield* readCopy(this.#session.client, binary.copy, transcoder);
    names?.overlook();
    for await (const bytes of wholeLines(this.#session.client.query(copyTo(copy)))) yield { bytes, rows: linesIn(bytes) };
  }

  /** Runs one query; see `attempt`. */
  query<T extends pg.QueryResultRow>(sql: string, values: readonly unknown[], place: string): Promise<T[]> {
    return this.attempt(async () => (await this.#session.client.query<T>(sql, [...values])).rows, place);
  }

  /** The rows of each file. */
  async estimateRows(files: readonly ReadableFile[]): Promise<RowEstimate> {
    const planned = await this.#plannedCount(files);
    const counted = planned.reduce((sum, rows) => sum + rows, 0) > COUNT_UP_TO ? null : await this.#exactCount(files);
    return { files: counted ?? planned, exact: counted !== null };
  }

  async #exactCount(files: readonly ReadableFile[]): Promise<number[] | null> {
    const { client } = this.#session;
    return this.attempt(async () => {
      await client.query(`SAVEPOINT counting; SET LOCAL statement_timeout = ${COUNT_TIMEOUT_MS}`);
      try {
        const counts = files.map(({ sql }, index) => `SELECT ${index} AS file, c.rows FROM (${sql.count}) c`).join(' UNION ALL ');
        const { rows } = await client.query<{ file: number; rows: string }>(counts);
        return files.map((_, index) => Number(rows.find(({ file }) => file === index)?.rows ?? 0));
      } catch (error) {
        if (this.#signal.aborted || !isTimeout(error)) throw error;
        return null;
      } finally {
        if (!this.#signal.aborted) await this.#endCounting();
      }
    });
  }

  /** The time of the count is that of its end, too, and on a busy server even this may take longer: then it is asked again. */
  async #endCounting(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#session.client.query('ROLLBACK TO SAVEPOINT counting; RELEASE SAVEPOINT counting');
        return;
      } catch (error) {
        if (this.#signal.aborted || !isTimeout(error) || tries === END_TRIES) throw error;
      }
    }
  }

  async #plannedCount(files: readonly ReadableFile[]): Promise<number[]> {
    const guesses: number[] = [];
    for (const file of files) guesses.push((await this.planned(file)).rows);
    return guesses;
  }

  /** What the planner guesses; it is asked once for each file. */
  planned(file: ReadableFile): Promise<Guess> {
    const guess = this.#guesses.get(file) ?? this.#guess(file);
    this.#guesses.set(file, guess);
    return guess;
  }

  async #guess({ sql, place }: ReadableFile): Promise<Guess> {
    const [found] = await this.query<Planned>(`EXPLAIN (FORMAT JSON) ${sql.wide}`, [], place);
    const plan = found?.['QUERY PLAN'][0].Plan;
    const rows = plan?.['Plan Rows'] ?? 0;
    return { rows, bytes: rows * (plan?.['Plan Width'] ?? 0) };
  }

  /**
   * Tells the planner whether rows that it reads by time lie side by side. It knows so of an index that begins with the time, not of one that
   * begins with the type, and would pass over the rows of all other types for fear of seeking.
   */
  async expectOrder(inOrder: boolean): Promise<void> {
    if (this.#expectsOrder === inOrder) return;
    this.#expectsOrder = inOrder;
    const costs = inOrder ? 'SET seq_page_cost = 0.1; SET random_page_cost = 0.1' : 'RESET seq_page_cost; RESET random_page_cost';
    await this.attempt(() => this.#session.client.query(costs));
  }

  /** Name of this snapshot, for other sessions; good until this one ends. */
  async exported(): Promise<string> {
    const { rows } = await this.attempt(() => this.#session.client.query<{ id: string }>('SELECT pg_export_snapshot() AS id'));
    return rows[0]?.id ?? '';
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

function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function isTimeout(error: unknown): boolean {
  return (error as { code?: string }).code === '57014';
}
