import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { Encryptor } from './cms/encryptor.ts';
import { inBlocks } from './deflate/blocks.ts';
import { freeMemory } from './free-memory.ts';
import { archive, file } from './testing/archives.ts';
import { TestFolder } from './testing/recipients.ts';

const MEGABYTE = 2 ** 20;
const folder = new TestFolder();
const { certificate } = folder.recipient();
afterAll(() => folder.remove());

/** Megabytes that `work` leaves to be collected. */
async function left(work: () => unknown): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  await work();
  return (process.memoryUsage().arrayBuffers - before) / MEGABYTE;
}

describe('freeMemory', () => {
  it('gives memory back, and leaves alone what others use, too', () => {
    const [own, shared, part] = [new Uint8Array(8), new Uint8Array(new SharedArrayBuffer(8)), new Uint8Array(8).subarray(1)];
    for (const bytes of [own, shared, part]) freeMemory(bytes);
    expect([own.length, shared.length, part.length]).toEqual([0, 8, 7]);
  });

  it('keeps an export from leaving memory to be collected', async () => {
    const encryptor = new Encryptor([certificate]);
    const plain = new Uint8Array(MEGABYTE / 2);
    const encrypt = () => {
      for (let at = 0; at < 60; at += 1) encryptor.update(plain);
    };
    expect(await left(encrypt)).toBeLessThan(5);
    // Chunks that are no blocks: they are joined.
    const chunk = Buffer.from(`${'x'.repeat(99_999)}\n`);
    async function* chunks() {
      for (let at = 0; at < 300; at += 1) yield chunk;
    }
    const read = async () => {
      for await (const block of inBlocks(chunks(), undefined, true)) expect(block.length % chunk.length).toBe(0);
    };
    expect(await left(read)).toBeLessThan(5);
  });

  it('keeps a read-back from it, in chunks of whatever size', async () => {
    const lines = Array.from({ length: 30 }, () => `"${randomBytes(MEGABYTE / 2).toString('base64')}"\n`);
    for (const recipient of [certificate, { certificate, keyTransport: 'pkcs1', contentCipher: 'aes-256-gcm' } as const]) {
      const { bytes, result } = await archive([file('Email', lines)], [recipient]);
      for (const size of [3_000, 100_000, 262_144, 1_000_000]) {
        const read = () => result.verifyStored(chunksOf(bytes, size));
        expect(await left(read)).toBeLessThan(8);
      }
    }
  }, 30_000);
});

/** Each in memory of its own. */
async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield new Uint8Array(bytes.subarray(at, at + size));
}
