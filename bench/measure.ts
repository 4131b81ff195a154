/** Runs a program from its start to its end: wall-clock and processor seconds, and peak memory of every process it starts. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Measured {
  readonly seconds: number;
  /** User and system time of the program and all it started and waited for. */
  readonly cpuSeconds: number;
  /** Sum over all processes of their peak resident memory. */
  readonly peakMB: number;
  readonly output: string;
}

const POLL_MS = 50;
const TICKS_PER_SECOND = 100;
/** The shell tells user and system seconds on descriptor 3; the program's own errors go where they always go. */
const TIMED = 'TIMEFORMAT="%U %S"; { time "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3';

export async function measure(program: string, args: readonly string[], env: NodeJS.ProcessEnv, input = ''): Promise<Measured> {
  const started = performance.now();
  const child = spawn('bash', ['-c', TIMED, 'bash', program, ...args], { env, stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  child.stdin?.end(input);
  let output = '';
  let times = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    times += chunk.toString('utf8');
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  let seconds: number | null = null;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      seconds = (performance.now() - started) / 1_000;
      resolve(code);
    });
  });
  const peaks = new Map<number, number>();
  while (seconds === null && child.exitCode === null) {
    // Without the shell that only looks at its watch.
    for (const pid of family(child.pid ?? 0).slice(1)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakOf(pid)));
    await Promise.race([ended, sleep(POLL_MS)]);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
  const cpuSeconds = times
    .trim()
    .split(' ')
    .reduce((sum, one) => sum + Number(one), 0);
  return { seconds: seconds ?? 0, cpuSeconds, peakMB: [...peaks.values()].reduce((sum, one) => sum + one, 0), output };
}

/** Peak resident memory in MB; 0 when the process is gone. */
export function peakOf(pid: number | 'self'): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`));
  return found ? Number(found[1]) / 1_024 : 0;
}

/** User and system seconds of a server, its processes that are gone and those that live. */
export function serverSeconds(pid: number): number {
  const ticks = (of: number, fields: readonly number[]) => {
    const stat = textOf(`/proc/${of}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    return fields.reduce((sum, field) => sum + Number(stat[field] ?? 0), 0);
  };
  const [own, ...children] = family(pid);
  return (ticks(own as number, [11, 12, 13, 14]) + children.reduce((sum, one) => sum + ticks(one, [11, 12]), 0)) / TICKS_PER_SECOND;
}

function family(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
