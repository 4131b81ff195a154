import { concat } from './bytes.ts';

/** Bytes given to cipher, deflate and sink at once; a call costs about 60 µs, whatever its size. */
export const BATCH_BYTES = 128 * 1024;

/** Joins small chunks until at least `size` bytes are together; only the last batch may be smaller, none is empty. */
export async function* inBatches(chunks: AsyncIterable<Uint8Array>, size = BATCH_BYTES): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    yield concat(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield concat(waiting, length);
}
