import type { Command } from 'commander';
import { CodedError } from '../../errors.ts';
import type { PreviewView } from '../../contract/preview.ts';
import { previewJob, previewStoredJob } from '../../operations/preview-job.ts';
import { getJob } from '../../operations/read-jobs.ts';
import { addTimeOptions, saysAnything, type TimeFlags, timeOfFlags } from '../draft-of-flags.ts';
import { addPlaceOptions, countOption, idArgument } from '../options.ts';
import { sayPreview } from '../show-preview.ts';
import { sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & TimeFlags & { readonly json?: boolean; readonly count?: number };

export function registerJobPreview(job: Command): void {
  const command = addPlaceOptions(
    job
      .command('preview')
      .description('Show the next runs and what they cover: of a job, of a job after an edit (id and flags), or of a job to be made (flags)')
      .argument('[id]', 'job id', idArgument),
  )
    .option('--source <name>', 'source, e.g. UCSX')
    .option('--type <name>', 'type, e.g. Interaction')
    .option('--entity-type <name...>', 'entity types, or all')
    .option('--count <n>', 'how many runs to show', countOption(1, 100));
  addTimeOptions(command).action((id: string | undefined, options: Options) =>
    withApp(options, async (context) => {
      const preview = await previewOf(context, id, options);
      options.json ? sayJson(preview) : sayPreview(preview);
    }),
  );
}

async function previewOf({ app, actor }: CommandContext, id: string | undefined, options: Options): Promise<PreviewView> {
  const changes = saysAnything(options);
  if (id === undefined && !changes) throw new CodedError('usage', { field: 'id', value: 'nothing to preview', range: 'the id of a job, a schedule, or both' });
  if (id !== undefined && !changes) return previewStoredJob(app.services, actor, id, options.count);
  const stored = id === undefined ? undefined : await getJob(app.services, actor, id);
  return previewJob(app.services, actor, {
    ...(stored && { job: stored.id }),
    ...timeOfFlags(options, stored),
    ...(options.count !== undefined && { count: options.count }),
  });
}
