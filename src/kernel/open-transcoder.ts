import { type KernelExports, openKernel } from './open-kernel.ts';
import { type Batch, type Column, COLUMN_KINDS, prefixOf, type Transcoder, unexpectedRows } from './transcoder.ts';

/** The most bytes of the wire the kernel takes at once. */
const PIECE_BYTES = 65_536;
/** What `transcode` returns. */
const [BATCH_READY, OUTPUT_FULL, BROKEN] = [1, 2, 3];

/** The transcoder in WebAssembly. Rejects where the platform lacks SIMD, or when there are too many columns. */
export async function openTranscoder(columns: readonly Column[]): Promise<Transcoder> {
  const kernel = await openKernel();
  kernel.reset();
  const memory = new Uint8Array(kernel.memory.buffer);
  for (const [index, column] of columns.entries()) {
    const prefix = prefixOf(column, index);
    memory.set(prefix, kernel.namePointer());
    if (kernel.addColumn(COLUMN_KINDS[column.kind], prefix.length) === 0) throw new RangeError('too many columns');
  }
  return new WasmTranscoder(kernel, memory);
}

class WasmTranscoder implements Transcoder {
  readonly #kernel: KernelExports;
  readonly #memory: Uint8Array;
  readonly #rawAt: number;
  readonly #outputAt: number;
  /** The beginning of a line that is longer than the kernel's output. */
  #begun: Uint8Array[] = [];

  constructor(kernel: KernelExports, memory: Uint8Array) {
    this.#kernel = kernel;
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
    return batch.rows > 0 ? batch : null;
  }

  #transcode(take: (batch: Batch) => void): void {
    for (let state = this.#kernel.transcode(); state !== 0; state = this.#kernel.transcode()) {
      if (state === BROKEN) throw unexpectedRows();
      if (state === OUTPUT_FULL) this.#begun.push(this.#takeOutput());
      if (state === BATCH_READY) take(this.#takeBatch());
    }
  }

  #takeBatch(): Batch {
    const output = this.#takeOutput();
    const bytes = this.#begun.length === 0 ? output : joined([...this.#begun, output]);
    this.#begun = [];
    return { bytes, rows: this.#kernel.takeRows() };
  }

  #takeOutput(): Uint8Array {
    const size = this.#kernel.takeOutput();
    return this.#memory.slice(this.#outputAt, this.#outputAt + size);
  }
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
