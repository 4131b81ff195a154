/**
 * Schedules around every change of the clocks, against a calculation that shares nothing with them
 * (test/vectors/schedules-by-minutes.ts). `UDM_TEST_LONG=1`: every zone, 2020-2035 (P7 of reliability.md), and the odd ones from 1972.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { changesBetween, textOf, WatchedClock } from '../../test/vectors/schedules-by-minutes.ts';
import { nextOccurrence, type Occurrence, occurrencesBetween, type Schedule, type Weekday } from './schedule.ts';
import { stretchAt } from './schedule-zone.ts';

const LONG = process.env['UDM_TEST_LONG'] === '1';
const HOUR = 60;
const DAY = 24 * HOUR;
const AROUND = 26 * HOUR;

/** Clocks that change by other steps, at midnight, by decree, for Ramadan, or across the date line. */
const ODD = [
  ...['Africa/Cairo', 'Africa/Casablanca', 'Africa/El_Aaiun', 'America/Asuncion', 'America/Havana', 'America/Nuuk', 'America/Santiago'],
  ...['America/Scoresbysund', 'America/St_Johns', 'Antarctica/Casey', 'Antarctica/Troll', 'Asia/Amman', 'Asia/Beirut', 'Asia/Gaza'],
  ...['Asia/Tehran', 'Atlantic/Azores', 'Australia/Lord_Howe', 'Europe/Volgograd', 'Pacific/Apia', 'Pacific/Chatham', 'Pacific/Easter'],
];
/** What 2020-2035 does not have: whole days left out or done twice, half hours for good, midnight changes of the past. */
const HISTORY: readonly (readonly [zone: string, year: number])[] = [
  ['Pacific/Apia', 2011],
  ['Pacific/Fakaofo', 2011],
  ['Pacific/Kwajalein', 1993],
  ['Pacific/Kiritimati', 1994],
  ['America/Caracas', 2016],
  ['Asia/Pyongyang', 2018],
  ['America/Sao_Paulo', 2018],
  ['Asia/Kathmandu', 1985],
];

const ALL = Intl.supportedValuesOf('timeZone');
/** The changes of these years in a zone; at least so many must be there, or the check checks nothing. */
type Case = readonly [zone: string, fromYear: number, toYear: number, leastChanges: number];
const CASES: readonly Case[] = LONG
  ? [...ALL.map((zone): Case => [zone, 2020, 2035, ODD.includes(zone) ? 1 : 0]), ...ODD.map((zone): Case => [zone, 1972, 2019, 1])]
  : [...ODD.map((zone): Case => [zone, 2020, 2027, 1]), ...ALL.filter((_, index) => index % 40 === 5).map((zone): Case => [zone, 2020, 2023, 0])];
const ZONES = [...new Set(CASES.map(([zone]) => zone))];
const count = { changes: 0, schedules: 0, occurrences: 0, probes: 0, steps: new Map<number, number>(), atMidnight: 0 };

describe('schedules around every change of the clocks', () => {
  it.each([...CASES, ...HISTORY.map(([zone, year]): Case => [zone, year, year, 1])])('%s %i-%i', (zone, fromYear, toYear, leastChanges) => {
    const changes = changesBetween(zone, Date.UTC(fromYear, 0, 1) / 60_000, Date.UTC(toYear + 1, 0, 1) / 60_000);
    expect(changes.length).toBeGreaterThanOrEqual(leastChanges);
    expect(changes.flatMap((change) => disagreements(zone, change)).slice(0, 5)).toEqual([]);
  });

  it('takes for granted only what is so: a change backwards is caught up before the next change', () => {
    for (const zone of ZONES) {
      for (let stretch = stretchAt(zone, Date.UTC(1990, 0, 1)); stretch.end < Date.UTC(2040, 0, 1); stretch = stretchAt(zone, stretch.end)) {
        expect(stretch.end - stretch.start).toBeGreaterThan(2 * Math.abs(stretch.before - stretch.offset));
      }
    }
  });

  afterAll(() => {
    if (LONG) console.log('schedule sweep', { zones: ZONES.length, ...count, steps: Object.fromEntries(count.steps) });
  });
});

function disagreements(zone: string, change: number): unknown[] {
  const clock = new WatchedClock(zone, change - AROUND, change + AROUND);
  const before = (clock.shown[AROUND - 1] ?? NaN) + 1;
  const after = clock.shown[AROUND] ?? NaN;
  count.changes += 1;
  count.steps.set(after - before, (count.steps.get(after - before) ?? 0) + 1);
  count.atMidnight += before % DAY === 0 || after % DAY === 0 ? 1 : 0;
  return schedulesAround(zone, before, after).flatMap((schedule) => compare(schedule, clock, change) ?? []);
}

/** Each recurrence at twelve local minutes: before, at and after the ends of what the clocks leave out or show twice. */
function schedulesAround(timeZone: string, before: number, after: number): Schedule[] {
  const found = new Map<string, Schedule>();
  const add = (schedule: Schedule) => found.set(JSON.stringify(schedule), schedule);
  for (const local of [before, after].flatMap((edge) => [-30, -1, 0, 1, 15, 30].map((step) => edge + step))) {
    const at = textOf(local);
    const time = at.slice(11);
    const weekday = new Date(local * 60_000).getUTCDay() || 7;
    add({ kind: 'once', at, timeZone });
    add({ kind: 'daily', time, timeZone });
    add({ kind: 'weekly', weekdays: [weekday as Weekday], time, timeZone });
    add({ kind: 'weekly', weekdays: [((weekday % 7) + 1) as Weekday, (((weekday + 5) % 7) + 1) as Weekday], time, timeZone });
    add({ kind: 'monthly', day: Number(at.slice(8, 10)), time, timeZone });
    add({ kind: 'monthly', day: 31, time, timeZone });
    add({ kind: 'monthly', day: 'last', time, timeZone });
    for (const every of [1, 2, 3, 5, 12, 23]) add({ kind: 'hourly', every, minute: local % HOUR, timeZone });
  }
  return [...found.values()];
}

function compare(schedule: Schedule, clock: WatchedClock, change: number): unknown {
  const from = clock.from * 60_000;
  const to = from + clock.shown.length * 60_000;
  const expected = clock.occurrences(schedule);
  const actual = [...occurrencesBetween(schedule, from, to)];
  count.schedules += 1;
  count.occurrences += expected.length;
  if (JSON.stringify(actual) !== JSON.stringify(expected)) return { schedule, expected, actual };
  for (const step of [-1_800_000, -1, 0, 1, 1_800_000]) {
    const probe = change * 60_000 + step;
    const next = expected.find((one) => one.instant > probe);
    const answer: Occurrence | null = nextOccurrence(schedule, probe);
    count.probes += 1;
    // The next one may lie behind the watched minutes.
    if (next ? answer?.instant !== next.instant : answer && answer.instant < to) return { schedule, probe, next, answer };
  }
  return null;
}
