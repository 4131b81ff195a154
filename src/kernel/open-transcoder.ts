import { type KernelExports, openKernel } from './open-kernel.ts';
import { type NotingKernel, noteColumn, tellLongLines, tellNotes, toldTo } from './notes.ts';
import { type Batch, type Column, COLUMN_KINDS, type Listener, prefixOf, type Transcoder, unexpectedRows } from './transcoder.ts';

/** The most bytes of the wire the kernel takes at once. */
const PIECE_BYTES = 65_536;
/** What the kernel's output has room for. */
const OUTPUT_BYTES = 327_680;
/** What `transcode` returns. */
const [BATCH_READY, OUTPUT_FULL, BROKEN, NOTES_FULL] = [1, 2, 3, 4];

/**
 * The transcoder in WebAssembly. Rejects where the platform lacks SIMD, or when there are too many columns. `lends`: batches come in memory that
 * is used again once they are released, so that nothing is left to be collected.
 */
export async function openTranscoder(columns: readonly Column[], lends = false, listener: Listener | null = null): Promise<Transcoder> {
  const bench = takeBench(listener) ?? (await newBench());
  const { kernel, memory } = bench;
  kernel.reset();
  if (bench.listener !== listener) {
    // Also when nobody listens: what is seen then was told nobody.
    toldTo(bench, listener);
    bench.listener = listener;
  }
  for (const [index, column] of columns.entries()) {
    const prefix = prefixOf(column, index);
    memory.set(prefix, kernel.namePointer());
    if (kernel.addColumn(COLUMN_KINDS[column.kind], prefix.length) === 0) throw new RangeError('too many columns');
    if ((listener || column.hidden) && !noteColumn(bench, column)) throw new RangeError('too many columns');
  }
  return new WasmTranscoder(bench, columns, lends, listener);
}

/** What a transcoder works with. When it has come to its end, another one does. */
interface Bench extends NotingKernel {
  /** Lent to nobody. */
  readonly free: Uint8Array[];
  /** What it has seen, this one was told. */
  listener: Listener | null;
}

const idle: Bench[] = [];

/** One that remembers what was told, if there is any. */
function takeBench(listener: Listener | null): Bench | undefined {
  const known = listener === null ? -1 : idle.findIndex((one) => one.listener === listener);
  return known === -1 ? idle.pop() : idle.splice(known, 1)[0];
}

/** The listener is told nothing more: nothing of it, or of what it was told, is kept for another transcoder. */
export function forgetListener(listener: Listener): void {
  for (const bench of idle.filter((one) => one.listener === listener)) {
    toldTo(bench, null);
    bench.listener = null;
  }
}

async function newBench(): Promise<Bench> {
  const kernel = await openKernel();
  return { kernel, memory: new Uint8Array(kernel.memory.buffer), words: new Uint32Array(kernel.memory.buffer), free: [], listener: null };
}

class WasmTranscoder implements Transcoder {
  readonly #bench: Bench;
  readonly #kernel: KernelExports;
  readonly #memory: Uint8Array;
  readonly #rawAt: number;
  readonly #outputAt: number;
  /** The beginning of a line that is longer than the kernel's output. */
  #begun: Uint8Array[] = [];
  readonly #lends: boolean;
  readonly #columns: readonly Column[];
  readonly #listener: Listener | null;

  constructor(bench: Bench, columns: readonly Column[], lends: boolean, listener: Listener | null) {
    const { kernel, memory } = bench;
    this.#bench = bench;
    this.#kernel = kernel;
    this.#columns = columns;
    this.#lends = lends;
    this.#listener = listener;
    this.#memory = memory;
    this.#rawAt = kernel.rawPointer();
    this.#outputAt = kernel.outputPointer();
  }

  push(wire: Uint8Array, take: (batch: Batch) => void): number {
    for (let at = 0; at < wire.length; at += PIECE_BYTES) {
      const piece = wire.subarray(at, at + PIECE_BYTES);
      this.#memory.set(piece, this.#rawAt);
      const taken = this.#kernel.feed(piece.length);
      this.#transcode(take);
      if (taken < piece.length) return at + taken;
    }
    return wire.length;
  }

  finish(): Batch | null {
    if (this.#kernel.isComplete() === 0) throw unexpectedRows();
    const batch = this.#takeBatch();
    idle.push(this.#bench);
    return batch.rows > 0 ? batch : null;
  }

  #transcode(take: (batch: Batch) => void): void {
    for (let state = this.#kernel.transcode(); state !== 0; state = this.#kernel.transcode()) {
      if (state === BROKEN) throw unexpectedRows();
      if (state === OUTPUT_FULL) this.#begun.push(this.#takeOutput());
      if (state === BATCH_READY) take(this.#takeBatch());
      if (state === NOTES_FULL) this.#takeNotes();
    }
    this.#takeNotes();
  }

  #takeNotes(): void {
    tellNotes(this.#bench, this.#columns, this.#listener);
  }

  #takeBatch(): Batch {
    this.#kernel.hashWaiting();
    this.#takeNotes();
    const batch = this.#batch();
    // Some value was too long for the kernel.
    if (this.#listener && this.#kernel.takeTorn() === 1) tellLongLines(batch.bytes, this.#columns, this.#listener);
    return batch;
  }

  #batch(): Batch {
    if (this.#lends && this.#begun.length === 0) return this.#lentBatch();
    const output = this.#takeOutput();
    if (this.#begun.length === 0) return { bytes: output, rows: this.#kernel.takeRows() };
    const pieces = [...this.#begun, output];
    const bytes = joined(pieces);
    for (const piece of pieces) free(piece);
    this.#begun = [];
    return { bytes, rows: this.#kernel.takeRows(), ...(this.#lends && { release: () => free(bytes) }) };
  }

  #lentBatch(): Batch {
    const { free } = this.#bench;
    const size = this.#kernel.takeOutput();
    const memory = free.pop() ?? new Uint8Array(OUTPUT_BYTES);
    memory.set(this.#memory.subarray(this.#outputAt, this.#outputAt + size));
    return { bytes: memory.subarray(0, size), rows: this.#kernel.takeRows(), release: () => free.push(memory) };
  }

  #takeOutput(): Uint8Array {
    const size = this.#kernel.takeOutput();
    return this.#memory.slice(this.#outputAt, this.#outputAt + size);
  }
}

/** At once: long lines would leave much to be collected. */
function free({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Not from Node's shared pool: a transfer to another thread would take the pool along. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
