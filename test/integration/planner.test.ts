import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cancelRun } from '../../src/operations/cancel-run.ts';
import { fillGaps } from '../../src/operations/fill-coverage.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { DAY, openPlanned, type Planned, type RunRow } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** The planner on a real PostgreSQL, hour by hour of a clock that the test sets (decision 0010). The lag of the source is 5 minutes. */

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

const lines = (runs: readonly RunRow[]) => runs.map(({ at, status, window }) => `${at} ${status} ${window}`);
const linesOf = async (jobId: string) => lines(await udm.runs(jobId));
const shownOf = async (jobId: string) => (await udm.runs(jobId)).map(({ at, status, trigger, window }) => `${at} ${status} ${trigger} ${window}`);
const utc = (time: string) => `${DAY}T${time}:00Z`;

describe('an hourly job since the previous run', () => {
  it('covers three hours in three windows that tile time, each asked of the source as it is published', async () => {
    const { id, nextRunAt } = await udm.make();
    expect(nextRunAt).toBe(`${DAY}T11:00:00.000Z`);
    expect(await udm.tick('10:59:59')).toBe(0);
    for (const hour of ['11:00', '12:00:01', '13:04']) {
      expect(await udm.tick(hour)).toBe(1);
      expect(await udm.tick(hour)).toBe(0);
      expect(await udm.work()).toBe(1);
    }
    expect(await shownOf(id)).toEqual(['11:00 succeeded schedule 10:00-10:55', '12:00 succeeded schedule 10:55-11:55', '13:00 succeeded schedule 11:55-12:55']);
    const micro = (time: string) => `${DAY}T${time}:00.000000Z`;
    expect(udm.requests.map((one) => one.window)).toEqual([
      { from: micro('10:00'), to: micro('10:55') },
      { from: micro('10:55'), to: micro('11:55') },
      { from: micro('11:55'), to: micro('12:55') },
    ]);
    // Late rows: each run goes on where the one before it stopped looking.
    expect(udm.requests.map((one) => one.arrival?.after)).toEqual([null, micro('10:55'), `${DAY}T11:55:01.000000Z`]);
    expect(await udm.job(id)).toMatchObject({ exportedUpTo: micro('12:55'), nextRunAt: `${DAY}T14:00:00.000Z`, lastRun: { status: 'succeeded' } });
  });

  it('lets the later run wait while the earlier is open, with a forecast; its window comes from the edge when its turn comes', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.tick('12:00');
    await udm.tick('13:00');
    expect(await linesOf(id)).toEqual(['11:00 queued 10:00-10:55', '12:00 scheduled 10:00-11:55', '13:00 scheduled 10:00-12:55']);
    await expect(runJobNow(udm.services, udm.door.actor, id)).rejects.toMatchObject({ code: 'job.in_progress' });
    expect(await udm.work()).toBe(3);
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55', '13:00 succeeded 11:55-12:55']);
  });

  it('leaves the time of a failed and of a cancelled run to the next', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    udm.source.failing = true;
    await udm.work();
    udm.source.failing = false;
    await udm.tick('12:00');
    await cancelRun(udm.services, udm.door.actor, (await udm.runs(id))[1]?.id as string);
    await udm.tick('13:00');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 failed 10:00-10:55', '12:00 cancelled 10:00-11:55', '13:00 succeeded 10:00-12:55']);
    expect((await udm.runs(id))[0]?.error).toBe('source.unreachable');
  });

  it('closes a window by "Run now"; a backfill stands outside, and a run that would cover nothing is skipped', async () => {
    const { id } = await udm.make();
    await udm.clock.set(utc('11:30'));
    await udm.tick('11:30');
    await udm.work();
    await udm.clock.set(utc('11:58'));
    await runJobNow(udm.services, udm.door.actor, id);
    await udm.work();
    await fillGaps(udm.services, udm.door.actor, { job: id, gaps: [{ from: utc('08:00'), to: utc('09:00') }] });
    await udm.work();
    expect((await udm.job(id)).exportedUpTo).toBe(`${DAY}T11:53:00.000000Z`);
    await udm.clock.set(utc('11:57'));
    await expect(runJobNow(udm.services, udm.door.actor, id)).rejects.toMatchObject({ code: 'run.nothing_new' });
    try {
      // The windows would end at the edge, and before it.
      await udm.sql('UPDATE source SET settle_seconds = 7 * 60');
      await udm.tick('12:00');
      await udm.sql('UPDATE source SET settle_seconds = 7200');
      await udm.tick('13:00');
      expect(await shownOf(id)).toEqual([
        '11:00 succeeded schedule 10:00-10:55',
        '11:58 succeeded backfill 08:00-09:00',
        '11:58 succeeded run_now 10:55-11:53',
        '12:00 skipped schedule 11:53-11:53',
        '13:00 skipped schedule 11:00-11:00',
      ]);
    } finally {
      await udm.sql('UPDATE source SET settle_seconds = 300');
    }
    await udm.tick('14:00');
    await udm.work();
    expect((await linesOf(id)).at(-1)).toBe('14:00 succeeded 11:53-13:55');
  });

  it('publishes no window that does not begin at the edge when it ends: the next run goes on from there', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    await udm.sql('UPDATE chain SET edge = $1', [utc('10:30')]);
    await udm.work();
    expect(await udm.runs(id)).toMatchObject([{ status: 'failed', error: 'run.window_conflict', window: '10:00-10:55' }]);
    expect(await udm.sql('SELECT count(*)::int AS n FROM artifact')).toEqual([{ n: 0 }]);
    await udm.tick('12:00');
    await udm.work();
    expect((await linesOf(id)).at(-1)).toBe('12:00 succeeded 10:30-11:55');
  });
});

