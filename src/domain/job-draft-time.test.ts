import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError, type Problem } from '../errors.ts';
import { type JobFacts, type JobTimeFacts, parseJobDraft, parseJobTime } from './job-draft.ts';
import { nextRunOf, repeats } from './job-run.ts';
import { timeZoneNames } from './time-zone.ts';

const CERTIFICATE = '0b5c7f2e-8a53-4a0e-9f3c-1d2e3f4a5b6c';
const facts: JobFacts = {
  now: new Date('2026-06-01T12:00:00.000Z'),
  timeZone: 'Europe/Berlin',
  sources: [{ name: 'UCSX', types: [{ type: 'Interaction', entityTypes: ['Email'], hasTime: true }] }],
  certificateIds: [CERTIFICATE],
};
const good = {
  title: 'Weekly',
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: 'all',
  run: { kind: 'once', start: 'immediately' },
  range: { kind: 'all' },
  recipients: [CERTIFICATE],
};

const problemsOf = (input: unknown) => problemsIn(() => parseJobDraft(input, facts));

function problemsIn(read: () => unknown): readonly Problem[] {
  try {
    read();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'request.invalid') return error.details.problems ?? [];
    throw error;
  }
  return [];
}

const withChange = (change: Record<string, unknown>) => problemsOf({ ...good, ...change });
const short = (problems: readonly Problem[]) => problems.map((one) => `${one.code} ${one.field}`);

describe('parseJobDraft: time', () => {
  it('takes the zone of the tenant when none is named, by its name of today', () => {
    for (const timeZone of [undefined, null]) expect(parseJobDraft({ ...good, timeZone }, facts).timeZone).toBe('Europe/Berlin');
    expect(parseJobDraft(good, { ...facts, timeZone: 'Asia/Calcutta' }).timeZone).toBe('Asia/Kolkata');
  });

  it.each(['CET5', '+02:00', 'Mars/X', ''])('refuses the zone %j with the nearest names (case 15)', (timeZone) => {
    const [problem, ...rest] = withChange({ timeZone });
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ code: 'time_zone.unknown', field: 'timeZone', value: timeZone });
    expect(problem?.range).toHaveLength(5);
    expect(timeZoneNames()).toEqual(expect.arrayContaining(problem?.range as string[]));
  });

  it('names Europe/Berlin for Europe/Berlim, and refuses what is no text', () => {
    expect(withChange({ timeZone: 'Europe/Berlim' })[0]?.range).toMatchObject(['Europe/Berlin', {}, {}, {}, {}]);
    expect(short(withChange({ timeZone: 2 }))).toEqual(['field.type timeZone']);
  });

  it('stores a link name canonical (case 16)', () => {
    expect(parseJobDraft({ ...good, timeZone: 'Europe/Kiev' }, facts).timeZone).toBe('Europe/Kyiv');
    expect(parseJobDraft({ ...good, timeZone: 'us/pacific' }, facts).timeZone).toBe('America/Los_Angeles');
  });

  it('reads run in its zone, range by its run and type, and the policy', () => {
    const run = { kind: 'weekly', weekdays: [3, 1], time: '06:00', start: { local: '2026-07-01T00:00' } };
    const draft = parseJobDraft({ ...good, timeZone: 'Asia/Tokyo', run, range: { kind: 'since_previous' }, missedRuns: 'all' }, facts);
    expect(draft).toMatchObject({
      timeZone: 'Asia/Tokyo',
      run: { kind: 'weekly', weekdays: [1, 3], time: '06:00', start: '2026-06-30T15:00:00Z', end: null },
      range: { kind: 'since_previous', dataFrom: 'start' },
      missedRuns: 'all',
    });
    expect(short(withChange({ run, range: { kind: 'fixed', from: '2026-01-01T00:00Z', to: '2026-02-01T00:00Z' } }))).toEqual([
      'range.repeats_same_data range.kind',
    ]);
    expect(short(withChange({ range: { kind: 'since_previous' } }))).toEqual(['range.kind range.kind']);
    expect(short(withChange({ run: { kind: 'once', start: 'immediately', at: '2026-07-01T00:00:00Z' } }))).toEqual(['start.conflict run.start']);
  });

  it('does not blame times for a zone that is not known', () => {
    const run = { kind: 'daily', time: '06:00', start: { local: '2026-06-01T13:00' }, end: { local: '2026-06-01T14:30' } };
    const range = { kind: 'since_previous', dataFrom: { local: '2026-06-01T13:30' } };
    expect(short(withChange({ timeZone: 'Mars/X', run, range }))).toEqual(['time_zone.unknown timeZone']);
  });

  it.each(['some', '', 1, false, ['all']])('refuses the policy %j', (missedRuns) => {
    expect(withChange({ missedRuns })).toMatchObject([{ code: 'missed_runs.invalid', field: 'missedRuns', range: ['all', 'latest', 'none'] }]);
  });

  it('accepts a stored past when a job is edited', () => {
    const run = { kind: 'daily', time: '06:00', start: '2026-01-01T00:00:00Z', end: null } as const;
    const range = { kind: 'since_previous', dataFrom: '2025-01-01T00:00:00Z' } as const;
    expect(short(withChange({ run, range }))).toEqual(['start.past run.start']);
    expect(parseJobDraft({ ...good, run, range }, { ...facts, editing: { run, range } })).toMatchObject({ run, range });
  });
});

