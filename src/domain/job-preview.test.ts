import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { DateRange } from './date-range.ts';
import { microsecondsOf, textOf } from './interval.ts';
import { type PreviewedJob, previewRuns, simulateYear } from './job-preview.ts';
import { type JobRun, occurrencesOf } from './job-run.ts';
import type { Weekday } from './schedule.ts';
import { type Window, windowOf } from './window.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BERLIN = 'Europe/Berlin';
const always = { start: '2020-01-01T00:00:00Z', end: null };
const daily = (time: string): JobRun => ({ kind: 'daily', time, ...always });
const last = (count: number, unit: 'hour' | 'day' | 'week' | 'month', calendar = false): DateRange => ({ kind: 'last', count, unit, calendar });
const since: DateRange = { kind: 'since_previous', dataFrom: 'start' };
const ms = (text: string) => Date.parse(text);
const utc = (milliseconds: number) => textOf(BigInt(milliseconds) * 1_000n);

describe('previewRuns', () => {
  it('gives the next runs, their windows and what clock changes do to them', () => {
    const job = { run: daily('02:30'), timeZone: BERLIN, range: last(24, 'hour'), chain: null };
    expect(previewRuns({ ...job, after: ms('2027-03-27T01:30:00Z'), count: 2 })).toEqual([
      { at: '2027-03-28T01:00:00Z', local: '2027-03-28T03:00', moved: 'gap', window: { from: '2027-03-27T01:00:00Z', to: '2027-03-28T01:00:00Z' } },
      { at: '2027-03-29T00:30:00Z', local: '2027-03-29T02:30', moved: 'none', window: { from: '2027-03-28T00:30:00Z', to: '2027-03-29T00:30:00Z' } },
    ]);
  });

  it('moves the chain on as if each run succeeded, and past runs with nothing to export', () => {
    const job = { run: daily('00:00'), timeZone: 'UTC', range: since, chain: { edge: '2027-01-02T12:00:00Z', settleSeconds: 300 } };
    expect(previewRuns({ ...job, after: ms('2027-01-01T12:00:00Z'), count: 3 }).map((one) => one.window)).toEqual([
      null,
      { from: '2027-01-02T12:00:00Z', to: '2027-01-02T23:55:00Z' },
      { from: '2027-01-02T23:55:00Z', to: '2027-01-03T23:55:00Z' },
    ]);
  });

  it('begins a chain of all available data at the beginning of time', () => {
    const job = { run: daily('00:00'), timeZone: 'UTC', range: since, chain: { edge: null, settleSeconds: 0 } };
    expect(previewRuns({ ...job, after: ms('2027-01-01T12:00:00Z'), count: 2 }).map((one) => one.window?.from)).toEqual([null, '2027-01-02T00:00:00Z']);
  });

  it('gives what there is of a job that ends or runs once', () => {
    const ends: JobRun = { kind: 'daily', time: '00:00', start: '2027-01-01T00:00:00Z', end: '2027-01-02T00:00:00Z' };
    const facts = { timeZone: BERLIN, range: last(1, 'day'), chain: null, after: ms('2027-01-01T12:00:00.5Z'), count: 5 };
    expect(previewRuns({ ...facts, run: ends }).map((one) => one.at)).toEqual(['2027-01-01T23:00:00Z']);
    expect(previewRuns({ ...facts, run: { kind: 'once', at: '2027-01-03T00:00:00Z' } }).map((one) => one.at)).toEqual(['2027-01-03T00:00:00Z']);
    expect(previewRuns({ ...facts, run: { kind: 'once', at: '2027-01-01T00:00:00Z' } })).toEqual([]);
    expect(previewRuns({ ...facts, run: { kind: 'once', start: 'immediately' } })).toEqual([
      { at: '2027-01-01T12:00:00.5Z', local: '2027-01-01T13:00', moved: 'none', window: { from: '2026-12-31T12:00:00.5Z', to: '2027-01-01T12:00:00.5Z' } },
    ]);
    expect(previewRuns({ ...facts, run: daily('00:00'), count: 0 })).toEqual([]);
  });
});

