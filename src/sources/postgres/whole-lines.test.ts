import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeLines } from './whole-lines.ts';

const NEW_LINE = 10;

async function* chunksOf(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    const end = Math.min(bytes.length, at + cut);
    if (end > at) yield bytes.subarray(at, end);
    at = end;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}

test('however the bytes arrive, the batches are whole lines of at least the minimum', async () => {
  const lines = fc.array(fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `${text.replaceAll('\n', ' ')}\n`));
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.integer({ min: 1, max: 60 })), fc.integer({ min: 1, max: 100 }), async (given, cuts, minimum) => {
      const bytes = Buffer.from(given.join(''));
      const batches: Uint8Array[] = [];
      for await (const batch of wholeLines(chunksOf(bytes, cuts), minimum)) batches.push(batch);
      expect(Buffer.concat(batches).equals(bytes)).toBe(true);
      expect(batches.every((batch) => batch.at(-1) === NEW_LINE)).toBe(true);
      expect(batches.slice(0, -1).every((batch) => batch.length >= minimum)).toBe(true);
      expect(batches.every((batch) => batch.length === batch.buffer.byteLength)).toBe(true);
    }),
  );
});

test('a line longer than a batch stays whole', async () => {
  const bytes = Buffer.from(`${'x'.repeat(1_000)}\ny\n`);
  const batches: number[] = [];
  for await (const batch of wholeLines(chunksOf(bytes, Array(100).fill(10)), 50)) batches.push(batch.length);
  expect(batches).toEqual([1_003]);
});
