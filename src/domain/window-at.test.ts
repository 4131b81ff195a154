import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { DateRange } from './date-range.ts';
import { BEGINNING, intervalOf, textOf } from './interval.ts';
import { windowOf } from './window.ts';
import { windowAt } from './window-at.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca', 'Antarctica/Troll'];
const units = fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const);
const ranges: fc.Arbitrary<DateRange> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('last' as const), count: fc.integer({ min: 1, max: 60 }), unit: units, calendar: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('last' as const), count: fc.integer({ min: 1, max: 100_000 }), unit: units, calendar: fc.boolean() }) },
  fc.constant({ kind: 'all' as const }),
  fc.constant({ kind: 'fixed' as const, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00.000001Z' }),
);
const anywhere = fc.date({ min: new Date('1995-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((date) => date.getTime());
/** Whole hours and minutes around the changes of a zone, and whole days later, where windows begin at them. */
const nearChange = (zone: string) =>
  fc.tuple(anywhere, fc.integer({ min: -200, max: 200 }), fc.integer({ min: 0, max: 40 })).map(([after, quarters, days]) => {
    const change = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone).getTimeZoneTransition('next');
    return (change?.epochMilliseconds ?? after) + quarters * 900_000 + days * 86_400_000;
  });

describe('windowAt', () => {
  it('gives the windows of windowOf', () => {
    const facts = fc.constantFrom(...ZONES).chain((zone) => fc.tuple(fc.constant(zone), fc.oneof(anywhere, nearChange(zone)), ranges));
    fc.assert(
      fc.property(facts, ([zone, at, range]) => {
        const expected = windowOf(range, new Date(at), zone);
        expect(windowAt(range, at, zone, null)).toEqual(expected && intervalOf(expected));
      }),
      { numRuns: 4_000 },
    );
  });

  it('gives the windows of windowOf for a chain, open and empty ones too', () => {
    const edges = fc.option(fc.bigInt({ min: -5_000_000n, max: 5_000_000n }));
    fc.assert(
      fc.property(anywhere, edges, fc.integer({ min: 0, max: 3 }), (at, near, settleSeconds) => {
        const edge = near === null ? null : BigInt(at) * 1_000n + near;
        const expected = windowOf({ kind: 'since_previous', dataFrom: 'start' }, new Date(at), 'UTC', {
          edge: edge === null ? null : textOf(edge),
          settleSeconds,
        });
        const found = windowAt({ kind: 'since_previous', dataFrom: 'start' }, at, 'UTC', { edge: edge ?? BEGINNING, settleSeconds });
        expect(found).toEqual(expected && intervalOf(expected));
      }),
      { numRuns: 1_000 },
    );
  });

  it('throws as windowOf does', () => {
    expect(() => windowAt({ kind: 'since_previous', dataFrom: 'start' }, 0, 'UTC', null)).toThrow(RangeError);
    expect(() => windowAt({ kind: 'last', count: 1, unit: 'day', calendar: false }, 0, 'Mars/X', null)).toThrow(RangeError);
  });
});
