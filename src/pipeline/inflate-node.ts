import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { BATCH_BYTES } from './batches.ts';
import type { ByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';

/** Plain bytes that come at once: what a piece costs on its way does not depend on its size. */
const CHUNK_BYTES = 256 * 1024;
/** Pieces that lie ready, so that zlib, in its own thread, goes on while what it gave before is hashed here. */
const PIECES_AHEAD = 3;

/**
 * Inflates from the reader's position until the deflate stream ends by itself, in constant memory, and leaves
 * the reader at the byte after it. Throws `file.damaged` if the data is broken or ends too early.
 */
export async function* inflateFrom(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const feeding = feed(reader, inflate);
  // Handed to the loop below, which is the one place that throws.
  feeding.catch((error: unknown) => inflate.destroy(error as Error));
  try {
    for await (const chunk of inflate) yield chunk as Uint8Array;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) throw damaged('compressed data', cause);
    throw cause;
  } finally {
    inflate.destroy();
  }
  const { pieces, unused } = await feeding;
  let left = unused;
  for (const piece of pieces.reverse()) {
    const count = Math.min(left, piece.length);
    reader.unread(piece, count);
    left -= count;
  }
  if (left > 0) throw new Error(`${left} bytes behind a deflate stream were lost`);
}

interface Rest {
  /** Bytes that were given and do not belong to the deflate stream: the last ones of these pieces. */
  readonly unused: number;
  readonly pieces: Uint8Array[];
}

async function feed(reader: ByteReader, inflate: InflateRaw): Promise<Rest> {
  /** What zlib has not taken whole yet, each with the position of its end. */
  const held: { readonly piece: Uint8Array; readonly end: number }[] = [];
  let given = 0;
  let waiting = 0;
  let over = false;
  let wake = (): void => undefined;
  const finish = (): void => {
    over = true;
    wake();
  };
  inflate.once('end', finish).once('close', finish);
  /** Until so few pieces wait, or the deflate stream is over: then Node may call back or not. */
  const fewer = async (count: number): Promise<void> => {
    while (!over && waiting > count) await new Promise<void>((resolve) => (wake = resolve));
  };
  while (!over) {
    const piece = await reader.takeUpTo(BATCH_BYTES).catch(async (error: unknown) => {
      await fewer(0);
      // What stands behind the deflate stream is none of its business; the reader says it again.
      if (given === inflate.bytesWritten) throw error;
      return null;
    });
    if (piece === null) break;
    given += piece.length;
    const end = given;
    held.push({ piece, end });
    waiting += 1;
    inflate.write(piece, () => {
      waiting -= 1;
      // Input that was left lying is a sign that the deflate stream is over: else zlib takes all of it.
      if (inflate.bytesWritten < end) over = true;
      wake();
    });
    await fewer(PIECES_AHEAD - 1);
    while (held[0] !== undefined && held[0].end <= inflate.bytesWritten) held.shift();
  }
  return { unused: given - inflate.bytesWritten, pieces: held.map(({ piece }) => piece) };
}
