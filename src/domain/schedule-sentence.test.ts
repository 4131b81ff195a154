import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { DateRange } from './date-range.ts';
import type { JobRun } from './job-run.ts';
import type { Weekday } from './schedule.ts';
import { ENGLISH, rangeSentence, type ScheduleWords, scheduleSentence, stretchText } from './schedule-sentence.ts';

const BERLIN = 'Europe/Berlin';
const NOW = Date.parse('2026-06-01T12:00:00Z');
const always = { start: '2026-06-01T12:00:00Z', end: null };
const weekly = (...weekdays: Weekday[]): JobRun => ({ kind: 'weekly', weekdays, time: '06:00', ...always });
const hourly = (every: number, minute: number): JobRun => ({ kind: 'hourly', every, minute, ...always });
const monthly = (day: number | 'last'): JobRun => ({ kind: 'monthly', day, time: '02:00', ...always });

describe('scheduleSentence', () => {
  it.each<[string, JobRun]>([
    ['Once, immediately', { kind: 'once', start: 'immediately' }],
    ['Once, on 3 March 2027 at 14:00 (Europe/Berlin)', { kind: 'once', at: '2027-03-03T13:00:00Z' }],
    ['Once, on 3 March 2027 at 14:00:30 (Europe/Berlin)', { kind: 'once', at: '2027-03-03T13:00:30Z' }],
    ['Once, on 31 October 2027 at 02:30 UTC+02:00 (Europe/Berlin)', { kind: 'once', at: '2027-10-31T00:30:00Z' }],
    ['Once, on 31 October 2027 at 02:30 UTC+01:00 (Europe/Berlin)', { kind: 'once', at: '2027-10-31T01:30:00Z' }],
    ['Every hour at minute 5 (Europe/Berlin)', hourly(1, 5)],
    ['Every hour on the hour (Europe/Berlin)', hourly(1, 0)],
    ['Every 5 hours: at 00:05, 05:05, 10:05, 15:05 and 20:05 (Europe/Berlin)', hourly(5, 5)],
    ['Every 23 hours: at 00:59 and 23:59 (Europe/Berlin)', hourly(23, 59)],
    ['Every 4 hours: at 00:00, 04:00, 08:00, 12:00, 16:00 and 20:00 (Europe/Berlin)', hourly(4, 0)],
    ['Every 2 hours from 00:30 to 22:30 (Europe/Berlin)', hourly(2, 30)],
    ['Every 3 hours from 00:00 to 21:00 (Europe/Berlin)', hourly(3, 0)],
    ['Every day at 06:00 (Europe/Berlin)', { kind: 'daily', time: '06:00', ...always }],
    ['Every Monday at 06:00 (Europe/Berlin)', weekly(1)],
    ['Every Saturday and Sunday at 06:00 (Europe/Berlin)', weekly(7, 6)],
    ['Every Monday, Wednesday and Friday at 06:00 (Europe/Berlin)', weekly(5, 1, 3, 1)],
    ['Every weekday (Monday to Friday) at 06:00 (Europe/Berlin)', weekly(5, 4, 3, 2, 1)],
    ['Every day at 06:00 (Europe/Berlin)', weekly(1, 2, 3, 4, 5, 6, 7)],
    ['Every month on day 28 at 02:00 (Europe/Berlin)', monthly(28)],
    ['Every month on day 29 at 02:00 (Europe/Berlin); months without that day are skipped', monthly(29)],
    ['Every month on the last day at 02:00 (Europe/Berlin)', monthly('last')],
  ])('%s', (expected, run) => expect(scheduleSentence(run, BERLIN, NOW)).toBe(expected));

  it('names the start only while it is to come, and the end', () => {
    const run = (start: string, end: string | null): JobRun => ({ kind: 'monthly', day: 31, time: '06:00', start, end });
    const later = run('2026-12-01T09:00:00Z', '2027-06-30T22:00:00Z');
    expect(scheduleSentence(later, BERLIN, NOW)).toBe(
      'Every month on day 31 at 06:00 (Europe/Berlin), from 1 December 2026 at 10:00, until 1 July 2027 at 00:00; months without that day are skipped',
    );
    expect(scheduleSentence(later, BERLIN, Date.parse('2026-12-01T09:00:00Z'))).not.toContain('from');
    expect(scheduleSentence(run('2026-06-01T12:00:00.000001Z', null), BERLIN, NOW)).toContain('from 1 June 2026 at 14:00:00.000001');
  });

  it('lists exactly the times at which an hourly job runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 23 }), fc.integer({ min: 0, max: 59 }), (every, minute) => {
        const named = scheduleSentence(hourly(every, minute), 'UTC', NOW).match(/\d\d:\d\d/g) ?? [];
        const expected = Array.from({ length: 24 }, (_, hour) => hour)
          .filter((hour) => hour % every === 0)
          .map((hour) => new Temporal.PlainTime(hour, minute).toString().slice(0, 5));
        // A long list goes evenly through the day, so that its ends and the distance say it all.
        if (named.length !== expected.length) expect([24 % every, ...named]).toEqual([0, expected.at(0), expected.at(-1)]);
        else expect(named).toEqual(expected);
      }),
    );
  });

  it('takes its words from one table', () => {
    const german: ScheduleWords = { ...ENGLISH, everyDay: (time) => `Täglich um ${time} Uhr` };
    expect(scheduleSentence({ kind: 'daily', time: '06:00', ...always }, BERLIN, NOW, german)).toBe('Täglich um 06:00 Uhr (Europe/Berlin)');
  });
});

describe('rangeSentence', () => {
  const last = (count: number, unit: 'hour' | 'day' | 'month', calendar = false): DateRange => ({ kind: 'last', count, unit, calendar });

  it.each<[string, DateRange]>([
    ['all data up to the run', { kind: 'all' }],
    ["what is new since the previous run, beginning with the job's start", { kind: 'since_previous', dataFrom: 'start' }],
    ['what is new since the previous run, beginning with all available data', { kind: 'since_previous', dataFrom: 'all' }],
    ['what is new since the previous run, beginning with 1 March 2026, 00:00', { kind: 'since_previous', dataFrom: '2026-02-28T23:00:00Z' }],
    ['the last 30 days', last(30, 'day')],
    ['the last hour', last(1, 'hour')],
    ['the last 100,000 hours', last(100_000, 'hour')],
    ['the last whole month', last(1, 'month', true)],
    ['the last 3 whole months', last(3, 'month', true)],
    ['1 March 2026, 00:00 to 2 March 2026, 00:00', { kind: 'fixed', from: '2026-02-28T23:00:00Z', to: '2026-03-01T23:00:00Z' }],
    ['1 March 2026, 00:00:00.000001 to 2 March 2026, 00:00:59', { kind: 'fixed', from: '2026-02-28T23:00:00.000001Z', to: '2026-03-01T23:00:59Z' }],
  ])('%s', (expected, range) => expect(rangeSentence(range, BERLIN)).toBe(expected));
});

describe('stretchText', () => {
  it('has words for open ends', () => {
    const at = '2026-03-01T00:00:00Z';
    expect(stretchText({ from: null, to: at }, 'UTC')).toBe('everything before 1 March 2026, 00:00');
    expect(stretchText({ from: at, to: null }, 'UTC')).toBe('everything from 1 March 2026, 00:00 on');
    expect(stretchText({ from: null, to: null }, 'UTC')).toBe('everything');
  });
});
