import { describe, expect, it } from 'vitest';
import type { Problem } from '../errors.ts';
import type { JobRun } from './job-run.ts';
import { ProblemList } from './problem-list.ts';
import { parseRun, type RunFacts, type RunReading } from './run-draft.ts';

const now = new Date('2026-06-01T12:00:00.500Z');
const NOW = '2026-06-01T12:00:00.5Z';
const BERLIN: RunFacts = { now, timeZone: 'Europe/Berlin' };
const bounds = { start: NOW, end: null };
const hourly = { kind: 'hourly', every: 2, minute: 15 };
const daily = { kind: 'daily', time: '02:30' };
const weekly = { kind: 'weekly', weekdays: [1], time: '06:00' };
const monthly = { kind: 'monthly', day: 'last', time: '06:00' };

function read(run: unknown, facts: Partial<RunFacts> = {}): RunReading & { problems: readonly Problem[] } {
  const problems = new ProblemList();
  return { ...parseRun(run, { ...BERLIN, ...facts }, problems), problems: problems.items };
}
const problemsOf = (run: unknown, facts: Partial<RunFacts> = {}) => read(run, facts).problems;
const short = (problems: readonly Problem[]) => problems.map((one) => `${one.code} ${one.field}`);
/** What an editor sees who sends `run` for a job stored as `editing`. */
const edited = (run: unknown, editing: JobRun) => short(problemsOf(run, { editing }));

describe('parseRun: what it accepts', () => {
  it.each([
    [hourly, { ...hourly, ...bounds }],
    [daily, { ...daily, ...bounds }],
    [
      { ...weekly, weekdays: [7, 1, 3] },
      { ...weekly, weekdays: [1, 3, 7], ...bounds },
    ],
    [monthly, { ...monthly, ...bounds }],
    [
      { ...monthly, day: 31 },
      { ...monthly, day: 31, ...bounds },
    ],
    [
      { ...daily, start: 'now', end: null },
      { ...daily, ...bounds },
    ],
    [
      { ...daily, start: '2026-07-01T00:00+02:00', end: '2026-08-01T00:00Z' },
      { ...daily, start: '2026-06-30T22:00:00Z', end: '2026-08-01T00:00:00Z' },
    ],
    [
      { kind: 'once', start: 'immediately' },
      { kind: 'once', start: 'immediately' },
    ],
    [
      { kind: 'once', start: null, at: '2026-07-01T00:00+02:00' },
      { kind: 'once', at: '2026-06-30T22:00:00Z' },
    ],
    [
      { kind: 'once', at: { local: '2026-10-25T02:30' } },
      { kind: 'once', at: '2026-10-25T00:30:00Z' },
    ],
  ])('%j', (sent, run) => {
    expect(read(sent)).toMatchObject({ run, problems: [] });
    expect(read(run)).toMatchObject({ run, problems: [] });
  });

  it('says whether it repeats, and what became of its moments (case 17)', () => {
    expect(read(daily)).toMatchObject({ repeats: true, start: { at: NOW, local: '2026-06-01T14:00', moved: 'none' }, end: null });
    expect(read({ kind: 'once', start: 'immediately' })).toMatchObject({ repeats: false, start: null, end: null });
    expect(read({ kind: 'once', at: { local: '2027-03-28T02:30' } })).toMatchObject({
      run: { at: '2027-03-28T01:00:00Z' },
      start: { at: '2027-03-28T01:00:00Z', local: '2027-03-28T03:00', moved: 'gap' },
    });
    expect(read({ ...daily, start: { local: '2026-10-25T02:30' }, end: { local: '2027-03-28T02:30' } })).toMatchObject({
      start: { at: '2026-10-25T00:30:00Z', moved: 'overlap-first' },
      end: { at: '2027-03-28T01:00:00Z', moved: 'gap' },
    });
    expect(read({ kind: 'yearly' }).repeats).toBeNull();
  });
});

