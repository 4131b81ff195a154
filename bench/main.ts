/**
 * npm run bench -- export|decrypt|stages|memory|formats|names|planner|lists|browsers [--rows n[,n]] [--rounds n] [--json] [--save]
 * Missing peers are skipped and named; `node scripts/test-setup.ts --bench` brings them on Debian.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchBrowsers } from './browsers.ts';
import { benchDecrypt } from './decrypt.ts';
import { benchExport, type Report } from './export.ts';
import { benchFormats } from './formats.ts';
import { benchLists } from './lists.ts';
import { benchMemory } from './memory.ts';
import { benchNames } from './names.ts';
import { benchPlanner } from './planner.ts';
import { benchStages } from './stages.ts';

const KINDS = ['export', 'decrypt', 'stages', 'memory', 'formats', 'names', 'planner', 'lists', 'browsers'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string' }, rounds: { type: 'string' }, json: { type: 'boolean' }, save: { type: 'boolean' } },
});
const kind = KINDS.find((one) => one === positionals[0]);
if (!kind) {
  console.error('Usage: npm run bench -- export|decrypt|stages|memory|formats|names|planner|lists|browsers [--rows n[,n]] [--rounds n] [--json] [--save]');
  process.exit(2);
}
const report = await run(kind);
if (values.save) save(kind, report);
if (values.json) console.log(JSON.stringify(report));
else print(report);

function run(what: (typeof KINDS)[number]): Promise<Report> {
  if (what === 'export') return benchExport(rowCounts('100000')[0] ?? 0, rounds('5'));
  if (what === 'decrypt') return benchDecrypt(rowCounts('500000')[0] ?? 0, rounds('3'));
  if (what === 'stages') return benchStages(rowCounts('40000')[0] ?? 0, rounds('3'));
  if (what === 'memory') return benchMemory(rowCounts('100000,1000000'), rounds('1'));
  if (what === 'formats') return benchFormats(rowCounts('100000')[0] ?? 0, rounds('3'));
  if (what === 'names') return benchNames(rowCounts('200000')[0] ?? 0, rounds('5'));
  if (what === 'lists') {
    const [jobs = 0, runs = 0] = rowCounts('10000,1000000');
    return benchLists(jobs, runs, rounds('3'));
  }
  if (what === 'browsers') return benchBrowsers(rowCounts('200')[0] ?? 0);
  const [due = 0, idle = 0] = rowCounts('10000,100000');
  return benchPlanner(due, idle, rounds('3'));
}

function rowCounts(otherwise: string): number[] {
  return (values.rows ?? otherwise).split(',').map(Number);
}

function rounds(otherwise: string): number {
  return Number(values.rounds ?? otherwise);
}

function save(name: string, made: Report): void {
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(path.join(folder, `${date}-${name}.json`), `${JSON.stringify({ date, commit, machine, ...made }, null, 2)}\n`);
}

function print({ results, ratios, skipped }: Report): void {
  const head = ['rows', 'seconds', 'peak MB', 'x udm', 'MB/s', 'cpu s/GB', 'pg s/GB', 'busy', 'file MB', 'late ms'];
  console.log(`${'name'.padEnd(24)}${head.map((one) => one.padStart(one === 'rows' ? 12 : 10)).join('')}`);
  for (const { name, rows, seconds, peakMB, speed, cpuPerGB, serverPerGB, busy, fileMB, lateMs } of results) {
    const ratio = ratios?.[name]?.toFixed(2) ?? '';
    const cells = [
      seconds.toFixed(seconds < 0.1 ? 4 : 2),
      peakMB.toFixed(0),
      ratio,
      speed?.toFixed(0),
      cpuPerGB?.toFixed(1),
      serverPerGB?.toFixed(1),
      busy?.toFixed(2),
      fileMB?.toFixed(1),
      lateMs?.toFixed(1),
    ];
    console.log(`${name.padEnd(24)}${rows.toLocaleString('en').padStart(12)}${cells.map((one) => (one ?? '').padStart(10)).join('')}`);
  }
  const others = Object.entries(ratios ?? {}).filter(([name]) => !results.some((one) => one.name === name));
  for (const [name, ratio] of others) console.log(`${name.padEnd(24)}${ratio}`);
  for (const { name, missing } of skipped ?? []) console.log(`${name.padEnd(24)}skipped: no ${missing.join(', ')}`);
}
