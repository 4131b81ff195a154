/** Reads ranges of a snapshot that another session exported, in whichever thread imports this module. */

import type { Batch } from '../../kernel/transcoder.ts';
import { inRange } from './conditions.ts';
import { type Cuts, edgeOf } from './range-cuts.ts';
import { openSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import type { CopyStatements } from './statements.ts';

/** Plain data, with the password in it: it goes from thread to thread by message only. */
export interface PlanShared {
  readonly settings: PostgresSettings;
  /** Name of the exported snapshot. */
  readonly snapshot: string;
}

export interface PlanData {
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
  const { settings, snapshot } = shared as PlanShared;
  const reader = new SnapshotReader(await openSession(settings, signal, snapshot), signal);
  return { read: (data, range) => rowsOf(reader, data as PlanData, range), close: () => reader.close() };
}

async function* rowsOf(reader: SnapshotReader, { sql, place, ranges }: PlanData, range: number): AsyncGenerator<Batch> {
  await reader.expectOrder(ranges?.inOrder ?? false);
  if (!ranges) return yield* reader.batches({ sql, place }, true);
  const [from, to] = [edgeOf(ranges.cuts, range), edgeOf(ranges.cuts, range + 1)];
  if (from !== null && from === to) return;
  const within = (text: string): string => inRange(text, ranges.time, from, to);
  const { copy, binary } = sql;
  yield* reader.batches({ sql: { copy: within(copy), binary: binary && { ...binary, copy: within(binary.copy) } }, place }, true);
}