describe('parseJobTime', () => {
  const timeFacts: JobTimeFacts = { now: facts.now, timeZone: 'Europe/Berlin', hasTime: true };
  const form = { run: { kind: 'daily', time: '06:00' }, range: { kind: 'since_previous' } };

  it('reads the time of an unfinished form and lets the rest be', () => {
    expect(parseJobTime({ ...form, title: 5, source: 'x', count: 0 }, timeFacts)).toEqual({
      timeZone: 'Europe/Berlin',
      askedTimeZone: null,
      run: { kind: 'daily', time: '06:00', start: '2026-06-01T12:00:00Z', end: null },
      range: { kind: 'since_previous', dataFrom: 'start' },
      missedRuns: 'latest',
      moments: { start: { at: '2026-06-01T12:00:00Z', local: '2026-06-01T14:00', moved: 'none' }, end: null, dataFrom: null },
    });
  });

  it('gives the asked zone name beside the canonical one (case 16), and the instants used (case 17)', () => {
    expect(parseJobTime({ ...form, timeZone: 'Europe/Kiev' }, timeFacts)).toMatchObject({ timeZone: 'Europe/Kyiv', askedTimeZone: 'Europe/Kiev' });
    expect(parseJobTime({ ...form, timeZone: 'europe/BERLIN' }, timeFacts)).toMatchObject({ timeZone: 'Europe/Berlin', askedTimeZone: null });
    const run = { ...form.run, start: { local: '2027-03-28T02:30' }, end: { local: '2027-10-31T02:30' } };
    const range = { kind: 'since_previous', dataFrom: { local: '2026-10-25T02:30' } };
    expect(parseJobTime({ run, range }, timeFacts).moments).toEqual({
      start: { at: '2027-03-28T01:00:00Z', local: '2027-03-28T03:00', moved: 'gap' },
      end: { at: '2027-10-31T00:30:00Z', local: '2027-10-31T02:30', moved: 'overlap-first' },
      dataFrom: { at: '2026-10-25T00:30:00Z', local: '2026-10-25T02:30', moved: 'overlap-first' },
    });
  });

  it('refuses unknown properties only when told which others there are', () => {
    const read = (input: unknown) => short(problemsIn(() => parseJobTime(input, timeFacts, ['job', 'count'])));
    expect(read({ ...form, job: 1, count: 2 })).toEqual([]);
    expect(read({ ...form, title: 'x', tenantId: 1 })).toEqual(['property.unknown title', 'property.read_only tenantId']);
  });

  it('says everything at once', () => {
    expect(short(problemsIn(() => parseJobTime({ timeZone: 'x', run: {}, missedRuns: 'x' }, timeFacts)))).toEqual([
      'time_zone.unknown timeZone',
      'run.invalid run.kind',
      'range.required range',
      'missed_runs.invalid missedRuns',
    ]);
    expect(short(problemsIn(() => parseJobTime(form, { ...timeFacts, hasTime: false })))).toEqual(['range.kind range.kind']);
    for (const input of [null, [], 'x']) expect(short(problemsIn(() => parseJobTime(input, timeFacts)))).toEqual(['field.type ']);
  });
});

