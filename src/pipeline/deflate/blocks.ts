import { joined } from '../bytes.ts';

/** Plain bytes of a block: bigger ones pack hardly better, and smaller ones cost more to hand about. */
export const BLOCK_BYTES = 256 * 1024;

const NEWLINE = 0x0a;

/**
 * Cuts lines into blocks of whole ones: each ends with the first line that reaches `size` bytes, so where it is cut does not depend on
 * how the chunks came. Only the last may be shorter, none is empty. A line that makes a block twice as big has one of its own, as a part
 * of a run may have room for the lines before it and not for it. Each owns its memory. When chunks are `lent`, each is good until the next is
 * asked for, and so is a block that a chunk is already: it comes out as it is.
 */
export async function* inBlocks(chunks: AsyncIterable<Uint8Array>, size = BLOCK_BYTES, lent = false): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (length === 0 && (lent || chunk.byteLength === chunk.buffer.byteLength) && isBlock(chunk, size)) {
      // As it is: it need not be copied.
      yield chunk as Uint8Array<ArrayBuffer>;
      continue;
    }
    let start = 0;
    while (length + chunk.length - start >= size) {
      const cut = chunk.indexOf(NEWLINE, start + Math.max(0, size - 1 - length)) + 1;
      if (cut === 0) break;
      held.push(chunk.subarray(start, cut));
      yield* withoutLongLine(joined(held, length + cut - start), size);
      held = [];
      length = 0;
      start = cut;
    }
    if (start === chunk.length) continue;
    held.push(lent ? new Uint8Array(chunk.subarray(start)) : chunk.subarray(start));
    length += chunk.length - start;
  }
  if (length > 0) yield joined(held, length);
}

/** Whether it is what would be cut from it. */
function isBlock(chunk: Uint8Array, size: number): boolean {
  if (chunk.length < size || chunk.length > 2 * size) return false;
  return chunk.at(-1) === NEWLINE && chunk.lastIndexOf(NEWLINE, chunk.length - 2) + 1 < size;
}

function* withoutLongLine(block: Uint8Array<ArrayBuffer>, size: number): Generator<Uint8Array<ArrayBuffer>> {
  const at = block.length > 2 * size ? block.lastIndexOf(NEWLINE, block.length - 2) + 1 : 0;
  if (at > 0) yield block.slice(0, at);
  yield at > 0 ? block.slice(at) : block;
}
