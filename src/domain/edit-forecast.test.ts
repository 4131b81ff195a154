import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DateRange } from './date-range.ts';
import { type EditForecast, forecastEdit, type Published, type Settings } from './edit-forecast.ts';
import { goesOnAfter, previewRuns } from './job-preview.ts';
import type { JobRun } from './job-run.ts';
import type { Window } from './window.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2027-01-10T12:00:00Z');
const EDGE = '2027-01-10T05:55:00Z';
const bounds = { start: '2027-01-01T00:00:00Z', end: null };
const daily: JobRun = { kind: 'daily', time: '06:00', ...bounds };
const since: DateRange = { kind: 'since_previous', dataFrom: 'start' };
const last = (count: number, unit: 'hour' | 'day' | 'week' = 'day'): DateRange => ({ kind: 'last', count, unit, calendar: false });

function settings(part: Partial<Settings['job']> & { readonly ground?: string; readonly entityTypes?: string[] }): Settings {
  const { ground = 'UCSX', entityTypes = ['Chat', 'EmailIn'], ...job } = part;
  return { ground, entityTypes, job: { run: daily, timeZone: 'UTC', range: since, chain: { edge: EDGE, settleSeconds: 300 }, ...job } };
}

const published: Published[] = [{ ground: 'UCSX', window: { from: '2027-01-01T00:00:00Z', to: EDGE }, entityTypes: ['Chat', 'EmailIn'] }];
const edit = (before: Settings, after: Settings, until = NOW + 30 * DAY) => forecastEdit({ before, after, published, now: NOW, until });
const plain = ({ twice, never }: EditForecast) => ({
  twice: twice.map((one) => `${one.from} ${one.to} ${one.entityTypes.join()}`),
  never: never.map((one) => `${one.from} ${one.to} ${one.entityTypes.join()}`),
});

const both = 'Chat,EmailIn';
const anew = { edge: '2027-01-01T00:00:00Z', settleSeconds: 300 };

describe('an edit', () => {
  it.each<[string, Settings, { twice: string[]; never: string[] }]>([
    ['of the title alone changes nothing', settings({}), { twice: [], never: [] }],
    ['of the time of day changes nothing, for the chain goes on', settings({ run: { ...daily, time: '18:00' } }), { twice: [], never: [] }],
    ['to every hour changes nothing either', settings({ run: { kind: 'hourly', every: 1, minute: 0, ...bounds } }), { twice: [], never: [] }],
    [
      'from since previous to the last day leaves out what lies between',
      settings({ range: last(1), chain: null }),
      { twice: [], never: [`${EDGE} 2027-01-10T06:00:00Z ${both}`] },
    ],
    [
      'to the last 30 hours takes some of what is published, and some of each run, again',
      settings({ range: last(30, 'hour'), chain: null, run: { ...daily, end: '2027-01-12T12:00:00Z' } }),
      {
        twice: [`2027-01-10T00:00:00Z ${EDGE} ${both}`, `2027-01-11T00:00:00Z 2027-01-11T06:00:00Z ${both}`],
        never: [`2027-01-12T06:00:00Z null ${both}`],
      },
    ],
    [
      'that takes an entity type away leaves it out for good, and begins the rest anew',
      settings({ entityTypes: ['Chat'], chain: anew }),
      { twice: [`2027-01-01T00:00:00Z ${EDGE} Chat`], never: [`${EDGE} null EmailIn`] },
    ],
    [
      'that adds an entity type has the others once more',
      settings({ entityTypes: ['Chat', 'EmailIn', 'Callback'], chain: anew }),
      { twice: [`2027-01-01T00:00:00Z ${EDGE} ${both}`], never: [] },
    ],
    [
      'of the source leaves the old one out for good',
      settings({ ground: 'IWD', entityTypes: ['WorkItem'], chain: anew }),
      { twice: [], never: [`${EDGE} null ${both}`] },
    ],
    [
      'of the beginning to an earlier one has what is published once more',
      settings({ chain: { ...anew, edge: '2026-12-01T00:00:00Z' } }),
      { twice: [`2027-01-01T00:00:00Z ${EDGE} ${both}`], never: [] },
    ],
    [
      'of the beginning to a later one leaves out what lies before',
      settings({ chain: { ...anew, edge: '2027-01-10T09:00:00Z' } }),
      { twice: [], never: [`${EDGE} 2027-01-10T09:00:00Z ${both}`] },
    ],
    [
      'to run once covers that run, and nothing after it',
      settings({ run: { kind: 'once', at: '2027-01-11T06:00:00Z' }, range: last(1), chain: null }),
      { twice: [], never: [`${EDGE} 2027-01-10T06:00:00Z ${both}`, `2027-01-11T06:00:00Z null ${both}`] },
    ],
  ])('%s', (_name, after, expected) => expect(plain(edit(settings({}), after))).toEqual(expected));

  it('from each day to one day a week leaves out six of seven', () => {
    const before = settings({ range: last(1), chain: null });
    const weekly: JobRun = { kind: 'weekly', weekdays: [1], time: '06:00', ...bounds };
    // 11 and 18 January 2027 are Mondays; what comes after the last one before the horizon is left to the next.
    expect(plain(edit(before, settings({ run: weekly, range: last(1), chain: null }), NOW + 9 * DAY)).never).toEqual([
      `2027-01-11T06:00:00Z 2027-01-17T06:00:00Z ${both}`,
    ]);
  });

  it('of a job that runs once promises nothing, so it leaves nothing out', () => {
    const once = settings({ run: { kind: 'once', at: '2027-01-20T06:00:00Z' }, range: last(5), chain: null });
    expect(plain(edit(once, settings({ run: { kind: 'once', at: '2027-01-21T06:00:00Z' }, range: last(1), chain: null })))).toEqual({ twice: [], never: [] });
  });
});

