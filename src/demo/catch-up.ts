import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../app.ts';
import type { RunView } from '../contract/run.ts';
import type { Actor } from '../domain/permission.ts';
import { readClock } from '../operations/examine-installation.ts';
import { createJob } from '../operations/create-job.ts';
import { pretendDowntime } from '../operations/pretend-downtime.ts';
import { listJobsFor } from '../operations/read-jobs.ts';
import { listRunsFor } from '../operations/read-runs.ts';

const TITLE = 'Demo: new interactions every hour';
const HOUR_MS = 3_600_000;
const OFF_HOURS = 4;
const WAITING = new Set(['scheduled', 'queued', 'running']);

/**
 * The repeating job of the demo. The first demo makes it and pretends that the machine was off for four hours; at a later demo the
 * machine really was off, and the planner has seen what came due. Returns the job's id.
 */
export async function repeatingDemoJob(app: App, actor: Actor, certificateId: string): Promise<{ id: string; isNew: boolean }> {
  const known = (await listJobsFor(app.services, actor, { limit: 200, sort: 'createdAt', text: TITLE })).items.find((job) => job.title === TITLE);
  if (known) return { id: known.id, isNew: false };
  const now = Date.parse(await readClock(app.services));
  const job = await createJob(
    app.services,
    actor,
    {
      title: TITLE,
      description: 'Runs every hour and exports what is new since the previous run.',
      source: 'UCSX',
      type: 'Interaction',
      entityTypes: 'all',
      run: { kind: 'hourly', every: 1, minute: 0 },
      range: { kind: 'since_previous', dataFrom: new Date(now - (OFF_HOURS + 1) * HOUR_MS).toISOString() },
      missedRuns: 'all',
      recipients: [certificateId],
    },
    null,
  );
  await pretendDowntime(app.services, actor, job.id, new Date(now - OFF_HOURS * HOUR_MS));
  return { id: job.id, isNew: true };
}

/** Waits until the job has caught up; gives its runs, oldest first, as they stand then. `onChange` hears of every step. */
export async function untilCaughtUp(app: App, actor: Actor, jobId: string, wanted: number, onChange: (runs: readonly RunView[]) => void): Promise<RunView[]> {
  for (;;) {
    const { items } = await listRunsFor(app.services, actor, { limit: 200, job: jobId });
    onChange(items);
    if (items.length >= wanted && items.every((run) => !WAITING.has(run.status))) return items.reverse();
    await pause(250);
  }
}

/** Runs a new demo job has to make up for, at the least: one for each full hour of the time it was off. */
export const MISSED_AT_LEAST = OFF_HOURS - 1;
