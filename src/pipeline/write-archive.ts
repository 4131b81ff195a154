import { createHash } from 'node:crypto';
import type { ArchiveRequest, ArchiveResult } from './archive.ts';
import { inBatches } from './batches.ts';
import { Encryptor } from './cms/encryptor.ts';
import { CLOSING_NAMES, entrySources } from './entry-source.ts';
import { untilAborted } from './until-aborted.ts';
import { verifyStored, type Written } from './verify-stored.ts';
import { type Totals, zipBytes } from './zip-bytes.ts';

/**
 * Writes one archive: lines → zip → CMS → sink (format: docs/formats/artifact.md). Nothing plain touches the disk and
 * memory is constant. Batches given by `lines()` must not be changed afterwards.
 * Rejects with the very error of `lines()`, `manifest`, `sink` or `onProgress`, with the reason of the signal, or with
 * `recipients.required` / `certificate.*` before anything is read. The open iterator is closed and the key forgotten then.
 */
export async function writeArchive(request: ArchiveRequest): Promise<ArchiveResult> {
  request.signal.throwIfAborted();
  // One signal for every way to fail, so that the first failure stops all parts and is the one that is told.
  const stop = new AbortController();
  const totals: Totals = { rows: 0, plainBytes: 0, entries: [] };
  const sources = entrySources(request, stop.signal);
  const encryptor = new Encryptor(request.recipients);
  const cancel = (): void => stop.abort(request.signal.reason);
  request.signal.addEventListener('abort', cancel, { once: true });
  try {
    const sink = new Sink(request, totals, stop.signal);
    for await (const batch of inBatches(zipBytes(request, sources, totals))) await sink.write(encryptor.update(batch));
    await sink.write(encryptor.final());
    const names = [...sources.map((source) => source.facts.name), ...CLOSING_NAMES];
    return result(encryptor, totals, { fileBytes: sink.fileBytes, fileSha256: sink.sha256(), names, signal: request.signal });
  } catch (error) {
    stop.abort(error);
    encryptor.forget();
    throw stop.signal.reason;
  } finally {
    request.signal.removeEventListener('abort', cancel);
  }
}

/** Hands encrypted bytes on, one chunk at a time, and measures them. */
class Sink {
  readonly #request: ArchiveRequest;
  readonly #totals: Totals;
  readonly #signal: AbortSignal;
  readonly #hash = createHash('sha256');
  fileBytes = 0;

  constructor(request: ArchiveRequest, totals: Totals, signal: AbortSignal) {
    this.#request = request;
    this.#totals = totals;
    this.#signal = signal;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#signal.throwIfAborted();
    this.#hash.update(chunk);
    await untilAborted(this.#request.sink(chunk), this.#signal);
    this.fileBytes += chunk.length;
    this.#request.onProgress({ rows: this.#totals.rows, plainBytes: this.#totals.plainBytes, fileBytes: this.fileBytes });
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}

function result(encryptor: Encryptor, totals: Totals, written: Written): ArchiveResult {
  return {
    entries: totals.entries,
    rows: totals.rows,
    fileBytes: written.fileBytes,
    fileSha256: written.fileSha256,
    verifyStored: (stored) => verifyStored(stored, encryptor, written),
    forget: () => encryptor.forget(),
  };
}
