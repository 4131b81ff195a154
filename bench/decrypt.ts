/** Opening a file, whole processes: `udm decrypt`, and openssl followed by unzip, on the same file, in interleaved rounds whose order rotates. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { missingPrograms, type Round } from './contestants.ts';
import type { ExportOrder, ExportReport } from './export-child.ts';
import { type Report, rotated, rounded, summary } from './export.ts';
import { type Measured, measure, median } from './measure.ts';
import { note, openWorkbench } from './workbench.ts';

interface Place {
  readonly file: string;
  readonly keyFile: string;
  /** Where it is unpacked to. */
  readonly out: string;
  /** Where openssl puts the zip. */
  readonly zip: string;
}

interface Opener {
  readonly name: string;
  readonly needs: readonly string[];
  open(place: Place): Promise<Measured>;
  /** Whether it writes what it opens. */
  readonly unpacks: boolean;
}

const LAUNCHER = path.join(import.meta.dirname, '..', 'udm');
const OWN = 'udm decrypt';

const OPENERS: readonly Opener[] = [
  {
    name: OWN,
    needs: [],
    unpacks: true,
    open: ({ file, keyFile, out }) => measure(LAUNCHER, ['decrypt', file, '--key', keyFile, '--out', out, '--json'], process.env),
  },
  {
    name: 'openssl, unzip',
    needs: ['openssl', 'unzip'],
    unpacks: true,
    open({ file, keyFile, out, zip }) {
      const script = 'openssl cms -decrypt -binary -inform DER -in "$1" -inkey "$2" -out "$3" && unzip -q "$3" -d "$4"';
      return measure('bash', ['-c', script, 'pair', file, keyFile, zip, out], process.env);
    },
  },
  {
    name: 'udm verify --key',
    needs: [],
    unpacks: false,
    open: ({ file, keyFile }) => measure(LAUNCHER, ['verify', file, '--key', keyFile, '--json'], process.env),
  },
];

export async function benchDecrypt(interactions: number, rounds: number): Promise<Report> {
  const skipped = OPENERS.map((one) => ({ name: one.name, missing: missingPrograms(one) })).filter((one) => one.missing.length > 0);
  const openers = OPENERS.filter((one) => !skipped.some((other) => other.name === one.name));
  const bench = await openWorkbench();
  try {
    const { folder, keyFile, certificateFile } = bench;
    const order: ExportOrder = { connection: await bench.fill(interactions), folder, certificateFile, key: 'file.zip.p7m' };
    const child = path.join(import.meta.dirname, 'export-child.ts');
    const made = JSON.parse((await measure(process.execPath, [child], process.env, JSON.stringify(order))).output) as ExportReport;
    const file = path.join(folder, 'sealed', 'file.zip.p7m');
    const work = path.join(folder, 'opened');
    const place = { file, keyFile, out: path.join(work, 'out'), zip: path.join(work, 'file.zip') };
    const times = new Map<string, Round[]>(openers.map((one) => [one.name, []]));
    let plain = 0;
    // Round 0 warms the cache of the disk, and that of compiled modules; it does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of rotated(openers, round)) {
        rmSync(work, { recursive: true, force: true });
        mkdirSync(work);
        const { seconds, peakMB, cpuSeconds } = await one.open(place);
        note(`round ${round} of ${rounds}: ${one.name} ${seconds.toFixed(2)} s`);
        if (one.unpacks) plain = checked(one.name, place.out, made.rows);
        if (round > 0) times.get(one.name)?.push({ rows: made.rows, seconds, peakMB, cpuSeconds, serverSeconds: 0, fileMB: made.fileBytes / 1e6 });
      }
    }
    return { results: [...times].map(([name, all]) => summary(name, all, plain)), ratios: ratiosOf(times), skipped };
  } finally {
    await bench.close();
  }
}

/** The bytes of JSON in the folder; throws unless all rows are there. */
function checked(name: string, out: string, rows: number): number {
  const files = readdirSync(out).filter((one) => one.endsWith('.jsonl'));
  const found = files.reduce((sum, one) => sum + linesIn(path.join(out, one)), 0);
  if (found !== rows) throw new Error(`${name} unpacked ${found} of ${rows} rows.`);
  return files.reduce((sum, one) => sum + statSync(path.join(out, one)).size, 0);
}

function linesIn(file: string): number {
  return Number.parseInt(execFileSync('wc', ['-l', file], { encoding: 'utf8' }), 10);
}

function ratiosOf(times: ReadonlyMap<string, readonly Round[]>): Record<string, number> {
  const own = times.get(OWN) ?? [];
  const peers = [...times].filter(([name]) => name !== OWN);
  return Object.fromEntries(peers.map(([name, all]) => [name, rounded(median(all.map((one, at) => one.seconds / (own[at]?.seconds ?? Number.NaN))), 2)]));
}
