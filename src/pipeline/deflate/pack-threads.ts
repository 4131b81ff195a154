import { Worker } from 'node:worker_threads';
import { CodedError, type ErrorCode } from '../../errors.ts';
import type { CompressionLevel, FormatOrder, PackedBlock, Packer } from '../archive.ts';

export interface PackOrder {
  readonly id: number;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly level: CompressionLevel;
  readonly format: FormatOrder | undefined;
}

export type PackAnswer = { readonly id: number } & (
  | { readonly block: PackedBlock }
  | { readonly coded: { readonly code: ErrorCode; readonly value: unknown } }
  | { readonly error: unknown }
);

export interface PackThreads extends Packer {
  /** Ends the threads; what is still asked for is rejected. */
  close(): Promise<void>;
}

/** While one block is packed the next must lie ready, and one more be on its way. */
const AHEAD_PER_THREAD = 3;

/**
 * So many threads that pack blocks for whoever asks; the least busy one gets the next block. They start with the first block and do not
 * keep the process alive. A thread that dies rejects what it had, and is replaced.
 */
export function openPackThreads(count: number): PackThreads {
  const threads: (Thread | null)[] = Array.from({ length: count }, () => null);
  let closed = false;
  return {
    ahead: count * AHEAD_PER_THREAD,
    pack(plain, level, format) {
      if (closed) return Promise.reject(new Error('the threads are closed'));
      let chosen = 0;
      for (let at = 1; at < count; at += 1) if ((threads[at]?.waiting ?? 0) < (threads[chosen]?.waiting ?? 0)) chosen = at;
      const thread = threads[chosen] ?? new Thread(() => (threads[chosen] = null));
      threads[chosen] = thread;
      return thread.pack(plain, level, format);
    },
    async close() {
      closed = true;
      await Promise.all(threads.map((thread) => thread?.end()));
    },
  };
}

interface Waiting {
  resolve(block: PackedBlock): void;
  reject(error: unknown): void;
}

class Thread {
  readonly #worker = new Worker(new URL('./pack-worker.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(onGone: () => void) {
    let cause: unknown = new Error('the thread ended');
    this.#worker.unref();
    this.#worker.on('message', (answer: PackAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', () => {
      onGone();
      for (const one of this.#waiting.values()) one.reject(cause);
      this.#waiting.clear();
    });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  pack(plain: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // While somebody waits for it, the process must not end.
      this.#worker.ref();
      this.#worker.postMessage({ id, plain, level, format } satisfies PackOrder, [plain.buffer]);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: PackAnswer): void {
    const one = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('block' in answer) one?.resolve(answer.block);
    else if ('coded' in answer) one?.reject(new CodedError(answer.coded.code, { value: answer.coded.value }));
    else one?.reject(answer.error);
  }
}
