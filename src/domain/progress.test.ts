import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentDone, secondsLeft } from './progress.ts';

const rows = fc.nat(1_000_000_000);

describe('percentDone', () => {
  it('is unknown while the number of rows is', () => expect(percentDone(5, null)).toBeNull());

  it('is the share of the estimate', () => expect([0, 1, 50, 99].map((done) => percentDone(done, 100))).toEqual([0, 1, 50, 99]));

  it('stays within 0 and 99 and never falls while rows grow, however wrong the estimate', () =>
    fc.assert(
      fc.property(rows, rows, rows, (done, more, estimated) => {
        const [now, later] = [percentDone(done, estimated) as number, percentDone(done + more, estimated) as number];
        expect(now).toBeGreaterThanOrEqual(0);
        expect(later).toBeLessThanOrEqual(99);
        expect(later).toBeGreaterThanOrEqual(now);
      }),
    ));
});

describe('secondsLeft', () => {
  it('is unknown without an estimate, without rows, and in the first second', () =>
    expect([secondsLeft(5, null, 10), secondsLeft(0, 10, 10), secondsLeft(5, 10, 0.9)]).toEqual([null, null, null]));

  it('follows the rate so far', () => expect(secondsLeft(250, 1_000, 10)).toBe(30));

  it('is at least 1, also when there were more rows than estimated', () => expect([secondsLeft(10, 10, 5), secondsLeft(20, 10, 5)]).toEqual([1, 1]));
});
