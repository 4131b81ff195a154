import path from 'node:path';
import type { Command } from 'commander';
import { type App, openApp } from '../../app.ts';
import { loadConfig } from '../../config/index.ts';
import type { RunView } from '../../contract/run.ts';
import type { Actor } from '../../domain/permission.ts';
import {
  addDemoCertificate,
  addDemoSources,
  type ContactCentre,
  createDemoJob,
  decryptDemoArtifact,
  demoAccount,
  downloadDemoArtifact,
  firstLines,
  sampleFolder,
  startSample,
} from '../../demo/run-demo.ts';
import { CodedError, ERRORS, type ErrorCode } from '../../errors.ts';
import { followRun } from '../follow-run.ts';
import { countOption } from '../options.ts';
import { ProgressBar } from '../progress-bar.ts';
import { byteText, note, plainText, say } from '../terminal.ts';
import { openDoor, stopSignal } from './serve.ts';

interface DemoOptions {
  readonly once?: boolean;
  readonly contacts: number;
  readonly interactions: number;
  readonly days: number;
  readonly seed: number;
}

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('See UDM work: a sample contact centre, an export, the opened file, and the web app')
    .option('--once', 'end after the export instead of leaving the web app running')
    .option('--contacts <n>', 'contacts of the sample', countOption(1, 100_000_000), 20_000)
    .option('--interactions <n>', 'interactions of the sample', countOption(1, 1_000_000_000), 100_000)
    .option('--days <n>', 'days the interactions spread over', countOption(1, 3_650), 90)
    .option('--seed <n>', 'the same seed gives the same data', countOption(0, 4_294_967_295), 1)
    .action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  const config = loadConfig({ UDM_LOG_LEVEL: 'warn', ...process.env });
  const stop = stopSignal();
  note('1. Starting UDM with its own PostgreSQL');
  const app = await openApp(config, 'owner');
  let centre: ContactCentre | null = null;
  try {
    const { account, actor } = await demoAccount(app);
    note('2. Starting the sample contact centre (it stands for your own system)');
    centre = await startCentre(app, options);
    await addDemoSources(app, actor, centre);
    await app.startWorker();
    await exportAndOpen(app, actor);
    if (options.once) return;
    const door = await openDoor(app, config);
    say('');
    say(`The web app is ready: ${door.url}`);
    say(`Sign in with   tenant ${account.tenant}   user ${account.user}   password ${account.password}`);
    say('Press Ctrl+C to stop.');
    await stop;
    await door.close();
  } finally {
    await app.stop();
    await centre?.stop();
  }
}

async function startCentre(app: App, options: DemoOptions): Promise<ContactCentre> {
  const bar = new ProgressBar();
  const centre = await startSample(app, options, (table, rows) => {
    const known = table === 'ucsx.interaction' ? Math.min(100, Math.floor((rows / options.interactions) * 100)) : null;
    bar.show({ label: 'sample', percent: known, detail: `${table}: ${rows} rows` });
  });
  bar.end();
  if (!centre.filled) note(`   It is there from an earlier demo (${sampleFolder(app)}); remove that folder to make it anew.`);
  return centre;
}

async function exportAndOpen(app: App, actor: Actor): Promise<void> {
  const certificate = await addDemoCertificate(app, actor);
  note('3. Exporting 30 days of interactions, encrypted to the demo certificate');
  const job = await createDemoJob(app, actor, certificate.id);
  const run = await followRun({ app, actor }, (job.lastRun as RunView).id, 'export');
  if (run.status === 'succeeded_no_data') {
    note(`   The sample has no interactions in the last 30 days. Remove ${sampleFolder(app)} to make it anew.`);
    return;
  }
  if (run.status !== 'succeeded') refuse(run);
  const { artifact, file } = await downloadDemoArtifact(app, actor, run.id);
  note(`   ${artifact.rows} rows, ${byteText(artifact.bytes)}: ${file}`);
  note('4. Opening the file with the demo key');
  const { report, folder } = await decryptDemoArtifact(app, file, certificate.keyFile, run.id);
  for (const entry of report.entries.filter((one) => one.rows !== null)) note(`   ${entry.name}: ${entry.rows} rows, ${byteText(entry.bytes)}`);
  const first = report.entries.find((one) => (one.rows ?? 0) > 0);
  if (first) {
    say(`\nFirst lines of ${first.name}:`);
    for (const line of await firstLines(path.join(folder, first.name), 3)) say(plainText(line.length > 600 ? `${line.slice(0, 600)} …` : line));
  }
  say('\nmanifest.json:');
  say(JSON.stringify(report.manifest, null, 2));
  say(`\nUnpacked and checked in ${folder}`);
}

function refuse(run: RunView): never {
  const code = run.error?.code ?? 'internal';
  throw new CodedError(code in ERRORS ? (code as ErrorCode) : 'internal', { value: run.error?.value });
}
