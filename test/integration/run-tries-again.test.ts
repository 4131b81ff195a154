import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CodedError } from '../../src/errors.ts';
import { MOST_CRASHES } from '../../src/queue/index.ts';
import { cancelRun } from '../../src/operations/cancel-run.ts';
import { claim } from '../../src/operations/claim-run.ts';
import { endUnsuccessfully } from '../../src/operations/end-run.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { getJob } from '../../src/operations/read-jobs.ts';
import { getRunDetails } from '../../src/operations/read-run-details.ts';
import { getRun } from '../../src/operations/read-runs.ts';
import { recoverRuns } from '../../src/operations/recover-runs.ts';
import { retryRun } from '../../src/operations/retry-run.ts';
import type { Services } from '../../src/operations/services.ts';
import { inTenant } from '../../src/records/database.ts';
import type { Claim } from '../../src/records/run-lease.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** What a temporary cause ends is tried again by itself; what kills its worker again and again is not (decision 0028). */

const files = new Recipients();
let udm: Planned;
let services: Services;

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
  services = { ...udm.services, retry: { most: 2, firstSeconds: 30, random: () => 0.5 } };
});

afterEach(async () => {
  await udm.sql('DELETE FROM pgboss.job');
  await udm.clear();
});

afterAll(async () => {
  await udm?.close();
  files.remove();
});

const idOf = async (jobId: string) => (await udm.runs(jobId))[0]?.id as string;
const linesOf = async (jobId: string) => (await udm.runs(jobId)).map(({ at, status, window }) => `${at} ${status} ${window}`);
const execute = (runId: string) => executeRun(services, { tenantId: udm.door.actor.tenantId, runId }, new AbortController().signal);
const seen = (id: string) => getRun(services, udm.door.actor, id);
const attemptsOf = async (id: string) =>
  (await getRunDetails(services, udm.door.actor, id)).attempts.map(({ cause, outcome, error }) => `${cause} ${outcome}${error ? ` ${error.code}` : ''}`);
/** Waiting tasks of the run, and in how many seconds from now they may be given out. */
const tasksOf = async (runId: string) =>
  (
    await udm.sql(
      `SELECT greatest(0, round(extract(epoch FROM start_after - now())))::int AS wait FROM pgboss.job WHERE singleton_key = $1 AND state < 'active'`,
      [runId],
    )
  ).map(({ wait }) => wait as number);

/** A run of 11:00 whose first attempt found no source. */
async function failedOnce(): Promise<{ jobId: string; run: string }> {
  const { id: jobId } = await udm.make();
  await udm.tick('11:00');
  const run = await idOf(jobId);
  udm.source.failing = true;
  await execute(run);
  return { jobId, run };
}

