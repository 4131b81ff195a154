/**
 * A small model of the state rules of export jobs: what every command answers, and what it leaves behind. Written from the guide
 * (working-with-jobs: Create, Clone, Suspend and resume, Modify, Delete), product.md section 2 and decision 0010, with nothing of
 * `src/`. Times are epoch milliseconds; jobs are numbered in the order of their making, and one that was deleted keeps its number.
 */

export type Missed = 'all' | 'latest' | 'none';

/** When a job runs, on UTC clocks: zones and their changes are the business of other tests. */
export type Schedule =
  | { readonly kind: 'immediately' }
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'repeating'; readonly rule: Rule; readonly start: number; readonly end: number | null };

/** `hours` of a day and ISO `weekdays` (Monday is 1) at a minute: hourly, daily and weekly are all of this form. */
export interface Rule {
  readonly kind: 'hourly' | 'daily' | 'weekly';
  readonly every: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekdays: readonly number[];
}

export interface Settings {
  readonly title: string;
  readonly schedule: Schedule;
  readonly missed: Missed;
}

export interface Run {
  readonly at: number;
  trigger: 'start' | 'schedule' | 'run_now' | 'resume';
  status: 'scheduled' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'missed' | 'suppressed';
  /** Suppressed by the present suspension: resume asks about it. */
  asked: boolean;
  /** Somebody wants the running run cancelled. */
  cancelling: boolean;
  /** Deleted from History. */
  hidden: boolean;
}

export interface Job extends Settings {
  readonly version: number;
  readonly state: 'active' | 'suspended';
  /** A job that runs once has started. */
  readonly submitted: boolean;
  /** Every occurrence up to here has its run. */
  readonly planned: number;
  /** In the order of their instants. */
  readonly runs: readonly Run[];
  readonly deleted: boolean;
}

export interface World {
  readonly now: number;
  readonly jobs: readonly Job[];
}

export type Ending = 'succeeded' | 'failed';

/** What users, workers and the planner do. `run` is the instant of a run of the job. */
export type Act =
  | { readonly do: 'create'; readonly settings: Settings }
  | { readonly do: 'edit'; readonly job: number; readonly version: number | null; readonly settings: Settings }
  | { readonly do: 'suspend'; readonly job: number }
  | { readonly do: 'resume'; readonly job: number; readonly missed: Missed | null }
  | { readonly do: 'delete'; readonly job: number }
  | { readonly do: 'clone'; readonly job: number; readonly title: string }
  | { readonly do: 'runNow'; readonly job: number }
  | { readonly do: 'cancel' | 'retry' | 'deleteRun'; readonly job: number; readonly run: number }
  /** One act on several jobs; numbers without a job may be among them. */
  | { readonly do: 'bulk'; readonly action: 'suspend' | 'resume' | 'delete' | 'runNow'; readonly jobs: readonly number[]; readonly missed: Missed | null }
  | { readonly do: 'begin'; readonly job: number; readonly run: number }
  | { readonly do: 'end'; readonly job: number; readonly run: number; readonly how: Ending }
  | { readonly do: 'tick' };

/** 'ok', or the code of the refusal; a refused act leaves the world as it was. */
export interface Verdict {
  readonly code: string;
  readonly world: World;
}

/** An occurrence that is planned later than this was missed. */
const MISSED_AFTER = 5 * 60_000;
const HOUR = 3_600_000;

export function answer(world: World, act: Act): Verdict {
  if (act.do === 'tick') return { code: 'ok', world: { ...world, jobs: world.jobs.map((job) => (job.deleted ? job : plan(job, world.now))) } };
  if (act.do === 'create') return create(world, act.settings, null);
  if (act.do === 'bulk') return bulk(world, act);
  const job = world.jobs[act.job];
  if (!job) return refuse(world, 'not_found');
  // A deleted job is gone, its runs stay.
  if (job.deleted && act.do !== 'deleteRun') return refuse(world, act.do === 'cancel' || act.do === 'retry' ? ofDeleted(job, act) : 'not_found');
  if (act.do === 'clone') return clone(world, job, act.title);
  const outcome = change(job, act, world.now);
  if (typeof outcome === 'string') return refuse(world, outcome);
  return { code: 'ok', world: { ...world, jobs: world.jobs.map((one, index) => (index === act.job ? outcome : one)) } };
}

