import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ArchiveFile, ArchiveRequest, EntrySummary } from './archive.ts';
import { inBatches } from './batches.ts';
import { countLines } from './bytes.ts';
import { isEntryName, MANIFEST_NAME } from './entry-name.ts';
import { untilAborted } from './until-aborted.ts';
import type { ZipSource } from './zip/write-zip.ts';

/** Running totals of one archive; `entries` grows as entries are finished. */
export interface Totals {
  rows: number;
  plainBytes: number;
  readonly entries: EntrySummary[];
}

const NEWLINE = 0x0a;
const CLOSE_GRACE_MS = 500;

/**
 * The entries of an archive in their order: each file, then its schema where it is new, `manifest.json` last.
 * Throws an uncoded error if names are unsafe or double: the caller made them, so that is a fault of the program.
 */
export function entrySources(request: ArchiveRequest, totals: Totals, signal: AbortSignal): readonly ZipSource[] {
  const schemas = new Set<string>();
  const sources: ZipSource[] = [];
  for (const file of request.files) {
    sources.push({
      name: file.name,
      open: () =>
        measured(
          file.name,
          file.content,
          file,
          untilStopped(() => file.lines(), signal),
          totals,
        ),
    });
    if (schemas.has(file.schemaName)) continue;
    schemas.add(file.schemaName);
    sources.push({
      name: file.schemaName,
      open: () =>
        measured(
          file.schemaName,
          'schema',
          file,
          json(() => file.schema),
          totals,
        ),
    });
  }
  sources.push({ name: MANIFEST_NAME, open: () => json(() => request.manifest(totals.entries)) });
  const names = sources.map((source) => source.name.toLowerCase());
  if (new Set(names).size !== names.length || !sources.every((source) => isEntryName(source.name))) {
    throw new Error(`entry names are unsafe or double: ${names.join(', ')}`);
  }
  return sources;
}

async function* json(make: () => unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(make(), null, 2)}\n`);
}

async function* measured(
  name: string,
  content: EntrySummary['content'],
  file: ArchiveFile,
  source: AsyncIterable<Uint8Array>,
  totals: Totals,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  let last = NEWLINE;
  for await (const batch of inBatches(source)) {
    hash.update(batch);
    bytes += batch.length;
    totals.plainBytes += batch.length;
    last = batch[batch.length - 1] ?? NEWLINE;
    if (content !== 'schema') {
      const found = countLines(batch);
      rows += found;
      totals.rows += found;
    }
    yield batch;
  }
  // Else the row count would be short by one.
  if (last !== NEWLINE) throw new Error(`${name} does not end with a newline`);
  totals.entries.push({ name, content, entityType: file.entityType, bytes, rows: content === 'schema' ? null : rows, sha256: hash.digest('hex') });
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
