import { describe, expect, it } from 'vitest';
import type { DateRange } from './date-range.ts';
import { previewRuns } from './job-preview.ts';
import type { JobRun } from './job-run.ts';
import type { Moment } from './moment.ts';
import { previewNotes, skippedMonthsOfYear } from './preview-notes.ts';

const BERLIN = 'Europe/Berlin';
const NOW = Date.parse('2026-12-15T12:00:00Z');
const always = { start: '2026-12-15T12:00:00Z', end: null };
const daily = (time: string): JobRun => ({ kind: 'daily', time, ...always });
const hourly = (every: number, minute = 0): JobRun => ({ kind: 'hourly', every, minute, ...always });
const monthly = (day: number | 'last', bounds: { start: string; end: string | null } = always): JobRun => ({ kind: 'monthly', day, time: '06:00', ...bounds });
const last = (count: number, unit: 'hour' | 'day' | 'month', calendar = false): DateRange => ({ kind: 'last', count, unit, calendar });
const since: DateRange = { kind: 'since_previous', dataFrom: 'start' };

function notesOf(run: JobRun, range: DateRange = since, more: { start?: Moment; edge?: string; timeZone?: string } = {}): string[] {
  const { start = null, edge = '2026-12-01T00:00:00Z', timeZone = BERLIN } = more;
  const planned = previewRuns({ run, timeZone, range, chain: { edge, settleSeconds: 300 }, after: NOW, count: 5 });
  return previewNotes({ run, timeZone, range, now: NOW, planned, start }).map(({ code, text }) => `${code}: ${text}`);
}

