import type { Command } from 'commander';
import type { JobView } from '../../contract/job.ts';
import { listCertificatesFor } from '../../operations/certificates.ts';
import { createJob } from '../../operations/create-job.ts';
import { getJob, listJobsFor } from '../../operations/read-jobs.ts';
import { runJobNow } from '../../operations/run-job-now.ts';
import { refuseBeside } from '../contradiction.ts';
import { addFileOptions, addTimeOptions, type DraftFlags, draftOfFlags } from '../draft-of-flags.ts';
import { finishJob, refuseWaiting } from '../finish-job.ts';
import { addSelection, type SelectionFlags, singleOf } from '../job-selection.ts';
import { addListOptions, type ListOptions, noteOtherRows, readList } from '../list-pages.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { sayJob } from '../show-job.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';
import { actOnMany } from './job-bulk.ts';
import { registerJobChanges } from './job-changes.ts';
import { registerJobPreview } from './job-preview.ts';
import { registerJobTest } from './job-test.ts';
import { finishRun } from './runs.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly wait?: boolean };
type CreateOptions = Options & DraftFlags;

export function registerJobs(program: Command): void {
  const job = program.command('job').description('Export jobs');
  registerCreate(job);
  registerJobPreview(job);
  registerJobTest(job);
  addListOptions(addPlaceOptions(job.command('list').description('List jobs, newest first'))).action((options: Options & ListOptions) =>
    withApp(options, (context) => list(context, options)),
  );
  addPlaceOptions(job.command('show').description('Show a job').argument('<id>', 'job id', idArgument)).action((id: string, options: Options) =>
    withApp(options, async ({ app, actor }) => sayJob(await getJob(app.services, actor, id), options.json === true)),
  );
  registerJobChanges(job);
  addPlaceOptions(addSelection(job.command('run').description('Run jobs now')).option('--wait', 'of one job: show progress until the run ends')).action(
    (ids: string[], options: Options & SelectionFlags) =>
      withApp(options, async (context) => {
        const id = singleOf(ids, options);
        if (id === null && options.wait) refuseBeside('--wait', 'several jobs', 'one job');
        if (id === null) return actOnMany(context, { action: 'run' }, ids, options);
        const run = await runJobNow(context.app.services, context.actor, id);
        await finishRun(context, run, options.wait === true, options.json === true);
      }),
  );
}

function registerCreate(job: Command): void {
  const command = addPlaceOptions(job.command('create').description('Create a job: it runs once, immediately, unless a schedule is given'))
    .requiredOption('--title <text>', 'title, 1 to 200 characters')
    .option('--description <text>', 'description')
    .requiredOption('--source <name>', 'source, e.g. UCSX')
    .requiredOption('--type <name>', 'type, e.g. Interaction')
    .option('--entity-type <name...>', 'entity types (all when left out)')
    .option('--recipient <id...>', 'certificate id or fingerprint (all valid certificates when left out)')
    .option('--wait', 'of a job that runs immediately: show progress until the run ends');
  addFileOptions(addTimeOptions(command)).action((options: CreateOptions) => withApp(options, (context) => create(context, options)));
}

async function create(context: CommandContext, options: CreateOptions): Promise<void> {
  const { app, actor } = context;
  const draft = draftOfFlags(options, await listCertificatesFor(app.services, actor));
  refuseWaiting(options, draft['run']);
  await finishJob(context, await createJob(app.services, actor, draft, null), options);
}

async function list({ app, actor }: CommandContext, options: Options & ListOptions): Promise<void> {
  const page = await readList(options, (query) => listJobsFor(app.services, actor, query));
  if (options.json) sayJson(page);
  else if (page.total.count === 0) say('No jobs yet. Make one with "udm job create".');
  else sayTable(['ID', 'SOURCE', 'TYPE', 'TITLE', 'STATE', 'SCHEDULE', 'NEXT RUN', 'LATEST STATUS', 'LAST RUN'], page.items.map(rowOf));
  noteOtherRows(page);
}

function rowOf(job: JobView): readonly string[] {
  return [
    job.id,
    job.source,
    job.type,
    plainText(job.title),
    job.state,
    job.sentence,
    job.nextRunAt ?? '',
    job.lastRun?.status ?? '',
    job.lastRun?.startedAt ?? '',
  ];
}