describe('parseJobDraft: any time', () => {
  const timeZone = fc.constantFrom(...timeZoneNames().filter((_, index) => index % 8 === 0), 'Europe/Kiev', 'Australia/Lord_Howe', 'America/Havana');
  const two = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'));
  const time = fc.tuple(two(23), two(59)).map((parts) => parts.join(':'));
  const date = fc.date({ min: new Date('2026-06-03'), max: new Date('2031-05-30'), noInvalidDate: true }).map((at) => at.toISOString());
  const moment = fc.oneof(
    date,
    date.map((text) => ({ local: text.slice(0, 16) })),
    date.map((text) => text.replace('Z', '+05:45')),
  );
  const start = fc.option(fc.oneof(fc.constant('now'), moment), { nil: undefined });
  const bounds = { start, end: fc.option(moment) };
  const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  const day = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last'));
  const run = fc.oneof(
    fc.constant({ kind: 'once', start: 'immediately' }),
    fc.record({ kind: fc.constant('once'), at: moment }),
    fc.record({ kind: fc.constant('hourly'), every: fc.integer({ min: 1, max: 23 }), minute: fc.integer({ min: 0, max: 59 }), ...bounds }),
    fc.record({ kind: fc.constant('daily'), time, ...bounds }),
    fc.record({ kind: fc.constant('weekly'), weekdays, time, ...bounds }),
    fc.record({ kind: fc.constant('monthly'), day, time, ...bounds }),
  );
  const dataFrom = fc.oneof(fc.constantFrom('start', 'all', undefined), moment);
  const input = fc.tuple(run, timeZone, dataFrom).map(([one, zone, from]) => {
    const range = one.kind === 'once' ? { kind: 'all' } : { kind: 'since_previous', dataFrom: from };
    return { ...good, run: one, timeZone: zone, range };
  });

  it('is only refused for its bounds; else it has a next run inside them and reads itself again', () => {
    let accepted = 0;
    fc.assert(
      fc.property(input, (sent) => {
        const problems = problemsOf(sent);
        const ofBounds = ['end.order', 'schedule.never_fires', 'data_from.after_start'];
        expect(problems.filter((one) => !ofBounds.includes(one.code))).toEqual([]);
        if (problems.length > 0) return;
        accepted += 1;
        const draft = parseJobDraft(sent, facts);
        expect(parseJobDraft(draft, facts)).toEqual(draft);
        const next = nextRunOf(draft.run, draft.timeZone, facts.now.getTime())?.instant ?? null;
        if (!repeats(draft.run)) {
          expect(next).toBe('at' in draft.run ? Date.parse(draft.run.at) : null);
          return;
        }
        expect(next).toBeGreaterThanOrEqual(Date.parse(draft.run.start));
        expect(next).toBeLessThanOrEqual(draft.run.end === null ? Infinity : Date.parse(draft.run.end));
      }),
      { numRuns: 600 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('answers whatever else is sent with request.invalid, and with short values', () => {
    const field = fc.constantFrom('kind', 'every', 'minute', 'time', 'weekdays', 'day', 'start', 'end', 'at');
    const odd = fc.oneof(
      fc.anything(),
      fc.constantFrom('now', 'last', 2 ** 53, '9999-12-31T23:59:59Z', '2026-07-01T00:00'),
      fc.constantFrom('9999-12-31T23:59', '0001-01-01T00:00', 'x').map((local) => ({ local })),
    );
    fc.assert(
      fc.property(input, fc.dictionary(field, odd, { minKeys: 1 }), fc.oneof(timeZone, odd), odd, (sent, change, zone, range) => {
        for (const one of [
          { ...sent, run: { ...sent.run, ...change } },
          { ...sent, timeZone: zone, range, run: change },
        ]) {
          for (const problem of problemsOf(one)) expect(JSON.stringify(problem).length).toBeLessThan(1_500);
        }
      }),
      { numRuns: 500 },
    );
  });
});