/** Each job for itself: those that the act does not fit stay exactly as they are. */
function bulk(world: World, { action, jobs, missed }: Extract<Act, { do: 'bulk' }>): Verdict {
  let after = world;
  let done = 0;
  for (const job of jobs) {
    const act = action === 'resume' ? { do: action, job, missed } : { do: action, job };
    const { code, world: next } = answer(after, act);
    const known = after.jobs[job];
    const idle = known && (action === 'suspend' || action === 'resume') && plan(known, world.now).state === (action === 'suspend' ? 'suspended' : 'active');
    if (code !== 'ok' || idle) continue;
    after = next;
    done += 1;
  }
  return { code: done === jobs.length ? 'ok' : done === 0 ? 'none' : 'some', world: after };
}

type Change = Exclude<Act, { do: 'tick' | 'create' | 'clone' | 'bulk' }>;

/** The job afterwards, or the code of the refusal. */
function change(job: Job, act: Change, now: number): Job | string {
  switch (act.do) {
    case 'edit':
      return edit(plan(job, now), act.version, act.settings, now);
    case 'suspend':
      return suspend(plan(job, now));
    case 'resume':
      return resume(plan(job, now), act.missed, now);
    case 'delete':
      // "You can't delete a job that is still in progress."
      return isInProgress(job) ? 'job.in_progress' : { ...job, deleted: true };
    case 'runNow':
      if (isInProgress(job)) return 'job.in_progress';
      return wasJustRun(job, now) ? 'job.just_run' : runAt(job, now, 'run_now');
    case 'cancel':
      return cancel(job, act.run);
    case 'retry':
      return retry(job, act.run);
    case 'deleteRun':
      return deleteRun(job, act.run);
    case 'begin':
      return withRun(job, act.run, { status: 'running' });
    case 'end':
      return end(job, act.run, act.how);
  }
}

/** "If you create a one-time job and submit it to run immediately, it is automatically added in a suspended state and can't be resumed." */
function create(world: World, settings: Settings, stored: Schedule | null): Verdict {
  const problem = problemOf(settings.schedule, world.now, stored);
  if (problem) return refuse(world, problem);
  const fresh = { ...settings, version: 1, state: 'active' as const, submitted: false, planned: world.now, runs: [], deleted: false };
  const job = settings.schedule.kind === 'immediately' ? submit(fresh, world.now) : fresh;
  return { code: 'ok', world: { ...world, jobs: [...world.jobs, job] } };
}

/**
 * A new job with the settings of the other, not with its state, version or runs. Moments that have passed are left to now: a job that was
 * to run once starts immediately, a start is now, an end is none.
 */
function clone(world: World, { schedule, missed }: Job, title: string): Verdict {
  return create(world, { title, schedule: withoutPast(schedule, world.now), missed }, null);
}

function withoutPast(schedule: Schedule, now: number): Schedule {
  if (schedule.kind === 'at') return schedule.at <= now ? { kind: 'immediately' } : schedule;
  if (schedule.kind === 'immediately') return schedule;
  return { ...schedule, start: Math.max(schedule.start, now), end: schedule.end !== null && schedule.end <= now ? null : schedule.end };
}

/** "If the data export job is only going to be run once, you cannot edit it after it is submitted. But you can modify the job before it is run." */
function edit(job: Job, version: number | null, settings: Settings, now: number): Job | string {
  if (version === null) return 'version.required';
  if (version !== job.version) return 'version.mismatch';
  if (job.submitted) return 'job.already_submitted';
  const problem = problemOf(settings.schedule, now, job.schedule);
  if (problem) return problem;
  const immediate = settings.schedule.kind === 'immediately';
  if (immediate && isInProgress(job)) return 'job.in_progress';
  // Another schedule of a job that runs once has nothing to do with what was suppressed of the one before.
  const forgets = settings.schedule.kind !== 'repeating' && !same(settings.schedule, job.schedule);
  const runs = job.runs.map((run) => ({ ...run, asked: run.asked && !forgets }));
  const edited = { ...job, ...settings, version: job.version + 1, runs };
  return immediate ? submit(edited, now) : edited;
}

