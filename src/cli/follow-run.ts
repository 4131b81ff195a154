import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../contract/run.ts';
import { getRun } from '../operations/read-runs.ts';
import { ProgressBar, runDetail } from './progress-bar.ts';
import type { CommandContext } from './with-app.ts';

const OPEN = new Set(['scheduled', 'queued', 'running']);

/** Shows a run's progress until it ends. A UDM that owns its folder has no other worker, so it works the run itself. */
export async function followRun({ app, actor }: CommandContext, runId: string, label: string): Promise<RunView> {
  const bar = new ProgressBar();
  for (;;) {
    const run = await getRun(app.services, actor, runId);
    const ended = !OPEN.has(run.status);
    bar.show({ label, percent: run.progress.percent, detail: ended ? run.status : runDetail(run) });
    if (ended) {
      bar.end();
      return run;
    }
    await sleep(250);
  }
}