it('waits with its cause told, keeps its turn, and goes on with the same window', async () => {
  const { jobId, run } = await failedOnce();
  expect(await seen(run)).toMatchObject({
    status: 'queued',
    retryAt: '2026-03-01T11:00:30.000Z',
    error: { code: 'source.unreachable' },
    place: null,
    finishedAt: null,
    may: { retry: true, cancel: true, delete: false },
  });
  expect(await tasksOf(run)).toEqual([30]);
  expect(await getJob(services, udm.door.actor, jobId)).toMatchObject({
    freshness: 'late',
    freshnessReason: { code: 'tries_again', cause: 'source.unreachable' },
  });
  await udm.tick('12:00');
  expect(await linesOf(jobId)).toEqual(['11:00 queued 10:00-10:55', '12:00 scheduled 10:00-11:55']);
  udm.source.failing = false;
  await execute(run);
  expect(await attemptsOf(run)).toEqual(['turn failed source.unreachable', 'fault succeeded']);
  expect(await seen(run)).toMatchObject({ status: 'succeeded', retryAt: null, error: null });
  expect(await linesOf(jobId)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 queued 10:55-11:55']);
});

it('waits longer each time and ends when its tries are used up; a person gives it new ones', async () => {
  const { run } = await failedOnce();
  await execute(run);
  expect(await tasksOf(run)).toEqual([120]);
  await execute(run);
  expect(await seen(run)).toMatchObject({ status: 'failed', retryAt: null, error: { code: 'source.unreachable' } });
  await retryRun(services, udm.door.actor, run);
  await execute(run);
  expect(await seen(run)).toMatchObject({ status: 'queued', retryAt: expect.any(String) });
  expect(await attemptsOf(run)).toEqual(['turn', 'fault', 'fault', 'retry'].map((cause) => `${cause} failed source.unreachable`));
});

it('ends at once when waiting cannot mend the cause', async () => {
  const { id } = await udm.make();
  await udm.tick('11:00');
  await udm.sql(`UPDATE certificate SET not_after = '2026-03-01T10:30:00Z'`);
  await execute(await idOf(id));
  expect(await seen(await idOf(id))).toMatchObject({ status: 'failed', retryAt: null, error: { code: 'run.certificate_invalid' } });
  await udm.sql(`UPDATE certificate SET not_after = '2030-01-01T00:00:00Z'`);
});

it('is tried now when a person says so, by one task', async () => {
  const { run } = await failedOnce();
  expect(await retryRun(services, udm.door.actor, run)).toMatchObject({ status: 'queued', retryAt: null, may: { retry: false } });
  expect(await tasksOf(run)).toEqual([0]);
  await expect(retryRun(services, udm.door.actor, run)).rejects.toMatchObject({ code: 'run.in_progress' });
});

it('is cancelled at once while it waits, and a retry after that leaves no second task to take the run away', async () => {
  const { run } = await failedOnce();
  expect(await cancelRun(services, udm.door.actor, run)).toMatchObject({ status: 'cancelled', retryAt: null, error: { code: 'run.cancelled' } });
  await retryRun(services, udm.door.actor, run);
  expect(await tasksOf(run)).toEqual([0]);
});

it('keeps its place when UDM starts anew', async () => {
  const { run } = await failedOnce();
  expect(await recoverRuns(services)).toBe(0);
  expect(await tasksOf(run)).toEqual([30]);
});

it('does not wait for a time that a clock far ahead told it', async () => {
  const { run } = await failedOnce();
  await udm.sql(`UPDATE pgboss.job SET start_after = now() + interval '40 days' WHERE singleton_key = $1`, [run]);
  expect(await recoverRuns(services)).toBe(1);
  expect((await tasksOf(run)).sort()).toContain(0);
  udm.source.failing = false;
  await execute(run);
  expect(await seen(run)).toMatchObject({ status: 'succeeded', retryAt: null });
});

it('is put in quarantine by five crashes, between which failures do not count, until a person takes it out', async () => {
  const { run } = await failedOnce();
  udm.source.failing = false;
  const task = { tenantId: udm.door.actor.tenantId, runId: run };
  for (let crash = 1; crash <= MOST_CRASHES; crash += 1) expect(await claim(services, task)).not.toBeNull();
  expect(await seen(run)).toMatchObject({ status: 'running', attempt: 6 });
  await execute(run);
  expect(await seen(run)).toMatchObject({ status: 'failed', error: { code: 'run.quarantined', value: { attempts: MOST_CRASHES } } });
  expect((await attemptsOf(run)).slice(0, 3)).toEqual(['turn failed source.unreachable', 'fault crashed run.crashed', 'crash crashed run.crashed']);
  await retryRun(services, udm.door.actor, run);
  await execute(run);
  expect(await seen(run)).toMatchObject({ status: 'succeeded' });
});

/** Puts a task of the run into the hands of a worker that gave a sign of life so many seconds ago; gives its id. */
async function taken(runId: string, secondsAgo: number): Promise<string> {
  const [row] = await udm.sql(
    `UPDATE pgboss.job SET state = 'active', started_on = now() - make_interval(secs => $2), heartbeat_on = now() - make_interval(secs => $2)
    WHERE singleton_key = $1 AND state < 'active' RETURNING id`,
    [runId, secondsAgo],
  );
  return row?.['id'] as string;
}

const queueAgain = (runId: string) =>
  inTenant(services.database, udm.door.actor.tenantId, (tx) => services.queue.sendExecuteRun(tx, { tenantId: udm.door.actor.tenantId, runId }));

it('is left to the worker that has it, and taken from one that is dead', async () => {
  const { run } = await failedOnce();
  const task = (taskId: string) => ({ tenantId: udm.door.actor.tenantId, runId: run, taskId });
  const first = await taken(run, 0);
  await queueAgain(run);
  const second = await taken(run, 0);
  // Both were given out before either took it: the first to come has it, the other is given up.
  expect(await claim(services, task(first))).not.toBeNull();
  expect(await claim(services, task(second))).toBeNull();
  await queueAgain(run);
  const third = await taken(run, 0);
  expect(await claim(services, task(third))).toBeNull();
  expect(await seen(run)).toMatchObject({ status: 'running', attempt: 2 });
  await udm.sql(`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE id = $1`, [first]);
  expect(await claim(services, task(third))).not.toBeNull();
  expect(await udm.sql(`SELECT id FROM pgboss.job WHERE singleton_key = $1 AND state < 'completed'`, [run])).toEqual([{ id: third }]);
});

it('ends as cancelled when that was wished before its attempt failed', async () => {
  const { run } = await failedOnce();
  await udm.sql('UPDATE run SET cancel_requested_at = NULL, retry_at = NULL WHERE id = $1', [run]);
  const held = await claim(services, { tenantId: udm.door.actor.tenantId, runId: run });
  await cancelRun(services, udm.door.actor, run);
  await endUnsuccessfully(services, held?.lease as Claim, null, new CodedError('source.interrupted'));
  expect(await seen(run)).toMatchObject({ status: 'cancelled', retryAt: null, error: { code: 'run.cancelled' } });
});

it('waits like for any other fault when what an earlier attempt left cannot be removed', async () => {
  const { run } = await failedOnce();
  udm.source.failing = false;
  const size = () => Promise.reject(new CodedError('storage.write_failed', { value: 'EIO' }));
  const storage = { ...services.storage, size, list: services.storage.list.bind(services.storage) };
  await executeRun({ ...services, storage }, { tenantId: udm.door.actor.tenantId, runId: run }, new AbortController().signal);
  expect(await seen(run)).toMatchObject({ status: 'queued', retryAt: expect.any(String), error: { code: 'storage.write_failed' } });
  expect((await attemptsOf(run)).at(-1)).toBe('fault failed storage.write_failed');
});

it('ends at once when the files of the tenant take all the room they may, leaves nothing behind, and goes on with the same window when there is more', async () => {
  const { id: jobId } = await udm.make();
  await udm.tick('11:00');
  await udm.work();
  const objects = async () => {
    const keys: string[] = [];
    for await (const key of services.storage.list()) keys.push(key);
    return { keys, temporary: (await services.storage.listTemporary()).length };
  };
  const before = await objects();
  const files = () => udm.sql('SELECT id FROM artifact ORDER BY id');
  const listed = await files();
  await udm.sql(`UPDATE artifact SET bytes = 1000000000`);
  await udm.sql(`UPDATE tenant SET storage_quota_gigabytes = 1`);
  try {
    await udm.tick('12:00');
    udm.requests.length = 0;
    const [, run] = (await udm.runs(jobId)).map(({ id }) => id) as [string, string];
    await execute(run);
    expect(await seen(run)).toMatchObject({
      status: 'failed',
      retryAt: null,
      error: { code: 'quota.storage', value: { stored: 1_000_000_000, most: 1_000_000_000 } },
    });
    // Nothing was read, and nothing is left.
    expect(udm.requests).toEqual([]);
    expect([await objects(), await files()]).toEqual([before, listed]);
    // More room, and the run that failed is made; so is the next, which waited for it.
    await udm.sql(`UPDATE tenant SET storage_quota_gigabytes = 2`);
    await retryRun(services, udm.door.actor, run);
    await udm.work();
    expect(await linesOf(jobId)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
    expect(await files()).toHaveLength(2);
    // What expires makes room as well.
    await udm.sql(`UPDATE artifact SET bytes = 1000000000`);
    await udm.tick('13:00');
    await udm.work();
    expect((await linesOf(jobId)).at(-1)).toBe('13:00 failed 11:55-12:55');
    await udm.sql(`UPDATE artifact SET expires_at = udm_now() WHERE run_id = '${run}'`);
    await udm.tick('14:00');
    await udm.work();
    // The chain goes on from its edge: nothing of the failed hour is lost.
    expect((await linesOf(jobId)).at(-1)).toBe('14:00 succeeded 11:55-13:55');
  } finally {
    await udm.sql(`UPDATE tenant SET storage_quota_gigabytes = NULL`);
  }
});
