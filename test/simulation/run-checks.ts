import { nextOccurrence } from '../../src/domain/schedule.ts';
import { type JobModel, nameOf, require, scheduleBy, type StepFacts, time } from './job-model.ts';
import { isOpen, type ReadOut, type RunRow } from './world.ts';

/** What must hold of the rows of runs after every step. The numbers stand here again: a change in src/ must be one here too. */

const MISSED_AFTER = 5 * 60_000;
const MAX_ATTEMPTS = 5;
/** A clock may go back this much unnoticed. */
const TOLERANCE = 1_000;
const NEVER_BEGAN = new Set<RunRow['status']>(['scheduled', 'missed', 'suppressed', 'skipped']);
const FINAL = new Set<RunRow['status']>(['succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'missed', 'skipped']);

interface Work {
  claims: number;
  cancelled: boolean;
  notSettled: boolean;
}

interface Known {
  /** As it was after that step. */
  run: RunRow;
  /** The last step after which it was there. */
  seen: number;
}

export class RunChecks {
  readonly #known = new Map<string, Known>();
  /** In which step each row got its status. */
  readonly settledIn = new Map<string, number>();
  /** By run: how often a worker took it, whether somebody wanted it cancelled, and whether its time had not come. */
  readonly #work = new Map<string, Work>();

  claimed(run: string): void {
    this.#workOf(run).claims += 1;
  }

  cancelWanted(run: string): void {
    this.#workOf(run).cancelled = true;
  }

  notSettled(run: string): void {
    this.#workOf(run).notSettled = true;
  }

  #workOf(run: string): Work {
    const work = this.#work.get(run) ?? { claims: 0, cancelled: false, notSettled: false };
    this.#work.set(run, work);
    return work;
  }

  /** `jobs` as they were before the step. Returns the rows that are new or changed, for a trace. */
  look(facts: StepFacts, read: ReadOut, jobs: readonly JobModel[]): RunRow[] {
    const changed: RunRow[] = [];
    const planned = new Set<string>();
    for (const run of read.runs) {
      const known = this.#known.get(run.id);
      if (known) known.seen = facts.index;
      if (known?.run.status === run.status) continue;
      changed.push(run);
      if (!known) planned.add(run.id);
      this.#checkChange(facts, run, known, jobs);
      this.settledIn.set(run.id, facts.index);
      this.#known.set(run.id, { run: { ...run }, seen: facts.index });
    }
    if (this.#known.size > read.runs.length) this.#forgetRemoved(facts);
    if (changed.length > 0) checkTogether(read);
    // A run that UDM's stop gave back to the queue was begun: it goes when it is tried again.
    if (facts.wholeTick)
      checkFuture(
        facts.now,
        read.runs.filter((run) => run.status !== 'queued' || this.#workOf(run.id).claims === 0),
      );
    if (facts.kind === 'resume') checkResume(facts, changed, jobs, { planned, known: this.#known });
    remember(facts, changed, jobs, this.#known);
    return changed;
  }

  #checkChange(facts: StepFacts, run: RunRow, before: Known | undefined, jobs: readonly JobModel[]): void {
    const job = jobs[run.job] as JobModel;
    const resumed = facts.kind === 'resume' && facts.job === run.job;
    require(!before || !FINAL.has(before.run.status), () => `${nameOf(run)} had ended as ${before?.run.status} and is ${run.status}`);
    require(before?.run.status !== 'suppressed' || resumed, () => `${nameOf(run)} was suppressed and is ${run.status} without a resume`);
    const { claims, cancelled } = this.#workOf(run.id);
    require(run.status !== 'cancelled' || cancelled, () => `${nameOf(run)} is cancelled, and nobody wanted that`);
    require(run.code !== 'run.quarantined' || claims > MAX_ATTEMPTS, () => `${nameOf(run)} was given up after ${claims - 1} attempts`);
    if (run.trigger !== 'schedule' && run.trigger !== 'resume') return;
    if (!before) checkPlanned(facts, run, job, resumed);
    const started = isOpen(run) && !(before && isOpen(before.run));
    require(!started || !job.suspended || resumed || isOnce(job), () => `${nameOf(run)} got its turn while its job is suspended`);
  }

  #forgetRemoved({ now, index }: StepFacts): void {
    for (const [id, { run, seen }] of this.#known) {
      if (seen === index) continue;
      const failedNow = run.trigger !== 'run_now' && run.trigger !== 'backfill' && isOpen(run) && this.#workOf(id).notSettled;
      require(run.instant > now && (failedNow || cameToNothing(run)), () => `${nameOf(run)} was ${run.status} and its row is gone`);
      this.#known.delete(id);
    }
  }
}

/** Nobody has begun what was planned, or it ended only because its time had not come. */
function cameToNothing({ trigger, status, attempt, code }: RunRow): boolean {
  if (trigger !== 'schedule' && trigger !== 'resume') return false;
  return NEVER_BEGAN.has(status) || (status === 'queued' && attempt === 0) || (status === 'failed' && code === 'window.not_settled');
}

/** A row for an occurrence says what decision 0010 says of it. */
function checkPlanned({ now, kind }: StepFacts, run: RunRow, job: JobModel, resumed: boolean): void {
  require(run.instant <= now, () => `${nameOf(run)} was planned at ${time(now)}, before its time`);
  if (isOnce(job)) return;
  if (job.suspended) {
    require(run.status === 'suppressed' || resumed, () => `${nameOf(run)} is ${run.status}, but its job is suspended`);
    return;
  }
  const { missedRuns } = job.settings;
  const isLatest = () => (nextOccurrence(scheduleBy(job.settings), run.instant)?.instant ?? Infinity) > Math.min(now, endOf(job));
  const runs = now - run.instant <= MISSED_AFTER || missedRuns === 'all' || (missedRuns === 'latest' && isLatest());
  const suppressed = run.status === 'suppressed' && kind === 'suspend';
  require((run.status !== 'missed') === runs || suppressed, () => `${nameOf(run)} is ${run.status}, planned at ${time(now)} with policy ${missedRuns}`);
}

function endOf({ settings: { run } }: JobModel): number {
  return run.kind === 'once' || run.end === null ? Infinity : Date.parse(run.end);
}

function isOnce(job: JobModel): boolean {
  return job.settings.run.kind === 'once';
}

/** One run of a job at a time, one row an instant, and a task for each open run. */
function checkTogether({ runs, tasks }: ReadOut): void {
  const open = new Map<number, RunRow>();
  const instants = new Set<string>();
  for (const run of runs) {
    if (isOpen(run)) {
      require(!open.has(run.job), () => `two runs of a job are open: ${nameOf(run)} and ${nameOf(open.get(run.job) as RunRow)}`);
      open.set(run.job, run);
      require(tasks.has(run.id), () => `${nameOf(run)} is ${run.status} without a task`);
    }
    if (run.trigger === 'backfill') continue;
    const key = `${run.job} ${run.instant}`;
    require(!instants.has(key), () => `there are two rows for one instant: ${nameOf(run)}`);
    instants.add(key);
  }
}

/** After a tick nothing is planned ahead of the clock but what ran. */
function checkFuture(now: number, runs: readonly RunRow[]): void {
  const ahead = runs.find((run) => run.instant > now + TOLERANCE && cameToNothing(run));
  require(!ahead, () => `it is ${time(now)}, and ${nameOf(ahead as RunRow)} is ${ahead?.status} already`);
}

/** Resume runs what the present suspension suppressed: all, the latest, or none. */
function checkResume(
  facts: StepFacts,
  changed: readonly RunRow[],
  jobs: readonly JobModel[],
  { planned, known }: { readonly planned: ReadonlySet<string>; readonly known: ReadonlyMap<string, Known> },
): void {
  const job = jobs[facts.job ?? -1];
  if (!job?.suspended || isOnce(job) || facts.answer !== 'ok') return;
  const own = changed.filter((run) => run.job === job.number);
  const released = own.filter((run) => run.trigger === 'resume' && run.status !== 'suppressed');
  // What came due while the job was suspended is suppressed first; a clock that went back takes the row of an instant that has not come.
  const late = own.filter((run) => planned.has(run.id) && (run.status === 'suppressed' || run.trigger === 'resume'));
  const asked = new Set([...late.map((run) => run.id), ...[...job.suppressed].filter((id) => known.has(id))]);
  const expected = { none: 0, latest: Math.min(1, asked.size), all: asked.size }[facts.missed ?? 'none'];
  const latest = Math.max(...[...asked].map((id) => known.get(id)?.run.instant ?? 0));
  require(facts.missed !== 'latest' || released.every((run) => run.instant === latest), () =>
    `resume of job ${job.number} released another run than the latest`);
  const strange = released.find((run) => !planned.has(run.id) && !job.suppressed.has(run.id));
  require(!strange, () => `resume of job ${job.number} released ${nameOf(strange as RunRow)}, which this suspension did not suppress`);
  require(released.length === expected, () => `resume with "${facts.missed}" released ${released.length} runs of job ${job.number} instead of ${expected}`);
}

function remember({ kind, job: acted, answer }: StepFacts, changed: readonly RunRow[], jobs: readonly JobModel[], known: ReadonlyMap<string, unknown>): void {
  for (const job of jobs) {
    for (const id of job.suppressed) if (!known.has(id)) job.suppressed.delete(id);
    const resumes = kind === 'resume' && acted === job.number && answer === 'ok';
    if (resumes) job.suppressed.clear();
    else for (const run of changed) if (run.job === job.number && run.status === 'suppressed') job.suppressed.add(run.id);
  }
}
