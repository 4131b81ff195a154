import { type ChildProcess, execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { type App, openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Actor } from '../../../src/domain/permission.ts';
import { addCertificate } from '../../../src/operations/certificates.ts';
import { createJob } from '../../../src/operations/create-job.ts';
import { createTenant, operatorActor } from '../../../src/operations/create-tenant.ts';
import { addSource } from '../../../src/operations/sources.ts';
import type { ContactCentre } from '../../../src/sample/contact-centre.ts';
import { superuserOf, urlOf, withClient } from '../../support/database-text.ts';
import { stopClock } from '../../support/fake-clock.ts';
import type { TestPostgres } from '../../support/postgres.ts';
import type { Recipient } from '../../support/recipients.ts';
import { stopServers, testEnvironment } from '../../support/udm.ts';
import { WorkerProcesses } from '../../support/worker-processes.ts';
import type { Order, Plan, Report } from './plan.ts';
import { makeRoom, mountSmallDisk, unmountSmallDisk } from './small-disk.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const run = promisify(execFile);
const WORKERS = 2;
const HOUR_MS = 3_600_000;
const HOURLY = {
  title: 'Every hour',
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: 'all',
  run: { kind: 'hourly', every: 1, minute: 0 },
  range: { kind: 'since_previous' },
};

export interface InstallationOptions {
  readonly leaseSeconds: number;
  /** Null: the embedded PostgreSQL. */
  readonly postgres: TestPostgres | null;
  readonly centre: ContactCentre;
  /** When the first window begins; the clock of the installation goes on by an hour with each case. */
  readonly begin: Date;
  readonly recipient: Recipient;
  /** The artifacts lie on a file system of their own that can be filled. */
  readonly smallDisk: boolean;
  /** What is left out of the workers on purpose. */
  readonly bugs: Readonly<Record<string, boolean>>;
}

/** An isolated installation of UDM: a data folder and a database of its own, an hourly job, and worker processes that can be killed. */
export class Installation {
  readonly #options: InstallationOptions;
  readonly #home: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #superuser: pg.Client;
  readonly app: App;
  readonly actor: Actor;
  readonly jobId: string;
  readonly workers: WorkerProcesses<Order, Report>;
  #now: Date;

  private constructor(parts: {
    options: InstallationOptions;
    home: string;
    environment: NodeJS.ProcessEnv;
    superuser: pg.Client;
    app: App;
    actor: Actor;
    jobId: string;
  }) {
    this.#options = parts.options;
    this.#home = parts.home;
    this.#environment = parts.environment;
    this.#superuser = parts.superuser;
    this.app = parts.app;
    this.actor = parts.actor;
    this.jobId = parts.jobId;
    this.#now = parts.options.begin;
    this.workers = new WorkerProcesses(WORKER, [JSON.stringify(parts.options.bugs)], parts.environment);
  }

  static async open(options: InstallationOptions): Promise<Installation> {
    const home = await mkdtemp(path.join(tmpdir(), 'udm-campaign-'));
    await chmod(home, 0o711);
    const dataFolder = path.join(home, 'data');
    if (options.smallDisk) await mountSmallDisk(path.join(dataFolder, 'artifacts'));
    const database = options.postgres ? await emptyDatabase(options.postgres) : null;
    const environment = {
      ...testEnvironment(dataFolder),
      ...database?.environment,
      UDM_HEARTBEAT_SECONDS: String(options.leaseSeconds),
      UDM_RETRIES: '5',
      UDM_RETRY_SECONDS: '1',
    };
    const app = await openApp(loadConfig({ ...environment, UDM_LOG_LEVEL: 'silent' }), 'owner');
    const superuser = new pg.Client(database?.superuser ?? (await superuserOf(app.dataFolder)));
    await superuser.connect();
    const { actor, certificate } = await furnish(app, options);
    await stopClock(superuser, options.begin);
    if (options.bugs['noUniqueKey']) await dropUniqueKeys(superuser);
    const { id: jobId } = await createJob(app.services, actor, { ...HOURLY, recipients: [certificate] }, null);
    const made = new Installation({ options, home, environment, superuser, app, actor, jobId });
    await made.workers.start(WORKERS);
    return made;
  }

  get #artifacts(): string {
    return path.join(this.app.dataFolder, 'artifacts');
  }

  get dataFolder(): string {
    return this.app.dataFolder;
  }

  /** A worker that can be given something to do, other than that one. */
  isReady(spared?: ChildProcess): boolean {
    return this.workers.ready.some((worker) => worker !== spared);
  }

  get now(): Date {
    return this.#now;
  }

  async sql<Row extends object = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#superuser.query(text, [...values])).rows as Row[];
  }

  /** An hour passes for UDM. */
  async nextHour(): Promise<void> {
    this.#now = new Date(this.#now.getTime() + HOUR_MS);
    await this.sql('UPDATE test_clock SET now = $1', [this.#now]);
  }

  /** Every worker will do this to itself at the next attempt it makes. */
  order(plan: Plan | null): void {
    this.workers.tell({ plan });
  }

  /** One worker that is not that one deletes what has expired, and does this to itself meanwhile. */
  purge(plan: Plan | null, spared?: ChildProcess): void {
    const worker = this.workers.ready.find((one) => one !== spared);
    if (worker) this.workers.tell({ plan, purge: this.#now.getTime() }, worker);
  }

  /** What `udm check --read-data` with the recipient's key says about every file, in plain sentences. */
  async check(): Promise<string[]> {
    const keyFile = this.#options.recipient.keyFile;
    const { stdout } = await run(process.execPath, [MAIN, 'check', '--read-data', '--key', keyFile, '--json'], { env: this.#environment }).catch(
      (error: { stdout: string; message: string }) => (error.stdout ? error : Promise.reject(error)),
    );
    const { findings, files, opened } = JSON.parse(stdout) as { files: number; opened: number; findings: { code: string; about: string }[] };
    // Its notes too: what was left over is cleared away by the attempt that followed.
    const faults = findings.map(({ code, about }) => `udm check says ${code} of ${about}`);
    return opened === files ? faults : [...faults, `udm check opened ${opened} of ${files} files`];
  }

  async makeRoom(): Promise<void> {
    await makeRoom(this.#artifacts);
  }

  async close(): Promise<void> {
    await this.workers.stop();
    await this.#superuser.end();
    await this.app.stop();
    await stopServers(this.dataFolder);
    if (this.#options.smallDisk) unmountSmallDisk(this.#artifacts);
    await rm(this.#home, { recursive: true, force: true });
  }

  /** Folder of the installation, logs and all. */
  get home(): string {
    return this.#home;
  }
}

async function furnish(app: App, { centre, recipient }: InstallationOptions): Promise<{ actor: Actor; certificate: string }> {
  await createTenant(app.services, { tenant: 'default', user: 'admin', password: 'correct horse battery staple' });
  const actor = (await operatorActor(app.services, 'default', 'admin')) as Actor;
  const { password, ...settings } = centre.reader;
  await addSource(app.services, actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings: { ...settings }, secret: password });
  const { id } = await addCertificate(app.services, actor, { content: recipient.certificate });
  return { actor, certificate: id };
}

/** Nothing in the database keeps two planners from planning the same run. */
async function dropUniqueKeys(superuser: pg.Client): Promise<void> {
  const { rows } = await superuser.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'run'::regclass AND indisunique AND NOT indisprimary`,
  );
  for (const { name } of rows) await superuser.query(`DROP INDEX ${name}`);
}

let databases = 0;

async function emptyDatabase(postgres: TestPostgres): Promise<{ environment: Record<string, string>; superuser: pg.ClientConfig }> {
  databases += 1;
  // Another lane may make one meanwhile.
  const number = databases;
  const database = await postgres.newDatabase();
  const [owner, app] = ['owner', 'app'].map((role) => `campaign_${role}_${number}`) as [string, string];
  await withClient(postgres.connection, async (client) => {
    for (const role of [owner, app]) await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'campaign'`);
    await client.query(`ALTER DATABASE "${database.database}" OWNER TO ${owner}`);
  });
  const [asOwner, asApp] = [owner, app].map((user) => urlOf({ ...database, user, password: 'campaign' })) as [string, string];
  return { environment: { UDM_DATABASE_URL: asApp, UDM_DATABASE_OWNER_URL: asOwner }, superuser: database };
}
