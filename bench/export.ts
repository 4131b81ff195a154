/** Speed: UDM and its peers on the same table, in interleaved rounds whose order rotates. */
import { cpus } from 'node:os';
import { missingPrograms, PEERS, type Round, UDM } from './contestants.ts';
import { median } from './measure.ts';
import { note, openWorkbench } from './workbench.ts';

export interface Result {
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly peakMB: number;
  /** The rest for exports only. MB of JSON a second. */
  readonly speed?: number;
  /** Processor seconds of the programs, and of PostgreSQL, per GB of JSON. */
  readonly cpuPerGB?: number;
  readonly serverPerGB?: number;
  /** The part of the machine's cores that was busy with it. */
  readonly busy?: number;
  readonly fileMB?: number;
  /** UDM only: delay of the event loop of the main thread, 99th percentile. */
  readonly lateMs?: number;
}

export interface Report {
  readonly results: readonly Result[];
  /**
   * How many times as fast as a peer UDM was: the median of the rounds, each compared within itself. By bytes of JSON a second, as a peer
   * writes every column under its own name, and UDM those of its catalog.
   */
  readonly ratios?: Readonly<Record<string, number>>;
  readonly skipped?: readonly { readonly name: string; readonly missing: readonly string[] }[];
}

export async function benchExport(interactions: number, rounds: number): Promise<Report> {
  const skipped = PEERS.map((one) => ({ name: one.name, missing: missingPrograms(one) })).filter((one) => one.missing.length > 0);
  const contestants = [UDM, ...PEERS.filter((one) => !skipped.some((other) => other.name === one.name))];
  const bench = await openWorkbench();
  try {
    const { folder, certificateFile, keyFile, postmaster } = bench;
    const order = { connection: await bench.fill(interactions), folder, certificateFile, keyFile, postmaster };
    const plain = new Map<string, number>();
    const times = new Map<string, Round[]>(contestants.map((one) => [one.name, []]));
    // Round 0 warms the caches of the database and the disk; it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of rotated(contestants, round)) {
        const measured = await one.run(order);
        note(`round ${round} of ${rounds}: ${one.name} ${measured.seconds.toFixed(2)} s`);
        if (round > 0) times.get(one.name)?.push(measured);
        plain.set(one.name, one.check(order));
      }
    }
    return { results: [...times].map(([name, all]) => summary(name, all, plain.get(name))), ratios: ratiosOf(times, plain), skipped };
  } finally {
    await bench.close();
  }
}

export function rotated<One>(contestants: readonly One[], by: number): One[] {
  const start = by % contestants.length;
  return [...contestants.slice(start), ...contestants.slice(0, start)];
}

/** `plain`: bytes of JSON, where they were counted. */
export function summary(name: string, rounds: readonly Round[], plain?: number): Result {
  const middle = (of: (one: Round) => number, digits: number) => rounded(median(rounds.map(of)), digits);
  const cpu = (one: Round) => one.cpuSeconds + one.serverSeconds;
  return {
    name,
    rows: rounds[0]?.rows ?? 0,
    seconds: middle((one) => one.seconds, 3),
    peakMB: middle((one) => one.peakMB, 1),
    busy: middle((one) => cpu(one) / (one.seconds * cpus().length), 2),
    fileMB: middle((one) => one.fileMB, 1),
    ...(rounds.every((one) => one.lateMs !== undefined) && { lateMs: middle((one) => one.lateMs ?? 0, 1) }),
    ...(plain !== undefined && {
      speed: middle((one) => plain / 1e6 / one.seconds, 1),
      cpuPerGB: middle((one) => one.cpuSeconds / (plain / 1e9), 2),
      serverPerGB: middle((one) => one.serverSeconds / (plain / 1e9), 2),
    }),
  };
}

function ratiosOf(times: ReadonlyMap<string, readonly Round[]>, plain: ReadonlyMap<string, number>): Record<string, number> {
  const own = times.get(UDM.name) ?? [];
  const bytes = (name: string) => plain.get(name) ?? Number.NaN;
  const peers = [...times].filter(([name]) => name !== UDM.name);
  return Object.fromEntries(
    peers.map(([name, rounds]) => [
      name,
      rounded(median(rounds.map((one, at) => ((one.seconds / (own[at]?.seconds ?? Number.NaN)) * bytes(UDM.name)) / bytes(name))), 2),
    ]),
  );
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