describe('of any two settings', () => {
  const from = (hours: number) => new Date(NOW + hours * HOUR).toISOString();
  const run = fc.oneof<fc.Arbitrary<JobRun>[]>(
    fc.integer({ min: 0, max: 23 }).map((hour) => ({ kind: 'daily', time: `${String(hour).padStart(2, '0')}:00`, ...bounds })),
    fc.constantFrom(1, 5, 12).map((every) => ({ kind: 'hourly', every, minute: 0, ...bounds })),
    fc.integer({ min: 1, max: 7 }).map((day) => ({ kind: 'weekly', weekdays: [day as 1], time: '03:00', ...bounds })),
    fc.integer({ min: 1, max: 10 }).map((day) => ({ kind: 'daily', time: '06:00', ...bounds, end: from(day * 24) })),
  );
  const side = fc
    .record({
      run,
      names: fc.subarray(['Chat', 'EmailIn', 'Callback'], { minLength: 1 }),
      ground: fc.constantFrom('UCSX', 'UCSX', 'IWD'),
      hours: fc.option(fc.integer({ min: 1, max: 72 }), { nil: null }),
      edge: fc.integer({ min: -100, max: 5 }),
    })
    .map(({ run, names, ground, hours, edge }) => {
      const chain = hours === null ? { edge: from(edge), settleSeconds: 3_600 } : null;
      return settings({ run, ground, entityTypes: names, range: hours === null ? since : last(hours, 'hour'), chain });
    });
  const past = fc.array(
    fc.record({
      ground: fc.constantFrom('UCSX', 'IWD'),
      at: fc.integer({ min: -100, max: -1 }),
      hours: fc.integer({ min: 1, max: 50 }),
      names: fc.option(fc.subarray(['Chat', 'EmailIn'], { minLength: 1 }), { nil: null }),
    }),
    { maxLength: 4 },
  );

  it('tells exactly the hours that counting each run by itself tells', () => {
    fc.assert(
      fc.property(side, side, past, (before, after, done) => {
        const until = NOW + 12 * DAY;
        const windows = done.map(({ ground, at, hours, names }) => ({
          ground,
          window: { from: from(at), to: from(Math.min(at + hours, 0)) },
          entityTypes: names,
        }));
        const told = forecastEdit({ before, after, published: windows, now: NOW, until });
        // Of more, only the first are told.
        fc.pre(told.twice.length < 100 && told.never.length < 100);
        const runs = new Map([before, after].map((one) => [one, comingWindows(one, until)]));
        const lastEnd = Math.max(0, ...(runs.get(after) ?? []).map((one) => one.to));
        const afterGoesOn = goesOnAfter(after.job, until);
        for (const ground of ['UCSX', 'IWD'])
          for (const name of ['Chat', 'EmailIn', 'Callback'])
            for (let hour = -110; hour < 12 * 24; hour += 1) {
              const at = NOW + hour * HOUR;
              const holds = (one: Window) => Date.parse(one.from ?? '') <= at && (one.to === null || at < Date.parse(one.to));
              const runsThen = (one: Settings) => (runs.get(one) ?? []).filter(({ from, to }) => from <= at && at < to).length;
              const is = (list: EditForecast['twice']) => list.some((one) => one.ground === ground && one.entityTypes.includes(name) && holds(one));
              const wasDone = windows.some((one) => one.ground === ground && (one.entityTypes?.includes(name) ?? true) && holds(one.window)) ? 1 : 0;
              const count = (one: Settings) => (concerns(one, ground, name) ? runsThen(one) : 0) + wasDone;
              const where = `${ground} ${name} hour ${hour}`;
              expect(is(told.twice), where).toBe(count(after) > 1 && count(before) <= 1);
              const goesOn = concerns(after, ground, name) && afterGoesOn;
              const beyond = goesOn && at >= lastEnd;
              const openEnd = told.never.some((one) => one.to === null && holds(one) && count(before) === 0);
              if (!openEnd) expect(is(told.never), where).toBe(count(before) > 0 && count(after) === 0 && !beyond);
            }
      }),
      { numRuns: 25 },
    );
  });
});

function concerns(one: Settings, ground: string, name: string): boolean {
  return one.ground === ground && one.entityTypes.includes(name);
}

/** Epoch milliseconds. */
function comingWindows({ job }: Settings, until: number): { from: number; to: number }[] {
  const runs = previewRuns({ ...job, after: NOW - 1, count: 400 }).filter((one) => Date.parse(one.at) <= until);
  return runs.flatMap(({ window }) => (window ? [{ from: Date.parse(window.from ?? ''), to: Date.parse(window.to ?? '') }] : []));
}
