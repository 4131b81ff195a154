import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { type App, openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Actor } from '../../../src/domain/permission.ts';
import { addCertificate } from '../../../src/operations/certificates.ts';
import { createJob } from '../../../src/operations/create-job.ts';
import { createTenant } from '../../../src/operations/create-tenant.ts';
import { replayDue } from '../../../src/operations/data-requests/replay-ledger.ts';
import { deleteFilesDue } from '../../../src/operations/delete-files.ts';
import { inTenant } from '../../../src/records/database.ts';
import { superuserOf, withClient } from '../../support/database-text.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { signedInAs } from '../../support/officers.ts';
import type { TestConnection } from '../../support/postgres.ts';
import type { Recipient } from '../../support/recipients.ts';
import { addSampleSources } from '../../support/sample-sources.ts';
import { administrator, newDataFolder } from '../../support/serve.ts';
import { passableFolder, stopServers, testEnvironment } from '../../support/udm.ts';
import { WorkerProcesses } from '../../support/worker-processes.ts';
import type { Bugs } from './bugs.ts';
import type { Order, Report } from './plan.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const BEGINS = '2026-03-01T12:00:00Z';
export const TENANT = 'alpha';
export const SOURCES = ['ucsx', 'iwd'] as const;
const run = promisify(execFile);

export interface InstallationOptions {
  readonly source: TestConnection;
  readonly recipient: Recipient;
  readonly bugs: Bugs;
}

interface People {
  readonly admin: Actor;
  readonly officer: Actor;
  readonly approver: Actor;
}

export interface WindowOfExport {
  readonly source: (typeof SOURCES)[number];
  readonly type: string;
  readonly from: Date;
  readonly to: Date;
}

/** An isolated installation of UDM with two officers and two sources, and worker processes that can be killed. */
export class Installation {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly people: People;
  readonly workers: WorkerProcesses<Order, Report>;
  readonly #certificate: string;
  #app: App;
  #jobs = 0;

  private constructor(home: string, environment: NodeJS.ProcessEnv, people: People, certificate: string, app: App, bugs: Bugs) {
    this.home = home;
    this.environment = environment;
    this.people = people;
    this.#certificate = certificate;
    this.#app = app;
    this.workers = new WorkerProcesses(WORKER, [JSON.stringify(bugs)], environment);
  }

  static async open({ source, recipient, bugs }: InstallationOptions): Promise<Installation> {
    const home = await passableFolder('udm-erasures-');
    const environment = {
      NODE_COMPILE_CACHE: path.join(home, 'compiled'),
      ...testEnvironment(await newDataFolder(home)),
      UDM_RETRIES: '8',
      UDM_RETRY_SECONDS: '1',
    };
    const app = await openApp(loadConfig({ ...environment, UDM_LOG_LEVEL: 'silent' }), 'owner');
    await createTenant(app.services, { tenant: TENANT, user: 'admin', password: 'correct horse battery staple' });
    const [officer, approver] = await Promise.all([signedInAs(app, TENANT, 'officer', ['privacy_officer']), signedInAs(app, TENANT, 'approver', ['approver'])]);
    const people = { admin: await administrator(app, TENANT), officer: officer.actor, approver: approver.actor };
    const { id } = await addCertificate(app.services, people.admin, { content: recipient.certificate });
    await fakeClock(app, BEGINS);
    await addSampleSources(app.services, people.admin, source, true);
    const made = new Installation(home, environment, people, id, app, bugs);
    await made.sql(`UPDATE tenant SET phone_region = 'US' WHERE name = $1`, [TENANT]);
    return made;
  }

  get app(): App {
    return this.#app;
  }

  get dataFolder(): string {
    return this.environment['UDM_DATA'] as string;
  }

  get ledgerFolder(): string {
    return `${this.dataFolder}-ledger`;
  }

  /** UDM's database as its superuser. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return withClient(await superuserOf(this.dataFolder), async (client) => (await client.query<Row>(text, [...values])).rows);
  }

  async advance(milliseconds: number): Promise<void> {
    await this.sql(`UPDATE test_clock SET now = now + $1 * interval '1 millisecond'`, [milliseconds]);
  }

  /** As the cron of every minute does, and housekeeping: a line of the ledger that a worker left, and died, is repeated. */
  async wake(): Promise<void> {
    const { services } = this.#app;
    await inTenant(services.database, this.people.admin.tenantId, (tx) => services.queue.advanceRequests(tx));
    await replayDue(services, new AbortController().signal);
    const [clock] = await this.sql<{ now: Date }>('SELECT now FROM test_clock');
    // A file whose worker died between taking it away and removing it.
    await deleteFilesDue(services, { now: clock?.now.getTime() ?? 0, isHalted: false });
  }

  /** A job that runs once, as soon as a worker takes it. */
  async exportWindow({ source, type, from, to }: WindowOfExport): Promise<void> {
    this.#jobs += 1;
    const range = { kind: 'fixed', from: from.toISOString(), to: to.toISOString() };
    const how = { entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range, recipients: [this.#certificate] };
    await createJob(this.#app.services, this.people.admin, { title: `${type} ${this.#jobs}`, source, type, ...how }, null);
  }

  async runsGoing(): Promise<number> {
    const [going] = await this.sql<{ n: number }>(`SELECT count(*)::int AS n FROM run WHERE status IN ('scheduled', 'queued', 'running')`);
    return going?.n ?? 0;
  }

  /** A command of UDM's, whose standard output is JSON. */
  async command<T>(...args: string[]): Promise<T> {
    const { stdout } = await run(process.execPath, [MAIN, ...args, '--json'], { env: this.environment, maxBuffer: 1 << 26 }).catch(
      (error: { stdout: string; message: string }) => (error.stdout ? error : Promise.reject(error)),
    );
    return JSON.parse(stdout) as T;
  }

  /** Everything stops, the database too; `work` is done with the data folder at rest. */
  async atRest(work: () => Promise<void>): Promise<void> {
    await this.workers.stop();
    await this.#app.stop();
    await work();
    this.#app = await openApp(loadConfig({ ...this.environment, UDM_LOG_LEVEL: 'silent' }), 'owner');
  }

  /** A copy of the data folder at rest. */
  async copy(from: string, to: string): Promise<void> {
    await rm(to, { recursive: true, force: true });
    await run('cp', ['-a', from, to]);
  }

  async close(): Promise<void> {
    await this.workers.stop();
    await this.#app.stop();
    await stopServers(this.dataFolder);
    await rm(this.home, { recursive: true, force: true });
  }
}
