/** Reads parts of a snapshot that another session exported, in whichever thread imports this module. */

import type { Batch } from '../../kernel/transcoder.ts';
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
  /** Whether the rows lie on disk in the order of their times. */
  readonly inOrder: boolean;
}

interface PlanReader {
  /** The rows of a part in batches of whole lines, each good until the next is asked for; one part after the other. */
  read(data: unknown): AsyncIterable<Batch>;
  close(): Promise<void>;
}

/** A connection of its own in the exported snapshot. An abort cancels in the source what is being read, and comes out as the signal's reason. */
export async function openPlanReader(shared: unknown, signal: AbortSignal): Promise<PlanReader> {
  const { settings, snapshot } = shared as PlanShared;
  const reader = new SnapshotReader(await openSession(settings, signal, snapshot), signal);
  return { read: (data) => rowsOf(reader, data as PlanData), close: () => reader.close() };
}

async function* rowsOf(reader: SnapshotReader, plan: PlanData): AsyncGenerator<Batch> {
  await reader.expectOrder(plan.inOrder);
  yield* reader.batches(plan, true);
}
