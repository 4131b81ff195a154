/** Speed: UDM and its peers on the same table, in interleaved rounds whose order rotates. */
import { type Contestant, missingPrograms, PEERS, type Round, UDM } from './contestants.ts';
import { median } from './measure.ts';
import { note, openWorkbench } from './workbench.ts';

export interface Result {
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly peakMB: number;
}

export interface Report {
  readonly results: readonly Result[];
  /** How many times as long as UDM a peer took: the median of the rounds, each compared within itself. */
  readonly ratios?: Readonly<Record<string, number>>;
  readonly skipped?: readonly { readonly name: string; readonly missing: readonly string[] }[];
}

export async function benchExport(interactions: number, rounds: number): Promise<Report> {
  const skipped = PEERS.map((one) => ({ name: one.name, missing: missingPrograms(one) })).filter((one) => one.missing.length > 0);
  const contestants = [UDM, ...PEERS.filter((one) => !skipped.some((other) => other.name === one.name))];
  const bench = await openWorkbench();
  try {
    const order = { connection: await bench.fill(interactions), folder: bench.folder, certificateFile: bench.certificateFile };
    const times = new Map<string, Round[]>(contestants.map((one) => [one.name, []]));
    // Round 0 warms the caches of the database and the disk; it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of rotated(contestants, round)) {
        const measured = await one.run(order);
        note(`round ${round} of ${rounds}: ${one.name} ${measured.seconds.toFixed(2)} s`);
        if (round > 0) times.get(one.name)?.push(measured);
      }
    }
    return { results: [...times].map(([name, all]) => summary(name, all)), ratios: ratiosOf(times), skipped };
  } finally {
    await bench.close();
  }
}

function rotated(contestants: readonly Contestant[], by: number): Contestant[] {
  const start = by % contestants.length;
  return [...contestants.slice(start), ...contestants.slice(0, start)];
}

export function summary(name: string, rounds: readonly Round[]): Result {
  return {
    name,
    rows: rounds[0]?.rows ?? 0,
    seconds: rounded(median(rounds.map((one) => one.seconds)), 3),
    peakMB: rounded(median(rounds.map((one) => one.peakMB)), 1),
  };
}

function ratiosOf(times: ReadonlyMap<string, readonly Round[]>): Record<string, number> {
  const own = times.get(UDM.name) ?? [];
  const peers = [...times].filter(([name]) => name !== UDM.name);
  return Object.fromEntries(peers.map(([name, rounds]) => [name, rounded(median(rounds.map((one, at) => one.seconds / (own[at]?.seconds ?? Number.NaN))), 2)]));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
