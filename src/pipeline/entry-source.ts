import { setTimeout as wait } from 'node:timers/promises';
import type { ArchiveFile, ArchiveRequest, EntrySummary } from './archive.ts';
import { isEntryName, MANIFEST_NAME, REPORT_NAME, SIGNATURE_NAME } from './entry-name.ts';
import { untilAborted } from './until-aborted.ts';

/** What is known of an entry before it is written. */
export type EntryFacts = Omit<EntrySummary, 'bytes' | 'rows' | 'sha256'>;

/** One entry of data or of a schema; `open` is called when its turn comes, never before. */
export interface EntrySource {
  readonly facts: EntryFacts;
  open(): AsyncIterable<Uint8Array>;
}

/** Behind the data of every archive stand the report, the manifest over all before it, and the signature of the manifest. */
export const CLOSING_NAMES = [REPORT_NAME, MANIFEST_NAME, SIGNATURE_NAME] as const;

const CLOSE_GRACE_MS = 500;

/**
 * The entries of an archive in their order: each file, then its schema where it is new.
 * Throws an uncoded error if names are unsafe or double: the caller made them, so that is a fault of the program.
 */
export function entrySources(request: ArchiveRequest, signal: AbortSignal): readonly EntrySource[] {
  const schemas = new Set<string>();
  const sources: EntrySource[] = [];
  for (const file of request.files) {
    sources.push({ facts: dataEntry(file), open: () => untilStopped(() => file.lines(), signal) });
    if (schemas.has(file.schemaName)) continue;
    schemas.add(file.schemaName);
    sources.push({ facts: schemaEntry(file), open: () => once(jsonBytes(file.schema)) });
  }
  const names = [...sources.map((source) => source.facts.name), ...CLOSING_NAMES].map((name) => name.toLowerCase());
  if (new Set(names).size !== names.length || !sources.every((source) => isEntryName(source.facts.name))) {
    throw new Error(`entry names are unsafe or double: ${names.join(', ')}`);
  }
  return sources;
}

function dataEntry({ name, content, entityType, schemaName }: ArchiveFile): EntryFacts {
  return { name, content, entityType, schema: schemaName };
}

function schemaEntry({ schemaName, entityType, schema }: ArchiveFile): EntryFacts {
  return { name: schemaName, content: 'schema', entityType, ...(typeof schema['$id'] === 'string' && { schemaId: schema['$id'] }) };
}

/** A document as an entry holds it. */
export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
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
