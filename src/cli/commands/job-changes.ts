import type { Command } from 'commander';
import { type JobView, MISSED_RUNS } from '../../contract/job.ts';
import { CodedError } from '../../errors.ts';
import { listCertificatesFor } from '../../operations/certificates.ts';
import { cloneJob } from '../../operations/clone-job.ts';
import { removeJob } from '../../operations/delete-job.ts';
import { editJob } from '../../operations/edit-job.ts';
import { getJob } from '../../operations/read-jobs.ts';
import { resumeJob } from '../../operations/resume-job.ts';
import { suspendJob } from '../../operations/suspend-job.ts';
import { ask, canAsk } from '../ask.ts';
import { addFileOptions, addTimeOptions, type DraftFlags, draftOfFlags, saysAnything } from '../draft-of-flags.ts';
import { finishJob, refuseWaiting } from '../finish-job.ts';
import { addSelection, type SelectionFlags, singleOf } from '../job-selection.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { instantText } from '../show-job.ts';
import { note, say, sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';
import { actOnMany } from './job-bulk.ts';
import { RUNS_WAIT } from './runs.ts';

type Options = PlaceOptions & SelectionFlags & { readonly json?: boolean; readonly wait?: boolean };
type EditOptions = PlaceOptions & { readonly json?: boolean; readonly wait?: boolean } & DraftFlags;
type ResumeOptions = Options & { readonly missed?: string };

export function registerJobChanges(job: Command): void {
  registerEdit(job);
  addSelection(addPlaceOptions(job.command('suspend').description('Suspend jobs: they do not run until they are resumed'))).action(
    (ids: string[], options: Options) =>
      withApp(options, async (context) => {
        const id = singleOf(ids, options);
        if (id === null) return actOnMany(context, { action: 'suspend' }, ids, options);
        const suspended = await suspendJob(context.app.services, context.actor, id);
        options.json ? sayJson(suspended) : say('Suspended. No data is lost by it: a since-previous-run job goes on from where it stands.');
      }),
  );
  addSelection(addPlaceOptions(job.command('resume').description('Resume suspended jobs')))
    .option('--missed <which>', "which runs of the suspension to run now: all, latest or none (the job's policy when left out)")
    .action((ids: string[], options: ResumeOptions) =>
      withApp(options, (context) => {
        const id = singleOf(ids, options);
        const act = { action: 'resume' as const, ...(options.missed !== undefined && { missed: options.missed }) };
        return id === null ? actOnMany(context, act, ids, options) : resume(context, id, options);
      }),
    );
  addSelection(addPlaceOptions(job.command('delete').description('Delete jobs; their runs and artifacts stay'))).action((ids: string[], options: Options) =>
    withApp(options, async (context) => {
      const id = singleOf(ids, options);
      if (id === null) return actOnMany(context, { action: 'delete' }, ids, options);
      await removeJob(context.app.services, context.actor, id);
      options.json ? sayJson({ deleted: id }) : say('Deleted. Its runs and artifacts stay.');
    }),
  );
  addPlaceOptions(job.command('clone').description('Make a job with the settings of another').argument('<id>', 'job id', idArgument))
    .requiredOption('--title <text>', 'title of the new job')
    .option('--wait', 'of a job that runs immediately: show progress until the run ends')
    .action((id: string, options: Options & { readonly title: string }) =>
      withApp(options, async (context) => finishJob(context, await cloneJob(context.app.services, context.actor, id, options.title), options)),
    );
}

function registerEdit(job: Command): void {
  const command = addPlaceOptions(
    job
      .command('edit')
      .description('Change a job; what no flag names stays. See "udm job preview ID" with the same flags first.')
      .argument('<id>', 'job id', idArgument),
  )
    .option('--title <text>', 'title, 1 to 200 characters')
    .option('--description <text>', 'description; "" takes it away')
    .option('--source <name>', 'source, e.g. UCSX')
    .option('--type <name>', 'type, e.g. Interaction')
    .option('--entity-type <name...>', 'entity types, or all')
    .option('--recipient <id...>', 'certificate id or fingerprint')
    .option('--wait', 'with --immediately: show progress until the run ends');
  addFileOptions(addTimeOptions(command)).action((id: string, options: EditOptions) => withApp(options, (context) => edit(context, id, options)));
}

async function edit(context: CommandContext, id: string, options: EditOptions): Promise<void> {
  const { app, actor } = context;
  if (!saysAnything(options)) throw new CodedError('usage', { field: 'flags', value: 'nothing to change', range: 'at least one, see "udm job edit --help"' });
  const stored = await getJob(app.services, actor, id);
  const draft = draftOfFlags(options, await listCertificatesFor(app.services, actor), stored);
  refuseWaiting(options, draft['run']);
  await finishJob(context, await editJob(app.services, actor, id, stored.version, draft), options);
}

async function resume(context: CommandContext, id: string, options: ResumeOptions): Promise<void> {
  const { app, actor } = context;
  const before = await plannedJob(context, id);
  const asks = options.missed === undefined && before.may.resume && before.suppressedRuns > 0;
  const chosen = asks && canAsk(options.json === true) ? await askMissed(before) : options.missed;
  const after = await resumeJob(app.services, actor, id, chosen);
  if (options.json) return sayJson(after);
  if (before.state === 'active') return say('The job is active already.');
  if (before.suppressedRuns > 0) {
    const which = { all: 'all of them run now', latest: 'the latest of them runs now', none: 'none of them runs' }[(chosen ?? before.missedRuns) as 'all'];
    const why = chosen === undefined ? ' (the policy of the job; choose with --missed)' : '';
    say(`Runs that the suspension suppressed: ${before.suppressedRuns}; ${which}${why}.`);
  }
  say(after.nextRunAt ? `Resumed. Next run: ${instantText(after.nextRunAt, after.timeZone)}.` : 'Resumed.');
  if (app.ownsFolder) note(RUNS_WAIT);
}

/** The job with a row for each run that came due. Where no UDM runs nobody has planned; suspending a suspended job does that, and only that. */
async function plannedJob({ app, actor }: CommandContext, id: string): Promise<JobView> {
  const job = await getJob(app.services, actor, id);
  return app.ownsFolder && job.may.resume ? suspendJob(app.services, actor, id) : job;
}

async function askMissed(job: JobView): Promise<string> {
  const runs = job.suppressedRuns === 1 ? '1 run came due' : `${job.suppressedRuns} runs came due`;
  const answer = await ask(`${runs} while the job was suspended. Which to run now?`, MISSED_RUNS, job.missedRuns);
  if (answer === null) throw new CodedError('usage', { field: '--missed', value: 'no answer; the job is still suspended', range: MISSED_RUNS });
  return answer;
}