describe('parseRun: rules', () => {
  it.each([0, 24, -1, 1.5, '2', null, undefined, true, [1]])('refuses every %j hours (case 10)', (every) => {
    expect(problemsOf({ ...hourly, every })).toEqual([
      {
        code: 'every.range',
        field: 'run.every',
        ...(every !== undefined && { value: Array.isArray(every) ? 'list of 1' : every }),
        range: { min: 1, max: 23 },
      },
    ]);
  });

  it.each([60, -1, 0.5, null, undefined, '15'])('refuses minute %j (case 11)', (minute) => {
    expect(problemsOf({ ...hourly, minute })).toMatchObject([{ code: 'minute.range', field: 'run.minute', range: { min: 0, max: 59 } }]);
  });

  it.each([[[]], [undefined], [null], ['1'], [1]])('asks for weekdays instead of %j (case 12)', (weekdays) => {
    expect(short(problemsOf({ ...weekly, weekdays }))).toEqual(['weekday.invalid run.weekdays']);
  });

  it('names the place of a weekday that is none or comes twice (case 12)', () => {
    expect(short(problemsOf({ ...weekly, weekdays: [1, 8, 0, '2', 1.5, 7, 1, null] }))).toEqual(
      [1, 2, 3, 4, 6, 7].map((index) => `weekday.invalid run.weekdays[${index}]`),
    );
  });

  it.each([0, 32, -1, 1.5, '31', 'first', null, undefined])('refuses day %j (case 13)', (day) => {
    expect(problemsOf({ ...monthly, day })).toMatchObject([{ code: 'day_of_month.range', field: 'run.day', range: { min: 1, max: 31, or: 'last' } }]);
  });

  it.each([29, 30, 31])('accepts day %d (case 14)', (day) => expect(problemsOf({ ...monthly, day })).toEqual([]));

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)])('refuses the number %d as such (case 26)', (number) => {
    expect(short(problemsOf({ ...hourly, every: number, minute: number }))).toEqual(['number.format run.every', 'number.format run.minute']);
    expect(short(problemsOf({ ...monthly, day: number }))).toEqual(['number.format run.day']);
    expect(short(problemsOf({ ...weekly, weekdays: [number] }))).toEqual(['number.format run.weekdays[0]']);
  });

  it.each(['24:00', '2:30', '02:60', '02:30:00', '', ' 02:30', 230, null, undefined])('refuses the time %j', (time) => {
    for (const run of [daily, weekly, monthly]) expect(short(problemsOf({ ...run, time }))).toEqual(['time.invalid run.time']);
  });

  it('refuses a kind that it does not know', () => {
    const range = ['once', 'hourly', 'daily', 'weekly', 'monthly'];
    expect(problemsOf(undefined)).toEqual([{ code: 'run.invalid', field: 'run', range }]);
    expect(problemsOf('daily')).toEqual([{ code: 'run.invalid', field: 'run', value: 'daily', range }]);
    expect(problemsOf({ kind: 'yearly' })).toEqual([{ code: 'run.invalid', field: 'run.kind', value: 'yearly', range }]);
    expect(short(problemsOf({ kind: 'once' }))).toEqual(['run.invalid run.start']);
    expect(short(problemsOf({ kind: 'once', start: '2026-07-01T00:00:00Z' }))).toEqual(['run.invalid run.start']);
  });

  it('refuses properties of another kind (case 27)', () => {
    expect(short(problemsOf({ ...daily, every: 1 }))).toEqual(['property.unknown run.every']);
    expect(short(problemsOf({ kind: 'once', start: 'immediately', end: null }))).toEqual(['property.unknown run.end']);
    expect(short(problemsOf(JSON.parse(`${JSON.stringify(hourly).slice(0, -1)},"__proto__":1}`)))).toEqual(['property.unknown run.__proto__']);
  });

  it('says everything at once', () => {
    expect(short(problemsOf({ kind: 'weekly', weekdays: [8], time: 'x', start: 'x', end: 5, day: 1 }))).toEqual([
      'property.unknown run.day',
      'weekday.invalid run.weekdays[0]',
      'time.invalid run.time',
      'start.invalid run.start',
      'field.type run.end',
    ]);
  });
});

describe('parseRun: start', () => {
  it('refuses a start in the past with the server time (case 18)', () => {
    const earliest = now.toISOString();
    expect(problemsOf({ ...daily, start: '2026-06-01T14:00:00+02:00' })).toEqual([
      { code: 'start.past', field: 'run.start', value: { start: '2026-06-01T14:00:00+02:00', serverTime: earliest }, range: { earliest } },
    ]);
    expect(problemsOf({ kind: 'once', at: { local: '2026-06-01T14:00' } })).toEqual([
      { code: 'start.past', field: 'run.at', value: { at: '2026-06-01T14:00', serverTime: earliest }, range: { earliest } },
    ]);
  });

  it('lets a repeating job start now, but a date of one that runs once must come', () => {
    expect(problemsOf({ ...daily, start: NOW })).toEqual([]);
    expect(short(problemsOf({ kind: 'once', at: NOW }))).toEqual(['start.past run.at']);
    expect(problemsOf({ kind: 'once', at: '2026-06-01T12:00:00.500001Z' })).toEqual([]);
  });

  it.each([
    '2031-06-01T12:00:00.500001Z',
    '9999-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    { local: '2026-02-30T00:00' },
    'immediately',
  ])('refuses %j (case 19)', (moment) => {
    expect(short(problemsOf({ ...daily, start: moment }))).toEqual(['start.invalid run.start']);
    expect(short(problemsOf({ kind: 'once', at: moment }))).toEqual(['start.invalid run.at']);
  });

  it('allows exactly 5 years', () => {
    expect(problemsOf({ ...daily, start: '2031-06-01T12:00:00.5Z' })).toEqual([]);
    expect(problemsOf({ ...daily, start: '2031-06-01T12:00:01Z' })).toMatchObject([{ range: { latest: '2031-06-01T12:00:00.5Z' } }]);
  });

  it('refuses a date beside "immediately", whatever date (case 20)', () => {
    for (const at of ['2026-07-01T00:00:00Z', 'x', { local: 'x' }]) {
      expect(short(problemsOf({ kind: 'once', start: 'immediately', at }))).toEqual(['start.conflict run.start']);
    }
  });

  it('asks for the offset (case 21)', () => {
    expect(short(problemsOf({ ...daily, start: '2026-07-01T00:00', end: '2026-08-01T00:00' }))).toEqual([
      'timestamp.offset_required run.start',
      'timestamp.offset_required run.end',
    ]);
    expect(short(problemsOf({ kind: 'once', at: '2026-07-01T00:00' }))).toEqual(['timestamp.offset_required run.at']);
  });
});

