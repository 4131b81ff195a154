import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CertificateView } from '../contract/certificate.ts';
import { type DateRange, type JobRun, jobDraftSchema, type JobView } from '../contract/job.ts';
import { CodedError } from '../errors.ts';
import { addFileOptions, addTimeOptions, type DraftFlags, draftOfFlags, saysAnything, timeOfFlags } from './draft-of-flags.ts';

/** What is typed, as the real options read it. */
function flagsOf(...args: string[]): DraftFlags {
  const command = addFileOptions(addTimeOptions(new Command('test')))
    .option('--title <text>')
    .option('--description <text>')
    .option('--entity-type <name...>');
  return command.exitOverride().parse(args, { from: 'user' }).opts();
}

const runOf = (...args: string[]) => timeOfFlags(flagsOf(...args))['run'];
const rangeOf = (...args: string[]) => timeOfFlags(flagsOf(...args))['range'];

const START = '2026-01-01T00:00:00Z';
const ID = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';

function storedJob(run: JobRun, range: DateRange = { kind: 'since_previous', dataFrom: 'start' }): JobView {
  return {
    id: ID,
    version: 7,
    title: 'Calls',
    description: 'Nightly',
    source: 'UCSX',
    type: 'Interaction',
    entityTypes: ['Chat'],
    timeZone: 'Europe/Berlin',
    run,
    range,
    missedRuns: 'all',
    splitMegabytes: 500,
    compression: 'small',
    format: 'csv',
    csvFormulas: 'escape',
    recipients: [{ id: ID, label: 'Anna', fingerprint: 'ab', notAfter: '2030-01-01T00:00:00Z' }],
    state: 'active',
    may: { edit: true, suspend: true, resume: false, delete: true, runNow: true },
    whyNot: { edit: null, resume: null, delete: null, runNow: null },
    freshness: 'on_time',
    freshnessReason: { code: 'first_run', run: null, cause: null, at: null },
    sentence: '',
    nextRunAt: null,
    exportedUpTo: null,
    suppressedRuns: 0,
    owner: 'admin',
    createdAt: START,
    lastRun: null,
  };
}

describe('the size at which a file is split', () => {
  it.each([
    ['500MB', 500],
    ['1 gb', 1_024],
    ['none', null],
    ['0MB', 0],
    ['500', '500'],
    ['1.5GB', '1.5GB'],
    ['1XB', '1XB'],
  ])('reads %s', (typed, wanted) => {
    expect(draftOfFlags(flagsOf('--split', typed), [])).toMatchObject({ splitMegabytes: wanted });
  });
});