/** What comes due from now on, and what waits for its turn, is suppressed; a run that is going goes on. */
function suspend(job: Job): Job {
  if (job.state === 'suspended') return job;
  const runs = job.runs.map((run) => (isToCome(run) ? { ...run, status: 'suppressed' as const, asked: true } : { ...run, asked: false }));
  return { ...job, state: 'suspended', runs };
}

/** Without an answer about what was suppressed the policy of the job decides; where nothing would be left to do then, an answer is asked for. */
function resume(job: Job, told: Missed | null, now: number): Job | string {
  if (job.submitted) return 'job.not_resumable';
  if (job.state === 'active') return job;
  const asked = job.runs.filter((run) => run.asked).map((run) => run.at);
  const missed = told ?? job.missed;
  const chosen = missed === 'all' ? asked : missed === 'latest' ? asked.slice(-1) : [];
  if (chosen.length === 0 && nextAfter(job.schedule, now) === null) return told === null && asked.length > 0 ? 'missed_runs.invalid' : 'job.ended';
  const runs = job.runs.map((run) => {
    if (!chosen.includes(run.at)) return { ...run, asked: false };
    return { ...run, asked: false, hidden: false, status: 'scheduled' as const, trigger: 'resume' as const };
  });
  // "If you create a one-time job with a scheduled start time, it automatically changes to a suspended state when the job starts."
  const starts = job.schedule.kind === 'at' && chosen.includes(job.schedule.at);
  return giveTurn({ ...job, runs, state: starts ? 'suspended' : 'active', submitted: starts });
}

function cancel(job: Job, at: number): Job | string {
  const run = job.runs.find((one) => one.at === at);
  if (run?.hidden) return 'not_found';
  if (run?.status === 'running') return withRun(job, at, { cancelling: true });
  if (run?.status !== 'queued' && run?.status !== 'scheduled') return 'run.not_cancellable';
  return giveTurn(withRun(job, at, { status: 'cancelled' }));
}

/** The same run again. Of a job that runs once and waits for nothing else it is the start. */
function retry(job: Job, at: number): Job | string {
  const run = job.runs.find((one) => one.at === at);
  if (!run || run.hidden) return 'not_found';
  if (run.status === 'scheduled' || isOpen(run)) return 'run.in_progress';
  if (run.status === 'succeeded') return 'run.not_retryable';
  const again = withRun(job, at, { status: 'scheduled', asked: false, cancelling: false });
  const starts = job.schedule.kind !== 'repeating' && !job.submitted && nextAfter(job.schedule, job.planned) === null;
  return giveTurn(starts ? { ...again, submitted: true, state: 'suspended' } : again);
}

/** It is no longer shown; all else goes on as if it were. */
function deleteRun(job: Job, at: number): Job | string {
  const run = job.runs.find((one) => one.at === at);
  if (!run || run.hidden) return 'not_found';
  return run.status === 'scheduled' || isOpen(run) ? 'run.in_progress' : withRun(job, at, { hidden: true });
}

function ofDeleted(job: Job, act: Extract<Act, { do: 'cancel' | 'retry' | 'deleteRun' }>): string {
  const run = job.runs.find((one) => one.at === act.run);
  if (!run || run.hidden) return 'not_found';
  if (act.do === 'cancel') return 'run.not_cancellable';
  return run.status === 'succeeded' ? 'run.not_retryable' : 'run.job_deleted';
}

/** Waits for its turn because its time has come, not because somebody wants it. */
function isToCome({ status, trigger }: Run): boolean {
  return status === 'scheduled' && (trigger === 'schedule' || trigger === 'resume');
}

/** A run that was to be cancelled ends so, unless it had succeeded meanwhile. */
function end(job: Job, at: number, how: Ending): Job {
  const cancelling = job.runs.some((run) => run.at === at && run.cancelling);
  return giveTurn(withRun(job, at, { status: how === 'failed' && cancelling ? 'cancelled' : how }));
}

function submit(job: Job, now: number): Job {
  return runAt({ ...job, state: 'suspended', submitted: true }, now, 'start');
}

function runAt(job: Job, at: number, trigger: Run['trigger']): Job {
  return giveTurn({ ...job, runs: withRunsOf(job.runs, [{ at, trigger, status: 'scheduled', asked: false, cancelling: false, hidden: false }]) });
}

