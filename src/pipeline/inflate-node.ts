import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { BATCH_BYTES } from './batches.ts';
import type { ByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';

/**
 * Inflates from the reader's position until the deflate stream ends by itself, in constant memory, and leaves
 * the reader at the byte after it. Throws `file.damaged` if the data is broken or ends too early.
 */
export async function* inflateFrom(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: BATCH_BYTES });
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
  const rest = await feeding;
  reader.unread(rest.piece, rest.unused);
}

interface Rest {
  readonly piece: Uint8Array;
  readonly unused: number;
}

async function feed(reader: ByteReader, inflate: InflateRaw): Promise<Rest> {
  let wake = (): void => undefined;
  let over = false;
  const finish = (): void => {
    over = true;
    wake();
  };
  inflate.once('end', finish).once('close', finish);
  for (let given = 0; ; ) {
    const piece = await reader.takeUpTo(BATCH_BYTES);
    given += piece.length;
    // At the end of the deflate stream Node may call back or not, before or after 'end'; both wake.
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (over) resolve();
      else inflate.write(piece, () => resolve());
    });
    // Input that was left lying is the sign that the deflate stream is over: else zlib takes all of it.
    const unused = given - inflate.bytesWritten;
    if (over || unused > 0) return { piece, unused };
  }
}
