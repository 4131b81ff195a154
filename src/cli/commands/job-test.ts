import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type JobTestEvent, TEST_STEPS, type TestStep } from '../../contract/job-test.ts';
import { CodedError } from '../../errors.ts';
import { listCertificatesFor } from '../../operations/certificates.ts';
import { getJob } from '../../operations/read-jobs.ts';
import { testJob, type TestProgress } from '../../operations/test-job.ts';
import { addTimeOptions, type DraftFlags, draftOfFlags } from '../draft-of-flags.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { note, say, sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & DraftFlags & { readonly json?: boolean; readonly out?: string };
type Outcome = Exclude<TestProgress, { state: 'running' } | { state: 'end' }>;
type End = Extract<TestProgress, { state: 'end' }>;

const STEP_NAMES: Readonly<Record<TestStep, string>> = {
  settings: 'The settings are valid',
  recipients: 'The certificates of the recipients are valid',
  source: 'The source answers',
  tables: 'Its tables and columns are there',
  rows: 'Rows can be counted',
  sample: 'Rows can be read',
  encrypt: 'A file can be encrypted to the recipients',
};

export function registerJobTest(job: Command): void {
  const command = addPlaceOptions(
    job
      .command('test')
      .description('Try what a run would do, up to a small encrypted file: of a job, of a job after an edit (id and flags), or of a job to be made (flags)')
      .argument('[id]', 'job id', idArgument),
  )
    .option('--title <text>', 'title, 1 to 200 characters')
    .option('--source <name>', 'source, e.g. UCSX')
    .option('--type <name>', 'type, e.g. Interaction')
    .option('--entity-type <name...>', 'entity types, or all')
    .option('--recipient <id...>', 'certificates, by id or fingerprint; all valid ones when left out')
    .option('--out <folder>', 'write the encrypted file there; it holds a proof word, and no row of the source');
  addTimeOptions(command).action((id: string | undefined, options: Options) => withApp(options, (context) => test(context, id, options)));
}

async function test(context: CommandContext, id: string | undefined, options: Options): Promise<void> {
  const { app, actor } = context;
  const stored = id === undefined ? undefined : await getJob(app.services, actor, id);
  const draft = draftOfFlags({ ...options, title: options.title ?? stored?.title ?? 'Test' }, await listCertificatesFor(app.services, actor), stored);
  const outcomes: Outcome[] = [];
  let end: End | undefined;
  for await (const one of testJob(app.services, actor, { draft, ...(stored && { job: stored.id }) }, new AbortController().signal)) {
    if (one.state === 'end') end = one;
    else if (one.state !== 'running') outcomes.push(one);
    if (!options.json && one.state !== 'end' && one.state !== 'running') sayOutcome(one);
  }
  const file = options.out === undefined || !end?.file ? null : await save(end.file, options.out);
  if (options.json) sayJson({ ok: end?.ok ?? false, steps: outcomes.map(documentOf), file });
  else if (file !== null) say(`Written: ${file}. Open it with: udm decrypt ${file} --key <your private key>`);
  const failed = outcomes.find((one) => one.state === 'failed');
  if (failed) throw failed.error;
}

function sayOutcome(one: Outcome): void {
  const marks = { ok: 'ok      ', failed: 'FAILED  ', skipped: 'skipped ' } as const;
  (one.state === 'failed' ? note : say)(`${marks[one.state]}${TEST_STEPS.indexOf(one.step) + 1}. ${STEP_NAMES[one.step]}`);
}

function documentOf(one: Outcome): Omit<Extract<JobTestEvent, { event: 'step' }>, 'event' | 'problem'> & { code?: string } {
  const { step, state } = one;
  return { step, state, ...(one.state === 'ok' && { facts: { ...one.facts } }), ...(one.state === 'failed' && { code: one.error.code }) };
}

async function save(file: NonNullable<End['file']>, folder: string): Promise<string> {
  const target = path.join(folder, file.name);
  await writeFile(target, file.bytes, { flag: 'wx' }).catch((cause: unknown) => {
    throw new CodedError('file.unwritable', { value: folder, cause });
  });
  return target;
}
