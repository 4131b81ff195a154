import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { DateRange, RangeUnit } from './date-range.ts';
import { nextOccurrence, occurrencesBetween, type Schedule } from './schedule.ts';
import { timeZoneNames } from './time-zone.ts';
import { windowOf as anyWindowOf, type ChainStanding, type Window } from './window.ts';

const last = (count: number, unit: RangeUnit, calendar = false): DateRange => ({ kind: 'last', count, unit, calendar });
const chained: DateRange = { kind: 'since_previous', dataFrom: 'start' };
const BERLIN = 'Europe/Berlin';

/** Of a range that always has one. */
function windowOf(range: DateRange, at: string | Date, timeZone: string): Window {
  const window = anyWindowOf(range, at, timeZone);
  if (!window) throw new Error('No window');
  return window;
}

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

describe('windowOf: since the previous run', () => {
  const at = '2026-06-01T12:00:00Z';
  const windowAt = (edge: string | null, settleSeconds = 300) => anyWindowOf(chained, at, BERLIN, { edge, settleSeconds });

  it('goes from the edge to the instant less the settle lag', () => {
    expect(windowAt('2026-05-31T12:00:00+02:00')).toEqual({ from: '2026-05-31T10:00:00Z', to: '2026-06-01T11:55:00Z' });
    expect(windowAt('2026-05-31T12:00:00.000001Z', 0)).toEqual({ from: '2026-05-31T12:00:00.000001Z', to: '2026-06-01T12:00:00Z' });
  });

  it('has no beginning when nothing is published yet and all data is wanted', () => {
    expect(windowAt(null)).toEqual({ from: null, to: '2026-06-01T11:55:00Z' });
  });

  it('is null when there is nothing between', () => {
    expect(windowAt('2026-06-01T11:54:59.999999Z')).not.toBeNull();
    expect(windowAt('2026-06-01T11:55:00Z')).toBeNull();
    expect(windowAt('2026-06-02T00:00:00Z')).toBeNull();
  });

  it('needs its chain', () => expect(() => anyWindowOf(chained, at, BERLIN)).toThrow(RangeError));

  it('tiles whatever runs happened: each begins where the one before ended', () => {
    const runs = fc.array(fc.record({ at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }), fails: fc.boolean() }));
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 2_678_400 }), (list, settleSeconds) => {
        let chain: ChainStanding = { edge: '2025-12-24T00:00:00Z', settleSeconds };
        let covered = 0;
        for (const run of list.sort((a, b) => a.at.getTime() - b.at.getTime())) {
          const window = anyWindowOf(chained, run.at, BERLIN, chain);
          if (!window || run.fails) continue;
          expect(window.from).toBe(chain.edge);
          covered += Date.parse(window.to ?? '') - Date.parse(window.from ?? '');
          chain = { edge: window.to, settleSeconds };
        }
        expect(covered).toBe(Date.parse(chain.edge ?? '') - Date.parse('2025-12-24T00:00:00Z'));
      }),
    );
  });
});

