import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineAccount } from './account.ts';

/** Whether a process of that id exists (a zombie waiting for its parent counts as gone). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ended, but not yet collected by its parent (Linux; elsewhere this is not told). */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Starts a program that outlives UDM if UDM is killed; its output goes to the end of `logFile`. */
export async function startDetached(program: string, args: readonly string[], logFile: string, account: EngineAccount | null): Promise<number> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      env: cleanEnvironment(),
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => resolve(child.pid as number));
    });
    child.unref();
    return pid;
  } finally {
    await log.close();
  }
}

/** Runs a program to its end; rejects with the end of its error output when it fails. */
export function runToEnd(program: string, args: readonly string[], account: EngineAccount | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: '/',
      env: cleanEnvironment(),
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${text}`))));
  });
}

/** PG* variables of the caller must not steer UDM's own server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/** Asks every `everyMs` until the answer is true; false when `timeoutMs` pass first. */
export async function waitFor(timeoutMs: number, everyMs: number, ask: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    if (await ask()) return true;
    await sleep(everyMs);
  }
  return false;
}

/** Processes of a program that work in `folder` (Linux; elsewhere none are found). */
export async function processesIn(folder: string, program: string): Promise<number[]> {
  const wanted = await realpath(folder).catch(() => null);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const place = await readlink(`/proc/${pid}/cwd`).catch(() => null);
      if (place === null || place !== wanted || pid === process.pid) return [];
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return path.basename(command.split(/[\0: ]/)[0] ?? '') === program ? [pid] : [];
    }),
  );
  return found.flat();
}
