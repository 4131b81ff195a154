import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ArchiveFile, ArchiveRequest, EntrySummary } from './archive.ts';
import { inBatches } from './batches.ts';
import { countLines } from './bytes.ts';
import { isEntryName, MANIFEST_NAME, REPORT_NAME, SIGNATURE_NAME } from './entry-name.ts';
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
 * The entries of an archive in their order: each file, then its schema where it is new, then the report, the manifest and its signature.
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
          dataEntry(file),
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
          schemaEntry(file),
          json(() => file.schema),
          totals,
        ),
    });
  }
  sources.push(...closingEntries(request, totals));
  const names = sources.map((source) => source.name.toLowerCase());
  if (new Set(names).size !== names.length || !sources.every((source) => isEntryName(source.name))) {
    throw new Error(`entry names are unsafe or double: ${names.join(', ')}`);
  }
  return sources;
}

type Entry = Omit<EntrySummary, 'bytes' | 'rows' | 'sha256'>;

function dataEntry({ name, content, entityType, schemaName }: ArchiveFile): Entry {
  return { name, content, entityType, schema: schemaName };
}

function schemaEntry({ schemaName, entityType, schema }: ArchiveFile): Entry {
  return { name: schemaName, content: 'schema', entityType, ...(typeof schema['$id'] === 'string' && { schemaId: schema['$id'] }) };
}

/** What stands behind the data of every archive: the report, the manifest over all before it, the signature of the manifest. */
function closingEntries(request: Pick<ArchiveRequest, 'report' | 'manifest' | 'sign'>, totals: Totals): ZipSource[] {
  let manifest: Uint8Array = Buffer.alloc(0);
  const keepManifest = async function* () {
    for await (const bytes of json(() => request.manifest(totals.entries))) {
      manifest = bytes;
      yield bytes;
    }
  };
  const report: Entry = { name: REPORT_NAME, content: 'report', entityType: null };
  return [
    {
      name: REPORT_NAME,
      open: () =>
        measured(
          report,
          once(() => Buffer.from(request.report(totals.entries))),
          totals,
        ),
    },
    { name: MANIFEST_NAME, open: keepManifest },
    { name: SIGNATURE_NAME, open: () => once(() => request.sign(manifest)) },
  ];
}

async function* once(make: () => Uint8Array): AsyncGenerator<Uint8Array> {
  yield make();
}

async function* json(make: () => unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(make(), null, 2)}\n`);
}

async function* measured(entry: Entry, source: AsyncIterable<Uint8Array>, totals: Totals): AsyncGenerator<Uint8Array> {
  const { name } = entry;
  const hasRows = entry.content !== 'schema' && entry.content !== 'report';
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  let last = NEWLINE;
  for await (const batch of inBatches(source)) {
    hash.update(batch);
    bytes += batch.length;
    totals.plainBytes += batch.length;
    last = batch[batch.length - 1] ?? NEWLINE;
    if (hasRows) {
      const found = countLines(batch);
      rows += found;
      totals.rows += found;
    }
    yield batch;
  }
  // Else the row count would be short by one.
  if (last !== NEWLINE) throw new Error(`${name} does not end with a newline`);
  totals.entries.push({ ...entry, bytes, rows: hasRows ? rows : null, sha256: hash.digest('hex') });
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
