import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import { cliSession } from '../support/cli-session.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** What becomes of the window of an artifact that expired or was deleted: coverage tells it, and it can run again. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let planned: Planned;
let job: string;
let artifact: ArtifactView;

beforeAll(async () => {
  planned = await openPlanned(files.make().certificate);
});
afterAll(async () => {
  await planned?.close();
  files.remove();
});
beforeEach(async () => {
  await planned.clear();
  job = (await planned.make()).id;
  await planned.tick('11:00');
  await planned.work();
  [artifact] = await artifacts();
});

const { command, document, refusal } = cliSession(() => planned.door.app.dataFolder);
const call: Planned['door']['call'] = (...args) => planned.door.call(...args);
const artifacts = async () => (await call('GET', '/api/artifacts?sort=createdAt')).json.items as [ArtifactView, ...ArtifactView[]];
const again = (id = artifact.id) => call('POST', `/api/artifacts/${id}/run-again`);
const remove = (id = artifact.id) => call('DELETE', `/api/artifacts/${id}`);
const standing = async (id = artifact.id) => ((await call('GET', `/api/artifacts/${id}`)).json as ArtifactView).runAgain;
const coverage = async () => {
  const { json } = await call('GET', '/api/coverage?source=UCSX&type=Interaction&from=2026-03-01T10:00:00Z&to=2026-03-01T10:55:00Z');
  return json.stretches.map((one: { state: string }) => one.state);
};

describe('the window of a deleted artifact', () => {
  it('counts as expired, and runs again with exactly its window, after which it is covered once', async () => {
    expect(await coverage()).toEqual(['covered']);
    expect(artifact).toMatchObject({
      state: 'available',
      runAgain: 'not_needed',
      window: { from: '2026-03-01T10:00:00.000000Z', to: '2026-03-01T10:55:00.000000Z' },
    });
    expect(await again()).toMatchObject({ status: 409, json: { code: 'artifact.live' } });
    await remove();
    expect(await coverage()).toEqual(['expired']);
    expect(await standing()).toBe('possible');
    const asked = await again();
    expect(asked).toMatchObject({ status: 201, json: { trigger: 'backfill', window: artifact.window, status: 'queued', jobId: job } });
    expect(await standing()).toBe('under_way');
    expect(await again()).toMatchObject({ status: 409, json: { code: 'coverage.changed' } });
    await planned.work();
    expect(await coverage()).toEqual(['covered']);
    expect(await standing()).toBe('live_again');
    expect(await again()).toMatchObject({ status: 409, json: { code: 'coverage.changed' } });
    const both = await artifacts();
    expect(both.find((one) => one.id === artifact.id)?.state).toBe('deleted');
    const fresh = both.find((one) => one.id !== artifact.id);
    expect(fresh?.state).toBe('available');
    expect(fresh?.window).toEqual(artifact.window);
    // The chain goes on where it was.
    await planned.tick('12:00');
    await planned.work();
    expect((await planned.runs(job)).map((run) => run.window)).toEqual(['10:00-10:55', '10:00-10:55', '10:55-11:55']);
  });

  it('asked for twice at once runs once', async () => {
    await remove();
    const statuses = (await Promise.all([again(), again(), again()])).map((answer) => answer.status).sort();
    expect(statuses).toEqual([201, 409, 409]);
  });

  it('cannot run when the job is gone, exports something else, or the artifact is unknown', async () => {
    await remove();
    await planned.sql(`UPDATE export_job SET type = 'Contact' WHERE id = $1`, [job]);
    expect(await standing()).toBe('job_changed');
    expect(await again()).toMatchObject({ status: 409, json: { code: 'artifact.job_changed' } });
    expect((await call('DELETE', `/api/jobs/${job}`)).status).toBe(204);
    expect(await standing()).toBe('job_gone');
    expect(await again()).toMatchObject({ status: 409, json: { code: 'artifact.job_gone' } });
    expect(await again(UNKNOWN)).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });

  it('is not back while what ran again, or the job, leaves some of its entity types out', async () => {
    await remove();
    await planned.sql(`UPDATE export_job SET entity_types = '{Chat}' WHERE id = $1`, [job]);
    expect(await standing()).toBe('job_changed');
    await planned.sql(`UPDATE export_job SET entity_types = NULL WHERE id = $1`, [job]);
    expect((await again()).status).toBe(201);
    await planned.work();
    expect(await standing()).toBe('live_again');
    await planned.sql(`UPDATE run SET entity_types = '{Chat}' WHERE trigger = 'backfill'`);
    expect(await standing()).toBe('possible');
    await planned.sql(`UPDATE run SET entity_types = '{Chat}' WHERE trigger <> 'backfill'`);
    expect(await standing()).toBe('live_again');
    await planned.sql(`UPDATE run SET entity_types = NULL WHERE trigger = 'backfill'`);
    expect(await standing()).toBe('live_again');
  });

  it('that holds everything up to an instant runs again without a beginning', async () => {
    const all = await planned.make({ title: 'All', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' } });
    await planned.work();
    const last = (await artifacts()).find((one) => one.jobId === all.id) as ArtifactView;
    await remove(last.id);
    expect(await again(last.id)).toMatchObject({ status: 201, json: { window: { from: null, to: last.window.to } } });
    await planned.work();
    expect(await standing(last.id)).toBe('live_again');
  });

  it('is refused when another job has covered the stretch meanwhile', async () => {
    await remove();
    const other = await planned.make({ title: 'Other', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' } });
    await planned.work();
    expect((await planned.runs(other.id))[0]).toMatchObject({ status: 'succeeded' });
    expect(await coverage()).toEqual(['covered']);
    expect(await again()).toMatchObject({ status: 409, json: { code: 'coverage.changed' } });
    // What was withdrawn for a person had its place beside others, and gets it back.
    await planned.sql(`UPDATE artifact SET withdrawn_for = 'person_erased' WHERE id = $1`, [artifact.id]);
    expect(await again()).toMatchObject({ status: 201, json: { window: artifact.window } });
  });
});

describe('an expired artifact', () => {
  it('can be deleted too, and runs again', async () => {
    await planned.sql(`UPDATE artifact SET expires_at = udm_now()`);
    expect(await standing()).toBe('possible');
    expect((await remove()).status).toBe(204);
    expect((await again()).status).toBe(201);
  });
});

describe('udm artifact delete', () => {
  it('deletes each id once, names what it did, and refuses an unknown id', async () => {
    expect(await document('artifact', 'delete', artifact.id, artifact.id.toUpperCase())).toEqual({ deleted: [artifact.id] });
    expect((await artifacts())[0].state).toBe('deleted');
    expect((await command('artifact', 'list')).stdout).toMatch(/ deleted\n/);
    expect((await command('artifact', 'delete', artifact.id)).stdout).toBe('Deleted.\n');
    expect(await refusal('artifact', 'delete', UNKNOWN)).toMatchObject({ code: 4, error: { code: 'not_found' } });
    expect(await refusal('artifact', 'download', artifact.id)).toMatchObject({ code: 4, error: { code: 'artifact.deleted' } });
    const acts = await planned.sql(`SELECT actor_kind FROM audit_log WHERE action = 'artifact.deleted'`);
    expect(acts).toEqual([{ actor_kind: 'operator' }]);
  });
});
