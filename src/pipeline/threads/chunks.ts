/** Chunks of a file on their way between two threads, in a few places of shared memory that are used in turn. */

/** One that fits in its place lies there, another comes along. */
export interface Chunk {
  readonly at: number;
  readonly bytes: number;
  readonly own: Uint8Array | null;
}

export function newChunks(count: number, bytes: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(HEAD_BYTES + count * bytes);
  new Uint32Array(memory, 0, 2).set([count, bytes]);
  return memory;
}

/** Puts the chunk into the place of that number; whoever does knows that nobody reads it. */
export function putChunk(memory: SharedArrayBuffer, number: number, chunk: Uint8Array): Chunk {
  const [count = 1, size = 0] = new Uint32Array(memory, 0, 2);
  const at = HEAD_BYTES + (number % count) * size;
  if (chunk.length > size) return { at, bytes: chunk.length, own: new Uint8Array(chunk) };
  new Uint8Array(memory, at, chunk.length).set(chunk);
  return { at, bytes: chunk.length, own: null };
}

export function takeChunk(memory: SharedArrayBuffer, { at, bytes, own }: Chunk): Uint8Array {
  return own ?? new Uint8Array(memory, at, bytes);
}

/** How many places, and their size. */
const HEAD_BYTES = 8;
