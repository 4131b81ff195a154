import { expect, test } from 'vitest';
import { Random } from './random.ts';

function draw(seed: number, stream: number): number[] {
  const random = new Random(seed, stream);
  return Array.from({ length: 8 }, () => random.below(1_000_000));
}

test('equal seeds give equal numbers, also next year', () => {
  expect(draw(7, 1)).toEqual(draw(7, 1));
  expect(draw(7, 1)).toMatchInlineSnapshot(`
    [
      671350,
      880563,
      41971,
      378951,
      753544,
      481249,
      895706,
      360800,
    ]
  `);
});

test('another seed, high bits included, or another stream gives others', () => {
  const all = [draw(7, 1), draw(8, 1), draw(7, 2), draw(7 + 2 ** 32, 1)].map(String);
  expect(new Set(all).size).toBe(4);
});

test('numbers spread evenly below their limit, also beyond 32 bits', () => {
  const random = new Random(1, 1);
  const buckets = Array<number>(10).fill(0);
  for (let count = 0; count < 10_000; count += 1) {
    const bucket = Math.floor(random.below(1e13) / 1e12);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(buckets).toHaveLength(10);
});
