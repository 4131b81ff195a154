import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { isNamed, localMinute, textOf } from '../../test/vectors/schedules-by-minutes.ts';
import { nextOccurrence, occurrencesBetween, type Schedule, skippedMonths, type Weekday } from './schedule.ts';

const BERLIN = 'Europe/Berlin';
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const once = (at: string, timeZone = BERLIN): Schedule => ({ kind: 'once', at, timeZone });
const hourly = (every: number, minute: number, timeZone = BERLIN): Schedule => ({ kind: 'hourly', every, minute, timeZone });
const daily = (time: string, timeZone = BERLIN): Schedule => ({ kind: 'daily', time, timeZone });
const weekly = (weekdays: Weekday[], time: string, timeZone = BERLIN): Schedule => ({ kind: 'weekly', weekdays, time, timeZone });
const monthly = (day: number | 'last', time = '06:00', timeZone = BERLIN): Schedule => ({ kind: 'monthly', day, time, timeZone });

/** The next occurrences as 'local' and, if there is one, the mark. */
function nextOnes(schedule: Schedule, after: string, count: number): string[] {
  const found: string[] = [];
  let next = nextOccurrence(schedule, Date.parse(after));
  for (; next && found.length < count; next = nextOccurrence(schedule, next.instant)) {
    found.push(next.moved === 'none' ? next.local : `${next.local} ${next.moved}`);
  }
  return found;
}

interface Vector {
  readonly name: string;
  readonly schedule: Schedule;
  readonly after: string;
  readonly next: readonly { readonly instant: string; readonly local: string; readonly moved: string }[];
}
const file = path.join(import.meta.dirname, '../../test/vectors/schedules.json');
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] };

describe('published vectors', () => {
  it('are there', () => expect(vectors.length).toBeGreaterThan(50));

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, { schedule, after, next }) => {
    let instant = Date.parse(after);
    for (const expected of next) {
      const found = nextOccurrence(schedule, instant);
      expect(found && { ...found, instant: new Date(found.instant).toISOString() }).toEqual(expected);
      instant = found?.instant ?? NaN;
    }
    if (next.length < 5) expect(nextOccurrence(schedule, instant)).toBeNull();
  });
});

