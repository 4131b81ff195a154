import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { operatorActor } from '../../src/operations/create-tenant.ts';
import { expect } from 'vitest';
import { ApiClient } from './api.ts';
import { fromTemplate } from './templates.ts';
import { passableFolder, stopServers, testEnvironment } from './udm.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY = /UDM is ready: (\S+)/;
const PASSWORD = /password {2}(\S+)/;

/** A process of UDM's that runs on: what it printed so far, and its end. */
export interface UdmProcess {
  readonly child: ChildProcess;
  output(): string;
  /** Exit code, or -1 after a signal. */
  readonly ended: Promise<number>;
  /** Waits until the output holds the pattern; rejects when the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A `udm serve` for tests, on a data folder of its own where nothing is yet: no sample, no demo. */
export interface ServedUdm {
  readonly url: string;
  /** Of tenant `default`, user `admin`. */
  readonly password: string;
  readonly dataDir: string;
  readonly process: UdmProcess;
  /** Works in this process on the same folder, as a command would. */
  guest(): Promise<App>;
  stop(): Promise<void>;
}

/** Starts a command. `UDM_*` of the caller are left out; `environment` is added to what tests use. */
export function startUdm(args: readonly string[], dataDir: string, environment: NodeJS.ProcessEnv = {}): UdmProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...testEnvironment(dataDir), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (const look of watchers) look();
    });
  }
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const until = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(text);
        if (!found) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
      void ended.then((code) => reject(new Error(`udm ${args[0]} ended with ${code} before it said ${pattern}:\n${text}`)));
    });
  return { child, ended, until, output: () => text };
}

/** What the administrator does at the first sign-in: changes the password that UDM made. Gives the new one. */
export async function choosePassword(url: string, first: string): Promise<string> {
  const client = await ApiClient.signedIn(url, first);
  const password = 'chosen at the first sign-in';
  expect((await client.call('PUT', '/api/session/password', { body: { present: first, password } })).status).toBe(200);
  return password;
}

/** Starts `udm serve` and waits until it answers. */
export async function startServe(environment: NodeJS.ProcessEnv = {}): Promise<ServedUdm> {
  const home = await passableFolder('udm-serve-');
  const dataDir = await newDataFolder(home);
  const udm = startUdm(['serve'], dataDir, environment);
  const url = (await udm.until(READY))[1] as string;
  const password = await choosePassword(url, PASSWORD.exec(udm.output())?.[1] ?? '');
  return {
    url,
    password,
    dataDir,
    process: udm,
    guest: () => openApp(loadConfig({ ...testEnvironment(dataDir), ...environment, UDM_LOG_LEVEL: 'silent' }), 'guest'),
    async stop() {
      await endProcess(udm, 'SIGTERM');
      await stopServers(dataDir);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/**
 * A data folder where UDM was started once and nobody has done anything yet: the next start finds its database made. It is the same in all
 * tests of a run, keys of the installation too.
 */
export async function newDataFolder(home: string): Promise<string> {
  const dataDir = path.join(home, 'data');
  await fromTemplate('installed', dataDir, async (folder) => {
    const app = await openApp(loadConfig({ ...testEnvironment(folder), UDM_LOG_LEVEL: 'silent' }), 'owner');
    await app.stop();
    // No test cuts the power. What a killed process wrote is safe all the same.
    await appendFile(path.join(folder, 'engine', 'pgdata', 'postgresql.conf'), 'fsync = off\n');
  });
  return dataDir;
}

/** Sends the signal, if the process still runs, and waits for its end. */
export async function endProcess(udm: UdmProcess, signal: NodeJS.Signals): Promise<number> {
  udm.child.kill(signal);
  return udm.ended;
}

/** The administrator of a tenant, as the command line acts. */
export async function administrator(app: App, tenant = 'default'): Promise<Actor> {
  const actor = await operatorActor(app.services, tenant, 'admin');
  if (!actor) throw new Error(`There is no administrator of ${tenant}.`);
  return actor;
}