describe('a new job', () => {
  it('has the schedule that was typed', () => {
    expect(runOf()).toEqual({ kind: 'once', start: 'immediately' });
    expect(runOf('--immediately')).toEqual({ kind: 'once', start: 'immediately' });
    expect(runOf('--once-at', '2026-03-29T02:30')).toEqual({ kind: 'once', at: { local: '2026-03-29T02:30' } });
    expect(runOf('--once-at', '2026-03-29T02:30:00+01:00')).toEqual({ kind: 'once', at: '2026-03-29T02:30:00+01:00' });
    expect(runOf('--hourly', '6')).toEqual({ kind: 'hourly', every: 6, minute: 0 });
    expect(runOf('--hourly', '1', '--minute', '30')).toEqual({ kind: 'hourly', every: 1, minute: 30 });
    expect(runOf('--daily', '06:00', '--start', '2026-04-01T00:00', '--end', '2027-01-01T00:00:00Z')).toEqual({
      kind: 'daily',
      time: '06:00',
      start: { local: '2026-04-01T00:00' },
      end: '2027-01-01T00:00:00Z',
    });
    expect(runOf('--weekly', 'mon, Wednesday,SUN', '--at', '23:59')).toEqual({ kind: 'weekly', weekdays: [1, 3, 7], time: '23:59' });
    expect(runOf('--monthly', '31', '--at', '00:00', '--end', 'none')).toEqual({ kind: 'monthly', day: 31, time: '00:00', end: null });
    expect(runOf('--monthly', 'last', '--at', '00:00', '--start', 'now')).toEqual({ kind: 'monthly', day: 'last', time: '00:00', start: 'now' });
  });

  it('has the date range that was typed, else since the previous run when it repeats and all data when it does not', () => {
    expect(rangeOf()).toEqual({ kind: 'all' });
    expect(rangeOf('--once-at', START)).toEqual({ kind: 'all' });
    expect(rangeOf('--daily', '06:00')).toEqual({ kind: 'since_previous' });
    expect(rangeOf('--daily', '06:00', '--data-from', 'all')).toEqual({ kind: 'since_previous', dataFrom: 'all' });
    expect(rangeOf('--daily', '06:00', '--since-previous', '--data-from', '2025-01-01T00:00')).toEqual({
      kind: 'since_previous',
      dataFrom: { local: '2025-01-01T00:00' },
    });
    expect(rangeOf('--daily', '06:00', '--all-data')).toEqual({ kind: 'all' });
    expect(rangeOf('--last', '30 days')).toEqual({ kind: 'last', count: 30, unit: 'day' });
    expect(rangeOf('--last', '1 month', '--calendar')).toEqual({ kind: 'last', count: 1, unit: 'month', calendar: true });
    expect(rangeOf('--from', START, '--to', '2026-02-01T00:00')).toEqual({ kind: 'fixed', from: START, to: '2026-02-01T00:00' });
  });

  it('is a draft that the contract takes, whatever good flags make it', () => {
    for (const args of [
      [],
      ['--once-at', START],
      ['--hourly', '5'],
      ['--weekly', 'fri', '--at', '06:00'],
      ['--monthly', 'last', '--at', '06:00', '--last', '2 weeks'],
    ]) {
      const flags = { ...flagsOf(...args, '--title', 'Calls', '--missed', 'none', '--time-zone', 'Europe/Berlin'), source: 'UCSX', type: 'Interaction' };
      const certificate = { id: ID, fingerprint: 'ab', daysLeft: 3 } as CertificateView;
      expect(jobDraftSchema.safeParse(draftOfFlags(flags, [certificate])).error).toBeUndefined();
    }
  });

  it('takes every valid certificate, or those named by id or fingerprint', () => {
    const certificates = [
      { id: ID, fingerprint: 'abcd', daysLeft: 3 },
      { id: 'old', fingerprint: 'ff', daysLeft: 0 },
    ] as CertificateView[];
    expect(draftOfFlags({}, certificates)['recipients']).toEqual([ID]);
    expect(draftOfFlags({ recipient: ['AB:CD', 'old', 'nobody'] }, certificates)['recipients']).toEqual([ID, 'old', 'nobody']);
  });
});

describe('values that are wrong', () => {
  it('go on as they were typed, for the operation to name them all at once', () => {
    expect(runOf('--hourly', '-1', '--minute', '0x10')).toEqual({ kind: 'hourly', every: -1, minute: '0x10' });
    expect(runOf('--hourly', '1.5')).toMatchObject({ every: '1.5' });
    expect(runOf('--weekly', 'mo,funday,8', '--at', '25:00')).toEqual({ kind: 'weekly', weekdays: ['mo', 'funday', 8], time: '25:00' });
    expect(runOf('--weekly', '')).toEqual({ kind: 'weekly', weekdays: [''], time: undefined });
    expect(runOf('--monthly', 'first', '--at', '06:00')).toMatchObject({ day: 'first' });
    expect(runOf('--once-at', 'tomorrow')).toEqual({ kind: 'once', at: 'tomorrow' });
    expect(rangeOf('--last', '1e3 fortnights')).toEqual({ kind: 'last', count: '1e3', unit: 'fortnight' });
    expect(rangeOf('--from', 'x')).toEqual({ kind: 'fixed', from: 'x' });
    expect(timeOfFlags(flagsOf('--time-zone', '', '--missed', 'some'))).toMatchObject({ timeZone: '', missedRuns: 'some' });
  });
});

