import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { utcText } from './moment.ts';
import { BEGINNING, END, intervalOf, microsecondsOf, textOf, unionOf, windowOfInterval } from './interval.ts';

const YEAR_1 = Temporal.Instant.from('0001-01-01T00:00:00Z').epochNanoseconds;
const YEAR_10000 = Temporal.Instant.from('+010000-01-01T00:00:00Z').epochNanoseconds;

describe('microsecondsOf', () => {
  it('reads every instant as Temporal does, and writes it as utcText does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: YEAR_1, max: YEAR_10000 - 1_000n }), fc.constantFrom(1n, 1_000n, 1_000_000n, 1_000_000_000n), (nanoseconds, unit) => {
        const instant = Temporal.Instant.fromEpochNanoseconds(nanoseconds - (nanoseconds % unit));
        expect(microsecondsOf(instant.toString())).toBe(microsecondsOf(utcText(instant)));
        expect(textOf(microsecondsOf(instant.toString()))).toBe(utcText(instant));
        expect(microsecondsOf(utcText(instant)) * 1_000n).toBe(Temporal.Instant.from(utcText(instant)).epochNanoseconds);
      }),
    );
  });

  it.each([
    ['2026-03-01T00:00:00.5+01:00', '2026-02-28T23:00:00.5Z'],
    ['2026-03-01T00:00:00.0000001Z', '2026-03-01T00:00:00.000001Z'],
    ['1969-12-31T23:59:59.9999999Z', '1970-01-01T00:00:00Z'],
    ['1969-12-31T23:59:59.9999981Z', '1969-12-31T23:59:59.999999Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
  ])('reads %s as %s', (text, expected) => expect(textOf(microsecondsOf(text))).toBe(expected));

  it.each(['', '2026-02-30T00:00:00Z', '2026-02-29T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', '2026-01-01'])(
    'throws for "%s"',
    (text) => expect(() => microsecondsOf(text)).toThrow(RangeError),
  );
});

describe('intervalOf and windowOfInterval', () => {
  it('keep open ends', () => {
    const half = { from: null, to: '2026-03-01T00:00:00.000001Z' };
    expect(intervalOf({ from: null, to: null })).toEqual({ from: BEGINNING, to: END });
    expect(windowOfInterval(intervalOf(half))).toEqual(half);
    expect(windowOfInterval({ from: 0n, to: END })).toEqual({ from: '1970-01-01T00:00:00Z', to: null });
  });
});

describe('unionOf', () => {
  const intervals = fc.array(fc.record({ from: fc.bigInt({ min: 0n, max: 30n }), to: fc.bigInt({ min: 0n, max: 30n }) }), { maxLength: 12 });

  it('holds what the intervals hold, in order and with something between any two', () => {
    fc.assert(
      fc.property(intervals, (parts) => {
        const union = unionOf(parts);
        for (let at = 0n; at < 31n; at += 1n) {
          const holds = (one: { from: bigint; to: bigint }) => one.from <= at && at < one.to;
          expect(union.filter(holds).length).toBe(parts.some(holds) ? 1 : 0);
        }
        for (const [index, one] of union.entries()) {
          expect(one.from < one.to).toBe(true);
          expect(one.from > (union[index - 1]?.to ?? -1n)).toBe(true);
        }
      }),
    );
  });
});
