import type { Command } from 'commander';
import type { RunView } from '../../contract/run.ts';
import { ERRORS, type ErrorCode } from '../../errors.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { removeRun } from '../../operations/delete-run.ts';
import { getRunDetails } from '../../operations/read-run-details.ts';
import { listRunsFor } from '../../operations/read-runs.ts';
import { retryRun } from '../../operations/retry-run.ts';
import { getRunManifest, listManifestsUpTo } from '../../operations/run-manifest.ts';
import { followRun } from '../follow-run.ts';
import { addListOptions, type ListOptions, noteOtherRows, readList } from '../list-pages.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { saveManifests } from '../save-manifests.ts';
import { sayRun, sayRunDetails } from '../show-run.ts';
import { byteText, note, plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function registerRuns(program: Command): void {
  const run = program.command('run').description('Runs of export jobs');
  addListOptions(addPlaceOptions(run.command('list').description('List runs, newest first'))).action((options: Options & ListOptions) =>
    withApp(options, (context) => list(context, options)),
  );
  addPlaceOptions(
    run.command('show').description('Show a run: attempts, phases, files, settings, what happened around it').argument('<id>', 'run id', idArgument),
  ).action((id: string, options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const found = await getRunDetails(app.services, actor, id);
      const { run: facts, ...details } = found;
      options.json ? sayJson({ ...facts, ...details }) : sayRunDetails(found);
    }),
  );
  addPlaceOptions(
    run
      .command('manifest')
      .description('Save the signed manifest of a published run beside its files, for "udm verify"')
      .argument('<id>', 'run id', idArgument)
      .option('--chain', 'and those of all earlier runs of its job')
      .option('--out <folder>', 'folder to save to', '.'),
  ).action((id: string, options: Options & { readonly chain?: boolean; readonly out: string }) =>
    withApp(options, async ({ app, actor }) => {
      const files = options.chain ? await listManifestsUpTo(app.services, actor, id) : [await getRunManifest(app.services, actor, id)];
      const saved = await saveManifests(files, options.out);
      options.json ? sayJson({ files: saved }) : say(`Saved ${saved.join(', ')}.`);
    }),
  );
  addPlaceOptions(
    run
      .command('retry')
      .description('Run again, for the same window, what failed, was cancelled, missed or suppressed')
      .argument('<id>', 'run id', idArgument)
      .option('--wait', 'wait until it has ended'),
  ).action((id: string, options: Options & { readonly wait?: boolean }) =>
    withApp(options, async (context) =>
      finishRun(context, await retryRun(context.app.services, context.actor, id), options.wait === true, options.json === true),
    ),
  );
  addPlaceOptions(
    run.command('delete').description('Take a run that has ended out of the history; its files stay').argument('<id>', 'run id', idArgument),
  ).action((id: string, options: Options) =>
    withApp(options, async ({ app, actor }) => {
      await removeRun(app.services, actor, id);
      options.json ? sayJson({ deleted: id }) : say('Taken out of the history. Its files stay under "udm artifact list".');
    }),
  );
  addPlaceOptions(run.command('cancel').description('Cancel a run').argument('<id>', 'run id', idArgument)).action((id: string, options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const found = await cancelRun(app.services, actor, id);
      options.json ? sayJson(found) : say(found.status === 'cancelled' ? 'Cancelled.' : 'Cancelling: the run ends within seconds.');
    }),
  );
}

async function list({ app, actor }: CommandContext, options: Options & ListOptions): Promise<void> {
  const page = await readList(options, (query) => listRunsFor(app.services, actor, query));
  if (options.json) sayJson(page);
  else if (page.total.count === 0) say('No runs yet. A job makes its first run when it starts.');
  else sayTable(['ID', 'SOURCE', 'TYPE', 'JOB', 'STATUS', 'TRIGGER', 'SCHEDULED', 'ROWS', 'SIZE'], page.items.map(rowOf));
  noteOtherRows(page);
}

function rowOf(run: RunView): readonly string[] {
  return [
    run.id,
    run.source,
    run.type,
    plainText(run.jobTitle),
    run.status,
    run.trigger,
    run.scheduledAt,
    String(run.progress.rows),
    byteText(run.finishedAt === null ? run.progress.fileBytes : run.fileBytesTotal),
  ];
}

/** After a run was asked for: follow it, or say where it stands. */
export async function finishRun(context: CommandContext, run: RunView, wait: boolean, json: boolean): Promise<void> {
  if (wait && context.app.ownsFolder) await context.app.startWorker();
  const last = wait ? await followRun(context, run.id, 'export') : run;
  json ? sayJson(last) : sayRun(last);
  if (wait) endAs(last);
  if (!wait && context.app.ownsFolder) note(NOT_RUNNING);
}

export const NOT_RUNNING = 'UDM is not running: the run begins with "udm serve". Add --wait to run it here.';
export const RUNS_WAIT = 'UDM is not running: runs begin while "udm serve" runs.';

/** A command that waited for a run ends as the run did: 0 when it succeeded, else with the exit code of its cause. */
export function endAs(run: RunView): void {
  if (run.error) process.exitCode = run.error.code in ERRORS ? ERRORS[run.error.code as ErrorCode].exit : 1;
}