describe('previewNotes', () => {
  it('has nothing to say of a plain job', () => {
    expect(notesOf(daily('06:00'))).toEqual([]);
    expect(notesOf(daily('06:00'), last(1, 'day'))).toEqual([]);
    expect(notesOf(hourly(1), last(1, 'hour', true), { timeZone: 'UTC' })).toEqual([]);
    expect(notesOf({ kind: 'once', start: 'immediately' }, { kind: 'all' })).toEqual([]);
    expect(notesOf({ kind: 'once', at: '2027-01-01T00:00:00Z' }, { kind: 'all' })).toEqual([]);
  });

  it.each<[string, JobRun, DateRange, string[]]>([
    [
      'months without the day',
      monthly(31),
      since,
      ['run.months_skipped: This job does not run in February 2027, April 2027, June 2027, September 2027 and November 2027, which have no day 31.'],
    ],
    ['one month without the day', monthly(30), since, ['run.months_skipped: This job does not run in February 2027, which has no day 30.']],
    [
      'a time that is skipped',
      daily('02:30'),
      since,
      [
        'run.moved_by_gap: The clocks skip a time of this job: it runs on 28 March 2027 at 03:00 instead.',
        'run.first_of_two: A time of this job comes twice on 31 October 2027: it runs at the first.',
      ],
    ],
    ['an hour that comes twice', hourly(1), since, ['run.both_of_two: The clocks show an hour twice on 31 October 2027: the job runs in both.']],
    [
      'all data each time',
      daily('06:00'),
      { kind: 'all' },
      [
        'range.covers_all_each_time: Every run exports all data again, so the files grow and repeat each other. To export each record once, choose "Since previous run".',
      ],
    ],
    [
      'a range shorter than the distance of the runs',
      daily('06:00'),
      last(6, 'hour'),
      [
        'range.gaps: Some data would be in no run, first 16 December 2026, 06:00 to 17 December 2026, 00:00. Choose a longer range, or "Since previous run", which leaves nothing out.',
      ],
    ],
    [
      'a range longer than the distance of the runs',
      daily('06:00'),
      last(1, 'month', true),
      [
        'range.overlaps: Some data would be in more than one run, first 1 November 2026, 00:00 to 1 December 2027, 00:00. To export each record once, choose "Since previous run".',
      ],
    ],
    [
      '24 hours where a day has 23 or 25',
      daily('06:00'),
      last(24, 'hour'),
      [
        'range.gaps: Some data would be in no run, first 30 October 2027, 06:00 to 30 October 2027, 07:00. Choose a longer range, or "Since previous run", which leaves nothing out.',
        'range.overlaps: Some data would be in more than one run, first 27 March 2027, 05:00 to 27 March 2027, 06:00. To export each record once, choose "Since previous run".',
      ],
    ],
  ])('tells %s', (_name, run, range, expected) => expect(notesOf(run, range)).toEqual(expected));

  it('finds gaps and overlaps of the same job that its units would not tell', () => {
    const codes = (run: JobRun, range: DateRange) =>
      notesOf(run, range)
        .map((note) => note.split(':')[0])
        .filter((code) => code?.startsWith('range'));
    // The hours 0, 5, 10, 15, 20 begin again at midnight: four hours after the last.
    expect(codes(hourly(5), last(5, 'hour'))).toEqual(['range.gaps', 'range.overlaps']);
    expect(codes(monthly(31), last(1, 'month'))).toEqual(['range.gaps']);
    expect(codes(monthly('last'), last(1, 'month', true))).toEqual([]);
  });

  it('tells a job that never runs, one whose next run has nothing to export, and nothing of one that runs once more', () => {
    const ends = (end: string): JobRun => ({ kind: 'daily', time: '06:00', start: always.start, end });
    expect(notesOf(ends('2026-12-16T04:59:59Z'))).toEqual(['run.never: This job never runs: it ends before its first run. Choose a later end.']);
    expect(notesOf(ends('2026-12-16T05:00:00Z'), last(1, 'hour'))).toEqual([]);
    expect(notesOf(ends('2026-12-16T05:00:00Z'), { kind: 'all' })).toEqual([]);
    expect(notesOf(daily('06:00'), since, { edge: '2026-12-20T00:00:00Z' })).toEqual([
      'range.nothing_yet: The run on 16 December 2026 at 06:00 would find nothing new to export, so it will be skipped.',
    ]);
  });

  it('tells what became of the start', () => {
    const start = (moved: Moment['moved']): Moment => ({ at: '2027-03-28T01:00:00Z', local: '2027-03-28T03:00', moved });
    expect(notesOf(daily('06:00'), since, { start: start('none') })).toEqual([]);
    expect(notesOf(daily('06:00'), since, { start: start('gap') })).toEqual([
      'start.moved: The clocks skip the time given for the start: it is 28 March 2027 at 03:00 instead.',
    ]);
    expect(notesOf({ kind: 'once', at: '2027-10-31T00:30:00Z' }, since, { start: start('overlap-first') })).toEqual([
      'start.moved: The time given for the start comes twice on that day: the first is meant.',
    ]);
  });
});

describe('skippedMonthsOfYear', () => {
  it('looks at twelve months of the zone, inside start and end', () => {
    expect(skippedMonthsOfYear(monthly(29), BERLIN, NOW)).toEqual(['2027-02']);
    expect(skippedMonthsOfYear(monthly(29), BERLIN, Date.parse('2027-02-28T23:00:00Z'))).toEqual([]);
    expect(skippedMonthsOfYear(monthly(30), BERLIN, Date.parse('2027-02-28T22:59:59Z'))).toEqual(['2027-02']);
    expect(skippedMonthsOfYear(monthly(31, { start: '2027-05-01T00:00:00Z', end: '2027-09-30T10:00:00Z' }), BERLIN, NOW)).toEqual(['2027-06']);
    expect(skippedMonthsOfYear(monthly(31, { start: '2027-05-01T00:00:00Z', end: '2027-10-01T00:00:00Z' }), BERLIN, NOW)).toEqual(['2027-06', '2027-09']);
    expect(skippedMonthsOfYear(monthly('last'), BERLIN, NOW)).toEqual([]);
    expect(skippedMonthsOfYear(daily('06:00'), BERLIN, NOW)).toEqual([]);
    expect(skippedMonthsOfYear({ kind: 'once', start: 'immediately' }, BERLIN, NOW)).toEqual([]);
  });
});
