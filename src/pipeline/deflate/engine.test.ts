import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeflateEngine, openEngine } from './engine.ts';
import { openWasmEngine } from './wasm-engine.ts';
import { openZlibEngine } from './zlib-engine.ts';

const BLOCK = 262_144;
const json = Buffer.from(Array.from({ length: 4_000 }, (_, at) => `{"id":${at},"mail":"p${at % 97}@example.org","body":"über ${at * at}"}\n`).join(''));

const engines: [string, () => Promise<DeflateEngine>][] = [
  ['wasm fast', () => openWasmEngine('fast')],
  ['wasm balanced', () => openWasmEngine('balanced')],
  ['zlib 1', () => Promise.resolve(openZlibEngine(1))],
  ['zlib 6', () => Promise.resolve(openZlibEngine(6))],
];

/** Pieces with far and near repeats, runs and noise, as real data has them. */
const pieces = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => Buffer.from(`{"name":"${text}"}`)),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 9_000 })).map(([run, count]) => Buffer.alloc(count, run)),
  fc.tuple(fc.nat(json.length), fc.integer({ min: 0, max: 40_000 })).map(([from, size]) => json.subarray(from, from + size)),
);
const blocks = fc.array(
  fc.array(pieces, { maxLength: 12 }).map((all) => Buffer.concat(all).subarray(0, BLOCK)),
  { minLength: 1, maxLength: 4 },
);

test.each(engines)('%s: whatever the blocks are, together they are one stream that gives them back', async (name, open) => {
  const engine = await open();
  expect(engine.name).toBe(name);
  fc.assert(
    fc.property(blocks, (given) => {
      const stream = Buffer.concat(given.map((block, at) => engine.deflateBlock(block, at === given.length - 1)));
      expect(inflateRawSync(stream).equals(Buffer.concat(given))).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test.each(engines)('%s: full blocks of every kind', async (_, open) => {
  const engine = await open();
  const noise = randomBytes(BLOCK);
  const skewed = Buffer.concat(Array.from({ length: 18 }, (_, at) => Buffer.alloc(2 ** at, at))).subarray(0, BLOCK);
  const kinds = [
    Buffer.alloc(BLOCK),
    noise,
    noise.map((byte) => byte & 15),
    Buffer.alloc(BLOCK, 'ab'),
    skewed,
    json.subarray(0, BLOCK),
    Buffer.alloc(0),
    noise.subarray(0, 1),
  ];
  // One engine for all of them, twice over: nothing of an earlier block may show in a later one.
  for (const kind of [...kinds, ...kinds]) {
    expect(inflateRawSync(engine.deflateBlock(kind, true)).equals(kind)).toBe(true);
    const sealed = engine.deflateBlock(kind, false);
    expect(Buffer.from(sealed.subarray(-4)).toString('hex')).toBe('0000ffff');
    expect(sealed.length).toBeLessThanOrEqual(kind.length + (engine.name.startsWith('wasm') ? 40 : 400));
  }
});

test.each(engines)('%s: another reader, the zlib of Python, accepts it', async (_, open) => {
  const engine = await open();
  const plain = Buffer.concat([json, randomBytes(300_000), Buffer.alloc(100_000, 7)]);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += BLOCK) parts.push(engine.deflateBlock(plain.subarray(at, at + BLOCK), at + BLOCK >= plain.length));
  const program = 'import sys,zlib; d=zlib.decompressobj(-15); o=d.decompress(sys.stdin.buffer.read()); assert d.eof; sys.stdout.buffer.write(o)';
  expect(execFileSync('python3', ['-c', program], { input: Buffer.concat(parts), maxBuffer: 2 ** 24 }).equals(plain)).toBe(true);
});

test('the kernel packs better than zlib 1, and refuses more than a block', async () => {
  const block = json.subarray(0, BLOCK);
  const size = async (engine: DeflateEngine | Promise<DeflateEngine>) => (await engine).deflateBlock(block, true).length;
  const [one, fast, balanced] = await Promise.all([size(openZlibEngine(1)), size(openEngine('fast')), size(openEngine('balanced'))]);
  expect(fast).toBeLessThan(one * 1.05);
  expect(balanced).toBeLessThan(fast);
  const engine = await openEngine('fast');
  expect(engine.name).toBe('wasm fast');
  expect(() => engine.deflateBlock(Buffer.alloc(327_681), true)).toThrow(RangeError);
});
