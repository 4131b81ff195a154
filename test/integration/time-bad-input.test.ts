import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, FieldProblem } from '../support/api.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';

/** The time of a job at the door: cases 10-26 of the catalogue of bad input (docs: reliability.md section 4), by a clock that stands still. */

const NOW = '2026-03-01T12:00:00Z';
const SERVER_TIME = '2026-03-01T12:00:00.000Z';
const files = new Recipients();
let door: Door;
let draft: Record<string, unknown>;

beforeAll(async () => {
  door = await openDoor();
  const base = await draftIn(door.app, door.actor, files.make().certificate);
  draft = { ...base, run: { kind: 'daily', time: '06:00' }, range: { kind: 'since_previous' } };
  await fakeClock(door.app, NOW);
  await door.call('GET', '/api/jobs'); // Signs in, which is an act of its own.
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

const post = (change: object) => door.call('POST', '/api/jobs', { ...draft, ...change });
const accepted = async (change: object) => {
  const answer = await post(change);
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};

/** Everything that a job leaves behind. */
const stored = async () =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => {
    const { rows } = await client.query(`SELECT (SELECT count(*) FROM export_job) AS jobs, (SELECT count(*) FROM run) AS runs,
      (SELECT count(*) FROM chain) AS chains, (SELECT count(*) FROM audit_log) AS acts, (SELECT count(*) FROM job_recipient) AS recipients`);
    return rows;
  });

type Expected = Omit<FieldProblem, 'message' | 'fix'>;

/** Refused with exactly these problems: field, code, the value that was sent, the range, a text and a fix; nothing is stored. */
async function refuses(change: object, ...problems: Expected[]): Promise<void> {
  const before = await stored();
  expectProblems(await post(change), problems);
  expect(await stored()).toEqual(before);
}

function expectProblems(answer: Answer, problems: readonly Expected[]): void {
  expect(answer.status).toBe(422);
  expect(answer.json.code).toBe('request.invalid');
  expect(answer.json.errors).toEqual(problems.map((one) => ({ ...one, message: expect.stringMatching(/\.$/), fix: expect.stringMatching(/\.$/) })));
}

const problem = (code: string, field: string, value?: unknown, range?: unknown): Expected => ({
  code,
  field,
  ...(value !== undefined && { value }),
  ...(range !== undefined && { range }),
});

const MOMENT = ['YYYY-MM-DDTHH:MM:SSZ', '{"local":"YYYY-MM-DDTHH:MM"}'];
const START = ['now', ...MOMENT];
const LATEST = { latest: '2031-03-01T12:00:00Z' };
const once = (at: unknown) => ({ run: { kind: 'once', at }, range: { kind: 'all' } });
const daily = (bounds: object) => ({ run: { kind: 'daily', time: '06:00', ...bounds } });
const hourly = (change: object) => ({ run: { kind: 'hourly', every: 1, minute: 0, ...change } });
const weekly = (weekdays: unknown) => ({ run: { kind: 'weekly', weekdays, time: '06:00' } });
const monthly = (day: unknown) => ({ run: { kind: 'monthly', day, time: '06:00' } });
const fixed = (from: unknown, to: unknown) => ({ run: { kind: 'once', start: 'immediately' }, range: { kind: 'fixed', from, to } });
const last = (count: unknown, unit: unknown = 'hour') => ({ range: { kind: 'last', count, unit } });

describe('the schedule', () => {
  it.each([0, 24, -1, 1.5, '2', null])('10: hourly every %j', (every) =>
    refuses(hourly({ every }), problem('every.range', 'run.every', every, { min: 1, max: 23 })),
  );
  it.each([60, -1, 0.5, null, '5'])('11: minute %j', (minute) =>
    refuses(hourly({ minute }), problem('minute.range', 'run.minute', minute, { min: 0, max: 59 })),
  );
  it.each([
    ['no weekday', undefined, 'run.weekdays', undefined],
    ['an empty list', [], 'run.weekdays', 'list of 0'],
    ['a name', 'monday', 'run.weekdays', 'monday'],
    ['weekday 8', [1, 8], 'run.weekdays[1]', 8],
    ['weekday 0', [0], 'run.weekdays[0]', 0],
    ['a weekday twice', [5, 5], 'run.weekdays[1]', 5],
  ])('12: weekly with %s', (_name, weekdays, field, value) => refuses(weekly(weekdays), problem('weekday.invalid', field, value, { min: 1, max: 7 })));
  it.each([0, 32, -1, 1.5, '1', 'first', null])('13: monthly day %j', (day) =>
    refuses(monthly(day), problem('day_of_month.range', 'run.day', day, { min: 1, max: 31, or: 'last' })),
  );
  it.each(['24:00', '6:00', '06:00:00', '06:60', '', 600, null])('a time of day %j', (time) =>
    refuses({ run: { kind: 'daily', time } }, problem('time.invalid', 'run.time', time, 'HH:MM')),
  );
  it.each([
    [29, ['2027-02'], ['February 2027']],
    [30, ['2027-02'], ['February 2027']],
    [31, ['2026-04', '2026-06', '2026-09', '2026-11', '2027-02'], ['April 2026', 'June 2026', 'September 2026', 'November 2026', 'February 2027']],
    ['last', [], []],
  ])('14: monthly day %j is accepted; the answer says what becomes of months without it, the preview names them', async (day, months, names) => {
    const preview = (await door.call('POST', '/api/jobs/preview', { ...monthly(day), range: { kind: 'since_previous' } })).json;
    expect(preview.skippedMonths).toEqual(months);
    const note = preview.notes.find((one: { code: string }) => one.code === 'run.months_skipped');
    for (const name of names) expect(note.text).toContain(name);
    if (months.length === 0) expect(note).toBeUndefined();
    const { sentence, nextRunAt, notes } = await accepted(monthly(day));
    expect(notes).toEqual(preview.notes);
    if (months.length > 0) expect(sentence).toMatch(/; months without that day are skipped$/);
    expect(nextRunAt).toBe(`2026-03-${day === 'last' ? 31 : day}T06:00:00.000Z`);
    expect(preview.sentence).toBe(sentence);
  });
  it('runs and windows that would never be: a schedule without a time between start and end, with the first end that has one', async () => {
    const [start, end] = ['2026-03-02T07:00:00Z', '2026-03-03T05:59:59Z'];
    await refuses(daily({ start, end }), problem('schedule.never_fires', 'run', { start, end }, { end: { min: '2026-03-03T06:00:00.000Z' } }));
    const april = { start: '2026-04-01T00:00:00Z', end: '2026-05-31T05:59:00Z' };
    await refuses(
      { run: { kind: 'monthly', day: 31, time: '06:00', ...april } },
      problem('schedule.never_fires', 'run', april, { end: { min: '2026-05-31T06:00:00.000Z' } }),
    );
    await accepted(daily({ start, end: '2026-03-03T06:00:00Z' }));
  });
});

describe('the zone', () => {
  it.each([
    ['CET5', 'Europe/Brussels'],
    ['+02:00', 'UTC'],
    ['Mars/X', 'UTC'],
    ['', 'UTC'],
    ['Europe/Berlinn', 'Europe/Berlin'],
    ['Kiew', 'Europe/Kyiv'],
  ])('15: %j, with the nearest names', async (timeZone, near) => {
    const answer = await post({ timeZone });
    expectProblems(answer, [problem('time_zone.unknown', 'timeZone', timeZone, expect.arrayContaining([near]))]);
    expect(answer.json.errors[0].range).toHaveLength(5);
  });
  it('15: of a wrong type', () => refuses({ timeZone: 2 }, problem('field.type', 'timeZone', 2, 'string')));
  it.each(['Europe/Kiev', 'europe/kiev'])('16: the link name %s is stored as Europe/Kyiv, and the preview shows both', async (timeZone) => {
    expect(await accepted({ timeZone })).toMatchObject({ timeZone: 'Europe/Kyiv', nextRunAt: '2026-03-02T04:00:00.000Z' });
    const preview = await door.call('POST', '/api/jobs/preview', { timeZone, run: draft['run'], range: draft['range'] });
    expect(preview.json).toMatchObject({ timeZone: 'Europe/Kyiv', askedTimeZone: timeZone });
  });
});

describe('the start and the end', () => {
  it.each([
    ['a gap', '2026-03-29T02:30', '2026-03-29T01:00:00Z', '2026-03-29T03:00', 'gap'],
    ['an overlap', '2026-10-25T02:30', '2026-10-25T00:30:00Z', '2026-10-25T02:30', 'overlap-first'],
    ['an ordinary day', '2026-06-01T02:30', '2026-06-01T00:30:00Z', '2026-06-01T02:30', 'none'],
  ])('17: a local start in %s is accepted, and the answers state the instant', async (_name, local, at, shown, moved) => {
    const timeZone = 'Europe/Berlin';
    expect((await accepted({ timeZone, ...once({ local }) })).run).toEqual({ kind: 'once', at });
    const repeating = await accepted({ timeZone, ...daily({ start: { local } }) });
    expect(repeating.run.start).toBe(at);
    expect(repeating.notes.map((one: { code: string }) => one.code).includes('start.moved')).toBe(moved !== 'none');
    const preview = await door.call('POST', '/api/jobs/preview', { timeZone, ...daily({ start: { local } }), range: draft['range'] });
    expect(preview.json.start).toEqual({ at, local: shown, moved });
    expect(preview.json.notes.map((one: { code: string }) => one.code).includes('start.moved')).toBe(moved !== 'none');
  });
  it.each([NOW, '2026-03-01T11:59:59.999Z', '2020-01-01T00:00:00+02:00'])('18: once at %s, which has passed', (at) =>
    refuses(once(at), problem('start.past', 'run.at', { at, serverTime: SERVER_TIME }, { earliest: SERVER_TIME })),
  );
  it('18: a repeating job that started in the past', () =>
    refuses(
      daily({ start: { local: '2026-03-01T11:59' } }),
      problem('start.past', 'run.start', { start: '2026-03-01T11:59', serverTime: SERVER_TIME }, { earliest: SERVER_TIME }),
    ));
  it.each([
    ['more than 5 years ahead', '2031-03-01T12:00:01Z', LATEST],
    ['in the year 10000', '10000-01-01T00:00:00Z', MOMENT],
    ['on 30 February', '2026-02-30T00:00:00Z', MOMENT],
    ['on 30 February without an offset', '2026-02-30T00:00:00', MOMENT],
    ['at 25 o’clock', '2026-05-01T25:00:00Z', MOMENT],
    ['tomorrow', 'tomorrow', MOMENT],
  ])('19: once %s', (_name, at, range) => refuses(once(at), problem('start.invalid', 'run.at', at, range)));
  it('19: a local time that no calendar has, and a repeating job 5 years ahead', async () => {
    await refuses(once({ local: '2026-02-30T00:00' }), problem('start.invalid', 'run.at', '2026-02-30T00:00', 'YYYY-MM-DDTHH:MM'));
    await refuses(daily({ start: '2031-03-02T00:00:00Z' }), problem('start.invalid', 'run.start', '2031-03-02T00:00:00Z', LATEST));
    await accepted(once('2031-03-01T12:00:00Z'));
  });
  it('20: both immediately and at a date', () =>
    refuses(
      { run: { kind: 'once', start: 'immediately', at: '2026-05-01T00:00:00Z' }, range: { kind: 'all' } },
      problem('start.conflict', 'run.start', { start: 'immediately', at: '2026-05-01T00:00:00Z' }),
    ));
  it.each([
    ['run.at', once('2026-05-01T00:00:00'), MOMENT],
    ['run.start', daily({ start: '2026-05-01T00:00:00' }), START],
    ['run.end', daily({ end: '2026-05-01T00:00:00' }), MOMENT],
    ['range.dataFrom', { range: { kind: 'since_previous', dataFrom: '2026-05-01T00:00:00' } }, ['start', 'all', ...MOMENT]],
    ['range.from', fixed('2026-05-01T00:00:00', '2026-02-02T00:00:00Z'), MOMENT[0]],
    ['range.to', fixed('2026-02-01T00:00:00Z', '2026-05-01T00:00:00'), MOMENT[0]],
  ])('21: %s without an offset', (field, change, range) => refuses(change, problem('timestamp.offset_required', field, '2026-05-01T00:00:00', range)));
  it('an end that has passed, one before the start, and one that is no time', async () => {
    await refuses(
      daily({ end: '2026-02-01T00:00:00Z' }),
      problem('end.past', 'run.end', { end: '2026-02-01T00:00:00Z', serverTime: SERVER_TIME }, { earliest: SERVER_TIME }),
    );
    const start = '2026-05-01T00:00:00Z';
    await refuses(daily({ start, end: start }), problem('end.order', 'run.end', start, { after: start }));
    await refuses(daily({ end: 'never' }), problem('timestamp.invalid', 'run.end', 'never', MOMENT));
  });
  it('"Data from" after the start', () =>
    refuses(
      { ...daily({ start: '2026-04-01T00:00:00Z' }), range: { kind: 'since_previous', dataFrom: '2026-04-01T00:00:01Z' } },
      problem('data_from.after_start', 'range.dataFrom', '2026-04-01T00:00:01Z', { latest: '2026-04-01T00:00:00Z' }),
    ));
});

describe('the date range of data', () => {
  it('22: an end that is the start or before it, one in the future, and a span of more than a hundred years', async () => {
    const [from, to] = ['2026-02-02T00:00:00Z', '2026-02-02T01:00:00+01:00'];
    await refuses(fixed(from, to), problem('range.order', 'range.to', to, { after: from }));
    await refuses(fixed(from, '2026-02-01T00:00:00Z'), problem('range.order', 'range.to', '2026-02-01T00:00:00Z', { after: from }));
    const future = '2026-03-01T12:00:00.001Z';
    await refuses(fixed(from, future), problem('range.future', 'range.to', { to: future, serverTime: SERVER_TIME }, { latest: SERVER_TIME }));
    const long = { from: '1926-02-01T00:00:00Z', to: '2026-02-01T00:00:00.000001Z' };
    await refuses(fixed(long.from, long.to), problem('range.too_long', 'range', long, { years: 100 }));
    await accepted(fixed(long.from, '2026-02-01T00:00:00Z'));
  });
  it.each([0, -1, 1.5, 1_000_000_000, 100_001])('23: the last %j hours', (count) =>
    refuses(last(count), problem('range.value', 'range.count', count, { min: 1, max: 100_000 })),
  );
  it('23: no number, a text, another unit, a calendar that is neither yes nor no', async () => {
    await refuses(last(undefined), problem('field.required', 'range.count', undefined, { min: 1, max: 100_000 }));
    await refuses(last('3'), problem('number.format', 'range.count', '3', { min: 1, max: 100_000 }));
    await refuses(last(1, 'year'), problem('range.unit', 'range.unit', 'year', ['hour', 'day', 'week', 'month']));
    await refuses({ range: { kind: 'last', count: 1, unit: 'day', calendar: 'yes' } }, problem('field.type', 'range.calendar', 'yes', 'boolean'));
  });
  it('24: a fixed interval on a repeating job would export the same data at every run', () =>
    refuses(
      { range: { kind: 'fixed', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' } },
      problem('range.repeats_same_data', 'range.kind', 'fixed', ['all', 'since_previous', 'last']),
    ));
  it('24: all data on a repeating job is accepted, and the preview says that every run exports it again', async () => {
    const range = { kind: 'all' };
    const { notes } = await accepted({ range });
    const { json } = await door.call('POST', '/api/jobs/preview', { run: draft['run'], range });
    const note = { code: 'range.covers_all_each_time', text: expect.stringMatching(/exports all data again/) };
    expect([json.notes, notes]).toEqual([[note], [note]]);
  });
  it('since the previous run, of a job that has none', () =>
    refuses({ run: { kind: 'once', start: 'immediately' } }, problem('range.kind', 'range.kind', 'since_previous', ['all', 'last', 'fixed'])));
  it('a way to treat missed runs that is not offered', () =>
    refuses({ missedRuns: 'some' }, problem('missed_runs.invalid', 'missedRuns', 'some', ['all', 'latest', 'none'])));
  it('25: a file split size, which UDM does not offer yet, is refused and not ignored', async () => {
    const answer = await post({ split: { size: 0.1, unit: 'XB' } });
    expectProblems(answer, [problem('property.unknown', 'split', undefined, expect.arrayContaining(['range']))]);
  });
});

describe('numbers and names as they are written', () => {
  const PLACES: readonly (readonly [string, object])[] = [
    ['run.every', hourly({ every: 4711 })],
    ['run.minute', hourly({ minute: 4711 })],
    ['run.day', monthly(4711)],
    ['run.weekdays[0]', weekly([4711])],
    ['range.count', last(4711)],
  ];
  const raw = (change: object, number: string) => door.call('POST', '/api/jobs', JSON.stringify({ ...draft, ...change }).replace('4711', number));
  it.each(PLACES)('26: %s in other than plain digits', async (field, change) => {
    const before = await stored();
    for (const number of ['1e3', '1.0', '9007199254740993', '-9007199254740993', '1e400'])
      expect(await raw(change, number)).toMatchObject({ status: 422, json: { code: 'number.format', value: number, range: { max: 2 ** 53 - 1 } } });
    expect((await raw(change, '1e3')).json.detail).toContain(field);
    for (const number of ['0x10', 'NaN', 'Infinity', '+1', '01', '1.'])
      expect(await raw(change, number)).toMatchObject({ status: 400, json: { code: 'json.invalid', value: { offset: expect.any(Number) } } });
    expect(await stored()).toEqual(before);
  });
  it('unknown properties inside run and range, __proto__ among them, are refused where they stand', async () => {
    const body = JSON.stringify({ ...draft, run: { kind: 'daily', time: '06:00', at: 'x' }, range: { kind: 'all', count: 1 } });
    const answer = await door.call('POST', '/api/jobs', body.replace('"at":"x"', '"at":"x","__proto__":{"kind":"once"},"timeZone":"UTC"'));
    expect(answer.json.errors.map((one: FieldProblem) => `${one.field} ${one.code}`)).toEqual([
      'run.at property.unknown',
      'run.__proto__ property.unknown',
      'run.timeZone property.unknown',
      'range.count property.unknown',
    ]);
  });
  it('every problem of the time comes at once, in the order of the form', async () => {
    const run = { kind: 'weekly', weekdays: [1, 9, 1], time: '6', start: '2026-02-30T00:00:00Z', end: '2026-05-01T00:00:00' };
    await refuses(
      { timeZone: 'Mars/X', run, range: { kind: 'last', count: 0, unit: 'year' }, missedRuns: 1, title: '' },
      problem('title.required', 'title', '', { min: 1, max: 200 }),
      problem('time_zone.unknown', 'timeZone', 'Mars/X', expect.any(Array)),
      problem('weekday.invalid', 'run.weekdays[1]', 9, { min: 1, max: 7 }),
      problem('weekday.invalid', 'run.weekdays[2]', 1, { min: 1, max: 7 }),
      problem('time.invalid', 'run.time', '6', 'HH:MM'),
      problem('start.invalid', 'run.start', '2026-02-30T00:00:00Z', START),
      problem('timestamp.offset_required', 'run.end', '2026-05-01T00:00:00', MOMENT),
      problem('range.value', 'range.count', 0, { min: 1, max: 100_000 }),
      problem('range.unit', 'range.unit', 'year', ['hour', 'day', 'week', 'month']),
      problem('missed_runs.invalid', 'missedRuns', 1, ['all', 'latest', 'none']),
    );
  });
});
