/** The same rows exported in several ways, in interleaved rounds whose order rotates. */
import path from 'node:path';
import type { Round } from './contestants.ts';
import type { ExportOrder, ExportReport } from './export-child.ts';
import { measure, median, serverSeconds } from './measure.ts';
import { note, openWorkbench, type Workbench } from './workbench.ts';

/** What is ordered differently. */
export type Variant = Partial<Omit<ExportOrder, 'connection' | 'folder' | 'certificateFile'>>;

const CHILD = path.join(import.meta.dirname, 'export-child.ts');
/** As the launcher does. The round that does not count fills it. */
const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: path.join(import.meta.dirname, '../node_modules/.cache/udm') };

/** By name of the variant, its rounds, and the bytes of the subject index of the last one. */
export async function benchVariants(interactions: number, rounds: number, variants: Readonly<Record<string, Variant>>): Promise<Map<string, VariantRound[]>> {
  const bench = await openWorkbench();
  try {
    const { folder, certificateFile } = bench;
    const order = { connection: await bench.fill(interactions), folder, certificateFile };
    const all = Object.entries(variants);
    const times = new Map<string, VariantRound[]>(all.map(([name]) => [name, []]));
    // Round 0 warms the caches of the database and the disk; it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const at of all.keys()) {
        const [name, variant] = all[(at + round) % all.length] as [string, Variant];
        const measured = await exportAs(bench, { ...order, ...variant });
        note(`round ${round} of ${rounds}: ${name} ${measured.seconds.toFixed(2)} s, ${measured.peakMB.toFixed(0)} MB`);
        if (round > 0) times.get(name)?.push(measured);
      }
    }
    return times;
  } finally {
    await bench.close();
  }
}

export interface VariantRound extends Round {
  readonly indexBytes: number;
}

/** How many times as much as in the rounds of another variant: the median, each compared within its round. */
export function ratioOf(own: readonly Round[], others: readonly Round[], of: (round: Round) => number): number {
  return Number(median(own.map((one, at) => of(one) / of(others[at] as Round))).toFixed(3));
}

async function exportAs({ postmaster }: Workbench, order: ExportOrder): Promise<VariantRound> {
  const before = serverSeconds(postmaster);
  const { seconds, cpuSeconds, output } = await measure(process.execPath, [CHILD], ENVIRONMENT, JSON.stringify(order));
  const { rows, peakMB, fileBytes, indexBytes } = JSON.parse(output) as ExportReport;
  return { rows, seconds, cpuSeconds, peakMB, serverSeconds: serverSeconds(postmaster) - before, fileMB: fileBytes / 1e6, indexBytes };
}
