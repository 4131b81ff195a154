import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../src/engine/process.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { planUpToNow } from '../../src/operations/plan-runs.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { inTenant } from '../../src/records/database.ts';
import { superuserOf } from '../support/database-text.ts';
import { DAY, openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** The planner and a database clock that is moved: nothing runs twice, nothing is lost, whatever the clock said in between. */

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

const linesOf = async (jobId: string) => (await udm.runs(jobId)).map(({ at, status, window }) => `${at} ${status} ${window}`);
const clockActs = () => udm.sql(`SELECT actor_kind AS by, detail FROM audit_log WHERE action = 'planner.clock_went_back' ORDER BY id`);
const hours = (id: string) => linesOf(id).then((lines) => lines.map((line) => line.slice(0, 5)));

/** Runs `work` while the role UDM works with may not do one thing: its transaction fails there, as when the process dies. */
async function without(right: string, table: string, work: () => Promise<void>): Promise<void> {
  await udm.sql(`REVOKE ${right} ON ${table} FROM udm_app`);
  try {
    await work();
  } finally {
    await udm.sql(`GRANT ${right} ON ${table} TO udm_app`);
  }
}

describe('a clock that was ten hours ahead', () => {
  /** Planned up to 20:00, and one run was tried: the source's own clock stood at 10:01 all the time. */
  const ahead = async (missedRuns = 'latest') => {
    const { id } = await udm.make({ missedRuns });
    await udm.tick('20:00');
    udm.source.clockLead = -(10 * 60 - 1) * 60_000;
    await udm.work();
    udm.source.clockLead = 0;
    return id;
  };

  it('publishes no window that has not passed by the clock of the source', async () => {
    const id = await ahead();
    expect((await udm.runs(id)).at(-1)).toMatchObject({ at: '20:00', status: 'failed', error: 'window.not_settled', window: '10:00-19:55' });
    expect((await udm.job(id)).exportedUpTo).toBeNull();
  });

  it('and one that is a little behind is waited for', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    udm.source.clockLead = -90_000;
    await udm.work();
    expect(udm.waits).toEqual([90_000]);
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55']);
  });

  it('once set right leaves no row of an instant that did not come and came to nothing, says so on record, and the schedule goes on', async () => {
    const id = await ahead();
    expect(await hours(id)).toEqual(['11:00', '12:00', '13:00', '14:00', '15:00', '16:00', '17:00', '18:00', '19:00', '20:00']);
    await udm.tick('10:30');
    expect(await linesOf(id)).toEqual([]);
    expect(await clockActs()).toEqual([{ by: 'system', detail: { jobs: 1, removed: 10 } }]);
    expect(await udm.job(id)).toMatchObject({ nextRunAt: `${DAY}T11:00:00.000Z` });
    for (const hour of ['11:00', '12:00']) {
      await udm.tick(hour);
      await udm.work();
    }
    expect((await linesOf(id)).slice(0, 2)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
    // The clock is told of once.
    expect(await clockActs()).toHaveLength(1);
  });

  it('and back runs nothing twice when it comes to the same hours again, and every instant of data is exported once', async () => {
    const id = await ahead('all');
    await udm.tick('10:30');
    for (let hour = 11; hour <= 22; hour += 1) {
      await udm.tick(`${hour}:00`);
      await udm.work();
    }
    const runs = await udm.runs(id);
    expect(new Set(runs.map((run) => run.at)).size).toBe(runs.length);
    // Those that failed because their time had not come are made again when it does.
    expect(runs.map((run) => run.status)).toEqual(Array.from({ length: 12 }, () => 'succeeded'));
    const published = runs.map((run) => run.window.split('-') as [string, string]);
    expect(published[0]?.[0]).toBe('10:00');
    expect(published.at(-1)?.[1]).toBe('21:55');
    for (const [index, window] of published.slice(1).entries()) expect(window[0]).toBe(published[index]?.[1]);
  });

  it('removes the rows of suspended jobs as well, and what a suspension suppresses is counted anew', async () => {
    const { id } = await udm.make();
    await suspendJob(udm.services, udm.door.actor, id);
    await udm.tick('13:30');
    expect((await udm.job(id)).suppressedRuns).toBe(3);
    await udm.tick('11:30');
    expect(await linesOf(id)).toEqual(['11:00 suppressed 10:00-10:55']);
    await udm.tick('12:00');
    expect((await udm.job(id)).suppressedRuns).toBe(2);
  });
});

describe('a clock that went back over runs that happened', () => {
  it('keeps them, makes no second run of their instants, and goes on from the edge', async () => {
    const { id } = await udm.make();
    for (const hour of ['11:00', '12:00']) {
      await udm.tick(hour);
      await udm.work();
    }
    const before = await udm.runs(id);
    await udm.tick('10:30');
    expect(await udm.runs(id)).toEqual(before);
    for (const hour of ['11:00', '12:00']) {
      await udm.tick(hour);
      expect(await udm.work()).toBe(0);
    }
    expect(await udm.runs(id)).toEqual(before);
    await udm.tick('13:00');
    await udm.work();
    expect((await linesOf(id)).at(-1)).toBe('13:00 succeeded 11:55-12:55');
  });

  it('by less than a second is no change: two processes read one clock', async () => {
    await udm.make();
    await udm.tick('11:00:01');
    await udm.tick('11:00:00.500');
    expect(await clockActs()).toEqual([]);
    await udm.tick('10:59:59');
    expect(await clockActs()).toHaveLength(1);
  });
});

describe('a clock that went back, before any planner saw it', () => {
  /** Rows of 12:00 and 13:00 that wait, and a clock at 11:30. */
  const prepared = async () => {
    const { id } = await udm.make({ missedRuns: 'all' });
    await udm.tick('13:00');
    expect(await hours(id)).toEqual(['11:00', '12:00', '13:00']);
    await udm.clock.set(`${DAY}T11:30:00Z`);
    return id;
  };
  const plannedUntil = async () => (await udm.sql(`SELECT to_char(planned_until AT TIME ZONE 'UTC', 'HH24:MI') AS until FROM export_job`))[0]?.['until'];

  it('is heeded by several planners at once, once', async () => {
    const id = await prepared();
    const holder = new pg.Client(await superuserOf(udm.door.app.dataFolder));
    await holder.connect();
    try {
      // Both stand at the same place before either may go on.
      await holder.query('BEGIN; SELECT FROM export_job FOR UPDATE');
      const both = Promise.all([planDueRuns(udm.services), planDueRuns(udm.services)]);
      await waitFor(10_000, 20, async () => (await udm.sql(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length === 2);
      await holder.query('COMMIT');
      await both;
    } finally {
      await holder.end();
    }
    expect(await hours(id)).toEqual(['11:00']);
    expect(await clockActs()).toEqual([{ by: 'system', detail: { jobs: 1, removed: 2 } }]);
  });

  it.each([
    ['suspends the job', (id: string) => suspendJob(udm.services, udm.door.actor, id)],
    ['edits it', (id: string) => editJob(udm.services, udm.door.actor, id, 1, udm.draft({ title: 'New' }))],
    ['resumes it', (id: string) => resumeJob(udm.services, udm.door.actor, id)],
  ])('is heeded by a user who %s', async (_name, act) => {
    const id = await prepared();
    await act(id);
    expect(await hours(id)).toEqual(['11:00']);
    expect(await plannedUntil()).toBe('11:30');
    expect(await clockActs()).toEqual([{ by: 'system', detail: { jobs: 1, removed: 2 } }]);
    await planDueRuns(udm.services);
    expect(await clockActs()).toHaveLength(1);
  });
});

describe('a planner that dies', () => {
  it('before it has taken back what was ahead of the clock: the next tick does all of it', async () => {
    const { id } = await udm.make({ missedRuns: 'all' });
    await udm.tick('13:00');
    await udm.clock.set(`${DAY}T11:30:00Z`);
    await without('INSERT', 'audit_log', () => expect(planDueRuns(udm.services)).rejects.toThrow(/permission denied/));
    expect(await hours(id)).toEqual(['11:00', '12:00', '13:00']);
    await planDueRuns(udm.services);
    expect(await hours(id)).toEqual(['11:00']);
    await udm.work();
    await udm.tick('12:00');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
    expect(await clockActs()).toHaveLength(1);
  });

  it('in the middle of planning, with the task sent: neither row nor task is left, and the job is as due as it was', async () => {
    const { id } = await udm.make({ missedRuns: 'all' });
    await udm.clock.set(`${DAY}T12:30:00Z`);
    const tasks = () => udm.sql(`SELECT count(*) AS n FROM pgboss.job WHERE name = 'execute-run'`);
    const before = await tasks();
    const { queue } = udm.services;
    const dying = async (...send: Parameters<typeof queue.sendExecuteRun>) => {
      await queue.sendExecuteRun(...send);
      throw new Error('died');
    };
    const { tenantId } = udm.door.actor;
    const services = { ...udm.services, queue: { ...queue, sendExecuteRun: dying } };
    await expect(inTenant(services.database, tenantId, (tx) => planUpToNow(services, tx, tenantId, id))).rejects.toThrow('died');
    expect(await linesOf(id)).toEqual([]);
    expect(await tasks()).toEqual(before);
    expect(await planDueRuns(udm.services)).toBe(1);
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
  });
});

describe('a job that cannot be planned', () => {
  it('keeps no other waiting, is looked at again, and runs when it can be', async () => {
    const [broken, sound] = [await udm.make({ missedRuns: 'all' }), await udm.make()];
    await udm.sql(`UPDATE export_job SET time_zone = 'Mars/X' WHERE id = $1`, [broken.id]);
    await udm.tick('11:00');
    expect(await linesOf(sound.id)).toEqual(['11:00 queued 10:00-10:55']);
    await udm.sql(`UPDATE export_job SET time_zone = 'UTC' WHERE id = $1`, [broken.id]);
    await udm.tick('11:10');
    expect(await linesOf(broken.id)).toEqual(['11:00 queued 10:00-10:55']);
  });
});

describe('a job that could not be planned for a moment', () => {
  it('is not late by that: its occurrence is still in time, whatever the policy', async () => {
    const { id } = await udm.make({ missedRuns: 'none' });
    await udm.sql(`UPDATE export_job SET time_zone = 'Mars/X'`);
    await udm.tick('11:00:01');
    await udm.sql(`UPDATE export_job SET time_zone = 'UTC'`);
    for (let minute = 1; minute <= 9; minute += 1) await udm.tick(`11:0${minute}:02`);
    expect(await linesOf(id)).toEqual(['11:00 queued 10:00-10:55']);
  });
});

describe('other zone data', () => {
  it('lets the first tick of a process reckon every next run anew, and no later one', async () => {
    const { id } = await udm.make({ run: { kind: 'daily', time: '15:00' } });
    await planDueRuns(udm.services, true);
    const stale = () => udm.sql(`UPDATE export_job SET next_run_at = '2026-03-01T16:00:00Z'`);
    await stale();
    await udm.sql(`UPDATE planner SET zone_data = '1999a'`);
    await planDueRuns(udm.services);
    expect((await udm.job(id)).nextRunAt).toBe(`${DAY}T16:00:00.000Z`);
    await planDueRuns(udm.services, true);
    expect((await udm.job(id)).nextRunAt).toBe(`${DAY}T15:00:00.000Z`);
    await stale();
    await planDueRuns(udm.services, true);
    expect((await udm.job(id)).nextRunAt).toBe(`${DAY}T16:00:00.000Z`);
    expect(await clockActs()).toEqual([]);
  });
});
