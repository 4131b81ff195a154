import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PastEstimate, recordOf, TO_HOLD, widened, widthFrom } from './estimate-record.ts';

const milliseconds = fc.integer({ min: 0, max: 100_000_000 });
const range = fc.tuple(milliseconds, milliseconds).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
const estimate: fc.Arbitrary<PastEstimate> = fc.record({ reckoned: range, shown: range, elapsed: milliseconds, left: milliseconds });
const of = (low: number, high: number, left: number, elapsed = 0): PastEstimate => ({ reckoned: { low, high }, shown: { low, high }, elapsed, left });
const holds = ({ low, high }: { low: number; high: number }, left: number) => low <= left + 1e-3 && left <= high + 1e-3;

describe('the width that past estimates ask for', () => {
  it('is left as it is while there are fewer than eight', () => expect(widthFrom(Array(7).fill(of(1_000, 2_000, 90_000)))).toBe(0));

  it('is such that eight of ten of the past ones would have held, unless that takes more than can be', () =>
    fc.assert(
      fc.property(fc.array(estimate, { minLength: 8, maxLength: 60 }), (past) => {
        const width = widthFrom(past);
        fc.pre(width < 3);
        const held = past.filter(({ reckoned, left }) => holds(widened(reckoned, width), left)).length;
        expect(held / past.length).toBeGreaterThanOrEqual(TO_HOLD - 1 / past.length);
      }),
    ));

  it('grows where ranges missed and shrinks where they were wide', () => {
    expect(widthFrom(Array(20).fill(of(10_000, 20_000, 40_000)))).toBeGreaterThan(0.5);
    expect(widthFrom(Array(20).fill(of(1_000, 100_000, 10_000)))).toBeLessThan(-0.5);
  });
});

describe('a range that is widened or narrowed', () => {
  it('stays a range that is not below 0, and keeps a third of its width at least', () =>
    fc.assert(
      fc.property(range, fc.double({ min: -50, max: 3, noNaN: true }), (before, width) => {
        const { low, high } = widened(before, width);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThanOrEqual(low - 1e-6);
        const size = (one: { low: number; high: number }) => Math.log(one.high + 1_000) - Math.log(one.low + 1_000);
        if (low > 0 && high > 0) expect(size({ low, high })).toBeGreaterThanOrEqual(size(before) / 3 - 1e-6);
      }),
    ));
});

describe('the track record', () => {
  it('is none without an estimate', () => expect(recordOf([])).toBeNull());

  it('counts those that held, and tells how far off nine of ten middles were, as a share of the whole', () => {
    // The middle is 14.2 s; the attempt took 100 s each time.
    const past = [15, 15, 15, 15, 15, 15, 15, 15, 20, 45].map((left) => of(10_000, 20_000, left * 1_000, (100 - left) * 1_000));
    expect(recordOf(past)).toEqual({ estimates: 10, held: 9, withinPercent: 9 });
  });
});