describe('flags that contradict each other', () => {
  it.each([
    [
      ['--daily', '06:00', '--hourly', '2'],
      ['--daily', '--hourly'],
    ],
    [
      ['--immediately', '--once-at', START],
      ['--immediately', '--once-at'],
    ],
    [
      ['--daily', '06:00', '--at', '07:00'],
      ['--daily', '--at'],
    ],
    [
      ['--hourly', '2', '--at', '07:00'],
      ['--at', '--hourly'],
    ],
    [
      ['--daily', '06:00', '--minute', '3'],
      ['--minute', '--daily'],
    ],
    [
      ['--minute', '3'],
      ['--minute', 'immediately'],
    ],
    [
      ['--once-at', START, '--end', START],
      ['--end', '--once-at'],
    ],
    [
      ['--start', START],
      ['--start', 'immediately'],
    ],
    [
      ['--last', '3 days', '--all-data'],
      ['--last', '--all-data'],
    ],
    [
      ['--last', '3 days', '--from', START],
      ['--last', '--from'],
    ],
    [
      ['--since-previous', '--calendar', '--daily', '06:00'],
      ['--calendar', '--since-previous'],
    ],
    [
      ['--data-from', 'all'],
      ['--data-from', 'runs once'],
    ],
    [
      ['--data-from', 'all', '--daily', '06:00', '--last', '3 days'],
      ['--data-from', '--last'],
    ],
  ])('%j are refused with the names %j', (args, names) => {
    const refusal = refusalOf(() => timeOfFlags(flagsOf(...args)));
    expect(refusal.code).toBe('usage');
    for (const name of names) expect(`${refusal.details.field} ${refusal.details.value}`).toContain(name);
  });

  it('also when the other half is what is stored', () => {
    const daily = storedJob({ kind: 'daily', time: '06:00', start: START, end: null });
    expect(refusalOf(() => timeOfFlags(flagsOf('--minute', '5'), daily)).details).toMatchObject({ field: '--minute', range: 'with --hourly' });
    expect(refusalOf(() => timeOfFlags(flagsOf('--calendar'), daily)).details).toMatchObject({ field: '--calendar', range: 'with --last' });
  });
});

