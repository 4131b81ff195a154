import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { type App, openApp } from '../../app.ts';
import { loadConfig } from '../../config/index.ts';
import type { RunView } from '../../contract/run.ts';
import type { Actor } from '../../domain/permission.ts';
import { MISSED_AT_LEAST, repeatingDemoJob, untilCaughtUp } from '../../demo/catch-up.ts';
import { type DemoPeople, demoPeople } from '../../demo/demo-people.ts';
import { submitDemoRequests } from '../../demo/demo-requests.ts';
import {
  addDemoCertificate,
  addDemoSources,
  type ContactCentre,
  createDemoJob,
  type DemoAccount,
  decryptDemoArtifact,
  demoAccount,
  downloadDemoArtifact,
  firstLines,
  isDemoPassword,
  sampleFolder,
  startSample,
} from '../../demo/run-demo.ts';
import { CodedError, ERRORS, type ErrorCode } from '../../errors.ts';
import { previewStoredJob } from '../../operations/preview-job.ts';
import { followRun } from '../follow-run.ts';
import { countOption } from '../options.ts';
import { ProgressBar } from '../progress-bar.ts';
import { byteText, note, plainText, say, sayTable } from '../terminal.ts';
import { openDoor, stopSignal } from './serve.ts';

const LIVE_EVERY_MS = 5_000;
/** Enough to see, after a long time off. */
const SHOWN_RUNS = 12;

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
    // Before the first run: what the contact centre did meanwhile is there when it is asked.
    await centre.addUntil(new Date());
    await addDemoSources(app, actor, centre);
    await app.startWorker();
    app.startPlanner();
    app.startHousekeeping();
    const certificate = await addDemoCertificate(app, actor, 'exports');
    await exportAndOpen(app, actor, certificate);
    await catchUp(app, actor, certificate.id);
    if (options.once) return;
    const privacy = await dataRequests(app, { account, actor, centre });
    const door = await openDoor(app, config);
    say('');
    say(`The web app is ready: ${door.url}`);
    await sayWhoSignsIn(app, { account, actor, privacy });
    say('Press Ctrl+C to stop.');
    await liveOn(centre, stop);
    await door.close();
  } finally {
    await app.stop();
    await centre?.stop();
  }
}

/** The contact centre goes on working until the demo is stopped. */
async function liveOn(centre: ContactCentre, stop: Promise<void>): Promise<void> {
  let stopped = false;
  void stop.then(() => {
    stopped = true;
  });
  while (!stopped) {
    await Promise.race([stop, pause(LIVE_EVERY_MS, undefined, { ref: false })]);
    // A demo goes on without new calls rather than end because of one.
    await centre.addUntil(new Date()).catch(() => 0);
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

async function exportAndOpen(app: App, actor: Actor, certificate: { id: string; keyFile: string }): Promise<void> {
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

/** A job that runs every hour, after the machine was off: every missed hour gets its run, and the windows meet without gap or overlap. */
async function catchUp(app: App, actor: Actor, certificateId: string): Promise<void> {
  const { id, isNew } = await repeatingDemoJob(app, actor, certificateId);
  note('');
  note(
    isNew ? '5. A job that runs every hour, as if this machine had been off for four hours' : '5. The hourly job catches up with the time this machine was off',
  );
  const bar = new ProgressBar();
  const runs = await untilCaughtUp(app, actor, id, isNew ? MISSED_AT_LEAST : 0, (seen) => {
    const done = seen.filter((run) => run.finishedAt !== null).length;
    bar.show({ label: 'catching up', percent: seen.length === 0 ? null : Math.floor((done / seen.length) * 100), detail: `${done} of ${seen.length} runs` });
  });
  bar.end();
  sayTable(
    ['RUN DUE', 'STATUS', 'DATA FROM', 'DATA TO', 'ROWS'],
    runs.slice(-SHOWN_RUNS).map((run) => [run.scheduledAt, run.status, run.window.from ?? '', run.window.to ?? '', String(run.progress.rows)]),
  );
  const published = runs.filter((run) => run.status === 'succeeded' || run.status === 'succeeded_no_data');
  const broken = published.filter((run, index) => index > 0 && run.window.from !== published[index - 1]?.window.to);
  const failed = runs.filter((run) => run.status === 'failed').length;
  if (failed > 0) say(`${failed} runs failed; the next run covers their time. See the history.`);
  if (broken.length > 0) say(`${broken.length} windows do not meet the one before.`);
  else if (published.length > 1) say('Every window begins where the one before ended: no gap, no overlap.');
  const { sentence, runs: next } = await previewStoredJob(app.services, actor, id, 1);
  if (next[0]) say(`${sentence}. Next run: ${next[0].at}`);
}

interface Privacy {
  readonly people: DemoPeople;
  /** Opens access packages. */
  readonly keyFile: string;
}

/** Left out of `--once`: what they come to is seen in the web app. Null when this tenant has other people of these names. */
async function dataRequests(app: App, { account, actor, centre }: { account: DemoAccount; actor: Actor; centre: ContactCentre }): Promise<Privacy | null> {
  const people = await demoPeople(app, actor, account.tenant);
  if (!people) return null;
  note('');
  note('6. Data requests: one customer asks what is held about them, another to be erased');
  const { keyFile } = await addDemoCertificate(app, people.officer.actor, 'packages');
  if (!(await submitDemoRequests(app, actor, people.officer.actor, centre))) note('   Nobody called lately: submit one under GDPR in the web app.');
  return { people, keyFile };
}

async function sayWhoSignsIn(app: App, { account, actor, privacy }: { account: DemoAccount; actor: Actor; privacy: Privacy | null }): Promise<void> {
  const { tenant, user } = account;
  const password = (await isDemoPassword(app, actor, account)) ? account.password : null;
  say(`Sign in to tenant ${tenant} with`);
  say('');
  const { officer, approver } = privacy?.people ?? {};
  const line = (one: { user: string; password: string | null }, toSee: string) => [one.user, one.password ?? 'the one chosen since', toSee];
  sayTable(
    ['USER', 'PASSWORD', 'TO SEE'],
    [
      line({ user, password }, 'jobs, their history and files'),
      ...(officer ? [line(officer, 'GDPR: what one customer gets to see, and what erasing another would take')] : []),
      ...(approver ? [line(approver, 'GDPR: approve that erasure; nobody approves what they handled')] : []),
    ],
  );
  say('');
  if (privacy) say(`Packages the officer downloads open with   ./udm decrypt FILE --key ${privacy.keyFile} --out FOLDER`);
}

function refuse(run: RunView): never {
  const code = run.error?.code ?? 'internal';
  throw new CodedError(code in ERRORS ? (code as ErrorCode) : 'internal', { value: run.error?.value });
}
