import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig, PROGRAM_FOLDER } from '../../src/config/index.ts';
import { jobSchema } from '../../src/contract/job.ts';
import { runSchema } from '../../src/contract/run.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { listArtifactsFor } from '../../src/operations/artifacts.ts';
import { cloneJob } from '../../src/operations/clone-job.ts';
import { removeJob } from '../../src/operations/delete-job.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { planDueRuns } from '../../src/operations/plan-due-runs.ts';
import { readCoverage } from '../../src/operations/read-coverage.ts';
import { listJobsFor } from '../../src/operations/read-jobs.ts';
import { listRunsFor } from '../../src/operations/read-runs.ts';
import { recoverRuns } from '../../src/operations/recover-runs.ts';
import { resumeJob } from '../../src/operations/resume-job.ts';
import { runJobNow } from '../../src/operations/run-job-now.ts';
import { migrate } from '../../src/records/migrate.ts';
import { urlOf, withClient } from '../support/database-text.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator } from '../support/serve.ts';
import { testEnvironment } from '../support/udm.ts';

/** A database of the first version, with jobs, runs and an artifact in it, under the second. */

const files = new Recipients();
let home: string;
let postgres: TestPostgres;
let database: pg.ClientConfig;
let app: App;
let actor: Actor;
let applied: string[];

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-migration-'));
  await chmod(home, 0o711);
  postgres = await startTestPostgres();
  database = await postgres.newDatabase();
  await withClient(postgres.connection, async (client) => {
    for (const role of ['owner', 'app']) await client.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'x'`);
    await client.query(`ALTER DATABASE "${database.database}" OWNER TO owner`);
  });
  const [owner, working] = ['owner', 'app'].map((user) => ({ ...database, user, password: 'x' })) as [pg.ClientConfig, pg.ClientConfig];
  const all = path.join(PROGRAM_FOLDER, 'migrations');
  const first = path.join(home, 'first');
  await mkdir(first);
  await copyFile(path.join(all, '0001-main-job.sql'), path.join(first, '0001-main-job.sql'));
  expect(await migrate(owner, 'app', first)).toEqual(['0001-main-job.sql']);
  await withClient(database, fillFirstVersion);
  applied = await migrate(owner, 'app', all);
  const environment = { UDM_DATABASE_URL: urlOf(working), UDM_DATABASE_OWNER_URL: urlOf(owner), UDM_LOG_LEVEL: 'silent' };
  app = await openApp(loadConfig({ ...testEnvironment(path.join(home, 'data')), ...environment }), 'owner');
  actor = await administrator(app, 'berlin');
});

afterAll(async () => {
  await app?.stop();
  await postgres?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

const LAST = '{"kind": "last", "count": 30, "unit": "day"}';

/** Two tenants, and in each a job of all data with its ended run and artifact, one of the last 30 days, and one whose run is queued. */
async function fillFirstVersion(client: pg.Client): Promise<void> {
  for (const [name, zone] of [
    ['berlin', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
  ] as const) {
    const id = async (text: string, values: unknown[]): Promise<string> =>
      (await client.query<{ id: string }>(`${text} RETURNING id`, values)).rows[0]?.id as string;
    const tenant = await id('INSERT INTO tenant (name, time_zone) VALUES ($1, $2)', [name, zone]);
    const user = await id(`INSERT INTO app_user (tenant_id, name, password_hash, roles) VALUES ($1, 'admin', 'x', '{tenant_administrator}')`, [tenant]);
    const source = await id(
      `INSERT INTO source (tenant_id, name, connector, catalog, settings, sealed_secret) VALUES ($1, 'UCSX', 'postgres', 'ucsx', '{}', '\\x00')`,
      [tenant],
    );
    const certificate = await id(
      `INSERT INTO certificate (tenant_id, user_id, label, subject, issuer, serial, fingerprint, pem, key_bits, not_before, not_after, warnings)
      VALUES ($1, $2, 'a', 'CN=a', 'CN=a', '01', 'ab', $3, 2048, '2020-01-01Z', '2100-01-01Z', '{}')`,
      [tenant, user, files.make().certificate],
    );
    for (const [title, range, entityTypes, status] of [
      ['all', '{"kind": "all"}', null, 'succeeded'],
      ['last', LAST, ['Chat'], 'failed'],
      ['queued', LAST, null, 'queued'],
    ] as const) {
      const job = await id(
        `INSERT INTO export_job (tenant_id, user_id, title, description, source_id, type, entity_types, run, date_range, state, created_at)
        VALUES ($1, $2, $3, '', $4, 'Interaction', $5, '{"kind": "once", "start": "immediately"}', $6, 'suspended', '2026-02-01Z')`,
        [tenant, user, title, source, entityTypes, range],
      );
      await client.query('INSERT INTO job_recipient VALUES ($1, $2, $3)', [tenant, job, certificate]);
      const run = await id(
        `INSERT INTO run (tenant_id, job_id, job_title, source_id, source_name, type, entity_types, certificate_ids, trigger, scheduled_at, window_to, status, finished_at)
        VALUES ($1, $2, $3, $4, 'UCSX', 'Interaction', $5, $6, 'start', '2026-02-01Z', '2026-02-01Z', $7, CASE WHEN $7 <> 'queued' THEN timestamptz '2026-02-01Z' END)`,
        [tenant, job, title, source, entityTypes, [certificate], status],
      );
      if (status !== 'succeeded') continue;
      await client.query(
        `INSERT INTO artifact (tenant_id, run_id, part, file_name, object_key, row_count, bytes, sha256, expires_at)
        VALUES ($1, $2, 1, 'file.zip.p7m', $3, 1, 1, 'ab', '2100-01-01Z')`,
        [tenant, run, run],
      );
    }
  }
}

const jobs = async () => (await listJobsFor(app.services, actor, { limit: 50, sort: 'title' })).items;
const jobOf = async (title: string) => {
  const found = (await jobs()).find((job) => job.title === title);
  if (!found) throw new Error(`no job ${title}`);
  return found;
};
const draft = async () => {
  const { recipients } = await jobOf('all');
  const run = { kind: 'once', start: 'immediately' };
  return { title: 'x', source: 'UCSX', type: 'Interaction', entityTypes: 'all', run, range: { kind: 'all' }, recipients: recipients.map((one) => one.id) };
};

describe('a database of the first version', () => {
  it('gets the second, and the jobs of every tenant their zone, their marks and the full date range', async () => {
    expect(applied[0]).toBe('0002-time.sql');
    await withClient(database, async (client) => {
      const { rows } = await client.query(`SELECT tenant.name, job.time_zone AS zone, job.date_range AS range, job.missed_runs AS missed, job.chain_id AS chain,
        job.next_run_at AS next, job.submitted_at = job.created_at AS submitted, job.state
        FROM export_job job JOIN tenant ON tenant.id = job.tenant_id ORDER BY tenant.name, job.title`);
      const last = { kind: 'last', count: 30, unit: 'day', calendar: false };
      const expected = (name: string, zone: string) =>
        [{ kind: 'all' }, last, last].map((range) => ({ name, zone, range, missed: 'latest', chain: null, next: null, submitted: true, state: 'suspended' }));
      expect(rows).toEqual([...expected('berlin', 'Europe/Berlin'), ...expected('new york', 'America/New_York')]);
      expect((await client.query('SELECT DISTINCT settle_seconds AS lag FROM source')).rows).toEqual([{ lag: 300 }]);
      expect((await client.query(`SELECT relname FROM pg_class WHERE relname IN ('export_job', 'chain', 'run') AND NOT relforcerowsecurity`)).rows).toEqual([]);
    });
  });

  it('lists its jobs and runs as the contract says', async () => {
    const items = await jobs();
    expect(items.map((job) => job.title)).toEqual(['all', 'last', 'queued']);
    // Nothing that the contract does not name, and all that it does.
    for (const job of items) expect(jobSchema.parse(job)).toEqual(job);
    expect(items[1]).toMatchObject({
      entityTypes: ['Chat'],
      timeZone: 'Europe/Berlin',
      range: { kind: 'last', count: 30, unit: 'day', calendar: false },
      state: 'suspended',
      may: { edit: false, suspend: false, resume: false, delete: true },
      sentence: 'Once, immediately',
      nextRunAt: null,
      exportedUpTo: null,
      suppressedRuns: 0,
      lastRun: { status: 'failed', trigger: 'start' },
    });
    const runs = (await listRunsFor(app.services, actor, { limit: 50 })).items;
    expect(runs).toHaveLength(3);
    for (const run of runs) expect(runSchema.parse(run)).toEqual(run);
    expect((await listArtifactsFor(app.services, actor, { limit: 50 })).items).toMatchObject([{ state: 'available' }]);
  });

  it('plans nothing for jobs that have run, and gives the run that was queued a task again', async () => {
    expect(await planDueRuns(app.services, true)).toBe(0);
    expect(await planDueRuns(app.services)).toBe(0);
    expect(await recoverRuns(app.services)).toBe(2);
    await expect(runJobNow(app.services, actor, (await jobOf('queued')).id)).rejects.toMatchObject({ code: 'job.in_progress' });
  });

  it('keeps the rules of a job that ran once, and takes its exports for covered', async () => {
    const { id, version } = await jobOf('all');
    await expect(editJob(app.services, actor, id, version, await draft())).rejects.toMatchObject({ code: 'job.already_submitted' });
    await expect(resumeJob(app.services, actor, id)).rejects.toMatchObject({ code: 'job.not_resumable' });
    const stretch = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    expect(await readCoverage(app.services, actor, { source: 'UCSX', type: 'Interaction', ...stretch })).toMatchObject({ complete: true, exactlyOnce: true });
  });

  it('runs its jobs now, clones them and deletes them', async () => {
    const { id } = await jobOf('last');
    const run = await runJobNow(app.services, actor, id);
    expect(runSchema.parse(run)).toEqual(run);
    expect(run).toMatchObject({ trigger: 'run_now', status: 'queued', entityTypes: ['Chat'] });
    // 30 days by the calendar of Berlin: an hour more or less where the clocks change.
    const hours = (Date.parse(run.window.to as string) - Date.parse(run.window.from as string)) / 3_600_000;
    expect(Math.abs(hours - 720)).toBeLessThanOrEqual(1);
    expect(await cloneJob(app.services, actor, id, 'Copy')).toMatchObject({
      range: { calendar: false },
      timeZone: 'Europe/Berlin',
      lastRun: { status: 'queued' },
    });
    await removeJob(app.services, actor, (await jobOf('all')).id);
    expect((await jobs()).map((job) => job.title)).toEqual(['Copy', 'last', 'queued']);
  });
});
