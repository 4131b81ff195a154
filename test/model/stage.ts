import { rm } from 'node:fs/promises';
import pg from 'pg';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { addSource } from '../../src/operations/sources.ts';
import { superuserOf } from '../support/database-text.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Where every sequence begins: a Monday. */
export const BEGIN = Date.parse('2026-03-02T08:00:00Z');
export const PASSWORD = 'correct horse battery staple';

/** Of the database, past all operations. */
export interface StoredJob {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly state: string;
  readonly submitted: boolean;
}

export interface StoredRun {
  readonly id: string;
  readonly job: string | null;
  readonly at: number;
  readonly trigger: string;
  readonly status: string;
  readonly cancelling: boolean;
  /** Deleted from History. */
  readonly hidden: boolean;
  /** Whether the queue has a task for it. */
  readonly hasTask: boolean;
}

/** UDM in this process on an empty data folder, with a source, a certificate, and a clock that stands still. Nobody plans or works by itself. */
export interface Stage {
  readonly app: App;
  readonly actor: Actor;
  readonly certificateId: string;
  setClock(now: number): Promise<void>;
  /** Takes all jobs, runs and tasks away and sets the clock back. */
  clear(): Promise<void>;
  read(): Promise<{ jobs: StoredJob[]; runs: StoredRun[] }>;
  /** One statement as the superuser. */
  query(text: string): Promise<void>;
  close(): Promise<void>;
}

/** The planner's memory goes too: for it the clock has not gone back. */
const CLEAR = `
  DELETE FROM run; DELETE FROM export_job; DELETE FROM audit_log; DELETE FROM idempotency_key; DELETE FROM bulk_act; DELETE FROM planner; DELETE FROM pgboss.job;
  UPDATE test_clock SET now = '${new Date(BEGIN).toISOString()}';`;

const READ = `SELECT json_build_object(
  'jobs', (SELECT coalesce(json_agg(json_build_object('id', id, 'title', title, 'version', version, 'state', state, 'submitted', submitted_at IS NOT NULL)), '[]')
    FROM export_job),
  'runs', (SELECT coalesce(json_agg(json_build_object('id', id, 'job', job_id, 'at', round(extract(epoch FROM scheduled_at) * 1000), 'trigger', trigger,
      'status', status, 'cancelling', status = 'running' AND cancel_requested_at IS NOT NULL, 'hidden', hidden_at IS NOT NULL,
      'hasTask', EXISTS (SELECT 1 FROM pgboss.job task WHERE task.name = 'execute-run' AND task.singleton_key = run.id::text)) ORDER BY scheduled_at), '[]')
    FROM run)) AS found`;

export async function openStage(): Promise<Stage> {
  const home = await passableFolder('udm-model-');
  const app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'default', user: 'admin', password: PASSWORD });
  const actor = await administrator(app);
  const certificateId = await storeThings(app, actor);
  await fakeClock(app, new Date(BEGIN).toISOString());
  const superuser = new pg.Client(await superuserOf(app.dataFolder));
  await superuser.connect();
  // Thousands of small transactions.
  await superuser.query('ALTER SYSTEM SET synchronous_commit = off');
  await superuser.query('SELECT pg_reload_conf()');
  let cleared = 0;
  return {
    app,
    actor,
    certificateId,
    async setClock(now) {
      await superuser.query('UPDATE test_clock SET now = $1', [new Date(now).toISOString()]);
    },
    async clear() {
      cleared += 1;
      await superuser.query(CLEAR);
      // What was deleted is in the way of every look: the tables hold a few rows, and soon thousands of dead ones.
      if (cleared % 20 === 0) await superuser.query('VACUUM run, run_attempt, export_job, job_recipient, audit_log, test_clock, pgboss.job');
    },
    async read() {
      const { rows } = await superuser.query<{ found: { jobs: StoredJob[]; runs: StoredRun[] } }>(READ);
      return rows[0]?.found ?? { jobs: [], runs: [] };
    },
    async query(text) {
      await superuser.query(text);
    },
    async close() {
      await superuser.end();
      await app.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function storeThings(app: App, actor: Actor): Promise<string> {
  const files = new Recipients();
  try {
    const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
    await addSource(app.services, actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
    return (await addCertificate(app.services, actor, { content: files.make().certificate })).id;
  } finally {
    files.remove();
  }
}
