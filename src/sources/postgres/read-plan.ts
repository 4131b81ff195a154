/** Reads one part of a snapshot that another session exported, in whichever thread imports this module. */

import type { Batch } from '../../kernel/transcoder.ts';
import { openSession } from './session.ts';
import type { PostgresSettings } from './settings.ts';
import { SnapshotReader } from './snapshot-reader.ts';
import type { CopyStatements } from './statements.ts';

/** Plain data, with the password in it: it goes from thread to thread by message only. */
export interface PlanData {
  readonly settings: PostgresSettings;
  /** Name of the exported snapshot. */
  readonly snapshot: string;
  readonly sql: CopyStatements;
  /** Table named in errors. */
  readonly place: string;
}

/** The rows of the part in batches of whole lines, on a connection of its own. An abort cancels it in the source and comes out as the signal's reason. */
export async function* openBlocks(data: unknown, signal: AbortSignal): AsyncGenerator<Batch> {
  const { settings, snapshot, sql, place } = data as PlanData;
  const reader = new SnapshotReader(await openSession(settings, signal, snapshot), signal);
  try {
    yield* reader.batches({ sql, place });
  } finally {
    await reader.close();
  }
}
