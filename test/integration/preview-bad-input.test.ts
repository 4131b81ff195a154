import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { previewSchema } from '../../src/contract/preview.ts';
import type { Answer, FieldProblem } from '../support/api.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';

/** What only looks ahead or fills gaps, asked with unfinished, hostile and wrong input: preview, coverage, gaps, fill, resume. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let door: Door;
let draft: Record<string, unknown>;
let job: string;

beforeAll(async () => {
  door = await openDoor();
  const base = await draftIn(door.app, door.actor, files.make().certificate);
  draft = { ...base, run: { kind: 'daily', time: '06:00' }, range: { kind: 'since_previous' } };
  await fakeClock(door.app, '2026-03-01T12:00:00Z');
  job = (await door.call('POST', '/api/jobs', draft)).json.id;
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

const preview = (body: unknown) => door.call('POST', '/api/jobs/preview', body);
const time = { run: { kind: 'daily', time: '06:00' }, range: { kind: 'since_previous' } };
const problemsOf = (answer: Answer): string[] => {
  expect(answer.status, answer.text).toBe(422);
  return (answer.json.errors as FieldProblem[]).map((one) => `${one.field} ${one.code}`);
};
const counts = async () =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => {
    const sql = 'SELECT (SELECT count(*) FROM export_job) AS jobs, (SELECT count(*) FROM run) AS runs, (SELECT max(id) FROM audit_log) AS act';
    return (await client.query(sql)).rows;
  });

describe('a preview', () => {
  it('needs no more of a form than its run and range, and stores nothing', async () => {
    const before = await counts();
    const { status, json } = await preview(time);
    expect(status).toBe(200);
    expect(previewSchema.safeParse(json).error).toBeUndefined();
    expect(json).toMatchObject({ sentence: 'Every day at 06:00 (UTC)', timeZone: 'UTC', askedTimeZone: null });
    expect(json.runs).toHaveLength(5);
    expect(json.runs[0]).toEqual({
      at: '2026-03-02T06:00:00Z',
      local: '2026-03-02T06:00',
      moved: 'none',
      window: { from: '2026-03-01T12:00:00Z', to: '2026-03-02T05:55:00Z' },
    });
    expect(await counts()).toEqual(before);
  });

  it.each([
    ['nothing', {}, ['run run.invalid', 'range range.required']],
    ['no range', { run: time.run }, ['range range.required']],
    ['half a run', { run: { kind: 'hourly' }, range: time.range }, ['run.every every.range', 'run.minute minute.range']],
    ['a list', [], [' field.type']],
    ['null', 'null', [' field.type']],
    ['a number', '7', [' field.type']],
    ['no body', undefined, [' field.type']],
    ['an unknown property', { ...time, title: 'x' }, ['title property.unknown']],
    ['what only UDM sets', { ...time, nextRunAt: 'x' }, ['nextRunAt property.read_only']],
    ['too many runs', { ...time, count: 101 }, ['count query.invalid']],
    ['no run at all', { ...time, count: 0 }, ['count query.invalid']],
    ['half a run in number', { ...time, count: 1.5 }, ['count query.invalid']],
    ['a number of runs in letters', { ...time, count: '5' }, ['count query.invalid']],
  ])('of %s says what is missing', async (_name, body, problems) => expect(problemsOf(await preview(body))).toEqual(problems));

  it.each(['x', '', UNKNOWN, `${UNKNOWN}'`, '\0', 5, true, [], {}])(
    'of the edit of the job %j, which there is not, answers 404 with the same bytes',
    async (id) => {
      expect(await preview({ ...time, job: id })).toMatchObject({ status: 404, text: (await preview({ ...time, job: UNKNOWN })).text });
    },
  );

  it('of an edit whose source, type or entity types are none is answered by what is known', async () => {
    const names: unknown[] = ['nowhere', 'a\0b', '\ud800', '', 'x'.repeat(100_000), 7, null, [], { kind: 'x' }];
    for (const name of names) {
      for (const field of ['source', 'type', 'entityTypes']) {
        const answer = await preview({ ...time, job, source: 'UCSX', type: 'Interaction', [field]: field === 'entityTypes' ? [name] : name });
        expect(answer.status, answer.text.slice(0, 300)).toBe(200);
      }
    }
  });

  it('says of a schedule that would never fire that it would not, and answers within seconds however long the range', async () => {
    const run = { kind: 'daily', time: '06:00', start: '2026-03-02T07:00:00Z', end: '2026-03-02T08:00:00Z' };
    expect(problemsOf(await preview({ ...time, run }))).toEqual(['run schedule.never_fires']);
    const began = performance.now();
    const widest = { run: { kind: 'hourly', every: 1, minute: 0 }, range: { kind: 'last', count: 100_000, unit: 'month', calendar: true }, count: 100 };
    expect((await preview(widest)).json.runs).toHaveLength(100);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('of any JSON is an answer or a refusal that says why, never a failure', async () => {
    const loose = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        'once',
        'hourly',
        'weekly',
        'monthly',
        'last',
        'all',
        'day',
        'now',
        'Europe/Kiev',
        '9999-12-31T23:59:59.999999999Z',
        '0001-01-01T00:00:00Z',
      ),
      fc.constantFrom(1, 31, -1, 0.5, 9007199254740991, '+010000-01-01T00:00:00Z', '23:59', { local: '9999-12-31T23:59' }, { local: '0001-01-01T00:00' }),
    );
    const inner = fc.dictionary(
      fc.constantFrom(
        'kind',
        'every',
        'minute',
        'time',
        'weekdays',
        'day',
        'start',
        'at',
        'end',
        'count',
        'unit',
        'calendar',
        'from',
        'to',
        'dataFrom',
        'local',
      ),
      fc.oneof(loose, fc.array(loose, { maxLength: 3 })),
    );
    const names = ['job', 'source', 'type', 'entityTypes', 'timeZone', 'run', 'range', 'missedRuns', 'count', '__proto__'];
    const changes = fc.dictionary(fc.constantFrom(...names), fc.oneof(loose, inner));
    const nearly = fc.tuple(inner, inner, changes).map(([run, range, more]) => ({ run: { ...time.run, ...run }, range: { ...time.range, ...range }, ...more }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), changes, nearly), async (body) => {
        // Sent as text: the dictionaries of fast-check have keys such as __proto__.
        expect([200, 400, 404, 422]).toContain((await preview(JSON.stringify(body))).status);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['0', '101', '1e2', '0x10', '-1', '1.5', '', 'five', '5&count=6'])('of a stored job refuses the count %s', async (count) => {
    expect(problemsOf(await door.call('GET', `/api/jobs/${job}/preview?count=${count}`))).toEqual(['count query.invalid']);
  });
});

describe('coverage', () => {
  const stretch = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const ask = (query: Record<string, string>) =>
    door.call('GET', `/api/coverage?${new URLSearchParams({ source: 'UCSX', type: 'Interaction', ...stretch, ...query })}`);
  const gaps = (change: object) => door.call('POST', '/api/coverage/gaps', { job, ...stretch, ...change });
  const fill = (...list: unknown[]) => door.call('POST', '/api/coverage/fill', { job, gaps: list });

  it('is asked about a source, a type and a stretch of time', async () => {
    expect(problemsOf(await door.call('GET', '/api/coverage'))).toEqual(['source', 'type', 'from', 'to'].map((one) => `${one} query.invalid`));
    expect(problemsOf(await ask({ colour: 'red' }))).toEqual(['colour query.invalid']);
    expect((await ask({})).json).toMatchObject({ complete: false, exactlyOnce: false, stretches: [{ ...stretch, state: 'never', runs: [] }] });
  });

  it.each([
    ['an unknown source', { source: 'nowhere' }, ['source source.unknown']],
    ['a source with NUL', { source: 'a\0b' }, ['source source.unknown']],
    ['an unknown type', { type: 'Telex' }, ['type type.not_supported']],
    ['an unknown entity type', { entityTypes: 'Chat,telex' }, ['entityTypes[1] entity_types.unknown']],
    ['entity types that are none', { entityTypes: ',' }, ['entityTypes[0] entity_types.unknown', 'entityTypes[1] entity_types.unknown']],
    ['a time without offset', { from: '2026-01-01T00:00:00' }, ['from timestamp.offset_required']],
    ['a date', { to: '2026-01-02' }, ['to timestamp.invalid']],
    ['the year 10000', { to: '10000-01-01T00:00:00Z' }, ['to timestamp.invalid']],
    ['an end that is the start', { to: '2026-01-01T01:00:00+01:00' }, ['to range.order']],
    ['all of it wrong', { source: 'x', from: 'a', to: 'b' }, ['source source.unknown', 'from timestamp.invalid', 'to timestamp.invalid']],
  ])('is refused for %s, with all problems', async (_name, query, problems) => expect(problemsOf(await ask(query))).toEqual(problems));

  it.each([
    ['no offset', { from: '2026-01-01T00:00:00' }, ['from timestamp.offset_required']],
    ['30 February', { from: '2026-02-30T00:00:00Z', to: 'x' }, ['from timestamp.invalid', 'to timestamp.invalid']],
    ['no time', { from: undefined, to: 5 }, ['from field.required', 'to field.type']],
    ['an end before the start', { to: '2025-01-01T00:00:00Z' }, ['to range.order']],
    ['a state that is no gap', { states: ['covered'] }, ['states[0] field.type']],
    ['no state', { states: [] }, ['states field.type']],
    ['an unknown property', { type: 'x' }, ['type property.unknown']],
    ['a job that is no id', { job: 'x' }, ['job field.type']],
  ])('gaps are refused for %s', async (_name, change, problems) => expect(problemsOf(await gaps(change))).toEqual(problems));

  it('fills nothing for a wrong order: turned round, in the future, on top of one another, none, or more than a thousand', async () => {
    const before = await counts();
    expect(problemsOf(await fill({ from: stretch.to, to: stretch.from }))).toEqual(['gaps[0].to range.order']);
    expect(problemsOf(await fill(stretch, { from: '2026-02-01T00:00:00Z', to: '2026-03-01T12:00:01Z' }))).toEqual(['gaps[1].to range.future']);
    expect(problemsOf(await fill({ from: '2026-01-01T12:00:00Z', to: '2026-01-03T00:00:00Z' }, stretch))).toEqual(['gaps[0].from range.order']);
    expect(problemsOf(await fill({ from: '2026-01-01T00:00:00', to: stretch.to }))).toEqual(['gaps[0].from timestamp.offset_required']);
    expect(problemsOf(await fill({ ...stretch, state: 'never' }))).toEqual(['gaps[0].state property.unknown']);
    expect(problemsOf(await fill(null))).toEqual(['gaps[0] field.type']);
    expect(problemsOf(await fill())).toEqual(['gaps field.type']);
    expect(problemsOf(await fill(...Array.from({ length: 1_001 }, () => stretch)))).toEqual(['gaps field.type']);
    expect(await counts()).toEqual(before);
  });

  it('fills a gap once: the same order again, or one that touches it, is refused with the run that covers it by now', async () => {
    const { status, json } = await fill(stretch);
    expect(status).toBe(201);
    const run = json.runs[0].id;
    const before = await counts();
    for (const order of [stretch, { from: '2026-01-01T23:59:59.999999Z', to: '2026-01-05T00:00:00Z' }])
      expect(await fill(order)).toMatchObject({ status: 409, json: { code: 'coverage.changed', value: { run } } });
    expect(await counts()).toEqual(before);
    expect((await gaps({ to: '2026-01-03T00:00:00Z' })).json.gaps).toEqual([{ from: '2026-01-02T00:00:00Z', to: '2026-01-03T00:00:00Z' }]);
  });

  it('takes no time for a gap whose rows may still appear: the settle lag of the source has not passed', async () => {
    const [from, settled] = ['2026-03-01T00:00:00Z', '2026-03-01T11:55:00Z'];
    expect((await gaps({ from, to: '2026-03-02T00:00:00Z' })).json.gaps).toEqual([{ from, to: settled }]);
    expect((await gaps({ from: settled, to: '2026-03-02T00:00:00Z' })).json.gaps).toEqual([]);
    expect(problemsOf(await fill({ from, to: '2026-03-01T11:55:00.001Z' }))).toEqual(['gaps[0].to range.future']);
  });

  it('knows no job of an unknown id', async () => {
    expect((await gaps({ job: UNKNOWN })).status).toBe(404);
    expect((await door.call('POST', '/api/coverage/fill', { job: UNKNOWN, gaps: [stretch] })).status).toBe(404);
  });
});

describe('resuming', () => {
  it.each([
    ['a way that is not offered', { missed: 'some' }, 'missed'],
    ['a list', { missed: ['all'] }, 'missed'],
    ['null', { missed: null }, 'missed'],
  ])('is refused for %s, with those that are, and the job stays suspended', async (_name, body, field) => {
    await door.call('POST', `/api/jobs/${job}/suspend`);
    const answer = await door.call('POST', `/api/jobs/${job}/resume`, body);
    expect(problemsOf(answer)).toEqual([`${field} field.type`]);
    expect(answer.json.errors[0].range).toEqual(['all', 'latest', 'none']);
    expect((await door.call('GET', `/api/jobs/${job}`)).json.state).toBe('suspended');
  });

  it('is refused for an unknown property and for what is no object; without a body the policy of the job decides', async () => {
    expect(problemsOf(await door.call('POST', `/api/jobs/${job}/resume`, { which: 'all' }))).toEqual(['which property.unknown']);
    expect(problemsOf(await door.call('POST', `/api/jobs/${job}/resume`, '["all"]'))).toEqual(['body field.type']);
    expect((await door.call('POST', `/api/jobs/${job}/resume`)).json.state).toBe('active');
  });
});
