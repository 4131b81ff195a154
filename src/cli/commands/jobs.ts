import type { Command } from 'commander';
import type { JobView } from '../../contract/job.ts';
import { runJobNow } from '../../operations/change-job.ts';
import { createJob } from '../../operations/create-job.ts';
import { getJob, listJobsFor } from '../../operations/read-jobs.ts';
import { listCertificatesFor } from '../../operations/certificates.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { followRun } from '../follow-run.ts';
import { note, plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';
import { endAs, finishRun, NOT_RUNNING, sayRun } from './runs.ts';

interface CreateOptions extends PlaceOptions {
  readonly title: string;
  readonly description?: string;
  readonly source: string;
  readonly type: string;
  readonly entityType?: string[];
  readonly last?: string;
  readonly from?: string;
  readonly to?: string;
  readonly recipient?: string[];
  readonly wait?: boolean;
  readonly json?: boolean;
}

export function registerJobs(program: Command): void {
  const job = program.command('job').description('Export jobs');
  addPlaceOptions(job.command('create').description('Create a job that runs once, immediately'))
    .requiredOption('--title <text>', 'title, 1 to 200 characters')
    .option('--description <text>', 'description')
    .requiredOption('--source <name>', 'source, e.g. UCSX')
    .requiredOption('--type <name>', 'type, e.g. Interaction')
    .option('--entity-type <name...>', 'entity types (all when left out)')
    .option('--last <N unit>', 'the last N units: "30 days", "6 hours" (all data when left out)')
    .option('--from <time>', 'fixed interval: start, e.g. 2026-03-01T00:00:00Z')
    .option('--to <time>', 'fixed interval: end (not included)')
    .option('--recipient <id...>', 'certificate id or fingerprint (all valid certificates when left out)')
    .option('--wait', 'show progress until the run ends')
    .action((options: CreateOptions) => withApp(options, (context) => create(context, options)));
  addPlaceOptions(job.command('list').description('List jobs')).action((options: PlaceOptions & { json?: boolean }) =>
    withApp(options, (context) => list(context, options.json === true)),
  );
  addPlaceOptions(job.command('show').description('Show a job').argument('<id>', 'job id', idArgument)).action(
    (id: string, options: PlaceOptions & { json?: boolean }) =>
      withApp(options, async ({ app, actor }) => sayJob(await getJob(app.services, actor, id), options.json === true)),
  );
  addPlaceOptions(
    job.command('run').description('Run a job now').argument('<id>', 'job id', idArgument).option('--wait', 'show progress until the run ends'),
  ).action((id: string, options: PlaceOptions & { json?: boolean; wait?: boolean }) =>
    withApp(options, async (context) => {
      const run = await runJobNow(context.app.services, context.actor, id);
      await finishRun(context, run, options.wait === true, options.json === true);
    }),
  );
}

async function create(context: CommandContext, options: CreateOptions): Promise<void> {
  const { app, actor } = context;
  const created = await createJob(app.services, actor, await draftOf(context, options), null);
  const run = created.lastRun;
  if (options.wait && run) {
    if (app.ownsFolder) await app.startWorker();
    endAs(await followRun(context, run.id, 'export'));
  }
  sayJob(await getJob(app.services, actor, created.id), options.json === true);
  if (!options.wait && app.ownsFolder) note(NOT_RUNNING);
}

async function draftOf({ app, actor }: CommandContext, options: CreateOptions): Promise<Record<string, unknown>> {
  const certificates = await listCertificatesFor(app.services, actor);
  const byName = (name: string) => certificates.find((one) => one.id === name || one.fingerprint === name.toLowerCase().replaceAll(':', ''))?.id ?? name;
  return {
    title: options.title,
    ...(options.description === undefined ? {} : { description: options.description }),
    source: options.source,
    type: options.type,
    entityTypes: options.entityType ?? 'all',
    run: { kind: 'once', start: 'immediately' },
    range: rangeOf(options),
    recipients: options.recipient ? options.recipient.map(byName) : certificates.filter((one) => one.daysLeft > 0).map((one) => one.id),
  };
}

function rangeOf(options: CreateOptions): unknown {
  if (options.from !== undefined || options.to !== undefined) return { kind: 'fixed', from: options.from, to: options.to };
  if (options.last === undefined) return { kind: 'all' };
  const [count, unit] = options.last.trim().split(/\s+/);
  return { kind: 'last', count: /^-?\d+$/.test(count ?? '') ? Number(count) : count, unit: (unit ?? '').replace(/s$/, '') };
}

async function list({ app, actor }: CommandContext, json: boolean): Promise<void> {
  const page = await listJobsFor(app.services, actor, { page: 1, pageSize: 200, sort: '-createdAt' });
  if (json) return sayJson(page);
  if (page.items.length === 0) return say('No jobs yet. Make one with "udm job create".');
  sayTable(
    ['ID', 'SOURCE', 'TYPE', 'TITLE', 'STATE', 'LATEST STATUS', 'LAST RUN'],
    page.items.map((job) => [job.id, job.source, job.type, plainText(job.title), job.state, job.lastRun?.status ?? '', job.lastRun?.startedAt ?? '']),
  );
}

function sayJob(job: JobView, json: boolean): void {
  if (json) {
    sayJson(job);
    return;
  }
  sayTable(
    ['FIELD', 'VALUE'],
    [
      ['id', job.id],
      ['title', plainText(job.title)],
      ['source', job.source],
      ['type', job.type],
      ['entity types', job.entityTypes === 'all' ? 'all' : job.entityTypes.join(', ')],
      ['range', JSON.stringify(job.range)],
      ['recipients', job.recipients.map((one) => plainText(one.label)).join(', ')],
      ['state', job.state],
    ],
  );
  if (job.lastRun) sayRun(job.lastRun);
}
