import { Worker } from 'node:worker_threads';
import { CodedError } from '../../errors.ts';
import type { Archiver, ArchiveProgress, ArchiveResult, EntrySummary, PartFile, PartNumber, PartsRequest } from '../archive.ts';
import type { RequestData, ResultData, WorkerData } from './archive-worker.ts';
import { untilAborted } from '../until-aborted.ts';
import { Calls, Moved, type Offers } from './calls.ts';
import { type Chunk, takeChunk } from './chunks.ts';

/** Its garbage is little: what it holds is in shared memory. */
const YOUNG_MEGABYTES = 4;

export interface ArchiveThread extends Archiver {
  /** Ends the threads; what is being written fails. */
  close(): Promise<void>;
}

/**
 * Writes archives off this thread: one thread hashes, zips and encrypts, and so many more read, transcode and pack for it, of which at most
 * `mostReaders` read for one archive. Here happen only the calls to the source, without plans, and to the store. The threads start with the first archive and do not keep the process alive; when one
 * dies, what it worked on fails with `run.thread_ended`, and the next archive gets new ones.
 */
export function openArchiveThread(threads: number, mostReaders = threads): ArchiveThread {
  let open: Writer | null = null;
  let closed = false;
  return {
    async writeParts(request) {
      if (closed) throw new Error('the threads are closed');
      open ??= new Writer({ threads, mostReaders }, () => {
        open = null;
      });
      return open.writeParts(request);
    },
    async close() {
      closed = true;
      await open?.end();
    },
  };
}

/** What this thread knows of an archive that is being written. */
interface Run {
  readonly request: PartsRequest;
  readonly parts: Map<number, PartFile>;
  /** In which the chunks of a part come. */
  readonly memory: Map<number, SharedArrayBuffer>;
  readonly lines: Map<number, AsyncIterator<Uint8Array>>;
  /** Whatever the reason: what was made of it is not read back any further. */
  readonly failed: AbortController;
}

class Writer {
  readonly #worker: Worker;
  readonly #calls: Calls;
  readonly #runs = new Map<number, Run>();
  /** Files read back from the store, by run and part. */
  readonly #stored = new Map<string, AsyncIterator<Uint8Array>>();
  #last = 0;