function refusalOf(work: () => unknown): CodedError {
  try {
    work();
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('an edit', () => {
  const bounds = { start: fc.constant(START), end: fc.constantFrom(null, '2027-01-01T00:00:00Z') };
  const time = fc.constantFrom('00:00', '06:30', '23:59');
  const runs: fc.Arbitrary<JobRun> = fc.oneof(
    fc.constant({ kind: 'once' as const, start: 'immediately' as const }),
    fc.constant({ kind: 'once' as const, at: START }),
    fc.record({ kind: fc.constant('hourly' as const), every: fc.integer({ min: 1, max: 23 }), minute: fc.integer({ min: 0, max: 59 }), ...bounds }),
    fc.record({ kind: fc.constant('daily' as const), time, ...bounds }),
    fc.record({ kind: fc.constant('weekly' as const), weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), time, ...bounds }),
    fc.record({ kind: fc.constant('monthly' as const), day: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last' as const)), time, ...bounds }),
  );
  const ranges: fc.Arbitrary<DateRange> = fc.oneof(
    fc.constant({ kind: 'all' as const }),
    fc.constantFrom('start', 'all', START).map((dataFrom) => ({ kind: 'since_previous' as const, dataFrom })),
    fc.record({
      kind: fc.constant('last' as const),
      count: fc.integer({ min: 1, max: 99 }),
      unit: fc.constantFrom('hour' as const, 'month' as const),
      calendar: fc.boolean(),
    }),
    fc.constant({ kind: 'fixed' as const, from: START, to: '2026-02-01T00:00:00Z' }),
  );

  it('changes only what is named', () => {
    fc.assert(
      fc.property(runs, ranges, fc.constantFrom('all' as const, ['Chat', 'Email']), (run, range, entityTypes) => {
        const stored = { ...storedJob(run, range), entityTypes };
        const same = {
          title: 'Calls',
          description: 'Nightly',
          source: 'UCSX',
          type: 'Interaction',
          entityTypes,
          timeZone: 'Europe/Berlin',
          run,
          range,
          missedRuns: 'all',
          splitMegabytes: 500,
          compression: 'small',
          format: 'csv',
          csvFormulas: 'escape',
          recipients: [ID],
        };
        expect(draftOfFlags({}, [], stored)).toEqual(same);
        expect(draftOfFlags(flagsOf('--title', 'New'), [], stored)).toEqual({ ...same, title: 'New' });
        expect(draftOfFlags(flagsOf('--time-zone', 'UTC', '--entity-type', 'all'), [], stored)).toEqual({ ...same, timeZone: 'UTC', entityTypes: 'all' });
        expect(draftOfFlags(flagsOf('--all-data', '--missed', 'none', '--description', ''), [], stored)).toEqual({
          ...same,
          range: { kind: 'all' },
          missedRuns: 'none',
          description: '',
        });
        expect(draftOfFlags(flagsOf('--split', 'none', '--compression', 'fast'), [], stored)).toEqual({ ...same, splitMegabytes: null, compression: 'fast' });
        expect(draftOfFlags(flagsOf('--format', 'parquet', '--csv-formulas', 'keep'), [], stored)).toEqual({ ...same, format: 'parquet', csvFormulas: 'keep' });
        if (run.kind === 'once') return;
        expect(draftOfFlags(flagsOf('--end', 'none'), [], stored)).toEqual({ ...same, run: { ...run, end: null } });
        expect(draftOfFlags(flagsOf('--hourly', '7', '--minute', '1'), [], stored)).toEqual({
          ...same,
          run: { kind: 'hourly', every: 7, minute: 1, start: run.start, end: run.end },
        });
      }),
    );
  });

  it('of a part of the schedule or range keeps the other part', () => {
    const weekly = storedJob(
      { kind: 'weekly', weekdays: [1, 5], time: '06:00', start: START, end: null },
      { kind: 'last', count: 2, unit: 'week', calendar: false },
    );
    expect(timeOfFlags(flagsOf('--at', '07:00'), weekly)['run']).toMatchObject({ kind: 'weekly', weekdays: [1, 5], time: '07:00', start: START });
    expect(timeOfFlags(flagsOf('--weekly', 'tue'), weekly)['run']).toMatchObject({ weekdays: [2], time: '06:00' });
    expect(timeOfFlags(flagsOf('--monthly', 'last'), weekly)['run']).toEqual({ kind: 'monthly', day: 'last', time: '06:00', start: START, end: null });
    expect(timeOfFlags(flagsOf('--calendar'), weekly)['range']).toEqual({ kind: 'last', count: 2, unit: 'week', calendar: true });
    expect(timeOfFlags(flagsOf('--immediately'), weekly)['run']).toEqual({ kind: 'once', start: 'immediately' });
    const hourly = storedJob({ kind: 'hourly', every: 6, minute: 15, start: START, end: null });
    expect(timeOfFlags(flagsOf('--minute', '45'), hourly)['run']).toMatchObject({ every: 6, minute: 45 });
    expect(timeOfFlags(flagsOf('--hourly', '4'), hourly)['run']).toMatchObject({ every: 4, minute: 15 });
    const fixed = storedJob({ kind: 'once', at: START }, { kind: 'fixed', from: START, to: '2026-02-01T00:00:00Z' });
    expect(timeOfFlags(flagsOf('--to', '2026-03-01T00:00:00Z'), fixed)['range']).toEqual({ kind: 'fixed', from: START, to: '2026-03-01T00:00:00Z' });
  });

  it('without a flag about the job is none', () => {
    expect(saysAnything({ json: true, tenant: 'x', count: 3 } as DraftFlags)).toBe(false);
    expect(saysAnything(flagsOf('--calendar'))).toBe(true);
  });
});
