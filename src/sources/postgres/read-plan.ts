/** Reads ranges of a snapshot that another session exported, in whichever thread imports this module. */

import { postMessageToThread } from 'node:worker_threads';
import type { Batch } from '../../kernel/transcoder.ts';
import { inRange } from './conditions.ts';
import { FileNames } from './file-names.ts';
import { type Cuts, edgeOf } from './range-cuts.ts';
import { openSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import type { RangeNames, RangeNamesShared } from './snapshot-names.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import type { CopyStatements } from './statements.ts';

/** Plain data, with the password in it: it goes from thread to thread by message only. */
export interface PlanShared {
  readonly settings: PostgresSettings;
  /** Name of the exported snapshot. */
  readonly snapshot: string;
  /** How whom the rows name is noted, and where it is told; null: nobody asks. */
  readonly names: RangeNamesShared | null;
}

export interface PlanData {
  /** Number in the snapshot. */
  readonly file: number;
  readonly sql: CopyStatements;
  /** Table named in errors. */
  readonly place: string;
  /** Null: `sql` reads all of it. */
  readonly ranges: {
    readonly time: string;
    /** Whether the rows lie on disk in the order of their times. */
    readonly inOrder: boolean;
    readonly cuts: Cuts;
  } | null;
}

interface PlanReader {
  /** The rows of a range in batches of whole lines, each good until the next is asked for; one range after the other. */
  read(data: unknown, range: number): AsyncIterable<Batch>;
  close(): Promise<void>;
}

/** A connection of its own in the exported snapshot. An abort cancels in the source what is being read, and comes out as the signal's reason. */
export async function openPlanReader(shared: unknown, signal: AbortSignal): Promise<PlanReader> {
  const { settings, snapshot, names } = shared as PlanShared;
  const reader = new SnapshotReader(await openSession(settings, signal, snapshot), signal);
  const told = names && new ToldNames(names);
  return {
    async *read(data, range) {
      const plan = data as PlanData;
      yield* rowsOf(reader, plan, range, told?.of(plan.file) ?? null);
      await told?.tell(plan.file);
    },
    close: async () => {
      told?.close();
      await reader.close();
    },
  };
}

/** Whom the ranges named, told to the thread that holds the snapshot. */
class ToldNames {
  readonly #shared: RangeNamesShared;
  readonly #files = new Map<number, FileNames>();

  constructor(shared: RangeNamesShared) {
    this.#shared = shared;
  }

  of(file: number): FileNames {
    const names = this.#files.get(file) ?? new FileNames(this.#shared, file);
    this.#files.set(file, names);
    return names;
  }

  /** A range of the file was read to its end; rejects when what it names was not taken. */
  tell(file: number): Promise<void> {
    const marks = this.of(file).take();
    return postMessageToThread(this.#shared.thread, { snapshot: this.#shared.id, file, marks } satisfies RangeNames, marks ? [marks.buffer] : []);
  }

  close(): void {
    for (const names of this.#files.values()) names.close();
  }
}

async function* rowsOf(reader: SnapshotReader, { sql, place, ranges }: PlanData, range: number, names: FileNames | null): AsyncGenerator<Batch> {
  await reader.expectOrder(ranges?.inOrder ?? false);
  if (!ranges) return yield* reader.batches({ sql, place }, names, true);
  const [from, to] = [edgeOf(ranges.cuts, range), edgeOf(ranges.cuts, range + 1)];
  if (from !== null && from === to) return;
  const within = (text: string): string => inRange(text, ranges.time, from, to);
  const { copy, binary } = sql;
  yield* reader.batches({ sql: { copy: within(copy), binary: binary && { ...binary, copy: within(binary.copy) } }, place }, names, true);
}
