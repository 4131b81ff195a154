import { setTimeout as wait } from 'node:timers/promises';
import type { ArchiveFile, EntrySummary } from './archive.ts';
import { isEntryName, MANIFEST_NAME, REPORT_NAME, SIGNATURE_NAME } from './entry-name.ts';
import { untilAborted } from './until-aborted.ts';

/** What is known of an entry before it is written. */
export type EntryFacts = Omit<EntrySummary, 'bytes' | 'rows' | 'sha256'>;

/** Behind the data of every archive stand the report, the manifest over all before it, and the signature of the manifest. */
export function closingNames(reportName = REPORT_NAME): readonly string[] {
  return [reportName, MANIFEST_NAME, SIGNATURE_NAME];
}

const CLOSE_GRACE_MS = 500;

/**
 * Throws an uncoded error if names are unsafe or double: the caller made them, so that is a fault of the program. A schema may be shared.
 */
export function checkEntryNames(files: readonly ArchiveFile[], reportName?: string): void {
  const names = [...files.map((file) => file.name), ...new Set(files.map((file) => file.schemaName)), ...closingNames(reportName)];
  const plain = names.map((name) => name.toLowerCase());
  if (new Set(plain).size !== names.length || !names.every(isEntryName)) throw new Error(`entry names are unsafe or double: ${plain.join(', ')}`);
}

/** The lines of a file, asked for when the first is taken. */
export function linesOf(file: ArchiveFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  return untilStopped(() => file.lines(), signal);
}

export function dataEntry({ name, content, entityType, schemaName, format }: ArchiveFile): EntryFacts {
  const formulas = format?.format === 'csv' && { formulas: format.formulas };
  return { name, content, entityType, schema: schemaName, format: format?.format ?? 'jsonl', ...formulas };
}

export function schemaEntry({ schemaName, entityType, schema }: ArchiveFile): EntryFacts {
  return { name: schemaName, content: 'schema', entityType, ...(typeof schema['$id'] === 'string' && { schemaId: schema['$id'] }) };
}

/** A document as an entry holds it. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Passes chunks on, but stops at once when the signal aborts, even while the source keeps us waiting; closes the source.
 * `open` is called inside, so that its error takes the same way as every other.
 */
async function* untilStopped(open: () => AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = open()[Symbol.asyncIterator]();
  let done = false;
  try {
    while (!done) {
      const step = await untilAborted(iterator.next(), signal);
      done = step.done === true;
      if (step.done !== true) yield step.value;
    }
  } finally {
    // A source that hangs in next() would also hang in return(): it is told, and waited for only so long.
    if (!done) await Promise.race([closing(iterator), wait(CLOSE_GRACE_MS, undefined, { ref: false })]);
  }
}

async function closing(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  // What went wrong before is what is told; a second error while closing would hide it.
  await Promise.resolve(iterator.return?.()).catch(() => undefined);
}
