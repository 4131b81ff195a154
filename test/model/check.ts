import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { JobView } from '../../src/contract/job.ts';
import { answer, isOpen, type Job, nextAfter, type World } from './model.ts';
import type { StoredJob, StoredRun } from './stage.ts';

/** What must be so after every command, and where the rows and views of UDM differ from the model. */

export interface Found {
  readonly jobs: readonly StoredJob[];
  readonly runs: readonly StoredRun[];
}

/** Of the rows alone, whatever the model says. `before`: the rows before the command. */
export function checkInvariants(found: Found, before: Found, edited: string | null): void {
  for (const job of found.jobs) {
    const runs = found.runs.filter((run) => run.job === job.id);
    ok(runs.filter(isOpenRow).length <= 1, `${job.title} has more than one open run`);
    ok(!runs.some((run) => run.status === 'scheduled') || runs.some(isOpenRow), `a run of ${job.title} waits for nothing`);
    strictEqual(new Set(runs.map((run) => run.at)).size, runs.length, `${job.title} has two runs for one instant`);
    ok(!job.submitted || job.state === 'suspended', `${job.title} was submitted and is active`);
    const known = before.jobs.find((one) => one.id === job.id);
    if (known) strictEqual(job.version, known.version + (edited === job.id ? 1 : 0), `the version of ${job.title}`);
  }
  const waiting = found.runs.filter((run) => run.status === 'queued' && !run.hasTask);
  deepStrictEqual(waiting, [], 'a run is queued without a task');
  ok(
    before.runs.every((run) => found.runs.some((one) => one.id === run.id)),
    'a run is gone',
  );
}

/** The rows of each job of the model, by the ids the jobs were given. */
export function checkRows(found: Found, world: World, ids: readonly string[]): void {
  for (const [number, job] of world.jobs.entries()) {
    const stored = found.jobs.find((one) => one.id === ids[number]);
    strictEqual(stored !== undefined, !job.deleted, `job ${number} is ${stored ? 'there' : 'gone'}`);
    if (!stored) continue;
    const { title, version, state, submitted } = stored;
    deepStrictEqual(
      { title, version, state, submitted },
      { title: job.title, version: job.version, state: job.state, submitted: job.submitted },
      `job ${number}`,
    );
    const runs = found.runs.filter((run) => run.job === ids[number]).map(rowText);
    deepStrictEqual(runs, job.runs.map(rowText), `runs of job ${number}`);
  }
  const left = found.runs.filter((run) => run.job === null).map(rowText);
  const expected = world.jobs.filter((job) => job.deleted).flatMap((job) => job.runs.map(rowText));
  deepStrictEqual(left.sort(), expected.sort(), 'runs of deleted jobs');
}

/** What the list of jobs shows of each. */
export function checkViews(views: readonly JobView[], world: World, ids: readonly string[]): void {
  strictEqual(views.length, world.jobs.filter((job) => !job.deleted).length, 'jobs listed');
  for (const view of views) checkView(view, world, ids.indexOf(view.id));
}

export function checkView(view: JobView, world: World, number: number): void {
  const job = world.jobs[number] as Job;
  const next = job.state === 'active' ? nextAfter(job.schedule, job.planned) : null;
  const seen = { title: view.title, version: view.version, state: view.state, missed: view.missedRuns, next: view.nextRunAt, suppressed: view.suppressedRuns };
  const expected = {
    title: job.title,
    version: job.version,
    state: job.state,
    missed: job.missed,
    next: next === null ? null : new Date(next).toISOString(),
    // A job that runs once and has started is asked about nothing any more.
    suppressed: job.submitted ? 0 : job.runs.filter((run) => run.asked).length,
  };
  deepStrictEqual(seen, expected, `view of job ${number}`);
  const latest = job.runs.find(isOpen) ?? job.runs.filter((run) => !run.hidden).at(-1);
  strictEqual(view.lastRun?.status, latest?.status, `latest run of job ${number}`);
  // While something that came due has not been planned, a view shows how the planner left the job: for a second, when UDM runs.
  const due = nextAfter(job.schedule, job.planned);
  if (due === null || due > world.now) deepStrictEqual(view.may, mayOf(world, number), `what may be done to job ${number}`);
}

/** What the commands would answer. Suspend and resume may be given when they would change something. */
function mayOf(world: World, number: number): JobView['may'] {
  const job = world.jobs[number] as Job;
  const asks = (act: Parameters<typeof answer>[1]) => answer(world, act).code === 'ok';
  return {
    edit: asks({ do: 'edit', job: number, version: job.version, settings: job }),
    suspend: job.state === 'active' && asks({ do: 'suspend', job: number }),
    resume: job.state === 'suspended' && asks({ do: 'resume', job: number, missed: 'latest' }),
    delete: asks({ do: 'delete', job: number }),
    runNow: answer(world, { do: 'runNow', job: number }).code !== 'job.in_progress',
  };
}

function isOpenRow(run: StoredRun): boolean {
  return run.status === 'queued' || run.status === 'running';
}

function rowText(run: Pick<StoredRun, 'at' | 'trigger' | 'status' | 'cancelling' | 'hidden'>): string {
  return `${new Date(run.at).toISOString()} ${run.trigger} ${run.status}${run.status === 'running' && run.cancelling ? ' (to be cancelled)' : ''}${run.hidden ? ' (deleted)' : ''}`;
}
