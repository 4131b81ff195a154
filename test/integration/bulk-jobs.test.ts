import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BulkRequest, type BulkView, bulkResultSchema } from '../../src/contract/bulk.ts';
import type { JobView } from '../../src/contract/job.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** One act on many jobs: told before, done once, each job for itself. */

const files = new Recipients();
let udm: Planned;

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
});

afterEach(() => udm.clear());

afterAll(async () => {
  await udm?.close();
  files.remove();
});

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
type Body = Partial<BulkRequest> & Pick<BulkRequest, 'action' | 'selection'>;

/** As a client does it: the same request again, until nothing is left. */
async function bulk(body: object, key: string | null = randomUUID()): Promise<BulkView> {
  for (;;) {
    const answer = await udm.door.call('POST', '/api/jobs/bulk', body, key === null ? {} : { 'idempotency-key': key });
    expect(answer.status, answer.text).toBe(200);
    expect(bulkResultSchema.parse(answer.json)).toEqual(answer.json);
    if (answer.json.left === 0) return answer.json;
  }
}
const refused = async (body: object, key: string | null = randomUUID()) => {
  const { status, json } = await udm.door.call('POST', '/api/jobs/bulk', body, key === null ? {} : { 'idempotency-key': key });
  return `${status} ${json.code} ${(json.errors ?? []).map((one: { code: string; field: string }) => `${one.field} ${one.code}`).join()}`.trim();
};
/** Looks, then does what it saw. */
async function lookAndAct(body: Body): Promise<BulkView> {
  const seen = await bulk({ ...body, dryRun: true }, null);
  return bulk({ ...body, fingerprint: seen.fingerprint });
}
const make = async (count: number, change: object = {}): Promise<JobView[]> => {
  const made: JobView[] = [];
  for (let number = 0; number < count; number++) {
    made.push(await udm.make({ title: `Job ${number}`, range: { kind: 'all' }, ...change }));
    // No two of them are of one instant, nor a run of any of another's.
    await udm.clock.advance(1_000);
  }
  return made;
};
const idsOf = (jobs: readonly JobView[]) => jobs.map((job) => job.id);
const statesOf = async (jobs: readonly JobView[]) => Promise.all(jobs.map(async ({ id }) => (await udm.job(id)).state));
const reasons = ({ skipped }: BulkView) => skipped.map(({ code, count, jobs }) => `${code} ${count} ${jobs.map((job) => job.title).join('+')}`.trim());
const acts = async (action: string) => (await udm.sql('SELECT object_id FROM audit_log WHERE action = $1', [action])).map((row) => row['object_id']);

