import type { JobView } from '../contract/job.ts';
import { previewStoredJob } from '../operations/preview-job.ts';
import { getJob } from '../operations/read-jobs.ts';
import { endAs, NOT_RUNNING, RUNS_WAIT } from './commands/runs.ts';
import { refuseBeside } from './contradiction.ts';
import { followRun } from './follow-run.ts';
import { sayJob } from './show-job.ts';
import { sayNotes } from './show-preview.ts';
import { note } from './terminal.ts';
import type { CommandContext } from './with-app.ts';

interface FinishOptions {
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** A run that comes another day is not waited for. Error: `usage`. */
export function refuseWaiting({ wait }: FinishOptions, run: unknown): void {
  if (wait && !startsAtOnce(run)) refuseBeside('--wait', 'a schedule', 'a job that runs immediately');
}

/** After a job was made or changed: follow the run that began with it, if it is waited for, and show the job. */
export async function finishJob(context: CommandContext, job: JobView, options: FinishOptions): Promise<void> {
  const { app, actor } = context;
  const run = startsAtOnce(job.run) ? job.lastRun : null;
  const waits = options.wait === true && run !== null;
  if (waits) {
    if (app.ownsFolder) await app.startWorker();
    endAs(await followRun(context, run.id, 'export'));
  }
  sayJob(await getJob(app.services, actor, job.id), options.json === true);
  if (!options.json && !run) sayNotes(await previewStoredJob(app.services, actor, job.id));
  if (app.ownsFolder && !waits) note(run ? NOT_RUNNING : RUNS_WAIT);
}

function startsAtOnce(run: unknown): boolean {
  const { kind, start } = run as { kind?: unknown; start?: unknown };
  return kind === 'once' && start === 'immediately';
}
