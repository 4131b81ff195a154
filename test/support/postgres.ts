/**
 * A throw-away PostgreSQL for tests: the real server of the machine (Debian's PostgreSQL 15, or the folder in
 * UDM_TEST_PG_BIN), in a folder of its own, gone after `stop` and also when the test process is killed.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { fromTemplate } from './templates.ts';

const run = promisify(execFile);

export interface TestConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface TestPostgres {
  /** As superuser, database `test`. */
  readonly connection: TestConnection;
  /** Where it keeps everything. */
  readonly folder: string;
  /** A fresh empty database in the same server, as the same user. */
  newDatabase(): Promise<TestConnection>;
  /** Stops the server and removes its folder; safe to call more than once. */
  stop(): Promise<void>;
}

/** Folder with initdb, postgres and the client programs. */
export function postgresPrograms(): string {
  const folder = process.env['UDM_TEST_PG_BIN'] ?? '/usr/lib/postgresql/15/bin';
  if (existsSync(path.join(folder, 'initdb'))) return folder;
  throw new Error(`No PostgreSQL in ${folder}. Run "node scripts/test-setup.ts", or name a folder with initdb and postgres in UDM_TEST_PG_BIN.`);
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const programs = postgresPrograms();
  const account = await unprivilegedAccount();
  const folder = await makeFolder(programs, account);
  for (let attempt = 1; ; attempt += 1) {
    const connection: TestConnection = { host: '127.0.0.1', port: await freePort(), user: 'test', password: folder.password, database: 'postgres' };
    const guard = startGuarded(programs, folder.path, connection.port, account);
    try {
      await untilReady(connection, guard, folder.path);
      await makeDatabase(connection, 'test');
      return serverHandle({ ...connection, database: 'test' }, guard, folder.path);
    } catch (error) {
      const endedByItself = guard.exitCode !== null;
      await endGuard(guard);
      // Somebody else may have taken the port meanwhile.
      if (endedByItself && attempt < 3) continue;
      await rm(folder.path, { recursive: true, force: true });
      throw error;
    }
  }
}

function serverHandle(connection: TestConnection, guard: ChildProcess, folder: string): TestPostgres {
  let databases = 0;
  let stopping: Promise<void> | undefined;
  return {
    connection,
    folder,
    async newDatabase() {
      databases += 1;
      const database = `test_${process.pid}_${databases}`;
      await makeDatabase(connection, database);
      return { ...connection, database };
    },
    stop() {
      stopping ??= endGuard(guard).then(() => rm(folder, { recursive: true, force: true }));
      return stopping;
    },
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; null when this process is not root. */
async function unprivilegedAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const found = await run('id', ['-u', name]).then(
      ({ stdout }) => Number(stdout),
      () => null,
    );
    if (found === null) continue;
    const { stdout } = await run('id', ['-g', name]);
    return { uid: found, gid: Number(stdout) };
  }
  throw new Error('PostgreSQL must not run as root, and there is neither an account "postgres" nor "nobody".');
}

async function makeFolder(programs: string, account: Account | null): Promise<{ path: string; password: string }> {
  const folder = path.join(tmpdir(), `udm-test-pg-${randomBytes(6).toString('hex')}`);
  try {
    await fromTemplate('postgres', folder, (template) => initialise(template, programs, account));
    return { path: folder, password: (await readFile(path.join(folder, 'password'), 'utf8')).trim() };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function initialise(folder: string, programs: string, account: Account | null): Promise<void> {
  const passwordFile = path.join(folder, 'password');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(12).toString('hex')}\n`);
  if (account) await Promise.all([folder, passwordFile].map((one) => chown(one, account.uid, account.gid)));
  const args = ['-D', path.join(folder, 'data'), '-U', 'test', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
  await run(path.join(programs, 'initdb'), args, { cwd: '/', env: cleanEnvironment(), ...account });
}

/**
 * A small shell stands between: it stops the server and removes the folder as soon as its input ends, which happens
 * in `stop` and also when this process dies in any way.
 */
const GUARD = `
exec 3<&0
"$1" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
  -c synchronous_commit=off -c full_page_writes=off -c max_connections=100 -c timezone=UTC >"$2/log" 2>&1 3<&- &
server=$!
( cat <&3 >/dev/null; : >"$2/over"; kill -INT $server ) &
watcher=$!
wait $server
code=$?
if [ -f "$2/over" ]; then rm -rf "$2"; else kill $watcher; fi
exit $code
`;

function startGuarded(programs: string, folder: string, port: number, account: Account | null): ChildProcess {
  return spawn('/bin/sh', ['-c', GUARD, 'guard', path.join(programs, 'postgres'), folder, String(port)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: cleanEnvironment(),
    ...account,
  });
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function untilReady(connection: TestConnection, guard: ChildProcess, folder: string): Promise<void> {
  const end = performance.now() + 60_000;
  const ask = async (): Promise<void> => {
    const failure = await withClient(connection, (client) => client.query('select 1')).then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) return;
    if (guard.exitCode !== null || performance.now() > end) {
      const log = await readFile(path.join(folder, 'log'), 'utf8').catch(() => '');
      throw new Error(`The test PostgreSQL did not start: ${log.slice(-2_000)}`, { cause: failure });
    }
    await sleep(50);
    return ask();
  };
  return ask();
}

async function endGuard(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null || guard.signalCode !== null) return;
  const ended = new Promise((resolve) => guard.once('exit', resolve));
  guard.stdin?.end();
  await ended;
}

async function makeDatabase(connection: TestConnection, database: string): Promise<void> {
  await withClient({ ...connection, database: 'postgres' }, (client) => client.query(`create database "${database}" template template0`));
}

async function withClient<Result>(connection: TestConnection, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ ...connection });
  // A server that stops while the client is idle is no reason to end the test process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