describe('a dry run', () => {
  it('says how many, what is left out and why, with the first few titles; and changes nothing', async () => {
    const jobs = await make(7);
    for (const id of idsOf(jobs.slice(0, 4))) await udm.door.call('POST', `/api/jobs/${id}/suspend`);
    const before = await udm.sql('SELECT * FROM export_job ORDER BY id');
    const seen = await bulk({ action: 'suspend', selection: { filter: {} }, dryRun: true }, null);
    expect(seen).toMatchObject({ dryRun: true, total: 7, done: 3, left: 0, fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(reasons(seen)).toEqual(['job.suspended_already 4 Job 0+Job 1+Job 2']);
    expect(await udm.sql('SELECT * FROM export_job ORDER BY id')).toEqual(before);
    expect(await udm.sql('SELECT 1 FROM bulk_act')).toEqual([]);
  });

  it('tells of each reason', async () => {
    const [running, suspended, fresh, ran] = (await make(4)) as [JobView, JobView, JobView, JobView];
    const once = await udm.make({ run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' }, title: 'Once' });
    const settled = await udm.make({ title: 'Settled' });
    await udm.work();
    await udm.clock.advance(1_000);
    await udm.door.call('POST', `/api/jobs/${ran.id}/run`);
    await udm.work();
    await udm.clock.advance(1_000);
    await udm.door.call('POST', `/api/jobs/${running.id}/run`);
    await udm.door.call('POST', `/api/jobs/${suspended.id}/suspend`);
    const ids = [...idsOf([running, suspended, fresh, ran, once, settled]), UNKNOWN];
    const look = async (action: string) => {
      const seen = await bulk({ action, selection: { ids }, dryRun: true }, null);
      return [seen.done, ...reasons(seen).sort()];
    };
    expect(await look('delete')).toEqual([5, 'job.in_progress 1 Job 0', 'not_found 1']);
    expect(await look('suspend')).toEqual([4, 'job.suspended_already 2 Job 1+Once', 'not_found 1']);
    expect(await look('resume')).toEqual([1, 'job.active_already 4 Job 0+Job 2+Job 3', 'job.not_resumable 1 Once', 'not_found 1']);
    expect(await look('run')).toEqual([3, 'job.in_progress 1 Job 0', 'job.just_run 1 Job 3', 'not_found 1', 'run.nothing_new 1 Settled']);
    // And the act leaves out the same.
    await udm.clock.advance(1_000);
    const done = await bulk({ action: 'run', selection: { ids } });
    expect([done.done, ...reasons(done).sort()]).toEqual([3, 'job.in_progress 1 Job 0', 'job.just_run 1 Job 3', 'not_found 1', 'run.nothing_new 1 Settled']);
  });

  it('finds what the list finds, for any filter', async () => {
    await make(3);
    await udm.make({ title: 'Weekly 50%', run: { kind: 'weekly', weekdays: [1], time: '09:00' } });
    const [first] = await make(1, { title: 'Suspended' });
    await udm.door.call('POST', `/api/jobs/${first?.id}/suspend`);
    for (const filter of [
      {},
      { text: 'job' },
      { text: '50%' },
      { state: 'suspended' },
      { schedule: 'weekly,daily' },
      { source: 'UCSX', type: 'Contact' },
      { status: 'none' },
    ]) {
      const listed = await udm.door.call('GET', `/api/jobs?${new URLSearchParams(filter as Record<string, string>)}`);
      expect((await bulk({ action: 'delete', selection: { filter }, dryRun: true }, null)).total, JSON.stringify(filter)).toBe(listed.json.total.count);
    }
  });

  it('of resuming counts the runs that were suppressed', async () => {
    const jobs = await make(2, { run: { kind: 'hourly', every: 1, minute: 0 } });
    for (const id of idsOf(jobs)) await udm.door.call('POST', `/api/jobs/${id}/suspend`);
    await udm.tick('12:00');
    expect(await bulk({ action: 'resume', selection: { filter: { state: 'suspended' } }, dryRun: true }, null)).toMatchObject({ done: 2, suppressedRuns: 4 });
  });
});

describe('the act', () => {
  it('suspends, resumes with the answer, runs and deletes, with an audit record for each job', async () => {
    const jobs = await make(5);
    const ids = idsOf(jobs);
    const filter = { text: 'job' };
    expect(await lookAndAct({ action: 'suspend', selection: { filter } })).toMatchObject({ dryRun: false, total: 5, done: 5, left: 0, skipped: [] });
    expect(await statesOf(jobs)).toEqual(Array(5).fill('suspended'));
    expect((await acts('job.suspended')).sort()).toEqual([...ids].sort());
    await udm.tick('12:00');
    await lookAndAct({ action: 'resume', selection: { filter }, missed: 'all' });
    expect(await statesOf(jobs)).toEqual(Array(5).fill('active'));
    expect(await udm.work()).toBe(10);
    await udm.clock.advance(1_000);
    expect(await lookAndAct({ action: 'run', selection: { filter } })).toMatchObject({ done: 5 });
    expect(await lookAndAct({ action: 'delete', selection: { filter } })).toMatchObject({ done: 0, skipped: [{ code: 'job.in_progress', count: 5 }] });
    await udm.work();
    expect(await lookAndAct({ action: 'delete', selection: { filter } })).toMatchObject({ done: 5 });
    expect((await acts('job.deleted')).sort()).toEqual([...ids].sort());
  });

  it('is refused when the jobs are others than those that were looked at', async () => {
    await make(3);
    const body = { action: 'delete', selection: { filter: {} } };
    const { fingerprint } = await bulk({ ...body, dryRun: true }, null);
    const [fourth] = await make(1, { title: 'Came meanwhile' });
    const answer = await udm.door.call('POST', '/api/jobs/bulk', { ...body, fingerprint }, { 'idempotency-key': randomUUID() });
    expect(answer).toMatchObject({ status: 409, json: { code: 'selection.changed', value: { count: 4 } } });
    expect(await udm.job(fourth?.id as string)).toMatchObject({ title: 'Came meanwhile' });
    expect((await udm.sql('SELECT 1 FROM export_job')).length).toBe(4);
  });

  it('is refused without what it needs', async () => {
    const [job] = await make(1);
    const ids = [job?.id as string];
    expect(await refused({ action: 'delete', selection: { ids } }, null)).toBe('428 idempotency.required');
    expect(await refused({ action: 'delete', selection: { filter: {} } })).toBe('422 request.invalid fingerprint field.required');
    expect(await refused({ action: 'delete', selection: {} })).toBe('422 selection.invalid');
    expect(await refused({ action: 'delete', selection: { ids, filter: {} } })).toBe('422 selection.invalid');
    expect(await refused({ action: 'delete', selection: { ids: [] } })).toBe('422 request.invalid selection.ids field.type');
    expect(await refused({ action: 'delete', selection: { ids: ['x'] } })).toBe('422 request.invalid selection.ids[0] field.type');
    expect(await refused({ action: 'delete', selection: { ids: Array(1_001).fill(UNKNOWN) } })).toBe('422 request.invalid selection.ids field.type');
    expect(await refused({ action: 'delete', selection: { filter: { owner: 'x' } } })).toBe('422 request.invalid selection.filter.owner property.unknown');
    expect(await refused({ action: 'delete', selection: { filter: { state: 'gone' } } })).toBe('422 request.invalid selection.filter.state field.type');
    expect(await refused({ action: 'burn', selection: { ids } })).toBe('422 request.invalid action field.type');
    expect(await refused({ action: 'resume', selection: { ids }, missed: 'some' })).toBe('422 request.invalid missed field.type');
    expect(await udm.job(job?.id as string)).toMatchObject({ state: 'active' });
  });

  it('knows a foreign id and an unknown one alike, and counts an id that is named twice once', async () => {
    const [job] = await make(1);
    const id = job?.id as string;
    const done = await bulk({ action: 'suspend', selection: { ids: [id, id.toUpperCase(), UNKNOWN] } });
    expect(done).toMatchObject({ total: 2, done: 1, skipped: [{ code: 'not_found', count: 1, jobs: [] }] });
  });

  it('of the same key is done once, at whatever moment it comes again', async () => {
    const jobs = await make(6);
    const body = { action: 'run', selection: { ids: idsOf(jobs) } };
    const answers = await Promise.all(Array.from({ length: 4 }, () => bulk(body, 'one-key-of-bulk')));
    for (const answer of answers) expect(answer).toMatchObject({ total: 6, left: 0, done: 6, skipped: [] });
    await udm.work();
    await udm.clock.advance(5 * 60_000);
    expect(await bulk(body, 'one-key-of-bulk')).toMatchObject({ done: 6, left: 0 });
    expect(await udm.sql(`SELECT count(*)::int AS n FROM run WHERE trigger = 'run_now'`)).toEqual([{ n: 6 }]);
    expect(await refused({ ...body, action: 'delete' }, 'one-key-of-bulk')).toBe('409 idempotency.reused');
  });

  it('of the same key at the same moment passes over no job, also where it does nothing', async () => {
    const jobs = await make(14);
    for (const job of jobs.slice(0, -1)) await udm.door.call('POST', `/api/jobs/${job.id}/suspend`);
    const body = { action: 'suspend', selection: { ids: idsOf(jobs) } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => bulk(body, 'passes-over-none')));
    for (const answer of answers) expect(answer).toMatchObject({ total: 14, left: 0, done: 1, skipped: [{ code: 'job.suspended_already', count: 13 }] });
    expect(await statesOf(jobs)).toEqual(Array(14).fill('suspended'));
  });

  it('twice at the same time acts on each job once', async () => {
    const jobs = await make(8);
    const body = { action: 'run', selection: { ids: idsOf(jobs) } };
    const answers = await Promise.all([1, 2, 3].map(() => bulk(body)));
    expect(answers.reduce((sum, answer) => sum + answer.done, 0)).toBe(8);
    expect(answers.flatMap((answer) => answer.skipped.filter((one) => one.code !== 'job.in_progress'))).toEqual([]);
    expect(await udm.sql(`SELECT count(*)::int AS n FROM run`)).toEqual([{ n: 8 }]);
  });

  it('goes on where it stands when the same request comes again: what is settled at the start stays', async () => {
    const jobs = await make(4);
    const body = { action: 'suspend', selection: { filter: { state: 'active' } } };
    const { fingerprint } = await bulk({ ...body, dryRun: true }, null);
    await bulk({ ...body, fingerprint }, 'goes-on');
    // As if the process had died after the second job.
    await udm.sql(`UPDATE bulk_act SET position = 2, done = 2`);
    for (const job of jobs.slice(2)) await udm.door.call('POST', `/api/jobs/${job.id}/resume`, {});
    const [later] = await make(1, { title: 'Not selected' });
    expect(await bulk({ ...body, fingerprint }, 'goes-on')).toMatchObject({ total: 4, done: 4, left: 0 });
    expect(await statesOf([...jobs, later as JobView])).toEqual([...Array(4).fill('suspended'), 'active']);
  });

  it('tells of a job that was deleted meanwhile, without its title', async () => {
    const jobs = await make(2);
    const body = { action: 'suspend', selection: { ids: idsOf(jobs) } };
    await bulk(body, 'deleted-meanwhile');
    await udm.sql(`UPDATE bulk_act SET position = 0, done = 0`);
    for (const job of jobs) await udm.sql('DELETE FROM export_job WHERE id = $1', [job.id]);
    expect(await bulk(body, 'deleted-meanwhile')).toMatchObject({ done: 0, skipped: [{ code: 'not_found', count: 2, jobs: [] }] });
  });

  it('says of any mixture before what it does after', async () => {
    const kinds = fc.constantFrom('active', 'suspended', 'running', 'once');
    await fc.assert(
      fc
        .asyncProperty(
          fc.array(kinds, { minLength: 1, maxLength: 5 }),
          fc.constantFrom<BulkRequest['action']>('suspend', 'resume', 'delete', 'run'),
          async (mixture, action) => {
            const ids: string[] = [];
            for (const kind of mixture) {
              const job = await udm.make(
                kind === 'once' ? { run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' } } : { range: { kind: 'all' } },
              );
              if (kind === 'once') await udm.work();
              if (kind === 'suspended') await udm.door.call('POST', `/api/jobs/${job.id}/suspend`);
              if (kind === 'running') await udm.door.call('POST', `/api/jobs/${job.id}/run`);
              ids.push(job.id);
              await udm.clock.advance(1_000);
            }
            const seen = await bulk({ action, selection: { ids }, dryRun: true }, null);
            const done = await bulk({ action, selection: { ids }, fingerprint: seen.fingerprint });
            expect(done.done).toBe(seen.done);
            expect(done.skipped.map(({ code, count }) => `${code} ${count}`).sort()).toEqual(seen.skipped.map(({ code, count }) => `${code} ${count}`).sort());
          },
        )
        .afterEach(() => udm.clear()),
      { numRuns: 12 },
    );
  });
});