describe('windowOf: whole calendar units', () => {
  const calendar = (unit: RangeUnit, at: string, timeZone = BERLIN, count = 1) => Object.values(windowOf(last(count, unit, true), at, timeZone));

  it.each<[string, RangeUnit, string, string, string, string]>([
    ['the last hour', 'hour', BERLIN, '2026-06-01T12:34:56.789+02:00', '2026-06-01T09:00:00Z', '2026-06-01T10:00:00Z'],
    ['an hour that has just ended', 'hour', BERLIN, '2026-06-01T12:00:00+02:00', '2026-06-01T09:00:00Z', '2026-06-01T10:00:00Z'],
    ['an hour that has nearly ended', 'hour', BERLIN, '2026-06-01T11:59:59.999999+02:00', '2026-06-01T08:00:00Z', '2026-06-01T09:00:00Z'],
    ['hours of a zone beside the full hour', 'hour', 'Asia/Kathmandu', '2026-06-01T12:00:00Z', '2026-06-01T10:15:00Z', '2026-06-01T11:15:00Z'],
    ['the second pass of an hour is an hour', 'hour', BERLIN, '2026-10-25T03:00:00+01:00', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
    ['half an hour after half a gap', 'hour', 'Australia/Lord_Howe', '2026-10-04T03:00:00+11:00', '2026-10-03T15:30:00Z', '2026-10-03T16:00:00Z'],
    ['an hour and a half around half an overlap', 'hour', 'Australia/Lord_Howe', '2026-04-05T02:00+10:30', '2026-04-04T14:00:00Z', '2026-04-04T15:30:00Z'],
    ['the day before', 'day', BERLIN, '2026-06-02T06:00:00+02:00', '2026-05-31T22:00:00Z', '2026-06-01T22:00:00Z'],
    ['at midnight the day that ends', 'day', BERLIN, '2026-06-02T00:00:00+02:00', '2026-05-31T22:00:00Z', '2026-06-01T22:00:00Z'],
    ['a day of 23 hours', 'day', BERLIN, '2026-03-30T06:00:00+02:00', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['a day of 25 hours', 'day', BERLIN, '2026-10-26T06:00:00+01:00', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['a day without midnight begins at 1', 'day', 'America/Havana', '2026-03-09T06:00:00-04:00', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
    ['the day before a day that was skipped', 'day', 'Pacific/Apia', '2011-12-31T06:00:00+14:00', '2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z'],
    ['clocks that go back behind midnight', 'day', 'America/St_Johns', '2010-11-06T23:30:00-03:30', '2010-11-06T02:30:00Z', '2010-11-07T02:30:00Z'],
    ['clocks that go back behind the 1st', 'month', 'America/St_Johns', '2009-10-31T23:30:00-03:30', '2009-10-01T02:30:00Z', '2009-11-01T02:30:00Z'],
    ['clocks that show the 1st twice at once', 'month', 'America/St_Johns', '2009-11-01T00:00:00-02:30', '2009-10-01T02:30:00Z', '2009-11-01T02:30:00Z'],
    ['the week from Monday', 'week', BERLIN, '2026-06-03T06:00:00+02:00', '2026-05-24T22:00:00Z', '2026-05-31T22:00:00Z'],
    ['on Sunday the week before', 'week', BERLIN, '2026-06-07T23:00:00+02:00', '2026-05-24T22:00:00Z', '2026-05-31T22:00:00Z'],
    ['the month before', 'month', BERLIN, '2026-03-31T12:00:00+02:00', '2026-01-31T23:00:00Z', '2026-02-28T23:00:00Z'],
    ['over the end of the year', 'month', BERLIN, '2026-01-01T00:00:00+01:00', '2025-11-30T23:00:00Z', '2025-12-31T23:00:00Z'],
  ])('%s', (_name, unit, timeZone, at, from, to) => {
    expect(calendar(unit, at, timeZone)).toEqual([from, to]);
  });

  it('takes several units', () => {
    expect(calendar('day', '2026-04-01T06:00:00+02:00', BERLIN, 31)).toEqual(['2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z']);
    expect(calendar('month', '2026-04-15T06:00:00+02:00', BERLIN, 12)).toEqual(['2025-03-31T22:00:00Z', '2026-03-31T22:00:00Z']);
    expect(calendar('day', '2012-01-02T06:00:00+14:00', 'Pacific/Apia', 3)).toEqual(['2011-12-29T10:00:00Z', '2012-01-01T10:00:00Z']);
  });

  it('counts a midnight that came twice once, also when the change lies a year back', () => {
    // 2010-03-05 began at 13:00Z; at 15:00Z the clocks went back from 02:00 to 23:00.
    expect(calendar('day', '2011-03-05T15:30:00Z', 'Antarctica/Casey', 365)).toEqual(['2010-03-04T13:00:00Z', '2011-03-04T16:00:00Z']);
    expect(calendar('day', '2011-03-05T15:30:00Z', 'Antarctica/Casey', 366)).toEqual(['2010-03-03T13:00:00Z', '2011-03-04T16:00:00Z']);
  });

  it('stops at year 1', () => {
    for (const unit of ['week', 'month'] as const) {
      const [from = ''] = calendar(unit, '0020-06-01T00:00:00Z', BERLIN, 100_000);
      expect(from).toBe('0001-01-01T00:00:00Z');
    }
    expect(calendar('hour', '0001-01-03T00:00:00Z', 'UTC', 100)[0]).toBe('0001-01-01T00:00:00Z');
    expect(calendar('day', '0020-06-01T00:00:00Z', BERLIN, 100_000)[0]).toBe('0001-01-01T00:00:00Z');
  });

  const unitStarts: Record<RangeUnit, (timeZone: string) => Schedule> = {
    hour: (timeZone) => ({ kind: 'hourly', every: 1, minute: 0, timeZone }),
    day: (timeZone) => ({ kind: 'daily', time: '00:00', timeZone }),
    week: (timeZone) => ({ kind: 'weekly', weekdays: [1], time: '00:00', timeZone }),
    month: (timeZone) => ({ kind: 'monthly', day: 1, time: '00:00', timeZone }),
  };
  const anyZone = fc.oneof(
    fc.constantFrom(BERLIN, 'America/Havana', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Kiritimati', 'Africa/Casablanca'),
    fc.constantFrom(...timeZoneNames()),
  );
  const anyUnit = fc.constantFrom<RangeUnit>('hour', 'day', 'week', 'month');
  /** Any minute, or one within two days of a change of the clocks. */
  const around = (timeZone: string, minute: number, nearChange: boolean): number => {
    const at = Temporal.Instant.fromEpochMilliseconds(minute * 60_000).toZonedDateTimeISO(timeZone);
    const change = nearChange ? at.getTimeZoneTransition('next') : null;
    return change ? change.epochMilliseconds + (minute % 5_760) * 60_000 - 172_800_000 : at.epochMilliseconds;
  };
  const minutes = fc.integer({ min: Date.UTC(1975, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 });

  it('tiles at the starts of units, which are those of the schedule of that time', () => {
    fc.assert(
      fc.property(anyZone, anyUnit, minutes, fc.boolean(), fc.integer({ min: 1, max: 60 }), (timeZone, unit, minute, nearChange, count) => {
        const schedule = unitStarts[unit](timeZone);
        const starts: number[] = [];
        let next = nextOccurrence(schedule, around(timeZone, minute, nearChange));
        for (; next && starts.length <= count + 3; next = nextOccurrence(schedule, next.instant)) starts.push(next.instant);
        for (let index = count; index < starts.length; index += 1) {
          const { from, to } = windowOf(last(count, unit, true), new Date(starts[index] ?? NaN), timeZone);
          expect([Date.parse(from ?? ''), Date.parse(to ?? '')]).toEqual([starts[index - count], starts[index]]);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('is the same anywhere in the unit that follows', () => {
    fc.assert(
      fc.property(
        anyZone,
        anyUnit,
        minutes,
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (timeZone, unit, minute, near, part) => {
          const schedule = unitStarts[unit](timeZone);
          const start = nextOccurrence(schedule, around(timeZone, minute, near))?.instant ?? NaN;
          const end = nextOccurrence(schedule, start)?.instant ?? NaN;
          const inside = Temporal.Instant.fromEpochMilliseconds(start + Math.floor((end - start) * part)).add({ nanoseconds: 999_999 });
          const window = windowOf(last(1, unit, true), inside.toString(), timeZone);
          expect(window).toEqual(windowOf(last(1, unit, true), new Date(start), timeZone));
          expect(Date.parse(window.to ?? '')).toBe(start);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('holds as many starts as it has units, however many', () => {
    const counts = fc.integer({ min: 100, max: 6_000 });
    fc.assert(
      fc.property(anyZone, fc.constantFrom<RangeUnit>('hour', 'day'), minutes, fc.boolean(), counts, (timeZone, unit, minute, nearChange, count) => {
        const { from, to } = windowOf(last(count, unit, true), new Date(around(timeZone, minute, nearChange)), timeZone);
        expect([...occurrencesBetween(unitStarts[unit](timeZone), Date.parse(from ?? ''), Date.parse(to ?? ''))]).toHaveLength(count);
      }),
      { numRuns: 300 },
    );
  });
});
