/** A database as a large tenant has it after years: thousands of jobs, a million runs and their files, beside two small tenants. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../src/records/migrate.ts';
import type { TestConnection } from '../test/support/postgres.ts';
import { note } from './workbench.ts';

const MIGRATIONS = path.join(import.meta.dirname, '..', 'migrations');
/** The migration with the indexes of the lists: rows are made before it, so that it is seen to work on them, and soon. */
const INDEXES = '0007';

export const APP = { user: 'bench_app', password: 'bench' };

export interface Filled {
  readonly tenantId: string;
  readonly jobs: number;
  readonly runs: number;
  readonly artifacts: number;
  /** Of the migration that makes the indexes. */
  readonly indexSeconds: number;
}

export async function fillLists(connection: TestConnection, jobs: number, runs: number): Promise<Filled> {
  const client = new pg.Client({ ...connection });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`DO $$ BEGIN CREATE ROLE ${APP.user} LOGIN PASSWORD '${APP.password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
    await migrateBefore(connection);
    note(`filling ${jobs.toLocaleString('en')} jobs and ${runs.toLocaleString('en')} runs ...`);
    await insertJobs(client, jobs);
    await insertRuns(client, runs);
    await client.query('ANALYZE');
    const started = performance.now();
    await migrate({ ...connection }, APP.user, MIGRATIONS);
    const indexSeconds = (performance.now() - started) / 1_000;
    note(`made the indexes in ${indexSeconds.toFixed(0)} s`);
    await client.query('VACUUM ANALYZE');
    const { rows } = await client.query(`SELECT id, (SELECT count(*)::int FROM export_job) AS jobs, (SELECT count(*)::int FROM run) AS runs,
      (SELECT count(*)::int FROM artifact) AS artifacts FROM tenant WHERE name = 'large'`);
    const { id, ...counts } = rows[0];
    return { tenantId: id, ...counts, indexSeconds };
  } finally {
    await client.end();
  }
}

async function migrateBefore(connection: TestConnection): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'udm-bench-migrations-'));
  try {
    for (const name of readdirSync(MIGRATIONS).filter((one) => one < INDEXES)) cpSync(path.join(MIGRATIONS, name), path.join(folder, name));
    await migrate({ ...connection }, APP.user, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of twenty jobs one belongs to each of the two small tenants. */
async function insertJobs(client: pg.Client, jobs: number): Promise<void> {
  await client.query(`
    INSERT INTO tenant (name) VALUES ('large'), ('small'), ('other');
    INSERT INTO app_user (tenant_id, name, password_hash, roles) SELECT id, 'admin', 'x', '{tenant_administrator}' FROM tenant;
    INSERT INTO source (tenant_id, name, connector, catalog, settings, sealed_secret)
      SELECT id, s.name, 'postgres', s.catalog, '{}', '' FROM tenant, (VALUES ('UCSX', 'ucsx'), ('IWD', 'iwd'), ('UCSX Archive', 'ucsx')) s(name, catalog);
    CREATE TEMP TABLE place AS SELECT t.name AS tenant_name, t.id AS tenant, u.id AS person, s.id AS source, s.name AS source_name
      FROM tenant t JOIN app_user u ON u.tenant_id = t.id JOIN source s ON s.tenant_id = t.id;
    INSERT INTO export_job (tenant_id, user_id, title, description, source_id, type, run, date_range, state, created_at, next_run_at)
      SELECT p.tenant, p.person,
        (ARRAY['Calls', 'Chats', 'E-mails', 'Callbacks', 'Agents', 'Queues', 'Quality', 'Surveys'])[1 + g % 8] || ' of ' ||
          (ARRAY['Berlin', 'Paris', 'Madrid', 'Oslo', 'Tokyo', 'Boston', 'Lima'])[1 + g % 7] || ' ' || g, 'Exported for the archive',
        p.source, CASE p.source_name WHEN 'IWD' THEN 'Event' ELSE (ARRAY['Interaction', 'Contact'])[1 + (g / 3) % 2] END,
        CASE WHEN g % 10 = 0 THEN '{"kind":"once","start":"immediately"}'::jsonb
          ELSE jsonb_build_object('kind', 'hourly', 'every', 1 + g % 6, 'minute', g % 60, 'start', '2026-01-01T00:00:00Z', 'end', null) END,
        '{"kind":"since_previous","dataFrom":"start"}', CASE WHEN g % 10 IN (0, 5) THEN 'suspended' ELSE 'active' END,
        now() - make_interval(hours => g), CASE WHEN g % 10 NOT IN (0, 5) THEN now() + make_interval(mins => g % 360) END
      FROM generate_series(1, ${jobs}) g
      JOIN place p ON p.tenant_name = CASE g % 20 WHEN 0 THEN 'small' WHEN 1 THEN 'other' ELSE 'large' END
        AND p.source_name = CASE WHEN g % 7 = 0 THEN 'IWD' WHEN g % 101 = 0 THEN 'UCSX Archive' ELSE 'UCSX' END;
    CREATE TEMP TABLE numbered AS SELECT row_number() OVER (ORDER BY created_at) - 1 AS n, * FROM export_job;
    CREATE INDEX ON numbered (n); ANALYZE numbered`);
}

/** An hourly history: of a hundred runs eighty with a file, ten without data, the rest went wrong or did not happen; a few are to come. */
async function insertRuns(client: pg.Client, runs: number): Promise<void> {
  await client.query(`
    CREATE TEMP TABLE made AS SELECT g, j.id AS job_id, j.tenant_id, j.title, j.source_id, s.name AS source_name, j.type, j.n, gen_random_uuid() AS id,
        CASE WHEN g <= c.jobs / 50 THEN 'scheduled' WHEN h < 80 THEN 'succeeded' WHEN h < 90 THEN 'succeeded_no_data' WHEN h < 93 THEN 'failed'
          WHEN h < 94 THEN 'missed' WHEN h < 98 THEN 'suppressed' ELSE 'cancelled' END AS status,
        date_trunc('hour', now()) - make_interval(hours => (g / c.jobs)::int) + make_interval(mins => (j.n % 60)::int) AS at, h
      FROM (SELECT count(*) AS jobs FROM numbered) c, LATERAL generate_series(1, ${runs}) g, LATERAL (SELECT abs(hashint8(g)) % 100 AS h) r,
        LATERAL (SELECT * FROM numbered WHERE n = g % c.jobs) j JOIN source s ON s.id = j.source_id;
    INSERT INTO run (id, tenant_id, job_id, job_title, source_id, source_name, type, certificate_ids, trigger, scheduled_at, window_from, window_to, status, phase,
        attempt, rows_done, rows_estimated, bytes_done, file_bytes, started_at, finished_at, error_code)
      SELECT id, tenant_id, job_id, title, source_id, source_name, type, '{}', CASE WHEN h = 7 THEN 'run_now' WHEN h = 8 AND g % 40 = 0 THEN 'backfill' ELSE 'schedule' END,
        at, at - interval '1 hour', at, status, CASE WHEN status = 'scheduled' THEN 'waiting' ELSE 'done' END, 1,
        CASE WHEN h < 80 THEN abs(hashint8(g + 1)) % 100000 ELSE 0 END, NULL, 0, CASE WHEN h < 80 THEN abs(hashint8(g + 2)) % 50000000 ELSE 0 END,
        CASE WHEN status IN ('succeeded', 'succeeded_no_data', 'failed', 'cancelled') THEN at + make_interval(secs => (g % 30)::int) END,
        CASE WHEN status <> 'scheduled' THEN at + make_interval(secs => 30 + abs(hashint8(g + 3)) % 1200) END,
        CASE status WHEN 'failed' THEN 'source.unreachable' WHEN 'missed' THEN 'run.missed' WHEN 'suppressed' THEN 'run.suppressed' WHEN 'cancelled' THEN 'run.cancelled' END
      FROM made;
    INSERT INTO artifact (tenant_id, run_id, part, file_name, object_key, row_count, bytes, sha256, created_at, expires_at)
      SELECT r.tenant_id, r.id, 1, r.source_name || '-' || r.type || '-' || to_char(r.window_from AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') || '_' ||
          to_char(r.window_to AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') || '-' || r.id || '.zip.p7m', r.tenant_id || '/' || r.id, r.rows_done, r.file_bytes,
        md5(r.id::text) || md5(r.id::text || 'x'), r.finished_at, r.finished_at + interval '30 days'
      FROM run r WHERE r.status = 'succeeded'`);
}
