import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CodedError } from '../../src/errors.ts';
import { cancelRun } from '../../src/operations/cancel-run.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { removeJob } from '../../src/operations/delete-job.ts';
import { removeRun } from '../../src/operations/delete-run.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { fillGaps } from '../../src/operations/fill-coverage.ts';
import { getRunDetails } from '../../src/operations/read-run-details.ts';
import { getRun } from '../../src/operations/read-runs.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { retryRun } from '../../src/operations/retry-run.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import { suspendJob } from '../../src/operations/suspend-job.ts';
import { inTenant } from '../../src/records/database.ts';
import { lockJob } from '../../src/records/job-plan.ts';
import { DAY, openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** Retry and delete of runs on a real PostgreSQL with a clock that the test sets (decision 0013). The lag of the source is 5 minutes. */

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
const idOf = async (jobId: string, at: string) => (await udm.runs(jobId)).find((run) => run.at === at)?.id as string;
const retry = (id: string, seen?: number) => retryRun(udm.services, udm.door.actor, id, seen);
const details = (id: string) => getRunDetails(udm.services, udm.door.actor, id);

async function failAt(time: string): Promise<void> {
  await udm.tick(time);
  udm.source.failing = true;
  await udm.work();
  udm.source.failing = false;
}

describe('a retry', () => {
  it('makes the same run again for the same window, with both attempts inside, and the next run goes on from there', async () => {
    const { id } = await udm.make();
    await failAt('11:00');
    const run = await idOf(id, '11:00');
    expect(await getRun(udm.services, udm.door.actor, run)).toMatchObject({
      status: 'failed',
      error: { code: 'source.unreachable', fault: 'source' },
      may: { retry: true, delete: true, cancel: false },
    });
    expect(await retry(run)).toMatchObject({
      id: run,
      status: 'queued',
      retries: 1,
      error: null,
      startedAt: null,
      may: { retry: false, delete: false, cancel: true },
    });
    await udm.work();
    await udm.tick('12:00');
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55']);
    const { attempts, timeline, settings, parts } = await details(run);
    expect(attempts).toMatchObject([
      { attempt: 1, cause: 'turn', outcome: 'failed', error: { code: 'source.unreachable', fault: 'source' }, rows: 0 },
      { attempt: 2, cause: 'retry', outcome: 'succeeded', error: null, rows: 1 },
    ]);
    expect(attempts[0]?.phases.map((one) => one.phase)).toEqual(['connecting']);
    expect(attempts[1]?.phases.map((one) => one.phase)).toEqual(['connecting', 'counting', 'reading', 'sealing', 'verifying', 'publishing']);
    expect(attempts[1]?.worker).toMatch(/ \d+$/);
    expect(parts).toMatchObject([{ part: 1, rows: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(settings).toMatchObject({ version: 1, type: 'Interaction', entityTypes: 'all', sentence: expect.stringContaining('hour') });
    expect(timeline.map((one) => one.action ?? one.status)).toContain('run.retried');
    expect(timeline.find((one) => one.action === 'run.retried')).toMatchObject({ actor: 'admin', runId: run });
  });

  it('is one retry however often its button was pressed', async () => {
    const { id } = await udm.make();
    await failAt('11:00');
    const run = await idOf(id, '11:00');
    const answers = await Promise.all([retry(run, 0), retry(run, 0), retry(run, 0)]);
    expect(answers.map((one) => one.retries)).toEqual([1, 1, 1]);
    await udm.work();
    // The click that was slow still finds it done, though the run has ended meanwhile.
    expect(await retry(run, 0)).toMatchObject({ status: 'succeeded', retries: 1 });
    await expect(retry(run, 1)).rejects.toMatchObject({ code: 'run.not_retryable' });
    await expect(retry(run)).rejects.toMatchObject({ code: 'run.not_retryable', details: { value: 'succeeded' } });
    expect(await udm.sql(`SELECT count(*)::int AS n FROM audit_log WHERE action = 'run.retried'`)).toEqual([{ n: 1 }]);
  });

  it('takes the recipients of now, so that a certificate that was replaced is', async () => {
    const { id, version } = await udm.make();
    await failAt('11:00');
    // Made by the real clock, and valid at any time from then on.
    const { certificate } = files.make();
    await udm.clock.set(new Date().toISOString());
    const other = await addCertificate(udm.services, udm.door.actor, { label: 'New key', content: certificate });
    await udm.sql(`UPDATE certificate SET not_before = '2000-01-01Z'`);
    await udm.clock.set(`${DAY}T11:10:00Z`);
    await editJob(udm.services, udm.door.actor, id, version, udm.draft({ recipients: [other.id] }));
    const run = await idOf(id, '11:00');
    expect((await details(run)).settings?.recipients.map((one) => one.label)).not.toContain('New key');
    await retry(run);
    expect((await details(run)).settings?.recipients.map((one) => one.label)).toEqual(['New key']);
    expect(await udm.sql('SELECT certificate_ids AS ids FROM run WHERE id = $1', [run])).toEqual([{ ids: [other.id] }]);
    expect(await udm.work()).toBe(1);
    expect((await details(run)).timeline.map((one) => one.action)).toEqual(
      expect.arrayContaining(['job.created', 'job.edited', 'certificate.added', 'run.retried']),
    );
  });

  it('is refused once a later run has published the window, while one that will waits, and when the job exports other data', async () => {
    const { id, version } = await udm.make();
    await failAt('11:00');
    await udm.tick('12:00');
    const first = await idOf(id, '11:00');
    await expect(retry(first)).rejects.toMatchObject({ code: 'run.covered_ahead' });
    await udm.work();
    await expect(retry(first)).rejects.toMatchObject({ code: 'run.covered' });
    expect(await getRun(udm.services, udm.door.actor, first)).toMatchObject({
      may: { retry: false },
      whyNot: { retry: 'run.covered' },
      supersededBy: await idOf(id, '12:00'),
    });
    await failAt('13:00');
    await editJob(udm.services, udm.door.actor, id, version, udm.draft({ entityTypes: ['Chat'] }));
    await expect(retry(await idOf(id, '13:00'))).rejects.toMatchObject({ code: 'run.settings_changed' });
    await suspendJob(udm.services, udm.door.actor, id);
    await removeJob(udm.services, udm.door.actor, id);
    const gone = (await udm.sql(`SELECT id FROM run WHERE status = 'failed' ORDER BY scheduled_at DESC LIMIT 1`))[0]?.['id'] as string;
    await expect(retry(gone)).rejects.toMatchObject({ code: 'run.job_deleted' });
    expect(await getRun(udm.services, udm.door.actor, gone)).toMatchObject({ jobId: null, whyNot: { retry: 'run.job_deleted' } });
  });

  it('runs a missed, a suppressed and a cancelled run, each up to the end of its own window', async () => {
    const { id } = await udm.make({ missedRuns: 'none' });
    await udm.tick('11:30');
    expect(await linesOf(id)).toEqual(['11:00 missed 10:00-10:55']);
    await retry(await idOf(id, '11:00'));
    await udm.work();
    await suspendJob(udm.services, udm.door.actor, id);
    await udm.tick('12:00');
    await retry(await idOf(id, '12:00'));
    await udm.work();
    await resumeJob(udm.services, udm.door.actor, id, 'all');
    await udm.tick('13:00');
    await cancelRun(udm.services, udm.door.actor, await idOf(id, '13:00'));
    await retry(await idOf(id, '13:00'));
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55', '12:00 succeeded 10:55-11:55', '13:00 succeeded 11:55-12:55']);
  });

  it('lets a gap be filled once only', async () => {
    const { id } = await udm.make({ range: { kind: 'last', count: 1, unit: 'hour' }, run: { kind: 'daily', time: '23:00' } });
    const gap = { from: `${DAY}T03:00:00Z`, to: `${DAY}T04:00:00Z` };
    const [fill] = await fillGaps(udm.services, udm.door.actor, { job: id, gaps: [gap] });
    udm.source.failing = true;
    await udm.work();
    udm.source.failing = false;
    await udm.clock.advance(1_000);
    await fillGaps(udm.services, udm.door.actor, { job: id, gaps: [gap] });
    await expect(retry(fill?.id as string)).rejects.toMatchObject({ code: 'coverage.changed' });
    await udm.work();
    await expect(retry(fill?.id as string)).rejects.toMatchObject({ code: 'coverage.changed' });
    // Nobody has to care for it any more.
    expect(await getRun(udm.services, udm.door.actor, fill?.id as string)).toMatchObject({ status: 'failed', supersededBy: expect.any(String) });
  });

  it('has five attempts of its own', async () => {
    const { id } = await udm.make();
    await failAt('11:00');
    const run = await idOf(id, '11:00');
    await udm.sql('UPDATE run SET attempt = 6 WHERE id = $1', [run]);
    await retry(run);
    await udm.work();
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55']);
  });
});

describe('never twice, never a gap', () => {
  it.each(Array.from({ length: 8 }, (_, index) => index + 1))('whatever fails, is cancelled, suspended and retried, sequence %i', async (seed) => {
    const random = randomOf(seed);
    const { id } = await udm.make({ missedRuns: random() < 0.5 ? 'all' : 'none' });
    const { actor } = udm.door;
    let minutes = 10 * 60;
    const answers = new Set<string>();
    const attempt = async (act: () => Promise<unknown>) => {
      const answer = await act().then(
        () => 'ok',
        (error) => {
          if (!(error instanceof CodedError)) throw error;
          return error.code;
        },
      );
      answers.add(answer);
    };
    for (let step = 0; step < 40; step++) {
      const dice = Math.floor(random() * 10);
      const runs = await udm.runs(id);
      const any = runs[Math.floor(random() * runs.length)];
      if (dice < 3) {
        minutes += 10 + Math.floor(random() * 70);
        await udm.tick(new Date(Date.parse(`${DAY}T00:00:00Z`) + minutes * 60_000).toISOString());
      } else if (dice < 5) {
        udm.source.failing = random() < 0.5;
        await udm.work();
      } else if (dice < 8 && any) await attempt(() => retry(any.id));
      else if (dice === 8 && any) await attempt(() => (random() < 0.5 ? cancelRun(udm.services, actor, any.id) : removeRun(udm.services, actor, any.id)));
      else
        await attempt(() =>
          random() < 0.4
            ? suspendJob(udm.services, actor, id)
            : random() < 0.7
              ? resumeJob(udm.services, actor, id, 'all')
              : runJobNow(udm.services, actor, id),
        );
    }
    udm.source.failing = false;
    await udm.work();
    const published = await udm.sql(
      `SELECT window_from AS from, window_to AS to FROM run WHERE job_id = $1 AND status IN ('succeeded', 'succeeded_no_data') ORDER BY window_from`,
      [id],
    );
    const edges = published.map((one) => [Number(one['from']), Number(one['to'])] as const);
    expect(edges[0]?.[0]).toBe(Date.parse(`${DAY}T10:00:00Z`));
    for (const [index, [from]] of edges.slice(1).entries()) expect(from).toBe(edges[index]?.[1]);
    expect(await udm.job(id)).toMatchObject({ exportedUpTo: new Date(edges.at(-1)?.[1] as number).toISOString().replace('Z', '000Z') });
    expect(answers).toContain('ok');
  });
});

describe('the timeline of a run', () => {
  it('tells of its own acts however many runs came after it', async () => {
    const { id } = await udm.make({ range: { kind: 'last', count: 1, unit: 'hour' } });
    await failAt('11:00');
    const run = await idOf(id, '11:00');
    for (const hour of [12, 13, 14, 15, 16, 17]) {
      await udm.tick(`${hour}:00`);
      await udm.work();
    }
    await retry(run);
    const { timeline } = await details(run);
    expect(timeline.filter((one) => one.kind === 'run')).toHaveLength(6);
    expect(timeline).toContainEqual(expect.objectContaining({ kind: 'change', action: 'run.retried', runId: run }));
  });

  it('has the run itself among many of the same instant', async () => {
    const { id } = await udm.make({ run: { kind: 'daily', time: '23:00' } });
    const gaps = Array.from({ length: 9 }, (_, hour) => ({ from: `${DAY}T0${hour}:00:00Z`, to: `${DAY}T0${hour}:30:00Z` }));
    const fills = await fillGaps(udm.services, udm.door.actor, { job: id, gaps });
    await udm.sql(`UPDATE run SET scheduled_at = scheduled_at + interval '456 microseconds'`);
    for (const fill of fills) {
      const around = (await details(fill.id)).timeline.filter((one) => one.kind === 'run').map((one) => one.runId);
      expect(around).toContain(fill.id);
      expect(new Set(around).size).toBe(around.length);
    }
  });
});

describe('deleting a run', () => {
  it('waits its turn while the job publishes another run that makes up for it', async () => {
    const { id } = await udm.make();
    const { tenantId } = udm.door.actor;
    await failAt('11:00');
    await udm.tick('12:00');
    const [failed, next] = [await idOf(id, '11:00'), await idOf(id, '12:00')];
    const { removal } = await inTenant(udm.services.database, tenantId, async (tx) => {
      await lockJob(tx, tenantId, id);
      await sql`UPDATE run SET started_at = udm_now() WHERE id = ${next}`.execute(tx);
      const removal = removeRun(udm.services, udm.door.actor, failed);
      removal.catch(() => {});
      await vi.waitUntil(async () => (await udm.sql(`SELECT FROM pg_locks WHERE NOT granted`)).length > 0, { timeout: 5_000 });
      await sql`UPDATE run SET superseded_by = ${next} WHERE id = ${failed}`.execute(tx);
      return { removal };
    });
    await removal;
    expect(await udm.sql('SELECT hidden_at IS NOT NULL AS hidden, superseded_by AS by FROM run WHERE id = $1', [failed])).toEqual([{ hidden: true, by: next }]);
  });

  it('takes it out of History and nothing else: its window stays covered, its files stay, its instant is not run again', async () => {
    const { id } = await udm.make();
    await udm.tick('11:00');
    const run = await idOf(id, '11:00');
    await expect(removeRun(udm.services, udm.door.actor, run)).rejects.toMatchObject({ code: 'run.in_progress' });
    await udm.work();
    expect((await udm.door.call('DELETE', `/api/runs/${run}`)).status).toBe(204);
    const unknown = await udm.door.call('GET', '/api/runs/5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e');
    for (const [method, address] of [
      ['GET', `/api/runs/${run}`],
      ['GET', `/api/runs/${run}/details`],
      ['DELETE', `/api/runs/${run}`],
      ['POST', `/api/runs/${run}/retry`],
    ] as const)
      expect((await udm.door.call(method, address)).text).toBe(unknown.text);
    expect((await udm.door.call('GET', `/api/runs?job=${id}`)).json.items).toEqual([]);
    expect((await udm.door.call('GET', `/api/artifacts?run=${run}`)).json.items).toHaveLength(1);
    await udm.tick('11:30');
    expect(await linesOf(id)).toEqual(['11:00 succeeded 10:00-10:55']);
    expect(await udm.job(id)).toMatchObject({ exportedUpTo: `${DAY}T10:55:00.000000Z`, lastRun: null });
    expect(await udm.sql(`SELECT actor_kind AS kind FROM audit_log WHERE action = 'run.deleted'`)).toEqual([{ kind: 'user' }]);
  });
});

function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
