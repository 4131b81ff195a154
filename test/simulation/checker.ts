import { ChainChecks } from './chain-checks.ts';
import type { SimulatedRow, SourceName } from './contact-centre.ts';
import { type JobModel, require, type StepFacts } from './job-model.ts';
import { type OccurrenceSource, OccurrenceChecks } from './occurrence-checks.ts';
import { RunChecks } from './run-checks.ts';
import { isOpen, type AttemptSnapshot, type JobSettings, type ReadOut, type RunRow } from './world.ts';

/** What makes UDM plan a job, beside ticks. */
const ACTS = new Set(['edit', 'suspend', 'resume']);

/**
 * What must hold whatever happens (decision 0010), reckoned from what was done and what the sources hold: no gap, no overlap, no double
 * run. Knows UDM only by its read-out. Every method throws a Violation at the first thing that must not be.
 */
export class Checker {
  readonly jobs: JobModel[] = [];
  readonly #runs = new RunChecks();
  readonly #chains = new ChainChecks();
  readonly #occurrences: OccurrenceChecks;
  readonly #plannedUntil = new Map<number, number>();
  #before: JobModel[] = [];
  /** A job whose suppressed runs resume will not ask about. */
  #forgets: JobModel | null = null;

  constructor(by: OccurrenceSource) {
    this.#occurrences = new OccurrenceChecks(by);
  }

  clockMoved(from: number, to: number, step: number): void {
    this.#occurrences.clockMoved(this.jobs, from, to, step);
  }

  /** Before a step changes what is known of the jobs. */
  begin(): void {
    this.#before = this.jobs.map((job) => ({ ...job }));
  }

  created(settings: JobSettings): void {
    const job: JobModel = { number: this.jobs.length, settings, suspended: false, suppressed: new Set() };
    this.jobs.push(job);
    this.#chains.jobChanged(job);
  }

  edited(number: number, settings: JobSettings): void {
    const job = this.jobs[number] as JobModel;
    const sameDate = JSON.stringify(settings.run) === JSON.stringify(job.settings.run);
    job.settings = settings;
    // Runs that a suspension suppressed belong to the schedule of before; a job that runs once has only the new one.
    if (settings.run.kind === 'once' && !sameDate) this.#forgets = job;
    this.#chains.jobChanged(job);
  }

  setSuspended(number: number, suspended: boolean): void {
    (this.jobs[number] as JobModel).suspended = suspended;
  }

  settleChanged(source: SourceName, seconds: number): void {
    this.#chains.settleChanged(source, seconds);
  }

  claimed(run: string): void {
    this.#runs.claimed(run);
  }

  cancelWanted(run: string): void {
    this.#runs.cancelWanted(run);
  }

  notSettled(run: string): void {
    this.#runs.notSettled(run);
  }

  published(run: RunRow, snapshot: AttemptSnapshot): void {
    this.#chains.published(run, snapshot);
  }

  /** After a step; the runs that changed. */
  look(facts: StepFacts, read: ReadOut): RunRow[] {
    const changed = this.#runs.look(facts, read, this.#before);
    this.#forgets?.suppressed.clear();
    this.#forgets = null;
    for (const job of this.jobs) {
      const row = read.jobs[job.number];
      const takenBack = row !== undefined && row.plannedUntil < (this.#plannedUntil.get(job.number) ?? -Infinity);
      const acted = ACTS.has(facts.kind) && facts.job === job.number && facts.answer === 'ok';
      if (facts.wholeTick || acted || takenBack) this.#occurrences.clockSeen(job.number, facts.now, row?.plannedUntil ?? facts.now);
      if (row) this.#plannedUntil.set(job.number, row.plannedUntil);
      if (facts.wholeTick && row && !row.submitted) this.#occurrences.checkPlannedUntil(job, row.plannedUntil, facts.now, read.runs);
    }
    this.#chains.look(read, this.jobs);
    // A job that runs once is suspended by its start as well; that is no suspension of a user's.
    for (const job of this.jobs) if (job.settings.run.kind === 'once' && read.jobs[job.number]?.submitted) job.suspended = false;
    if (facts.wholeTick) for (const job of this.jobs) checkStarted(job, read, facts.now);
    return changed;
  }

  /** After the last step: the clock is right, a tick has ended, and workers had time for everything. */
  end(read: ReadOut, rows: readonly SimulatedRow[]): void {
    const stuck = read.runs.find((run) => isOpen(run) || run.status === 'scheduled');
    require(!stuck, () => `job ${stuck?.job} has a run that is ${stuck?.status} for ever`);
    this.#occurrences.end(this.jobs, read.runs, this.#runs);
    this.#chains.end(rows);
  }
}

/** A job that ran once was submitted and stays so. */
function checkStarted({ number, settings: { run } }: JobModel, { jobs, runs }: ReadOut, now: number): void {
  const at = 'at' in run ? Date.parse(run.at) : Infinity;
  const ran = runs.some(
    (one) => one.job === number && one.instant === at && (one.trigger === 'schedule' || one.trigger === 'resume') && one.status.startsWith('succeeded'),
  );
  require(at > now || !ran || jobs[number]?.submitted === true, () => `job ${number} ran once and may be edited again`);
}
