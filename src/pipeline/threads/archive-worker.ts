/** The thread that writes archives: hashes, zips, encrypts, and checks what was stored. It asks the thread it was started from for all that is not bytes. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { ArchiveFile, ArchiveProgress, ArchiveResult, PartFile, PartsRequest } from '../archive.ts';
import { SEAL_BYTES } from '../part-room.ts';
import { verifyStored } from '../verify-stored.ts';
import { writeParts } from '../write-archive.ts';
import { BlockThreads } from './block-threads.ts';
import { Calls } from './calls.ts';
import { newChunks, putChunk } from './chunks.ts';
import { keepCompiled } from './keep-compiled.ts';

export interface WorkerData {
  readonly threads: number;
  /** For one archive. */
  readonly mostReaders: number;
}

/** What of a request can go to another thread; the rest is asked for. */
export type RequestData = Pick<PartsRequest, 'recipients' | 'time' | 'mostBytes'> &
  Partial<Pick<PartsRequest, 'level' | 'reportName'>> & { readonly files: readonly Omit<ArchiveFile, 'lines'>[] };

/** What of a result can. */
export type ResultData = Omit<ArchiveResult, 'verifyStored'>;

/** Progress is told as often as this at most. */
const PROGRESS_MS = 100;
/** So many chunks are on their way to the store while the next is made. */
const CHUNKS_AHEAD = 2;
/** One that is sealed at once, and the head of the file. */
const CHUNK_BYTES = SEAL_BYTES + 64 * 1024;
const CLOSE_GRACE_MS = 500;

interface Run {
  readonly stop: AbortController;
  readonly progress: Progress;
  /** Memory of parts that are stored, for the next ones. */
  readonly spare: SharedArrayBuffer[];
}

if (!parentPort) throw new Error('This module runs in a worker thread.');
const runs = new Map<number, Run>();
const { threads, mostReaders } = workerData as WorkerData;
const packer = new BlockThreads(threads, mostReaders);
/** Files that are being read back, by run. */
const checks = new Map<number, Set<AbortController>>();
/** Parts that are being stored. */
const keptOf = new Map<string, ArchiveResult>();
const calls = new Calls(parentPort, { write, abort, verify });

async function write(id: number, data: RequestData): Promise<readonly ResultData[]> {
  const run: Run = { stop: new AbortController(), progress: progressOf(id), spare: [] };
  runs.set(id, run);
  try {
    const results = await writeParts(requestOf(id, run, data));
    keepCompiled();
    return results.map(dataOf);
  } finally {
    runs.delete(id);
  }
}

function abort(id: number): void {
  const reason = new Error('stopped');
  runs.get(id)?.stop.abort(reason);
  for (const check of checks.get(id) ?? []) check.abort(reason);
}

async function verify(id: number, part: number, fileBytes: number, fileSha256: string): Promise<void> {
  const stop = new AbortController();
  const going = checks.get(id) ?? new Set();
  checks.set(id, going.add(stop));
  try {
    const kept = keptOf.get(`${id}/${part}`);
    // With its key, while the part is being stored.
    if (kept) await kept.verifyStored(storedChunks(id, part), stop.signal);
    else await verifyStored(storedChunks(id, part), { fileBytes, fileSha256, signal: stop.signal });
  } finally {
    going.delete(stop);
    if (going.size === 0) checks.delete(id);
  }
}

function requestOf(id: number, run: Run, data: RequestData): PartsRequest {
  return {
    ...data,
    files: data.files.map((file, at): ArchiveFile => ({ ...file, lines: () => ({ [Symbol.asyncIterator]: () => pulled('lines', [id, at]) }) })),
    report: (entries, part) => calls.call('report', [id, entries, part]),
    manifest: (entries, part) => calls.call('manifest', [id, entries, part]),
    sign: (bytes) => calls.call('sign', [id, bytes]),
    openPart: (number) => openPart(id, run, number),
    onProgress: run.progress.take,
    signal: run.stop.signal,
    packer,
  };
}

async function openPart(id: number, run: Run, number: number): Promise<PartFile> {
  const memory = run.spare.pop() ?? newChunks(CHUNKS_AHEAD + 1, CHUNK_BYTES);
  await calls.call('open', [id, number, memory]);
  const going: Promise<void>[] = [];
  let count = 0;
  return {
    async write(chunk) {
      // Copied, so that the next can be made; the memory of the chunk before the last is free again.
      const written = calls.call<void>('chunk', [id, number, putChunk(memory, count, chunk)]);
      count += 1;
      written.catch(() => undefined);
      going.push(written);
      if (going.length > CHUNKS_AHEAD) await going.shift();
    },
    async whole(written) {
      await Promise.all([...going, run.progress.flush()]);
      run.spare.push(memory);
      keptOf.set(`${id}/${number}`, written);
      try {
        await calls.call('whole', [id, number, dataOf(written)]);
      } finally {
        keptOf.delete(`${id}/${number}`);
      }
    },
    async discard() {
      // One that hangs was left already.
      await Promise.race([Promise.allSettled(going), wait(CLOSE_GRACE_MS)]);
      await calls.call('discard', [id, number]);
    },
  };
}

interface Progress {
  readonly take: (progress: ArchiveProgress) => void;
  /** Tells what was held back. */
  flush(): Promise<void>;
}

function progressOf(id: number): Progress {
  let told = 0;
  let last: ArchiveProgress | null = null;
  const flush = async (): Promise<void> => {
    const progress = last;
    last = null;
    told = performance.now();
    if (progress) await calls.call('progress', [id, progress]);
  };
  return {
    take(progress) {
      last = progress;
      if (performance.now() - told >= PROGRESS_MS) flush().catch(() => undefined);
    },
    flush,
  };
}

/** Bytes that the other thread gives one after the other, as long as they are asked for. */
function pulled(name: string, args: readonly unknown[]): AsyncIterator<Uint8Array> {
  return {
    async next() {
      const value = await calls.call<Uint8Array | null>(name, args);
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    async return() {
      await calls.call(`${name}Left`, args);
      return { done: true, value: undefined };
    },
  };
}

/** What is read back; the next chunk is on its way while one is checked. */
async function* storedChunks(id: number, part: number): AsyncGenerator<Uint8Array> {
  const ask = () => handled(calls.call<Uint8Array | null>('stored', [id, part]));
  let chunk: Uint8Array | null = null;
  try {
    let next = ask();
    do {
      chunk = await next;
      next = chunk ? ask() : next;
      if (chunk) yield chunk;
    } while (chunk);
  } finally {
    if (chunk) await calls.call('storedLeft', [id, part]);
  }
}

function handled<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

function dataOf({ verifyStored: _, ...data }: ArchiveResult): ResultData {
  return data;
}