const zones = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca', 'Antarctica/Troll');
/** Days on which the clocks change in most of these zones are not far from any of them. */
const instants = fc.integer({ min: ms('2024-01-01T00:00:00Z') / 60_000, max: ms('2030-01-01T00:00:00Z') / 60_000 }).map((minutes) => minutes * 60_000);
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }) as fc.Arbitrary<Weekday[]>;
function runs(minutes: fc.Arbitrary<number>): fc.Arbitrary<JobRun> {
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), minutes).map(([hour, minute]) => new Temporal.PlainTime(hour, minute).toString().slice(0, 5));
  const day = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last' as const));
  return fc
    .oneof(
      fc.record({ kind: fc.constant('hourly' as const), every: fc.integer({ min: 1, max: 23 }), minute: minutes }),
      fc.record({ kind: fc.constant('daily' as const), time }),
      fc.record({ kind: fc.constant('weekly' as const), weekdays, time }),
      fc.record({ kind: fc.constant('monthly' as const), day, time }),
    )
    .map((rule) => ({ ...rule, ...always }));
}
const minute = fc.integer({ min: 0, max: 59 });
const settle = fc.oneof(fc.constantFrom(0, 300), fc.integer({ min: 0, max: 2_678_400 }));

describe('a since-previous-run job', () => {
  it('tiles [edge, last end) exactly, whatever the schedule, the zone, the edge and the settle lag', () => {
    fc.assert(
      fc.property(runs(minute), zones, instants, fc.integer({ min: -90 * DAY, max: 90 * DAY }), settle, (run, timeZone, after, distance, settleSeconds) => {
        const edge = textOf(BigInt(after + distance) * 1_000n + 1n);
        const planned = previewRuns({ run, timeZone, range: since, chain: { edge, settleSeconds }, after, count: 40 });
        let end = edge;
        for (const { at, window } of planned) {
          const settled = ms(at) - settleSeconds * 1_000;
          if (BigInt(settled) * 1_000n <= microsecondsOf(end)) expect(window).toBeNull();
          else expect(window).toEqual({ from: end, to: utc(settled) });
          end = window?.to ?? end;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('covers nothing twice and leaves nothing out of a year', () => {
    fc.assert(
      fc.property(runs(minute), zones, instants, fc.integer({ min: 0, max: 90 * DAY }), settle, (run, timeZone, from, distance, settleSeconds) => {
        const edge = utc(from - distance);
        const published = [
          { from: null, to: utc(from - distance - DAY) },
          { from: utc(from - distance - DAY), to: edge },
        ];
        const facts = { run, timeZone, range: since, chain: { edge, settleSeconds }, from, until: from + 60 * DAY };
        expect(simulateYear({ ...facts, published })).toEqual({ twice: [], never: [] });
        expect(simulateYear({ ...facts, published: [] })).toEqual({ twice: [], never: [] });
      }),
      { numRuns: 200 },
    );
  });
});

describe('simulateYear', () => {
  const year = { timeZone: BERLIN, chain: null, from: ms('2027-01-01T00:00:00Z'), until: ms('2028-01-01T00:00:00Z'), published: [] };
  const monthly = (day: number | 'last'): JobRun => ({ kind: 'monthly', day, time: '00:00', ...always });

  it('tells all data of a repeating job as one stretch', () => {
    expect(simulateYear({ ...year, run: daily('06:00'), range: { kind: 'all' } })).toEqual({ twice: [{ from: null, to: '2027-12-30T05:00:00Z' }], never: [] });
  });

  it('tells what the first run of a new chain repeats, and what lies between it and what is published', () => {
    const published = [{ from: '2026-12-01T00:00:00Z', to: '2026-12-20T00:00:00Z' }];
    const facts = { ...year, run: daily('06:00'), range: since, published };
    const twice = simulateYear({ ...facts, chain: { edge: '2026-12-10T00:00:00Z', settleSeconds: 0 } });
    expect(twice).toEqual({ twice: [{ from: '2026-12-10T00:00:00Z', to: '2026-12-20T00:00:00Z' }], never: [] });
    const never = simulateYear({ ...facts, chain: { edge: '2026-12-24T00:00:00Z', settleSeconds: 0 } });
    expect(never).toEqual({ twice: [], never: [{ from: '2026-12-20T00:00:00Z', to: '2026-12-24T00:00:00Z' }] });
  });

  it('does not tell what history covers twice, nor anything of a job without runs', () => {
    const published = Array.from({ length: 3 }, () => ({ from: '2026-12-01T00:00:00Z', to: '2026-12-31T23:00:00Z' }));
    const facts = { ...year, run: daily('00:00'), range: last(1, 'day'), published };
    expect(simulateYear({ ...facts, from: ms('2027-01-01T12:00:00Z') })).toEqual({ twice: [], never: [] });
    expect(simulateYear({ ...facts, run: { kind: 'once', at: '2026-01-01T00:00:00Z' } })).toEqual({ twice: [], never: [] });
  });

  it('judges by the calendar, not by the names of the units', () => {
    const { twice, never } = simulateYear({ ...year, run: monthly(31), range: last(1, 'month') });
    // 31 March looks back to 28 February, the next run on 31 May to 30 April.
    expect([twice.length, never[0]]).toEqual([0, { from: '2027-01-30T23:00:00Z', to: '2027-02-27T23:00:00Z' }]);
    // 28 February looks back to 28 January.
    expect(simulateYear({ ...year, run: monthly('last'), range: last(1, 'month') }).twice[0]).toEqual({
      from: '2027-01-27T23:00:00Z',
      to: '2027-01-30T23:00:00Z',
    });
    expect(simulateYear({ ...year, run: monthly(15), range: last(1, 'month', true) })).toEqual({ twice: [], never: [] });
    expect(simulateYear({ ...year, run: monthly(15), range: last(1, 'month') })).toEqual({ twice: [], never: [] });
  });

  it('names at most 100 stretches, the first ones', () => {
    const { never } = simulateYear({ ...year, run: daily('06:00'), range: last(1, 'hour') });
    expect([never.length, never[0]?.from, never[99]?.to]).toEqual([100, '2027-01-01T05:00:00Z', '2027-04-11T03:00:00Z']);
  });
});

describe('the last day of a daily job across a clock change', () => {
  const week = (change: string) => ({ timeZone: BERLIN, chain: null, from: ms(change) - 4 * DAY, until: ms(change) + 4 * DAY, published: [] });
  const spring = '2027-03-28T01:00:00Z';
  const autumn = '2027-10-31T01:00:00Z';
  const times = Array.from({ length: 96 }, (_, quarter) => new Temporal.PlainTime(Math.floor(quarter / 4), (quarter % 4) * 15).toString().slice(0, 5));

  it.each([spring, autumn])('neither overlaps nor leaves a gap around %s, except at times the clocks skip', (change) => {
    for (const time of times) {
      const skipped = change === spring && time >= '02:00' && time < '03:00';
      const found = simulateYear({ ...week(change), run: daily(time), range: last(1, 'day') });
      if (!skipped) expect([time, found]).toEqual([time, { twice: [], never: [] }]);
    }
  });

  it('leaves two gaps where the clocks skip its time', () => {
    // The run of 02:30 happens at 03:00 and looks back to 03:00 of the day before; the next looks back to 02:30, which Temporal takes for 03:30.
    expect(simulateYear({ ...week(spring), run: daily('02:30'), range: last(1, 'day') })).toEqual({
      twice: [],
      never: [
        { from: '2027-03-27T01:30:00Z', to: '2027-03-27T02:00:00Z' },
        { from: '2027-03-28T01:00:00Z', to: '2027-03-28T01:30:00Z' },
      ],
    });
  });

  it('leaves an hour out in autumn and repeats one in spring when it asks for 24 hours', () => {
    const day = { run: daily('06:00'), range: last(24, 'hour') };
    expect(simulateYear({ ...week(autumn), ...day })).toEqual({ twice: [], never: [{ from: '2027-10-30T04:00:00Z', to: '2027-10-30T05:00:00Z' }] });
    expect(simulateYear({ ...week(spring), ...day })).toEqual({ twice: [{ from: '2027-03-27T04:00:00Z', to: '2027-03-27T05:00:00Z' }], never: [] });
  });

  it('has neither with the last whole day, at any time', () => {
    for (const change of [spring, autumn]) {
      for (const time of times) {
        expect([time, simulateYear({ ...week(change), run: daily(time), range: last(1, 'day', true) })]).toEqual([time, { twice: [], never: [] }]);
      }
    }
  });
});

describe('simulateYear against counting hour by hour', () => {
  const HOURS = 70 * 24;
  const START = ms('2027-01-01T00:00:00Z');
  const place = fc.integer({ min: 0, max: HOURS });
  const hourAt = (hour: number) => utc(START + hour * HOUR);
  const windows = fc.array(
    fc.tuple(place, place).map(([from, to]): Window => ({ from: hourAt(from), to: hourAt(to) })),
    { maxLength: 4 },
  );
  const units = fc.constantFrom('hour' as const, 'day' as const, 'week' as const, 'month' as const);
  const ranges: fc.Arbitrary<DateRange> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('last' as const), count: fc.integer({ min: 1, max: 30 }), unit: units, calendar: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant<DateRange>({ kind: 'all' }) },
    { weight: 1, arbitrary: fc.constant<DateRange>({ kind: 'fixed', from: hourAt(100), to: hourAt(400) }) },
    { weight: 2, arbitrary: fc.constant(since) },
  );

  /** The windows of the runs in [from, until], by the functions that real runs use. */
  function windowsOfRuns({ run, timeZone, range, chain }: PreviewedJob, from: number, until: number): Window[] {
    let edge = chain?.edge ?? null;
    return [...occurrencesOf(run, timeZone, from - 1, until)].flatMap(({ instant }) => {
      const window = windowOf(range, new Date(instant), timeZone, { edge, settleSeconds: chain?.settleSeconds ?? 0 });
      if (window) edge = window.to;
      return window ?? [];
    });
  }
  const hourOf = (text: string | null, open: number) => (text === null ? open : (ms(text) - START) / HOUR);
  /** Which of the hours a list of stretches holds, and up to which hour it can tell: it ends after 100. */
  function marksOf(stretches: readonly Window[]): { marks: boolean[]; known: number } {
    const marks = new Array<boolean>(HOURS).fill(false);
    for (const { from, to } of stretches) marks.fill(true, Math.max(0, hourOf(from, 0)), Math.max(0, hourOf(to, HOURS)));
    return { marks, known: stretches.length < 100 ? HOURS : hourOf(stretches.at(-1)?.to ?? null, HOURS) };
  }

  it('finds the same hours', () => {
    const jobs = fc.record({ run: runs(fc.constant(0)), timeZone: fc.constantFrom('UTC', BERLIN, 'America/New_York'), range: ranges });
    fc.assert(
      fc.property(jobs, windows, place, fc.option(place), fc.integer({ min: 0, max: 5 }), (job, published, begin, edge, lag) => {
        const chain = job.range.kind === 'since_previous' ? { edge: edge === null ? null : hourAt(edge), settleSeconds: lag * 3_600 } : null;
        const [from, until] = [START + Math.min(begin, 24 * 60) * HOUR, START + HOURS * HOUR];
        const simulated = windowsOfRuns({ ...job, chain }, from, until).map((one) => [hourOf(one.from, -1e9), hourOf(one.to, 1e9)] as const);
        const before = published.map((one) => [hourOf(one.from, -1e9), hourOf(one.to, 1e9)] as const).filter(([a, b]) => a < b);
        // What lies before both the first run and the end of what is published is history.
        const first = Math.min(...simulated.map(([one]) => one), ...(before.length > 0 ? [Math.max(...before.map(([, one]) => one))] : []));
        const end = Math.max(...simulated.map(([, one]) => one));
        const answer = simulateYear({ ...job, chain, from, until, published });
        const [twice, never] = [marksOf(answer.twice), marksOf(answer.never)];
        const wrong: number[] = [];
        for (let hour = 0; hour < HOURS; hour += 1) {
          const holds = ([a, b]: readonly [number, number]) => a <= hour && hour < b;
          const [runsHere, wasHere] = [simulated.filter(holds).length, before.some(holds) ? 1 : 0];
          if (hour < twice.known && twice.marks[hour] !== (runsHere > 0 && runsHere + wasHere > 1)) wrong.push(hour);
          if (hour < never.known && never.marks[hour] !== (runsHere + wasHere === 0 && first <= hour && hour < end)) wrong.push(hour);
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('tells no gap that is history, and what nothing covers since the data is to begin', () => {
    const job = { run: daily('06:00'), timeZone: 'UTC', range: since, chain: { edge: '2027-03-01T00:00:00Z', settleSeconds: 0 } };
    const facts = { ...job, from: ms('2027-03-01T00:00:00Z'), until: ms('2027-03-10T00:00:00Z') };
    const published = [
      { from: '2027-02-01T00:00:00Z', to: '2027-02-02T00:00:00Z' },
      { from: '2027-02-03T00:00:00Z', to: '2027-03-01T00:00:00Z' },
    ];
    expect(simulateYear({ ...facts, published })).toEqual({ twice: [], never: [] });
    expect(simulateYear({ ...facts, published, dataFrom: '2027-01-15T00:00:00Z' }).never).toEqual([
      { from: '2027-01-15T00:00:00Z', to: '2027-02-01T00:00:00Z' },
    ]);
  });
});
