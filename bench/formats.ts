/** What a format costs: the same rows as JSON Lines, CSV and Parquet, in interleaved rounds whose order rotates. */
import path from 'node:path';
import type { DataFormat } from '../src/pipeline/archive.ts';
import type { Round } from './contestants.ts';
import type { ExportOrder, ExportReport } from './export-child.ts';
import { type Report, summary } from './export.ts';
import { measure, median, serverSeconds } from './measure.ts';
import { note, openWorkbench, type Workbench } from './workbench.ts';

const FORMATS: readonly DataFormat[] = ['jsonl', 'csv', 'parquet'];
const CHILD = path.join(import.meta.dirname, 'export-child.ts');

export async function benchFormats(interactions: number, rounds: number): Promise<Report> {
  const bench = await openWorkbench();
  try {
    const { folder, certificateFile } = bench;
    const order = { connection: await bench.fill(interactions), folder, certificateFile };
    const times = new Map<string, Round[]>(FORMATS.map((format) => [format, []]));
    // Round 0 warms the caches of the database and the disk; it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const at of FORMATS.keys()) {
        const format = FORMATS[(at + round) % FORMATS.length] as DataFormat;
        const measured = await exportAs(bench, { ...order, format });
        note(`round ${round} of ${rounds}: ${format} ${measured.seconds.toFixed(2)} s, ${measured.peakMB.toFixed(0)} MB`);
        if (round > 0) times.get(format)?.push(measured);
      }
    }
    return { results: [...times].map(([format, all]) => summary(format, all)), ratios: ratiosOf(times) };
  } finally {
    await bench.close();
  }
}

async function exportAs({ postmaster }: Workbench, order: ExportOrder): Promise<Round> {
  const before = serverSeconds(postmaster);
  const { seconds, cpuSeconds, output } = await measure(process.execPath, [CHILD], process.env, JSON.stringify(order));
  const { rows, peakMB, fileBytes } = JSON.parse(output) as ExportReport;
  return { rows, seconds, cpuSeconds, peakMB, serverSeconds: serverSeconds(postmaster) - before, fileMB: fileBytes / 1e6 };
}

/** How many times as long as JSON Lines: the median of the rounds, each compared within itself. */
function ratiosOf(times: ReadonlyMap<string, readonly Round[]>): Record<string, number> {
  const lines = times.get('jsonl') ?? [];
  const others = [...times].filter(([format]) => format !== 'jsonl');
  const ratio = (rounds: readonly Round[]) => median(rounds.map((one, at) => one.seconds / (lines[at]?.seconds ?? Number.NaN)));
  return Object.fromEntries(others.map(([format, rounds]) => [format, Number(ratio(rounds).toFixed(2))]));
}
