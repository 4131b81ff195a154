/**
 * The planner: jobs that come due at the same minute, and a tick that finds nothing among many. Real PostgreSQL on the same cores,
 * real queue; one transaction per 100 jobs makes run, task and next time. Beside it, as the floor for any planner: PostgreSQL
 * itself moving the next time of as many rows in one statement.
 */
import path from 'node:path';
import pg from 'pg';
import { connectorsFor } from '../src/sources/connectors.ts';
import { createLog } from '../src/lib/log.ts';
import { planDueRuns } from '../src/operations/plan-due-runs.ts';
import type { Services } from '../src/operations/services.ts';
import { startQueue } from '../src/queue/index.ts';
import { openDatabase } from '../src/records/database.ts';
import { migrate } from '../src/records/migrate.ts';
import { startTestPostgres, type TestConnection } from '../test/support/postgres.ts';
import type { Report, Result } from './export.ts';
import { median, peakOf } from './measure.ts';
import { note } from './workbench.ts';

const APP = { user: 'bench_app', password: 'bench' };
const IDLE_TICKS = 50;

export async function benchPlanner(due: number, idle: number, rounds: number): Promise<Report> {
  const postgres = await startTestPostgres();
  try {
    const dueResults: Result[] = [];
    const floorResults: Result[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const { planned, floor } = await planAll(await postgres.newDatabase(), due);
      note(`round ${round} of ${rounds}: ${due.toLocaleString('en')} due jobs planned in ${planned.toFixed(2)} s; floor ${floor.toFixed(2)} s`);
      dueResults.push({ name: 'plan due jobs', rows: due, seconds: planned, peakMB: peakOf('self') });
      floorResults.push({ name: 'floor: one UPDATE', rows: due, seconds: floor, peakMB: 0 });
    }
    const tick = await idleTick(await postgres.newDatabase(), idle);
    const results = [middle(dueResults), middle(floorResults), { name: 'tick, none due', rows: idle, seconds: tick, peakMB: peakOf('self') }];
    return { results };
  } finally {
    await postgres.stop();
  }
}

function middle(results: readonly Result[]): Result {
  return { ...(results[0] as Result), seconds: median(results.map((one) => one.seconds)) };
}

async function planAll(connection: TestConnection, jobs: number): Promise<{ planned: number; floor: number }> {
  return withPlanner(connection, jobs, 'due', async (services, owner) => {
    const started = performance.now();
    const planned = await planDueRuns(services);
    const seconds = (performance.now() - started) / 1_000;
    const { rows } = await owner.query(
      `SELECT (SELECT count(*) FROM run WHERE status = 'queued')::int AS runs, (SELECT count(*) FROM pgboss.job)::int AS tasks`,
    );
    if (planned !== jobs || rows[0].runs !== jobs || rows[0].tasks < jobs) throw new Error(`planned ${planned} of ${jobs}: ${JSON.stringify(rows[0])}`);
    const before = performance.now();
    await owner.query(`UPDATE export_job SET next_run_at = next_run_at + interval '1 hour', planned_until = udm_now()`);
    return { planned: seconds, floor: (performance.now() - before) / 1_000 };
  });
}

/** Seconds of a tick among so many jobs with none due: the median of 50, all statements and round trips. */
async function idleTick(connection: TestConnection, jobs: number): Promise<number> {
  return withPlanner(connection, jobs, 'later', async (services) => {
    const ticks: number[] = [];
    for (let tick = 0; tick < IDLE_TICKS; tick += 1) {
      const started = performance.now();
      if ((await planDueRuns(services)) !== 0) throw new Error('A job was due.');
      ticks.push((performance.now() - started) / 1_000);
    }
    note(
      `idle tick among ${jobs.toLocaleString('en')} jobs: median ${(median(ticks) * 1_000).toFixed(1)} ms, worst ${(Math.max(...ticks) * 1_000).toFixed(1)} ms`,
    );
    return median(ticks);
  });
}

async function withPlanner<T>(
  connection: TestConnection,
  jobs: number,
  when: 'due' | 'later',
  work: (services: Services, owner: pg.Client) => Promise<T>,
): Promise<T> {
  const owner = new pg.Client({ ...connection });
  // The server's end, after a failure, must not hide the failure.
  owner.on('error', () => {});
  await owner.connect();
  await owner.query(`DO $$ BEGIN CREATE ROLE ${APP.user} LOGIN PASSWORD '${APP.password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
  await migrate({ ...connection }, APP.user, path.join(import.meta.dirname, '..', 'migrations'));
  await fill(owner, jobs, when);
  const log = createLog('silent');
  const { database, pool } = openDatabase({ ...connection, ...APP });
  const queue = await startQueue({ connection: { ...connection, ...APP }, heartbeatSeconds: 30, onError: () => {} });
  try {
    // Nothing is executed or stored here: the planner asks for the database, the queue and the log alone.
    return await work({ database, queue, log, connectors: connectorsFor([]) } as unknown as Services, owner);
  } finally {
    await queue.stop();
    await pool.end();
    await owner.end();
  }
}

/** Jobs of three tenants, hourly since-previous-run ones as most are, in six zones. */
async function fill(owner: pg.Client, jobs: number, when: 'due' | 'later'): Promise<void> {
  note(`filling ${jobs.toLocaleString('en')} jobs ...`);
  const minute = when === 'due' ? 'extract(minute FROM now())::int' : "extract(minute FROM now() + interval '30 minutes')::int";
  const next = when === 'due' ? "date_trunc('minute', now())" : "date_trunc('minute', now() + interval '30 minutes')";
  await owner.query(`
    INSERT INTO tenant (name) SELECT 'bench ' || n FROM generate_series(1, 3) n;
    INSERT INTO app_user (tenant_id, name, password_hash, roles) SELECT id, 'admin', 'x', '{tenant_administrator}' FROM tenant;
    INSERT INTO source (tenant_id, name, connector, catalog, settings, sealed_secret) SELECT id, 'UCSX', 'postgres', 'ucsx', '{}', '' FROM tenant;
    CREATE TEMP TABLE place AS SELECT row_number() OVER () - 1 AS n, t.id AS tenant, u.id AS person, s.id AS source
      FROM tenant t JOIN app_user u ON u.tenant_id = t.id JOIN source s ON s.tenant_id = t.id;
    INSERT INTO export_job (tenant_id, user_id, title, description, source_id, type, run, date_range, state, time_zone, planned_until, next_run_at)
      SELECT p.tenant, p.person, 'Job ' || g, '', p.source, 'Interaction',
        jsonb_build_object('kind', 'hourly', 'every', 1, 'minute', ${minute}, 'start', '2026-01-01T00:00:00Z', 'end', null),
        '{"kind":"since_previous","dataFrom":"start"}', 'active',
        (ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney', 'America/Sao_Paulo'])[1 + g % 6],
        least(${next} - interval '1 minute', now()), ${next}
      FROM generate_series(1, ${jobs}) g JOIN place p ON p.n = g % 3;
    INSERT INTO chain (tenant_id, job_id, source_id, type, begins, data_from, edge)
      SELECT tenant_id, id, source_id, type, 'start', now() - interval '1 day', now() - interval '1 day' FROM export_job;
    UPDATE export_job j SET chain_id = c.id FROM chain c WHERE c.job_id = j.id;
    ANALYZE`);
}
