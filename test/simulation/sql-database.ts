import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import pg from 'pg';
import type { Actor } from '../../src/domain/permission.ts';
import { createLog } from '../../src/lib/log.ts';
import { createSealer } from '../../src/lib/sealer.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createTenant, operatorActor } from '../../src/operations/create-tenant.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource } from '../../src/operations/sources.ts';
import { openDatabase, type Tx } from '../../src/records/database.ts';
import { migrate } from '../../src/records/migrate.ts';
import { INLINE_ARCHIVER } from '../../src/pipeline/write-archive.ts';
import { provisionEngine } from '../../src/records/provision.ts';
import { connectorsFor } from '../../src/sources/connectors.ts';
import { SharedPeople } from '../../src/sources/shared-people.ts';
import { emptyTables } from '../support/empty-tables.ts';
import { startTestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';
import { SOURCES, SOURCE_NAMES } from './contact-centre.ts';

/** UDM's tables on a real PostgreSQL with a clock of the simulation's: udm_now() reads a table. */
export interface SimulationDatabase {
  readonly services: Services;
  readonly pool: pg.Pool;
  readonly actor: Actor;
  readonly certificate: string;
  /** As the superuser, whom no row-level security binds. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** No job, no run, the lag of 5 minutes. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
const FAKE_CLOCK = `
  CREATE TABLE test_clock (at timestamptz NOT NULL);
  INSERT INTO test_clock VALUES (now());
  CREATE TABLE test_task (run_id uuid NOT NULL);
  GRANT SELECT ON test_clock TO udm_app;
  GRANT SELECT, INSERT ON test_task TO udm_app;
  CREATE OR REPLACE FUNCTION udm_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT at FROM public.test_clock';`;

export async function openSimulationDatabase(): Promise<SimulationDatabase> {
  const server = await startTestPostgres();
  const folder = await mkdtemp(path.join(tmpdir(), 'udm-simulation-'));
  const own = await provisionEngine(server.connection, folder);
  await rm(folder, { recursive: true });
  await migrate(own.owner, 'udm_app', MIGRATIONS);
  const { database, pool } = openDatabase(own.app);
  const superuser = new pg.Client({ ...server.connection, database: 'udm' });
  await superuser.connect();
  const query = async <Row>(text: string, values: readonly unknown[] = []) => (await superuser.query(text, [...values])).rows as Row[];
  const services: Services = {
    ...{ database, queue, storage, connectors: connectorsFor([]), log: createLog('silent'), version: 'simulation' },
    bootClock: { read: () => ({ bootId: 'simulated', milliseconds: 0 }) },
    wait: () => Promise.reject(new Error('Nobody waits here.')),
    mailer: null,
    ledger: { place: '', read: async () => ({ entries: [], badLines: [] }), append: () => Promise.reject(new Error('Nobody is erased here.')) },
    sharedPeople: new SharedPeople(),
    caseKeys: { make: noKeys, open: noKeys, destroy: noKeys, list: noKeys },
    anchors: { last: async () => null, append: async () => {}, read: async () => ({ anchors: [], badLines: [] }) },
    archiver: INLINE_ARCHIVER,
    retry: { most: 0, firstSeconds: 30, random: () => 0.5 },
    sealer: createSealer(randomBytes(32)),
  };
  const { actor, certificate } = await furnish(services);
  // The certificate was made by the real clock.
  await once(own.owner, FAKE_CLOCK);
  await query(`UPDATE certificate SET not_before = '2000-01-01Z', not_after = '2100-01-01Z'`);
  let cleared = 0;
  return {
    ...{ services, pool, actor, certificate, query },
    async clear() {
      cleared += 1;
      // Long campaigns would look through ever more dead rows.
      if (cleared % 20 === 0) await query('VACUUM artifact, run, run_attempt, chain, export_job, job_recipient, audit_log, planner, test_task');
      await query(emptyTables('artifact, run, chain, export_job, planner, audit_log, test_task'));
      await query('UPDATE source SET settle_seconds = 300');
    },
    async stop() {
      await superuser.end();
      await pool.end();
      await server.stop();
    },
  };
}

async function once(settings: pg.ClientConfig, text: string): Promise<void> {
  const client = new pg.Client(settings);
  await client.connect();
  await client.query(text);
  await client.end();
}

/** A tenant with the two sources, at which nothing listens, and a certificate. */
async function furnish(services: Services): Promise<{ actor: Actor; certificate: string }> {
  await createTenant(services, { tenant: 'default', user: 'admin', password: 'correct horse battery staple' });
  const actor = (await operatorActor(services, 'default', 'admin')) as Actor;
  const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
  for (const name of SOURCE_NAMES) {
    await addSource(services, actor, { name, connector: 'postgres', catalog: SOURCES[name].catalog, settings, secret: 'x', settleSeconds: 300 });
  }
  const files = new Recipients();
  try {
    const { id } = await addCertificate(services, actor, { content: files.make().certificate });
    return { actor, certificate: id };
  } finally {
    files.remove();
  }
}

/** Notes the tasks in the transaction that sends them; the simulation's workers take runs themselves. */
const queue: Services['queue'] = {
  async sendExecuteRun(tx, ...tasks) {
    if (tasks.length === 0) return;
    await sql`INSERT INTO test_task SELECT unnest(${tasks.map((task) => task.runId)}::uuid[])`.execute(tx as unknown as Tx);
  },
  sendNotices: async () => {},
  sendRequestSteps: async () => {},
  advanceRequests: async () => {},
  mayTake: async () => true,
  liveRuns: async () => new Set(),
  work: async () => {},
  stop: async () => {},
};

/** Artifacts are nobody's business here. */
const storage: Services['storage'] = {
  create: () => Promise.reject(new Error('The simulation writes no archives.')),
  read: () => Promise.reject(new Error('The simulation writes no archives.')),
  size: async () => null,
  remove: async () => {},
  async *list() {},
  listTemporary: async () => [],
  sweepTemporary: async () => 0,
  freeBytes: async () => Number.MAX_SAFE_INTEGER,
};

/** No simulated world has data requests. */
async function noKeys(): Promise<never> {
  throw new Error('There are no case keys here.');
}
