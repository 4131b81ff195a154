/**
 * Writes test/vectors/schedules.json: when schedules run around changes of the clocks, for anybody who schedules. Worked out
 * minute by minute (test/vectors/schedules-by-minutes.ts), never by the code that the vectors check. Takes about a minute.
 * The changes are past ones, or of rules that have stood for decades, so that they outlast releases of the zone data.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Occurrence, Schedule, Weekday } from '../src/domain/schedule.ts';
import { WatchedClock } from '../test/vectors/schedules-by-minutes.ts';

const MINUTE = 60_000;
const DAY = 1_440;
/** Minutes watched before and behind what counts, so that no end of the watched time falls on a change of the clocks. */
const MARGIN = 2 * DAY;
const NEXT = 5;

const once = (at: string, timeZone: string): Schedule => ({ kind: 'once', at, timeZone });
const hourly = (every: number, minute: number, timeZone: string): Schedule => ({ kind: 'hourly', every, minute, timeZone });
const daily = (time: string, timeZone: string): Schedule => ({ kind: 'daily', time, timeZone });
const weekly = (weekdays: Weekday[], time: string, timeZone: string): Schedule => ({ kind: 'weekly', weekdays, time, timeZone });
const monthly = (day: number | 'last', time: string, timeZone: string): Schedule => ({ kind: 'monthly', day, time, timeZone });

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const CASES: readonly (readonly [name: string, schedule: Schedule, after: string])[] = [
  ['strictly after: an occurrence is not after itself', daily('02:30', 'UTC'), '2026-05-01T02:30:00Z'],
  ['strictly after: a millisecond before counts', daily('02:30', 'UTC'), '2026-05-01T02:29:59.999Z'],
  ['once, before it', once('2026-06-01T09:00', BERLIN), '2026-05-31T00:00:00Z'],
  ['once, at it: never again', once('2026-06-01T09:00', BERLIN), '2026-06-01T07:00:00Z'],
  ['once in a gap', once('2027-03-28T02:30', BERLIN), '2027-03-27T12:00:00Z'],
  ['once in an overlap', once('2027-10-31T02:30', BERLIN), '2027-10-30T12:00:00Z'],
  ['once in an overlap, after the first time', once('2027-10-31T02:30', BERLIN), '2027-10-31T00:30:00Z'],
  ['once on a day that was left out', once('2011-12-30T12:00', 'Pacific/Apia'), '2011-12-29T00:00:00Z'],
  ['every 5 hours starts again each day', hourly(5, 0, 'UTC'), '2026-05-01T12:00:00Z'],
  ['every 23 hours is at 0 and 23', hourly(23, 10, 'UTC'), '2026-05-01T12:00:00Z'],
  ['every hour over a gap', hourly(1, 15, BERLIN), '2027-03-27T23:15:00Z'],
  ['every hour on the hour over a gap: 02:00 and 03:00 are one', hourly(1, 0, BERLIN), '2027-03-27T23:00:00Z'],
  ['every hour over an overlap runs at both', hourly(1, 15, BERLIN), '2027-10-30T23:15:00Z'],
  ['every 2 hours over a gap', hourly(2, 15, BERLIN), '2027-03-27T22:00:00Z'],
  ['every 2 hours over an overlap runs at the first', hourly(2, 15, BERLIN), '2027-10-30T22:00:00Z'],
  ['every 3 hours over an overlap at midnight', hourly(3, 30, 'America/Havana'), '2025-11-02T00:00:00Z'],
  ['every hour over an overlap at midnight', hourly(1, 30, 'America/Havana'), '2025-11-02T03:30:00Z'],
  ['every hour over an overlap before midnight', hourly(1, 30, 'America/Santiago'), '2025-04-06T01:00:00Z'],
  ['every hour over a gap of two hours: two skipped times are one', hourly(1, 30, 'Antarctica/Troll'), '2025-03-29T23:30:00Z'],
  ['every hour over an overlap of two hours', hourly(1, 30, 'Antarctica/Troll'), '2025-10-25T22:30:00Z'],
  ['every hour over a gap of half an hour', hourly(1, 15, 'Australia/Lord_Howe'), '2025-10-04T14:00:00Z'],
  ['every hour over an overlap of half an hour, shown twice', hourly(1, 45, 'Australia/Lord_Howe'), '2025-04-05T13:00:00Z'],
  ['every hour over an overlap of half an hour, shown once', hourly(1, 15, 'Australia/Lord_Howe'), '2025-04-05T13:00:00Z'],
  ['every hour over a gap of three hours', hourly(1, 20, 'Antarctica/Casey'), '2020-10-03T14:30:00Z'],
  ['every hour over a day that was left out', hourly(1, 30, 'Pacific/Apia'), '2011-12-30T08:00:00Z'],
  ['daily in a gap', daily('02:30', BERLIN), '2027-03-26T12:00:00Z'],
  ['daily at the first time after a gap', daily('03:00', BERLIN), '2027-03-26T12:00:00Z'],
  ['daily at the first time of a gap', daily('02:00', BERLIN), '2027-03-26T12:00:00Z'],
  ['daily at the last minute before a gap', daily('01:59', BERLIN), '2027-03-26T12:00:00Z'],
  ['daily in an overlap', daily('02:30', BERLIN), '2027-10-29T12:00:00Z'],
  ['daily in an overlap, from its second pass', daily('02:30', BERLIN), '2027-10-31T01:10:00Z'],
  ['daily at the first time of an overlap', daily('02:00', BERLIN), '2027-10-29T12:00:00Z'],
  ['daily at the first time after an overlap', daily('03:00', BERLIN), '2027-10-29T12:00:00Z'],
  ['daily in a gap, New York', daily('02:30', NEW_YORK), '2027-03-13T12:00:00Z'],
  ['daily in an overlap, New York', daily('01:30', NEW_YORK), '2027-11-06T12:00:00Z'],
  ['daily at a midnight that does not exist, Cairo', daily('00:00', 'Africa/Cairo'), '2024-04-24T12:00:00Z'],
  ['daily just after a midnight that does not exist', daily('00:15', 'Asia/Beirut'), '2024-03-29T12:00:00Z'],
  ['daily at a midnight that does not exist, Asunción', daily('00:00', 'America/Asuncion'), '2023-09-30T12:00:00Z'],
  ['daily in an overlap before midnight', daily('23:30', 'America/Santiago'), '2025-04-04T12:00:00Z'],
  ['daily at midnight, shown twice', daily('00:00', 'America/Havana'), '2025-11-01T00:00:00Z'],
  ['daily in a gap of half an hour', daily('02:15', 'Australia/Lord_Howe'), '2025-10-03T00:00:00Z'],
  ['daily in an overlap of half an hour', daily('01:45', 'Australia/Lord_Howe'), '2025-04-04T00:00:00Z'],
  ['daily in a gap from 02:45 to 03:45', daily('03:00', 'Pacific/Chatham'), '2025-09-26T00:00:00Z'],
  ['daily as Ramadan begins', daily('02:30', 'Africa/Casablanca'), '2024-03-08T12:00:00Z'],
  ['daily as Ramadan ends', daily('02:30', 'Africa/Casablanca'), '2024-04-12T12:00:00Z'],
  ['daily at the start of the gap as Ramadan ends', daily('02:00', 'Africa/El_Aaiun'), '2024-04-12T12:00:00Z'],
  ['daily over a day that was left out', daily('09:00', 'Pacific/Apia'), '2011-12-28T00:00:00Z'],
  ['daily at midnight over a day that was left out: two are one', daily('00:00', 'Pacific/Apia'), '2011-12-28T00:00:00Z'],
  ['daily across half an hour for good', daily('23:45', 'Asia/Pyongyang'), '2018-05-03T00:00:00Z'],
  ['weekly on a gap day', weekly([7], '02:30', BERLIN), '2027-03-20T00:00:00Z'],
  ['weekly on several days', weekly([1, 3, 5], '18:00', 'Asia/Kolkata'), '2026-05-01T13:00:00Z'],
  ['weekly on an overlap day', weekly([7, 1], '01:30', NEW_YORK), '2027-11-05T00:00:00Z'],
  ['weekly on a day that was left out', weekly([5], '12:00', 'Pacific/Apia'), '2011-12-20T00:00:00Z'],
  ['weekly at a midnight that does not exist', weekly([5, 6], '00:30', 'Africa/Cairo'), '2024-04-20T00:00:00Z'],
  ['monthly on day 31 skips short months', monthly(31, '06:00', BERLIN), '2026-12-31T12:00:00Z'],
  ['monthly on day 30 skips February', monthly(30, '06:00', 'UTC'), '2026-12-31T00:00:00Z'],
  ['monthly on day 29 in a leap year', monthly(29, '06:00', 'UTC'), '2027-12-31T00:00:00Z'],
  ['monthly on day 29 in a common year', monthly(29, '06:00', 'UTC'), '2026-12-31T00:00:00Z'],
  ['monthly on the last day skips none', monthly('last', '23:59', 'UTC'), '2028-01-31T23:59:00Z'],
  ['monthly on the last day, in an overlap', monthly('last', '02:30', BERLIN), '2027-08-31T12:00:00Z'],
  ['monthly in a gap', monthly(28, '02:30', BERLIN), '2027-02-01T00:00:00Z'],
  ['monthly on a day that was left out is not a missing day', monthly(30, '09:00', 'Pacific/Apia'), '2011-11-01T00:00:00Z'],
  ['a link name', daily('03:30', 'Europe/Kiev'), '2027-03-26T12:00:00Z'],
];

