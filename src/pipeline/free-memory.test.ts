import { describe, expect, it } from 'vitest';
import { Encryptor } from './cms/encryptor.ts';
import { inBlocks } from './deflate/blocks.ts';
import { freeMemory } from './free-memory.ts';
import { TestFolder } from './testing/recipients.ts';

const MEGABYTE = 2 ** 20;
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
    const folder = new TestFolder();
    const encryptor = new Encryptor([folder.recipient().certificate]);
    const plain = new Uint8Array(MEGABYTE / 2);
    const encrypt = () => {
      for (let at = 0; at < 60; at += 1) encryptor.update(plain);
    };
    expect(await left(encrypt)).toBeLessThan(5);
    folder.remove();
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
});
