import { joined } from '../bytes.ts';
import { freeMemory } from '../free-memory.ts';

/** Plain bytes of a block: bigger ones pack hardly better, and smaller ones cost more to hand about. */
export const BLOCK_BYTES = 256 * 1024;

const NEWLINE = 0x0a;

/**
 * Cuts lines into blocks of whole ones: each ends with the first line that reaches `size` bytes, so where it is cut does not depend on
 * how the chunks came. Only the last may be shorter, none is empty. A line that makes a block twice as big has one of its own, as a part
 * of a run may have room for the lines before it and not for it. Each owns its memory. When chunks are `lent`, each is good until the next is
 * asked for, and so is a block.
 */
export async function* inBlocks(chunks: AsyncIterable<Uint8Array>, size = BLOCK_BYTES, lent = false): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const held: Held = lent ? new Scratch() : new Pieces();
  try {
    for await (const chunk of chunks) {
      if (held.length === 0 && (lent || chunk.byteLength === chunk.buffer.byteLength) && isBlock(chunk, size)) {
        // As it is: it need not be copied.
        yield chunk as Uint8Array<ArrayBuffer>;
        continue;
      }
      let start = 0;
      while (held.length + chunk.length - start >= size) {
        const cut = chunk.indexOf(NEWLINE, start + Math.max(0, size - 1 - held.length)) + 1;
        if (cut === 0) break;
        held.add(chunk.subarray(start, cut));
        for (const block of withoutLongLine(held.take(), size)) yield lent ? block : owned(block);
        start = cut;
      }
      if (start < chunk.length) held.add(chunk.subarray(start));
    }
    if (held.length > 0) yield held.take();
  } finally {
    held.end();
  }
}

/** What no block was made of yet. */
interface Held {
  readonly length: number;
  add(chunk: Uint8Array): void;
  take(): Uint8Array<ArrayBuffer>;
  end(): void;
}

/** Of chunks that may be kept; what is taken owns its memory. */
class Pieces implements Held {
  #pieces: Uint8Array[] = [];
  length = 0;

  add(chunk: Uint8Array): void {
    this.#pieces.push(chunk);
    this.length += chunk.length;
  }

  take(): Uint8Array<ArrayBuffer> {
    const whole = joined(this.#pieces, this.length);
    this.#pieces = [];
    this.length = 0;
    return whole;
  }

  end(): void {
    this.#pieces = [];
  }
}

/** Memory of scratches that are used no more, for the next ones. */
const spare: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARE = 4;
const SCRATCH_BYTES = 2 * BLOCK_BYTES;

/** Of lent ones, in one memory; what is taken is good until the next is added. */
class Scratch implements Held {
  #memory = spare.pop() ?? new Uint8Array(SCRATCH_BYTES);
  length = 0;

  add(chunk: Uint8Array): void {
    const length = this.length + chunk.length;
    if (length > this.#memory.length) this.#grow(2 * length);
    this.#memory.set(chunk, this.length);
    this.length = length;
  }

  take(): Uint8Array<ArrayBuffer> {
    const whole = this.#memory.subarray(0, this.length);
    this.length = 0;
    return whole;
  }

  end(): void {
    if (this.#memory.length === SCRATCH_BYTES && spare.length < MOST_SPARE) spare.push(this.#memory);
    else freeMemory(this.#memory);
  }

  #grow(length: number): void {
    const before = this.#memory;
    this.#memory = joined([before.subarray(0, this.length)], length);
    freeMemory(before);
  }
}

/** Whether it is what would be cut from it. */
function isBlock(chunk: Uint8Array, size: number): boolean {
  if (chunk.length < size || chunk.length > 2 * size) return false;
  return chunk.at(-1) === NEWLINE && chunk.lastIndexOf(NEWLINE, chunk.length - 2) + 1 < size;
}

function withoutLongLine(block: Uint8Array<ArrayBuffer>, size: number): readonly Uint8Array<ArrayBuffer>[] {
  const at = block.length > 2 * size ? block.lastIndexOf(NEWLINE, block.length - 2) + 1 : 0;
  return at > 0 ? [block.subarray(0, at), block.subarray(at)] : [block];
}

function owned(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return block.byteLength === block.buffer.byteLength ? block : block.slice();
}