const vectors = CASES.map(([name, schedule, after]) => {
  const next = nextOnes(schedule, Date.parse(after)).map((one) => onOneLine({ ...one, instant: new Date(one.instant).toISOString() }));
  // As the formatter has it: one on the line, more on lines of their own.
  const list = next.length > 1 ? `\n${next.map((one) => `        ${one}`).join(',\n')}\n      ` : next.join();
  return `    {
      "name": ${JSON.stringify(name)},
      "schedule": ${onOneLine(schedule)},
      "after": ${JSON.stringify(after)},
      "next": [${list}]
    }`;
});
const about =
  'The next occurrences (at most 5, in order, strictly after `after`) of a schedule. `local`: what the local clocks show at that instant. `moved`: gap = the time of the rule does not exist, it runs at the instant of the change; overlap-first, overlap-second = the local time comes twice. Weekdays: Monday is 1.';
const file = path.join(import.meta.dirname, '../test/vectors/schedules.json');
writeFileSync(
  file,
  `{\n  "about": ${JSON.stringify(about)},\n  "zoneData": ${JSON.stringify(process.versions['tz'])},\n  "vectors": [\n${vectors.join(',\n')}\n  ]\n}\n`,
);
console.log(`${vectors.length} vectors.`);

/** Watches longer and longer until enough occurrences are seen. */
function nextOnes(schedule: Schedule, after: number): Occurrence[] {
  const from = Math.floor(after / MINUTE) - MARGIN;
  for (const days of [4, 12, 50, 170, 340]) {
    const end = from + MARGIN + days * DAY;
    const seen = new WatchedClock(schedule.timeZone, from, end + MARGIN).occurrences(schedule);
    const found = seen.filter(({ instant }) => instant > after && instant < end * MINUTE).slice(0, NEXT);
    // The once jobs of the cases are due within two days.
    if (found.length === NEXT || schedule.kind === 'once') return found;
  }
  throw new Error(`Not enough occurrences in a year: ${JSON.stringify(schedule)}`);
}

function onOneLine(value: object): string {
  return JSON.stringify(value, null, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/\[ (.*?) \]/g, '[$1]');
}