/** A row for every occurrence that came due: it runs, was missed, or was suppressed. A job that runs once and starts is suspended from then on. */
export function plan(job: Job, now: number): Job {
  const due: number[] = [];
  for (let at = nextAfter(job.schedule, job.planned); at !== null && at <= now; at = nextAfter(job.schedule, at)) due.push(at);
  const suspended = job.state === 'suspended';
  const statusAt = (at: number): Run['status'] => {
    if (suspended) return 'suppressed';
    const makesUp = job.schedule.kind === 'at' || job.missed === 'all' || (job.missed === 'latest' && at === due.at(-1));
    return makesUp || now - at <= MISSED_AFTER ? 'scheduled' : 'missed';
  };
  const runs = withRunsOf(
    job.runs,
    due.map((at) => ({ at, trigger: 'schedule', status: statusAt(at), asked: suspended, cancelling: false, hidden: false })),
  );
  const starts = job.schedule.kind === 'at' && due.length > 0 && !suspended;
  return giveTurn({ ...job, runs, planned: now, submitted: job.submitted || starts, state: starts ? 'suspended' : job.state });
}

/** One instant of a job gives one run: what was there first stays. */
function withRunsOf(runs: readonly Run[], more: readonly Run[]): Run[] {
  const fresh = more.filter((one) => runs.every((run) => run.at !== one.at));
  return [...runs, ...fresh].sort((one, other) => one.at - other.at);
}

function withRun(job: Job, at: number, part: Partial<Run>): Job {
  return { ...job, runs: job.runs.map((run) => (run.at === at ? { ...run, ...part } : run)) };
}

/** Two runs of one job never overlap: the earliest that waits gets its turn when no other is open. */
function giveTurn(job: Job): Job {
  const next = job.runs.find((run) => run.status === 'scheduled');
  return next && !job.runs.some(isOpen) ? withRun(job, next.at, { status: 'queued' }) : job;
}

export function isOpen(run: Pick<Run, 'status'>): boolean {
  return run.status === 'queued' || run.status === 'running';
}

function isInProgress(job: Job): boolean {
  return job.runs.some(isOpen);
}

/** Twice within the minute is once, unless the first came to nothing. */
function wasJustRun(job: Job, now: number): boolean {
  return job.runs.some((run) => run.trigger === 'run_now' && run.status !== 'failed' && run.status !== 'cancelled' && run.at <= now && now - run.at < 60_000);
}

function refuse(world: World, code: string): Verdict {
  return { code, world };
}

/** Moments must lie ahead, unless they are those that are stored; and a schedule must fire at least once. */
function problemOf(schedule: Schedule, now: number, stored: Schedule | null): string | null {
  if (schedule.kind === 'immediately') return null;
  if (schedule.kind === 'at') return schedule.at <= now && !(stored?.kind === 'at' && stored.at === schedule.at) ? 'start.past' : null;
  const before = stored?.kind === 'repeating' ? stored : null;
  if (schedule.start < now && schedule.start !== before?.start) return 'start.past';
  if (schedule.end === null) return null;
  if (schedule.end <= now && schedule.end !== before?.end) return 'end.past';
  if (schedule.end <= schedule.start) return 'end.order';
  return nextAfter(schedule, now) === null && !same(schedule, before) ? 'schedule.never_fires' : null;
}

/** The first occurrence after an instant; null when there is none. */
export function nextAfter(schedule: Schedule, after: number): number | null {
  if (schedule.kind === 'immediately') return null;
  if (schedule.kind === 'at') return schedule.at > after ? schedule.at : null;
  const { rule, start, end } = schedule;
  const from = Math.max(after, start - 1);
  for (let hour = Math.floor(from / HOUR) * HOUR; ; hour += HOUR) {
    const at = hour + rule.minute * 60_000;
    if (at <= from || !isHourOf(rule, new Date(hour))) continue;
    return end !== null && at > end ? null : at;
  }
}

function isHourOf(rule: Rule, hour: Date): boolean {
  if (rule.kind === 'hourly') return hour.getUTCHours() % rule.every === 0;
  if (hour.getUTCHours() !== rule.hour) return false;
  return rule.kind === 'daily' || rule.weekdays.includes(hour.getUTCDay() || 7);
}

function same(one: Schedule, other: Schedule | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
