import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM_FOLDER } from '../../src/config/index.ts';
import { migrate } from '../../src/records/migrate.ts';
import { withClient } from '../support/database-text.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** Runs from before the list of what needs attention. */

const all = path.join(PROGRAM_FOLDER, 'migrations');
let home: string;
let postgres: TestPostgres;
let database: pg.ClientConfig;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'udm-migration-'));
  postgres = await startTestPostgres();
  database = await postgres.newDatabase();
  await withClient(postgres.connection, async (client) => {
    for (const role of ['owner', 'app']) await client.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'x'`);
    await client.query(`ALTER DATABASE "${database.database}" OWNER TO owner`);
  });
  for (const name of (await readdir(all)).filter((one) => /^000[1-4]/.test(one))) await copyFile(path.join(all, name), path.join(home, name));
  const owner = { ...database, user: 'owner', password: 'x' };
  await migrate(owner, 'app', home);
  await withClient(database, fill);
  await migrate(owner, 'app', all);
});

afterAll(async () => {
  await postgres?.stop();
  await rm(home, { recursive: true, force: true });
});

/** A run of day `to` that ended a day later; `null` for a job that was deleted. */
async function fill(client: pg.Client): Promise<void> {
  const id = async (text: string, values: unknown[] = []): Promise<string> =>
    (await client.query<{ id: string }>(`${text} RETURNING id`, values)).rows[0]?.id as string;
  const tenant = await id(`INSERT INTO tenant (name, time_zone) VALUES ('a', 'UTC')`);
  const user = await id(`INSERT INTO app_user (tenant_id, name, password_hash, roles) VALUES ($1, 'admin', 'x', '{tenant_administrator}')`, [tenant]);
  const source = await id(
    `INSERT INTO source (tenant_id, name, connector, catalog, settings, sealed_secret) VALUES ($1, 'UCSX', 'postgres', 'ucsx', '{}', '\\x00')`,
    [tenant],
  );
  const job = await id(
    `INSERT INTO export_job (tenant_id, user_id, title, description, source_id, type, run, date_range, state)
    VALUES ($1, $2, 'kept', '', $3, 'Interaction', '{"kind": "daily", "time": "06:00"}', '{"kind": "since_previous"}', 'active')`,
    [tenant, user, source],
  );
  const chain = await id(`INSERT INTO chain (tenant_id, job_id, source_id, type, begins, edge) VALUES ($1, $2, $3, 'Interaction', 'all', '2026-02-04Z')`, [
    tenant,
    job,
    source,
  ]);
  for (const [phase, title, from, to, status] of [
    ['chain failed', 'kept', 1, 2, 'failed'],
    ['chain missed', 'kept', 2, 3, 'missed'],
    ['chain published', 'kept', 1, 4, 'succeeded'],
    ['chain failed since', 'kept', 4, 5, 'failed'],
    ['lone made good', 'gone', 1, 2, 'failed'],
    ['lone published', 'gone', 1, 3, 'succeeded_no_data'],
    ['lone failed since', 'gone', 3, 4, 'failed'],
    ['lone of another job', 'other', 1, 2, 'failed'],
  ] as const) {
    const isKept = title === 'kept';
    await client.query(
      `INSERT INTO run (tenant_id, job_id, chain_id, job_title, source_id, source_name, type, certificate_ids, trigger, phase, status, scheduled_at, window_from, window_to, finished_at)
      VALUES ($1, $2, $3, $4, $5, 'UCSX', 'Interaction', '{}', 'schedule', $6, $7, make_timestamptz(2026, 2, $9, 0, 0, 0, 'UTC'), make_timestamptz(2026, 2, $8, 0, 0, 0, 'UTC'),
        make_timestamptz(2026, 2, $9, 0, 0, 0, 'UTC'), CASE WHEN $7 <> 'missed' THEN make_timestamptz(2026, 2, $9, 1, 0, 0, 'UTC') END)`,
      [tenant, isKept ? job : null, isKept ? chain : null, title, source, phase, status, from, to],
    );
  }
}

it('what a later run made good needs no attention, and everything else does', async () => {
  const { rows } = await withClient(database, (client) =>
    client.query(`SELECT run.phase, later.phase AS by FROM run LEFT JOIN run later ON later.id = run.superseded_by WHERE run.status IN ('failed', 'missed')
      ORDER BY run.phase`),
  );
  expect(rows).toEqual([
    { phase: 'chain failed', by: 'chain published' },
    { phase: 'chain failed since', by: null },
    { phase: 'chain missed', by: 'chain published' },
    { phase: 'lone failed since', by: null },
    { phase: 'lone made good', by: 'lone published' },
    { phase: 'lone of another job', by: null },
  ]);
});

it('tenants stay apart as before', async () => {
  const { rows } = await withClient(database, (client) => client.query(`SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'run'`));
  expect(rows).toEqual([{ forced: true }]);
});