  constructor(workerData: WorkerData, onGone: () => void) {
    this.#worker = new Worker(new URL('./archive-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    this.#calls = new Calls(this.#worker, this.#offers());
    this.#worker.unref();
    let cause: unknown = null;
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', () => {
      onGone();
      this.#calls.end(new CodedError('run.thread_ended', { cause }));
    });
  }

  async writeParts(request: PartsRequest): Promise<readonly ArchiveResult[]> {
    request.signal.throwIfAborted();
    this.#last += 1;
    const id = this.#last;
    const run: Run = { request, parts: new Map(), memory: new Map(), lines: new Map(), failed: new AbortController() };
    this.#runs.set(id, run);
    const cancel = (): void => void this.#call('abort', [id]).catch(() => undefined);
    request.signal.addEventListener('abort', cancel, { once: true });
    try {
      const results = await this.#call<readonly ResultData[]>('write', [id, dataOf(request)]);
      return results.map((result) => this.#resultOf(id, run, result));
    } catch (error) {
      const reason: unknown = request.signal.aborted ? request.signal.reason : error;
      run.failed.abort(reason);
      throw reason;
    } finally {
      request.signal.removeEventListener('abort', cancel);
      this.#runs.delete(id);
      await tidy(run);
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** While somebody waits for it, the process must not end. */
  async #call<T>(name: string, args: readonly unknown[]): Promise<T> {
    this.#worker.ref();
    try {
      return await this.#calls.call<T>(name, args);
    } finally {
      if (this.#calls.waiting === 0) this.#worker.unref();
    }
  }

  #resultOf(id: number, { request, failed }: Run, result: ResultData): ArchiveResult {
    const part = result.part.number;
    return {
      ...result,
      verifyStored: async (stored) => {
        const signal = AbortSignal.any([request.signal, failed.signal]);
        const iterator = stored[Symbol.asyncIterator]();
        this.#stored.set(`${id}/${part}`, iterator);
        const cancel = (): void => void this.#call('abort', [id]).catch(() => undefined);
        signal.addEventListener('abort', cancel, { once: true });
        try {
          signal.throwIfAborted();
          // A store that hangs is told by its caller, who waits for this.
          await untilAborted(this.#call('verify', [id, part, result.fileBytes, result.fileSha256]), signal);
        } catch (error) {
          throw signal.aborted ? signal.reason : error;
        } finally {
          signal.removeEventListener('abort', cancel);
          this.#stored.delete(`${id}/${part}`);
          // Where it was not read to its end, whatever the reason; one that hangs is not waited for.
          Promise.resolve(iterator.return?.()).catch(() => undefined);
        }
      },
    };
  }

  #offers(): Offers {
    const runOf = (id: number): Run => {
      const run = this.#runs.get(id);
      if (!run) throw new Error('the archive is not written any more');
      return run;
    };
    const partOf = (id: number, part: number): PartFile => runOf(id).parts.get(part) as PartFile;
    return {
      open: async (id: number, part: number, memory: SharedArrayBuffer) => {
        const run = runOf(id);
        const file = inTurn(await run.request.openPart(part));
        // The archive may have been left meanwhile.
        if (!this.#runs.has(id)) return file.discard?.();
        run.parts.set(part, file);
        run.memory.set(part, memory);
      },
      chunk: (id: number, part: number, chunk: Chunk) => partOf(id, part).write(takeChunk(runOf(id).memory.get(part) as SharedArrayBuffer, chunk)),
      whole: (id: number, part: number, result: ResultData) => partOf(id, part).whole(this.#resultOf(id, runOf(id), result)),
      discard: async (id: number, part: number) => discard(runOf(id), part),
      report: (id: number, entries: readonly EntrySummary[], part: PartNumber) => runOf(id).request.report(entries, part),
      manifest: (id: number, entries: readonly EntrySummary[], part: PartNumber) => runOf(id).request.manifest(entries, part),
      sign: (id: number, bytes: Uint8Array) => runOf(id).request.sign(bytes),
      progress: (id: number, progress: ArchiveProgress) => runOf(id).request.onProgress(progress),
      lines: (id: number, file: number) => next(linesOf(runOf(id), file)),
      linesLeft: (id: number, file: number) => left(runOf(id).lines, file),
      stored: (id: number, part: number) => next(this.#stored.get(`${id}/${part}`)),
      storedLeft: async (id: number, part: number) => void (await this.#stored.get(`${id}/${part}`)?.return?.()),
    };
  }
}

/** Chunks come ahead of the store; it takes one after the other. */
function inTurn(file: PartFile): PartFile {
  let before: Promise<void> = Promise.resolve();
  return {
    ...file,
    write(chunk) {
      before = before.then(() => file.write(chunk));
      return before;
    },
  };
}

function dataOf({ files, recipients, time, mostBytes, level, reportName }: PartsRequest): RequestData {
  return { files: files.map(({ lines: _, ...file }) => file), recipients, time, mostBytes, ...(level && { level }), ...(reportName && { reportName }) };
}

function linesOf(run: Run, file: number): AsyncIterator<Uint8Array> | undefined {
  const known = run.lines.get(file) ?? run.request.files[file]?.lines()[Symbol.asyncIterator]();
  if (known) run.lines.set(file, known);
  return known;
}

async function next(iterator: AsyncIterator<Uint8Array> | undefined): Promise<Moved | null> {
  const step = await iterator?.next();
  if (!step || step.done === true) return null;
  const { value } = step;
  const own = value.byteLength === value.buffer.byteLength && value.buffer instanceof ArrayBuffer ? value : new Uint8Array(value);
  return new Moved(own, [own.buffer as ArrayBuffer]);
}

async function left(iterators: Map<number, AsyncIterator<Uint8Array>>, at: number): Promise<void> {
  const iterator = iterators.get(at);
  iterators.delete(at);
  await iterator?.return?.();
}

async function discard(run: Run, part: number): Promise<void> {
  const file = run.parts.get(part);
  run.parts.delete(part);
  run.memory.delete(part);
  await file?.discard?.();
}

/** What the thread could not do any more, because it died. */
async function tidy(run: Run): Promise<void> {
  for (const file of run.lines.keys()) void left(run.lines, file).catch(() => undefined);
  for (const part of [...run.parts.keys()]) await discard(run, part).catch(() => undefined);
}
