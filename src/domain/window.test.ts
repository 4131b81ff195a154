import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { DateRange, RangeUnit } from './date-range.ts';
import { windowOf } from './window.ts';

const last = (count: number, unit: RangeUnit): DateRange => ({ kind: 'last', count, unit });
const BERLIN = 'Europe/Berlin';

describe('windowOf', () => {
  it('takes everything before the instant for all data', () => {
    expect(windowOf({ kind: 'all' }, '2026-03-01T12:00:00+01:00', BERLIN)).toEqual({ from: null, to: '2026-03-01T11:00:00Z' });
  });

  it('takes a fixed interval as given, whatever the instant', () => {
    expect(windowOf({ kind: 'fixed', from: '2026-01-01T00:00:00.000001Z', to: '2026-01-02T00:00:00Z' }, new Date(0), BERLIN)).toEqual({
      from: '2026-01-01T00:00:00.000001Z',
      to: '2026-01-02T00:00:00Z',
    });
  });

  it.each([
    ['24 hours are exact across a clock change', last(24, 'hour'), '2026-03-29T10:00:00Z', '2026-03-28T10:00:00Z'],
    ['a day is 23 hours in spring', last(1, 'day'), '2026-03-29T10:00:00Z', '2026-03-28T11:00:00Z'],
    ['a day is 25 hours in autumn', last(1, 'day'), '2026-10-25T11:00:00Z', '2026-10-24T10:00:00Z'],
    ['a week keeps the local time', last(1, 'week'), '2026-03-30T10:00:00Z', '2026-03-23T11:00:00Z'],
    ['a month keeps the local time', last(1, 'month'), '2026-04-15T10:00:00Z', '2026-03-15T11:00:00Z'],
    ['31 March less a month is 28 February', last(1, 'month'), '2026-03-31T12:00:00+02:00', '2026-02-28T11:00:00Z'],
    ['31 March less a month is 29 February in a leap year', last(1, 'month'), '2028-03-31T12:00:00+02:00', '2028-02-29T11:00:00Z'],
    // 2:30 on 29 March 2026 does not exist in Berlin: the same distance after the gap is 3:30.
    ['a skipped local time moves behind the gap', last(1, 'day'), '2026-03-30T02:30:00+02:00', '2026-03-29T01:30:00Z'],
    // 2:30 on 25 October 2026 occurs twice in Berlin: the first is at +02:00.
    ['a doubled local time is the first', last(1, 'day'), '2026-10-26T02:30:00+01:00', '2026-10-25T00:30:00Z'],
  ])('%s', (_name, range, at, from) => {
    expect(windowOf(range, at, BERLIN).from).toBe(from);
  });

  it('accepts a Date and keeps microseconds of a text', () => {
    expect(windowOf(last(1, 'hour'), new Date('2026-01-01T01:00:00.5Z'), 'UTC')).toEqual({ from: '2026-01-01T00:00:00.5Z', to: '2026-01-01T01:00:00.5Z' });
    expect(windowOf(last(1, 'hour'), '2026-01-01T01:00:00.123456Z', 'UTC').from).toBe('2026-01-01T00:00:00.123456Z');
  });

  it('stops at year 1', () => {
    expect(windowOf(last(100_000, 'month'), '2026-01-01T00:00:00Z', BERLIN).from).toBe('0001-01-01T00:00:00Z');
  });

  it('throws for a zone that does not exist', () => {
    expect(() => windowOf(last(1, 'day'), '2026-01-01T00:00:00Z', 'Mars/X')).toThrow(RangeError);
  });

  const instants = fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  const zones = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Sao_Paulo');
  const units = fc.constantFrom<RangeUnit>('hour', 'day', 'week', 'month');

  it('always ends at the instant and starts before it', () => {
    fc.assert(
      fc.property(instants, zones, units, fc.integer({ min: 1, max: 100_000 }), (at, zone, unit, count) => {
        const { from, to } = windowOf(last(count, unit), at, zone);
        expect(Temporal.Instant.from(to ?? '').epochMilliseconds).toBe(at.getTime());
        expect(Temporal.Instant.compare(from ?? '', to ?? '')).toBe(-1);
        expect(from).toMatch(/^\d{4}-/);
      }),
    );
  });

  it('grows with the count', () => {
    fc.assert(
      fc.property(instants, zones, units, fc.integer({ min: 1, max: 500 }), (at, zone, unit, count) => {
        const [shorter, longer] = [windowOf(last(count, unit), at, zone), windowOf(last(count + 1, unit), at, zone)];
        expect(Temporal.Instant.compare(longer.from ?? '', shorter.from ?? '')).toBe(-1);
      }),
    );
  });

  it('is exactly N hours long in every zone for hours', () => {
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 1, max: 100_000 }), (at, zone, count) => {
        expect(Temporal.Instant.from(windowOf(last(count, 'hour'), at, zone).from ?? '').epochMilliseconds).toBe(at.getTime() - count * 3_600_000);
      }),
    );
  });

  it('keeps the local time for days, unless the clock change took it', () => {
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 1, max: 400 }), (at, zone, count) => {
        const local = (text: string) => Temporal.Instant.from(text).toZonedDateTimeISO(zone);
        const [start, end] = [local(windowOf(last(count, 'day'), at, zone).from ?? ''), local(at.toISOString())];
        const wanted = end.toPlainDateTime().subtract({ days: count });
        expect(start.equals(wanted.toZonedDateTime(zone, { disambiguation: 'compatible' }))).toBe(true);
      }),
    );
  });
});
