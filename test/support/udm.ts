import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { SHARED_FOLDER } from '../../src/pipeline/testing/rsa-key.ts';
import { fromTemplate } from './templates.ts';

/**
 * A real UDM for tests, in a process and a data folder of its own, as `udm demo --once` leaves it, with the sample contact centre. The first demo of
 * a size is run once, and each caller goes on from a copy of it.
 */
export interface TestUdm {
  readonly url: string;
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The key of the demo certificate. */
  readonly keyFile: string;
  /** As the reader of the sample contact centre, looked up in UDM's own engine room. */
  sampleConnection(): Promise<pg.ClientConfig>;
  /** kill -9 of the process; PostgreSQL lives on. */
  kill(): Promise<void>;
  /** Asks the process to stop and waits for its end. A demo takes the sample with it, `udm serve` leaves it running. */
  interrupt(): Promise<void>;
  /** Starts `udm serve` on the same folder again (the sample must still run). */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestUdmOptions {
  /** `udm demo` itself, from an empty folder: with data requests and who handles them. */
  readonly isFirst?: boolean;
  readonly contacts?: number;
  readonly interactions?: number;
  readonly days?: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = path.join(ROOT, 'src/main.ts');
const READY = /(?:The web app is ready|UDM is ready): (\S+)/;

export async function startTestUdm(options: TestUdmOptions = {}): Promise<TestUdm> {
  const home = await passableFolder('udm-test-');
  const dataDir = path.join(home, 'udm', 'data');
  const sizes = [options.contacts ?? 500, options.interactions ?? 3_000, options.days ?? 30].map(String) as [string, string, string];
  const udm = { ...(options.isFirst ? await firstDemo(dataDir, sizes) : await laterDemo(dataDir, sizes)) };
  const account = JSON.parse(await readFile(path.join(dataDir, 'demo', 'sign-in.json'), 'utf8')) as { tenant: string; user: string; password: string };
  return {
    ...account,
    get url() {
      return udm.url;
    },
    get pid() {
      return udm.child.pid as number;
    },
    dataDir,
    keyFile: path.join(dataDir, 'demo', 'demo-key.pem'),
    async sampleConnection() {
      return sampleReader(`${dataDir}-sample-contact-centre`);
    },
    async kill() {
      await ended(udm.child, 'SIGKILL');
    },
    async interrupt() {
      await ended(udm.child, 'SIGTERM');
    },
    async restart() {
      Object.assign(udm, await launch([MAIN, 'serve'], dataDir));
    },
    async stop() {
      await ended(udm.child, 'SIGTERM');
      await stopServers(dataDir);
      await rm(home, { recursive: true, force: true });
    },
  };
}

type Sizes = readonly [contacts: string, interactions: string, days: string];

async function firstDemo(dataDir: string, sizes: Sizes): Promise<Launched> {
  await mkdir(path.dirname(dataDir), { mode: 0o711 });
  return await launch([MAIN, ...demoOf(sizes)], dataDir);
}

function demoOf([contacts, interactions, days]: Sizes): string[] {
  return ['demo', '--contacts', contacts, '--interactions', interactions, '--days', days];
}

/** Makes `folder`, with the data folder `data` in it, as a first `udm demo --once` of this size leaves it. */
export async function endedDemo(folder: string, sizes: Sizes): Promise<void> {
  await fromTemplate(`demo-${sizes.join('-')}`, folder, async (made) => {
    await mkdir(made, { mode: 0o711 });
    const { code, stderr } = await runUdm([...demoOf(sizes), '--once'], path.join(made, 'data'));
    if (code !== 0) throw new Error(`udm demo --once ended with ${code}:\n${stderr}`);
  });
}

async function laterDemo(dataDir: string, sizes: Sizes): Promise<Launched> {
  await endedDemo(path.dirname(dataDir), sizes);
  return await launch([path.join(ROOT, 'test/support/later-demo.ts'), ...sizes], dataDir);
}

/** PostgreSQL's own account has to pass through; without this, UDM would fall back to a folder elsewhere. */
export async function passableFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), prefix));
  await chmod(folder, 0o711);
  return folder;
}

interface Launched {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts a program and waits until its web app is ready. */
async function launch(args: readonly string[], dataDir: string): Promise<Launched> {
  const child = spawn(process.execPath, args, { env: testEnvironment(dataDir), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
        output += `${line}\n`;
        const match = READY.exec(line);
        if (match) resolve(match[1] as string);
      });
    }
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code} before it was ready:\n${output}`)));
  });
  return { child, url };
}

/** The environment of a test's UDM: nothing of the caller's UDM settings, a free port, a short heartbeat, modules compiled once in a run, as the launcher does. */
export function testEnvironment(dataDir: string): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('UDM_')));
  const shared = process.env[SHARED_FOLDER];
  const compiled = shared === undefined ? {} : { NODE_COMPILE_CACHE: path.join(shared, 'compiled') };
  return {
    ...inherited,
    ...compiled,
    UDM_DATA: dataDir,
    UDM_PORT: '0',
    UDM_HEARTBEAT_SECONDS: '10',
    UDM_RETRIES: '0',
    UDM_REQUESTS_PER_MINUTE: '1000000',
    UDM_LOG_LEVEL: 'warn',
  };
}

/** Runs one command of the command line to its end. */
export async function runUdm(args: readonly string[], dataDir: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: testEnvironment(dataDir), stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString();
  });
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
  return { code, ...text };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

/** PostgreSQL servers of the folder that outlived a kill. */
export async function stopServers(dataDir: string): Promise<void> {
  for (const folder of [path.join(dataDir, 'engine'), `${dataDir}-sample-contact-centre`]) {
    const pid = Number((await readFile(path.join(folder, 'pgdata', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
    if (!pid) continue;
    try {
      process.kill(pid, 'SIGINT');
      for (;;) {
        process.kill(pid, 0);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } catch {
      // It is gone.
    }
  }
}

async function sampleReader(folder: string): Promise<pg.ClientConfig> {
  const port = Number((await readFile(path.join(folder, 'pgdata', 'postmaster.pid'), 'utf8')).split('\n')[3]);
  const password = (await readFile(path.join(folder, 'reader.secret'), 'utf8')).trim();
  return { host: '127.0.0.1', port, user: 'udm_reader', password, database: 'contact_centre' };
}
