import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { inflateFrom } from './inflate-node.ts';

const PIECE = 128 * 1024;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Inflates, taking so many turns of the loop for each chunk. */
async function inflated(reader: ByteReader, turns: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inflateFrom(reader)) {
    chunks.push(chunk);
    for (let count = 0; count < turns; count += 1) await turn();
  }
  return Buffer.concat(chunks);
}

it('leaves the reader right behind the deflate stream, however the bytes come and are taken', async () => {
  // Half of it noise, so that what is packed comes in many pieces, and much lies ready behind its end.
  const plain = Buffer.concat(Array.from({ length: 12 }, () => [randomBytes(100_000), Buffer.alloc(100_000, 'x')]).flat());
  const behind = randomBytes(1_500_000);
  for (const extra of [0, 1, 2, 100]) {
    const packed = deflateRawSync(plain.subarray(0, plain.length - extra), { level: 1 });
    const stream = Buffer.concat([packed, behind]);
    for (const [size, turns] of [PIECE, PIECE - 544, 16_384, packed.length, stream.length].flatMap((one) => [0, 1, 5].map((other) => [one, other] as const))) {
      const reader = new ByteReader(inPieces(stream, size), 'zip');
      expect((await inflated(reader, turns)).equals(plain.subarray(0, plain.length - extra))).toBe(true);
      expect(reader.position).toBe(packed.length);
      expect(Buffer.from(await reader.take(behind.length)).equals(behind)).toBe(true);
    }
  }
});

it('refuses what is broken or cut, and says what is wrong with the stream before it', async () => {
  const packed = deflateRawSync(randomBytes(600_000));
  const open = (source: AsyncIterable<Uint8Array>) => inflated(new ByteReader(source, 'zip'), 0);
  await expect(open(inPieces(packed.subarray(0, -1), PIECE))).rejects.toMatchObject({ code: 'file.damaged', details: { value: 'zip ends too early' } });
  await expect(open(inPieces(Buffer.alloc(300_000, 0xff), PIECE))).rejects.toMatchObject({ code: 'file.damaged', details: { value: 'compressed data' } });
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield packed.subarray(0, 400_000);
    throw new Error('the cause');
  }
  await expect(open(failing())).rejects.toThrow('the cause');
});
