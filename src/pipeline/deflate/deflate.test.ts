import { crc32, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crcOfParts } from '../zip/crc-of-parts.ts';
import { ahead } from './ahead.ts';
import { inBlocks } from './blocks.ts';
import { FINAL_BLOCK } from '../zip/write-zip.ts';
import { openEngine } from './engine.ts';
import { INLINE_PACKER } from './packer.ts';

const LEVELS = ['fast', 'balanced', 'small'] as const;

async function* given<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of items) found.push(one);
  return found;
}
async function* inOneMemory(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(10_000);
  for (const chunk of chunks) {
    memory.fill(63).set(chunk);
    yield memory.subarray(0, chunk.length);
  }
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('blocks', () => {
  it('are whole lines, cut where the size is reached, however the chunks came', async () => {
    const lines = fc.array(fc.stringMatching(/^[a-zé]{0,40}$/), { maxLength: 40 }).map((all) => all.map((one) => `${one}\n`).join(''));
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.nat(60), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), async (whole, cuts, size) => {
        const bytes = Buffer.from(whole);
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const next = at + Math.max(1, cuts[turn % cuts.length] as number);
          chunks.push(bytes.subarray(at, next));
          at = next;
        }
        const blocks = await all(inBlocks(given(chunks), size));
        // Chunks that are lent, all in the same memory.
        const lent: Buffer[] = [];
        for await (const block of inBlocks(inOneMemory(chunks), size, true)) lent.push(Buffer.from(block));
        expect(lent.map(text)).toEqual(blocks.map(text));
        expect(Buffer.concat(blocks).equals(bytes)).toBe(true);
        const expected: string[] = [];
        for (const line of whole.split(/(?<=\n)/).filter(Boolean)) {
          if (expected.length === 0 || Buffer.byteLength(expected.at(-1) as string) >= size) expected.push(line);
          else expected.push((expected.pop() as string) + line);
        }
        // A line that makes its block twice as big stands alone.
        const apart = expected.flatMap((block) => {
          const last = block
            .split(/(?<=\n)/)
            .filter(Boolean)
            .at(-1) as string;
          return Buffer.byteLength(block) > 2 * size && last !== block ? [block.slice(0, -last.length), last] : [block];
        });
        expect(blocks.map(text)).toEqual(apart);
      }),
    );
  });
});

describe('the CRC of two stretches', () => {
  it('is that of the whole, also beyond 4 GiB', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        expect(crcOfParts(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])));
      }),
    );
    // Zero bytes by doubling, 2^33 of them: two ways to put a head before them.
    const zeros = [crc32(Buffer.alloc(1))];
    for (let power = 0; power < 33; power += 1) zeros.push(crcOfParts(zeros[power] as number, zeros[power] as number, 2 ** power));
    const [half, whole] = [zeros[32] as number, zeros[33] as number];
    const head = crc32('head');
    expect(crcOfParts(head, whole, 2 ** 33)).toBe(crcOfParts(crcOfParts(head, half, 2 ** 32), half, 2 ** 32));
  });
});

describe.each(LEVELS)('the engine at level %s', (level) => {
  it('gives blocks that inflate as one stream', async () => {
    const engine = await openEngine(level);
    const sealed = (block: Uint8Array) => Buffer.from(engine.sealBlock(block).packed);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5_000, size: 'max' }), { maxLength: 4 }), async (blocks) => {
        const stream = Buffer.concat([...blocks.map(sealed), FINAL_BLOCK]);
        expect(inflateRawSync(stream).equals(Buffer.concat(blocks))).toBe(true);
        for (const one of blocks) expect(engine.sealBlock(one).lines).toBe(one.filter((byte) => byte === 10).length);
      }),
    );
  });

  it('packs what is longer than it takes at once', async () => {
    const plain = Uint8Array.from({ length: 1_000_000 }, (_, at) => (at % 97 === 0 ? 10 : at % 251));
    const { packed, lines, crc } = await INLINE_PACKER.pack(plain.slice(), level);
    expect(inflateRawSync(Buffer.concat([packed, FINAL_BLOCK])).equals(plain)).toBe(true);
    expect([lines, crc]).toEqual([plain.filter((byte) => byte === 10).length, crc32(plain)]);
  });
});

describe('working ahead', () => {
  it('begins no more than allowed, keeps the order, and closes the items', async () => {
    let going = 0;
    let most = 0;
    let closed = false;
    async function* items(): AsyncGenerator<number> {
      try {
        for (let at = 0; ; at += 1) yield at;
      } finally {
        closed = true;
      }
    }
    const work = async (item: number) => {
      going += 1;
      most = Math.max(most, going);
      await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
      going -= 1;
      return item;
    };
    const seen: number[] = [];
    for await (const one of ahead(items(), 4, work)) {
      seen.push(one);
      if (seen.length === 20) break;
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(most).toBe(4);
    expect(going).toBe(0);
    expect(closed).toBe(true);
  });

  it('tells the error of the first that failed in order', async () => {
    const work = async (item: number) => {
      if (item > 1) throw new Error(`item ${item}`);
      return item;
    };
    const seen: number[] = [];
    const walk = async () => {
      for await (const one of ahead(given([0, 1, 2, 3]), 4, work)) seen.push(one);
    };
    await expect(walk()).rejects.toThrow('item 2');
    expect(seen).toEqual([0, 1]);
  });
});
