import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError, ERRORS } from '../../errors.ts';
import { type CheckFinding, isFault } from '../../operations/check-finding.ts';
import { type CheckProgress, type CheckReport, checkStorage } from '../../operations/check-storage.ts';
import { planRepair, repair, type RepairStep } from '../../operations/repair-storage.ts';
import { readPrivateKey } from '../../pipeline/primitives-node.ts';
import { ask, canAsk } from '../ask.ts';
import { refuseBeside } from '../contradiction.ts';
import { addPlaceOptions } from '../options.ts';
import { type BarState, ProgressBar } from '../progress-bar.ts';
import { byteText, note, plainText, say, sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

interface CheckOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly readData?: boolean;
  readonly key?: string;
  readonly passphraseFile?: string;
}

type RepairOptions = PlaceOptions & { readonly json?: boolean; readonly yes?: boolean };

/** What needs the private key of a recipient, which UDM never has. */
const INSIDE = 'what is inside the files: decryption, zip, rows and inner manifests (needs --read-data with --key, the private key of a recipient)';
const DATA = 'the bytes of the files: SHA-256 and CMS structure (needs --read-data)';

export function registerCheck(program: Command): void {
  addPlaceOptions(program.command('check').description('Compare files in storage with the rows of all tenants, and the rows with each other; changes nothing'))
    .option('--read-data', 'read every file to its end: SHA-256 and CMS structure')
    .option('--key <file>', 'RSA private key, PEM: with --read-data also decrypts and unpacks the files it opens; nothing is written')
    .option('--passphrase-file <file>', 'file that holds the passphrase of the key')
    .action(async (options: CheckOptions) => {
      const key = await keyOf(options);
      await withApp(options, (context) => check(context, options, key));
    });
}

export function registerRepair(program: Command): void {
  addPlaceOptions(program.command('repair').description('Say what would be mended in storage and among the runs, ask, and do just that'))
    .option('--yes', 'do it without being asked')
    .action((options: RepairOptions) => withApp(options, (context) => mend(context, options)));
}

async function keyOf(options: CheckOptions) {
  if (options.key === undefined) return undefined;
  if (!options.readData) refuseBeside('--key', 'a check that reads no data', '--read-data');
  const text = async (file: string, field: string) =>
    readFile(file, 'utf8').catch((cause: unknown) => {
      throw new CodedError('usage', { field, value: file, cause });
    });
  const passphrase = options.passphraseFile === undefined ? undefined : (await text(options.passphraseFile, '--passphrase-file')).replace(/\r?\n$/, '');
  return readPrivateKey(await text(options.key, '--key'), passphrase);
}

async function check({ app, actor }: CommandContext, options: CheckOptions, key: Awaited<ReturnType<typeof keyOf>>): Promise<void> {
  const bar = new ProgressBar();
  const report = await checkStorage(app.services, actor, {
    readData: options.readData === true,
    key,
    onProgress: options.json ? undefined : (progress) => bar.show(barOf(progress, options.readData === true)),
  });
  bar.end();
  const notChecked = [...(options.readData ? [] : [DATA]), ...(key ? [] : [INSIDE])];
  const isOk = !report.findings.some(isFault);
  if (options.json) sayJson({ ok: isOk, ...report, notChecked, findings: report.findings.map(inWords) });
  else sayReport(report, notChecked);
  // As "diff" does: 1 says that something was found.
  if (!isOk) process.exitCode = 1;
}

function barOf({ files, bytes, total }: CheckProgress, readsData: boolean): BarState {
  const [done, all] = readsData ? [bytes, total.bytes] : [files, total.files];
  // Files that were published since are read too.
  const percent = Math.min(100, Math.floor((done / Math.max(all, 1)) * 100));
  return { label: 'check', percent, detail: `${files} of ${total.files} files${readsData ? `, ${byteText(bytes)} of ${byteText(total.bytes)}` : ''}` };
}

function inWords(finding: CheckFinding) {
  const { text, fix } = ERRORS[finding.code];
  return { ...finding, level: isFault(finding) ? 'fault' : 'note', text, fix };
}

function sayReport({ findings, files, bytes, manifests, opened, notForKey }: CheckReport, notChecked: readonly string[]): void {
  for (const one of findings) {
    const { text, fix } = inWords(one);
    say(`${isFault(one) ? '' : 'note: '}${plainText(one.about)}: ${text} (${one.code})`);
    if (one.detail !== undefined) say(`  ${JSON.stringify(one.detail)}`);
    say(`  next: ${fix}`);
  }
  say(
    `Checked ${files} ${files === 1 ? 'file' : 'files'}${bytes > 0 ? ` (${byteText(bytes)} read)` : ''} and ${manifests} run ${manifests === 1 ? 'manifest' : 'manifests'}.`,
  );
  if (opened > 0) say(`Decrypted, unpacked and compared with their inner manifests: ${opened}.`);
  if (notForKey > 0) say(`Not encrypted to this key, so not opened: ${notForKey}.`);
  for (const one of notChecked) say(`Not checked: ${one}.`);
  const faults = findings.filter(isFault).length;
  say(faults === 0 ? 'Nothing is wrong.' : `${faults} ${faults === 1 ? 'thing is' : 'things are'} not right.`);
}

async function mend({ app, actor }: CommandContext, options: RepairOptions): Promise<void> {
  const { steps: plan, unseen } = await planRepair(app.services, actor);
  if (!options.json) sayPlan(plan, unseen);
  const agreed = plan.length > 0 && (options.yes || (canAsk(options.json === true) && (await ask('Do this?', ['yes', 'no'], 'no')) === 'yes'));
  if (!agreed) {
    if (options.json) sayJson({ plan, unseen, done: options.yes ? 0 : null, failed: options.yes ? 0 : null });
    else if (plan.length > 0) note('Nothing was changed. To do this, add --yes.');
    return;
  }
  const { done, failed } = await repair(app.services, actor, plan);
  options.json ? sayJson({ plan, unseen, done, failed }) : say(doneText(plan.length, done, failed));
  if (failed > 0) process.exitCode = 1;
}

function doneText(planned: number, done: number, failed: number): string {
  const changed = planned - done - failed;
  const rest = [...(failed > 0 ? [`${failed} failed: see "udm check"`] : []), ...(changed > 0 ? [`${changed} had changed meanwhile`] : [])];
  return `Done: ${[`${done} of ${planned}`, ...rest].join('; ')}.`;
}

function sayPlan(plan: readonly RepairStep[], unseen: readonly string[]): void {
  for (const one of unseen) note(`Could not be looked at, so nothing is planned for it: ${plainText(one === '' ? 'the folder of sealed objects' : one)}`);
  if (plan.length === 0) {
    say('There is nothing to repair.');
    return;
  }
  say(`This would be done (${plan.length} ${plan.length === 1 ? 'step' : 'steps'}):`);
  for (const step of plan) say(`  ${plainText(stepText(step))}`);
}

function stepText(step: RepairStep): string {
  switch (step.kind) {
    case 'remove_orphan':
      return `remove the object ${step.key}, which no artifact lists`;
    case 'remove_temporary':
      return `remove the temporary object ${step.name} to which nobody has written for an hour`;
    case 'requeue_run':
      return `give the run ${step.runId}, on which nobody works, to a worker`;
    case 'delete_file':
      return `delete the file of the artifact ${step.artifactId}, which expired or was deleted`;
    case 'mark':
      return step.damage === null
        ? `take the mark from ${step.fileName}: its file is there again`
        : `mark ${step.fileName}: its file is ${step.damage === 'missing' ? 'not in storage' : 'of another length'}`;
  }
}