describe('after downtime', () => {
  it.each([
    ['all', ['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55', '13:00 succeeded 11:55-12:55', '14:00 succeeded 12:55-13:55']],
    ['latest', ['11:00 missed 10:00-10:55', '12:00 missed 10:00-11:55', '13:00 missed 10:00-12:55', '14:00 succeeded 10:00-13:55']],
    ['none', ['11:00 missed 10:00-10:55', '12:00 missed 10:00-11:55', '13:00 missed 10:00-12:55', '14:00 missed 10:00-13:55']],
  ])('the policy %s decides which runs are made up, and no time is lost', async (missedRuns, expected) => {
    const { id } = await udm.make({ missedRuns });
    expect(await udm.tick('14:30')).toBe(1);
    await udm.work();
    expect(await linesOf(id)).toEqual(expected);
    for (const run of await udm.runs(id)) expect(run.error).toBe(run.status === 'missed' ? 'run.missed' : null);
    await udm.tick('15:00');
    await udm.work();
    const edge = missedRuns === 'none' ? '10:00' : '13:55';
    expect((await linesOf(id)).at(-1)).toBe(`15:00 succeeded ${edge}-14:55`);
  });

  it('an occurrence of the last five minutes is in time whatever the policy', async () => {
    const { id } = await udm.make({ missedRuns: 'none' });
    await udm.tick('12:05');
    expect(await linesOf(id)).toEqual(['11:00 missed 10:00-10:55', '12:00 queued 10:00-11:55']);
  });

  it('a month of it is planned to the end in one tick', async () => {
    const { id } = await udm.make({ range: { kind: 'last', count: 1, unit: 'hour' } });
    await udm.tick('2026-03-31T10:00:00Z');
    const counts = await udm.sql('SELECT status, count(*)::int AS n, count(DISTINCT scheduled_at)::int AS instants FROM run WHERE job_id = $1 GROUP BY 1', [
      id,
    ]);
    expect(counts).toEqual([
      { status: 'missed', n: 719, instants: 719 },
      { status: 'queued', n: 1, instants: 1 },
    ]);
  });

  it('a job that was to run once in it still runs, whatever the policy, and is submitted by that', async () => {
    const { id } = await udm.make({ run: { kind: 'once', at: utc('11:00') }, range: { kind: 'all' }, missedRuns: 'none' });
    await udm.tick('14:30');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded -11:00']);
    expect(await udm.job(id)).toMatchObject({ state: 'suspended', nextRunAt: null, may: { edit: false, resume: false } });
  });
});

describe('several planners', () => {
  it('leave a job to whoever holds it, plan the others meanwhile, and look at none that is not due', async () => {
    const [held, free, later] = [await udm.make(), await udm.make(), await udm.make({ run: { kind: 'daily', time: '15:00' } })];
    await withClient(await superuserOf(udm.door.app.dataFolder), async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT FROM export_job WHERE id = $1 FOR UPDATE', [held.id]);
      expect(await udm.tick('11:00')).toBe(1);
      expect(await linesOf(free.id)).toEqual(['11:00 queued 10:00-10:55']);
    });
    expect(await linesOf(held.id)).toEqual([]);
    expect(await planDueRuns(udm.services)).toBe(1);
    expect(await linesOf(held.id)).toEqual(['11:00 queued 10:00-10:55']);
    expect(await linesOf(later.id)).toEqual([]);
  });

  it('that tick at once make each run of 50 due jobs once, with one task for each that has its turn', async () => {
    const jobs = await Promise.all(Array.from({ length: 50 }, () => udm.make({ missedRuns: 'all' })));
    await udm.clock.set(utc('13:30'));
    const planned = await Promise.all(Array.from({ length: 8 }, () => planDueRuns(udm.services)));
    expect(planned.reduce((sum, one) => sum + one, 0)).toBe(50);
    const [count] = await udm.sql(`SELECT count(*)::int AS runs, count(DISTINCT (job_id, scheduled_at))::int AS instants,
      (count(*) FILTER (WHERE status = 'queued'))::int AS queued, count(DISTINCT job_id)::int AS jobs FROM run`);
    expect(count).toEqual({ runs: 150, instants: 150, queued: jobs.length, jobs: jobs.length });
    const [tasks] = await udm.sql(`SELECT count(*)::int AS n FROM pgboss.job t JOIN run ON run.id::text = t.singleton_key WHERE t.name = 'execute-run'`);
    expect(tasks).toEqual({ n: jobs.length });
    expect(await udm.sql(`SELECT count(*)::int AS n FROM audit_log WHERE action = 'run.scheduled'`)).toEqual([{ n: 150 }]);
  });
});