describe('parseRun: end', () => {
  it('comes after the start', () => {
    const start = '2026-07-01T00:00:00Z';
    for (const end of [start, '2026-06-30T00:00:00Z']) {
      expect(problemsOf({ ...daily, start, end })).toEqual([{ code: 'end.order', field: 'run.end', value: end, range: { after: start } }]);
    }
    expect(short(problemsOf({ ...daily, start: 'x', end: start }))).toEqual(['start.invalid run.start']);
  });

  it('lies in the future', () => {
    for (const end of ['2026-05-01T00:00:00Z', NOW]) {
      expect(problemsOf({ ...daily, end })).toMatchObject([{ code: 'end.past', field: 'run.end', value: { end, serverTime: now.toISOString() } }]);
    }
    expect(short(problemsOf({ ...daily, end: '2026-02-30T00:00:00Z' }))).toEqual(['timestamp.invalid run.end']);
    expect(problemsOf({ ...daily, end: '9999-12-31T00:00:00Z' })).toEqual([]);
  });

  it('leaves the schedule an occurrence, the end included', () => {
    const end = '2026-06-02T00:29:59Z';
    expect(problemsOf({ ...daily, end })).toEqual([
      { code: 'schedule.never_fires', field: 'run', value: { start: NOW, end }, range: { end: { min: '2026-06-02T00:30:00.000Z' } } },
    ]);
    expect(problemsOf({ ...daily, end: '2026-06-02T00:30:00Z' })).toEqual([]);
    const february = { start: '2027-02-01T00:00:00Z', end: '2027-03-01T00:00:00Z' };
    expect(short(problemsOf({ ...monthly, day: 30, ...february }))).toEqual(['schedule.never_fires run']);
    expect(problemsOf({ ...monthly, ...february })).toEqual([]);
  });

  it('looks at the schedule in its zone, once that is known', () => {
    const run = { ...daily, end: '2026-06-02T00:29:59Z' };
    expect(short(problemsOf(run, { timeZone: 'Europe/Moscow' }))).toEqual([]);
    expect(short(problemsOf(run, { timeZone: null }))).toEqual([]);
    expect(short(problemsOf({ ...run, start: { local: '2026-06-01T10:00' } }, { timeZone: null }))).toEqual([]);
  });

  it('is not misled by an answer that is already full of problems', () => {
    const problems = new ProblemList();
    for (let count = 0; count < 100; count += 1) problems.add('field.type', 'x');
    expect(() => parseRun({ ...daily, time: 'x', end: '2026-06-02T00:00:00Z' }, BERLIN, problems)).not.toThrow();
  });
});

describe('parseRun: editing', () => {
  const stored: JobRun = { kind: 'daily', time: '02:30', start: '2026-01-01T00:00:00Z', end: '2026-05-01T00:00:00Z' };
  const open: JobRun = { ...stored, end: null };

  it('accepts a past that has not changed, however it is written', () => {
    expect(edited(stored, stored)).toEqual([]);
    expect(edited({ ...stored, start: '2026-01-01T01:00+01:00', end: { local: '2026-05-01T02:00' } }, stored)).toEqual([]);
    expect(edited({ ...open, time: '06:00' }, open)).toEqual([]);
    expect(edited({ ...weekly, start: stored.start }, stored)).toEqual([]);
    expect(edited({ kind: 'once', at: '2026-05-01T00:00:00Z' }, { kind: 'once', at: '2026-05-01T00:00:00Z' })).toEqual([]);
  });

  it('refuses another past', () => {
    expect(edited({ ...open, start: '2026-01-01T00:00:01Z' }, open)).toEqual(['start.past run.start']);
    expect(edited({ ...stored, end: '2026-05-01T00:00:01Z' }, stored)).toEqual(['end.past run.end']);
    expect(edited({ kind: 'once', at: '2026-05-01T00:00:00Z' }, { kind: 'once', start: 'immediately' })).toEqual(['start.past run.at']);
    expect(edited({ kind: 'once', at: '2026-05-01T00:00:00Z' }, stored)).toEqual(['start.past run.at']);
  });

  it('refuses an edit after which the job would not run any more', () => {
    expect(edited({ ...stored, time: '03:00' }, stored)).toEqual(['schedule.never_fires run']);
    expect(edited({ ...stored, start: 'now' }, stored)).toEqual(['end.order run.end']);
    expect(edited({ ...open, end: '2026-06-01T20:00:00Z' }, open)).toEqual(['schedule.never_fires run']);
  });

  it('compares with what a database gives back in another order', () => {
    const { start, end, ...rest } = stored;
    expect(edited({ ...rest, end, start }, { end, start, time: '02:30', kind: 'daily' })).toEqual([]);
  });
});