describe('nextOccurrence', () => {
  it.each<[string, Schedule, string, string[]]>([
    ['5 hours begin again at midnight', hourly(5, 0), '2026-05-01T12:00:00+02:00', ['2026-05-01T15:00', '2026-05-01T20:00', '2026-05-02T00:00']],
    ['23 hours are 0 and 23', hourly(23, 59), '2026-05-01T12:00:00+02:00', ['2026-05-01T23:59', '2026-05-02T00:59', '2026-05-02T23:59']],
    ['a time that a gap skips runs at its end', daily('02:30'), '2027-03-28T00:30:00Z', ['2027-03-28T03:00 gap', '2027-03-29T02:30']],
    ['two skipped times are one', hourly(1, 30, 'Antarctica/Troll'), '2025-03-30T00:30:00Z', ['2025-03-30T03:00 gap', '2025-03-30T03:30']],
    ['a skipped time that falls on a real one is that one', hourly(1, 0), '2027-03-28T00:00:00Z', ['2027-03-28T03:00', '2027-03-28T04:00']],
    ['a doubled time runs at the first', daily('02:30'), '2027-10-31T00:00:00Z', ['2027-10-31T02:30 overlap-first', '2027-11-01T02:30']],
    ['an hour shown twice fires twice', hourly(1, 30), '2027-10-31T00:00:00Z', ['2027-10-31T02:30 overlap-first', '2027-10-31T02:30 overlap-second']],
    ['with N = 2 it does not', hourly(2, 30), '2027-10-31T00:00:00Z', ['2027-10-31T02:30 overlap-first', '2027-10-31T04:30']],
    ['weekdays are of ISO', weekly([1, 7], '12:00'), '2026-05-01T00:00:00Z', ['2026-05-03T12:00', '2026-05-04T12:00', '2026-05-10T12:00']],
    ['day 31 skips', monthly(31), '2026-08-31T12:00:00Z', ['2026-10-31T06:00', '2026-12-31T06:00', '2027-01-31T06:00', '2027-03-31T06:00']],
    ['the last day never does', monthly('last'), '2028-01-31T12:00:00Z', ['2028-02-29T06:00', '2028-03-31T06:00', '2028-04-30T06:00']],
    ['offsets with seconds', daily('00:00', 'Africa/Monrovia'), '1972-01-06T12:00:00Z', ['1972-01-07T00:44:30 gap', '1972-01-08T00:00']],
    ['the first year', daily('12:00', 'UTC'), '-000001-01-01T00:00:00Z', ['0001-01-01T12:00', '0001-01-02T12:00']],
    ['years below 100 are those years', monthly(29, '12:00', 'UTC'), '0004-02-01T00:00:00Z', ['0004-02-29T12:00', '0004-03-29T12:00']],
  ])('%s', (_name, schedule, after, expected) => expect(nextOnes(schedule, after, expected.length)).toEqual(expected));

  it('ends with the year 9999, and finds a once job of that year at once', () => {
    expect(nextOnes(daily('23:30', 'UTC'), '9999-12-30T12:00:00Z', 5)).toEqual(['9999-12-30T23:30', '9999-12-31T23:30']);
    expect(nextOnes(hourly(1, 30), '9999-12-31T21:40:00Z', 5)).toEqual(['9999-12-31T23:30']);
    expect(nextOnes(once('9999-12-31T23:59'), '1970-01-01T00:00:00Z', 5)).toEqual(['9999-12-31T23:59']);
  });

  it('is strictly after an instant of any precision', () => {
    const due = Temporal.Instant.from('2026-05-01T00:30:00Z');
    expect(nextOccurrence(daily('02:30'), due.subtract({ nanoseconds: 1 }))?.instant).toBe(due.epochMilliseconds);
    expect(nextOccurrence(daily('02:30'), due)?.instant).toBe(due.epochMilliseconds + DAY);
    expect(nextOccurrence(daily('02:30'), due.add({ nanoseconds: 1 }))?.instant).toBe(due.epochMilliseconds + DAY);
    expect(nextOccurrence(daily('02:30'), due.epochMilliseconds - 0.5)?.instant).toBe(due.epochMilliseconds);
  });

  it('takes link names and any case', () => {
    for (const zone of ['Europe/Kiev', 'Europe/Kyiv', 'europe/KYIV']) {
      expect(nextOnes(daily('03:30', zone), '2027-03-28T00:00:00Z', 1)).toEqual(['2027-03-28T04:00 gap']);
    }
  });

  it.each<[string, Schedule]>([
    ...['', 'CET5', '+02:00', 'Z', 'Mars/X', '2026-01-01T00:00Z[Europe/Berlin]'].map((zone): [string, Schedule] => [`zone ${zone}`, daily('02:30', zone)]),
    ...[0, 24, -1, 1.5, NaN].map((every): [string, Schedule] => [`every ${every}`, hourly(every, 0)]),
    ...[60, -1, 0.5, NaN].map((minute): [string, Schedule] => [`minute ${minute}`, hourly(1, minute)]),
    ...[[], [8], [0], [1, 1.5]].map((days): [string, Schedule] => [`weekdays ${days}`, weekly(days as Weekday[], '02:30')]),
    ...[0, 32, -1, 1.5, NaN].map((day): [string, Schedule] => [`day ${day}`, monthly(day)]),
    ...['', '24:00', '2:30', '02:60', '02:30:00'].map((time): [string, Schedule] => [`time ${time}`, daily(time)]),
    ...['2026-02-30T00:00', '2026-05-01', '2026-05-01T24:00', '2026-05-01T02:30Z', '10000-01-01T00:00', '0000-01-01T00:00', ''].map(
      (at): [string, Schedule] => [`at ${at}`, once(at)],
    ),
  ])('throws for %s', (_name, schedule) => {
    expect(() => nextOccurrence(schedule, 0)).toThrow(RangeError);
    expect(() => [...occurrencesBetween(schedule, 0, 1)]).toThrow(RangeError);
  });

  it('throws for what is no time', () => {
    for (const after of [NaN, Infinity, -Infinity, 9e15]) expect(() => nextOccurrence(daily('02:30'), after)).toThrow(RangeError);
  });
});

describe('occurrencesBetween', () => {
  it('is half-open, to the nanosecond', () => {
    const [due, next] = [Temporal.Instant.from('2026-05-01T00:30:00Z'), Temporal.Instant.from('2026-05-02T00:30:00Z')];
    const count = (from: Temporal.Instant | number, to: Temporal.Instant | number) => [...occurrencesBetween(daily('02:30'), from, to)].length;
    expect(count(due, next)).toBe(1);
    expect(count(due.epochMilliseconds, next.epochMilliseconds)).toBe(1);
    expect(count(due, next.add({ nanoseconds: 1 }))).toBe(2);
    expect(count(due.add({ nanoseconds: 1 }), next)).toBe(0);
    expect(count(due.epochMilliseconds + 0.5, next.epochMilliseconds + 0.5)).toBe(1);
    expect(count(next, due)).toBe(0);
  });

  it('makes them only as they are asked for', () => {
    const all = occurrencesBetween(hourly(1, 0), 0, Date.UTC(9999, 0, 1));
    expect(all.next().value?.local).toBe('1970-01-01T01:00');
  });
});

describe('skippedMonths', () => {
  it.each<[number | 'last', string[]]>([
    [28, []],
    [29, ['2026-02', '2027-02']],
    [30, ['2026-02', '2027-02', '2028-02']],
    [31, ['2026-02', '2026-04', '2026-06', '2026-09', '2026-11', '2027-02', '2027-04', '2027-06', '2027-09', '2027-11', '2028-02']],
    ['last', []],
  ])('names the months without day %s', (day, expected) => expect(skippedMonths(monthly(day), '2026-01', 27)).toEqual(expected));

  it('is empty for what does not repeat by month', () => expect(skippedMonths(daily('02:30'), '2026-01', 27)).toEqual([]));

  it('throws for what is no month and for a schedule that is none', () => {
    for (const month of ['2026-13', '2026-1', '', '2026-00']) expect(() => skippedMonths(monthly(31), month, 1)).toThrow(RangeError);
    expect(() => skippedMonths(monthly(32), '2026-01', 1)).toThrow(RangeError);
  });
});

describe('any schedule', () => {
  const two = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
  const time = fc.tuple(two(23), two(59)).map((parts) => parts.join(':'));
  const timeZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
  const weekdays = fc.uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 });
  const instant = fc.integer({ min: Date.UTC(1973, 0, 1), max: Date.UTC(2100, 0, 1) });
  const minutes = fc.integer({ min: Date.UTC(1973, 0, 1) / MINUTE, max: Date.UTC(2100, 0, 1) / MINUTE });
  const day = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant<'last'>('last'));
  const repeating = fc.oneof<fc.Arbitrary<Schedule>[]>(
    fc.record({ kind: fc.constant('hourly'), every: fc.integer({ min: 1, max: 23 }), minute: fc.integer({ min: 0, max: 59 }), timeZone }),
    fc.record({ kind: fc.constant('daily'), time, timeZone }),
    fc.record({ kind: fc.constant('weekly'), weekdays, time, timeZone }),
    fc.record({ kind: fc.constant('monthly'), day, time, timeZone }),
  );
  const any = fc.oneof({ weight: 4, arbitrary: repeating }, fc.record({ kind: fc.constant('once'), at: minutes.map(textOf), timeZone }));
  const options = { numRuns: 1_000 };

  it('comes strictly after, and nothing lies between', () => {
    fc.assert(
      fc.property(any, instant, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, after, part) => {
        const next = nextOccurrence(schedule, after);
        if (!next) {
          expect(schedule.kind).toBe('once');
          return;
        }
        expect(next.instant).toBeGreaterThan(after);
        // From anywhere on the way there it is the same one.
        expect(nextOccurrence(schedule, after + Math.floor((next.instant - 1 - after) * part))).toEqual(next);
        expect(nextOccurrence(schedule, next.instant - 1)).toEqual(next);
      }),
      options,
    );
  });

  it('never comes earlier for a later question', () => {
    fc.assert(
      fc.property(any, instant, fc.integer({ min: 0, max: 90 * DAY }), (schedule, after, later) => {
        const [one, other] = [nextOccurrence(schedule, after)?.instant ?? Infinity, nextOccurrence(schedule, after + later)?.instant ?? Infinity];
        expect(other).toBeGreaterThanOrEqual(one);
      }),
      options,
    );
  });

  it('is between two instants what asking again and again gives', () => {
    fc.assert(
      fc.property(any, instant, fc.integer({ min: 0, max: 40 * DAY }), (schedule, from, length) => {
        const asked: unknown[] = [];
        let next = nextOccurrence(schedule, from - 1);
        for (; next && next.instant < from + length; next = nextOccurrence(schedule, next.instant)) asked.push(next);
        expect([...occurrencesBetween(schedule, from, from + length)]).toEqual(asked);
      }),
      { numRuns: 300 },
    );
  });

  it('shows the local time of its instant, and that is one of the rule unless it stands at the end of a gap', () => {
    fc.assert(
      fc.property(any, instant, (schedule, after) => {
        const next = nextOccurrence(schedule, after);
        if (!next) return;
        const at = next.instant / MINUTE;
        const shown = localMinute(schedule.timeZone, at);
        expect(next.local).toBe(textOf(shown));
        expect(isNamed(schedule, next.local)).toBe(next.moved !== 'gap');
        if (next.moved === 'gap') expect(shown - localMinute(schedule.timeZone, at - 1)).toBeGreaterThan(1);
      }),
      options,
    );
  });

  it('runs daily about once in 24 hours, whatever the clocks do', () => {
    fc.assert(
      fc.property(timeZone, time, fc.integer({ min: 2012, max: 2090 }), (zone, at, year) => {
        const days = [...occurrencesBetween(daily(at, zone), Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))];
        // No zone has moved by more than three hours since 2012.
        const steps = days.slice(1).map(({ instant }, index) => (instant - (days[index]?.instant ?? NaN)) / DAY);
        expect(Math.min(...steps)).toBeGreaterThanOrEqual(21 / 24);
        expect(Math.max(...steps)).toBeLessThanOrEqual(27 / 24);
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on what was asked before', () => {
    // The year before this question begins 30 minutes after Sao Paulo set its clocks back for the last time.
    const change = Date.parse('2019-02-17T02:00:00Z');
    nextOccurrence({ kind: 'daily', time: '12:00', timeZone: 'America/Sao_Paulo' }, change + 366 * 86_400_000 + 30 * 60_000);
    const found = nextOccurrence({ kind: 'daily', time: '23:40', timeZone: 'America/Sao_Paulo' }, change + 35 * 60_000);
    expect(found).toMatchObject({ local: '2019-02-17T23:40', moved: 'none' });
  });
});
