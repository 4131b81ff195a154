import { repeats } from '../../src/domain/job-run.ts';
import { type Plan, type PlanFacts, planRuns } from '../../src/domain/planning.ts';
import { windowOf } from '../../src/domain/window.ts';
import type { Bug } from './bugs.ts';
import { type NewRun, once, type PureJob, type PureTables } from './pure-tables.ts';

/** As src/operations/plan-runs.ts and plan-due-runs.ts; the plans themselves are made by the domain's own rule. */

/** Rows made for one job at once, as MOST_PER_JOB there. */
const MOST_PER_JOB = 100;
/** As CLOCK_TOLERANCE_MS of src/operations/plan-runs.ts. */
const TOLERANCE_MS = 1_000;
const ZONE_DATA = 'of this Node';

export class PurePlanner {
  readonly #tables: PureTables;
  readonly #bugs: ReadonlySet<Bug>;
  readonly #settleSeconds: (job: PureJob) => number;

  constructor(tables: PureTables, bugs: ReadonlySet<Bug>, settleSeconds: (job: PureJob) => number) {
    this.#tables = tables;
    this.#bugs = bugs;
    this.#settleSeconds = settleSeconds;
  }

  /** One tick; each yield stands between two transactions. `isFirst`: of its process, which may have brought other zone data. */
  *tick(planner: number, isFirst: boolean): Generator<void, void> {
    if (isFirst) yield* this.#heedTheZones();
    yield* this.#heedTheClock();
    let due = this.#tables.jobs.some((job) => job.nextRunAt !== null && job.nextRunAt <= this.#clock(planner));
    while (due) {
      yield;
      due = yield* this.#planBatch(planner);
    }
  }

  *#heedTheZones(): Generator<void, void> {
    const known = this.#tables.zoneData;
    yield;
    if (known === ZONE_DATA) return;
    if (known !== null) {
      // Asking for the tenants is a transaction of its own.
      yield;
      for (const job of this.#tables.jobs) if (!job.submitted) job.nextRunAt = this.#tables.now;
      yield;
    }
    this.#tables.zoneData = ZONE_DATA;
    yield;
  }

  *#heedTheClock(): Generator<void, void> {
    const ahead = this.#tables.jobs.some((job) => this.#isAhead(job));
    yield;
    if (!ahead) return;
    for (const job of this.#tables.jobs) if (this.#isAhead(job)) this.#takeBack(job);
    yield;
  }

  #takeBack(job: PureJob): void {
    this.#tables.planAgain(job);
    if (!this.#bugs.has('takenBackBlocks')) this.#tables.passTurn(job);
  }

  #isAhead(job: PureJob): boolean {
    return job.plannedUntil > this.#tables.now + TOLERANCE_MS && !this.#bugs.has('noPlanAgain');
  }

  forgetZoneData(): void {
    if (this.#tables.zoneData !== null) this.#tables.zoneData = 'of another Node';
  }

  /** Due jobs in one transaction, under their locks; true when more of them is due than one step makes. */
  *#planBatch(planner: number): Generator<void, boolean> {
    const now = this.#clock(planner);
    const due = this.#tables.jobs.filter((job) => job.nextRunAt !== null && job.nextRunAt <= now).sort((a, b) => (a.nextRunAt ?? 0) - (b.nextRunAt ?? 0));
    const plans = due.map((job) => ({ job, settings: job.settings, plan: this.#planOf(job, now) }));
    // The lock of the jobs lets nobody in between reading and writing.
    if (this.#bugs.has('noLock') && due.length > 0) yield;
    for (const { job, plan } of plans) this.#write(job, plan);
    return plans.some(({ plan }) => plan.nextRunAt !== null && plan.nextRunAt <= now);
  }

  /** Plans all of a job, in the transaction of an act of a user. */
  planUpToNow(job: PureJob): void {
    const { now } = this.#tables;
    if (this.#isAhead(job) && !this.#bugs.has('actsIgnoreClock')) this.#takeBack(job);
    for (;;) {
      const plan = this.#planOf(job, now);
      this.#write(job, plan);
      if (plan.nextRunAt === null || plan.nextRunAt > now) return;
    }
  }

  /** When a run found that its time had not come. */
  planFromNow(job: PureJob): void {
    if (this.#bugs.has('noPlanFromNow')) return;
    this.#tables.planAgain(job);
    this.planUpToNow(job);
  }

  #planOf(job: PureJob, now: number): Plan {
    const { run, timeZone, missedRuns } = job.settings;
    const facts: PlanFacts = {
      ...{ run, timeZone, missedRuns: repeats(run) ? missedRuns : 'latest', suspended: job.state === 'suspended' },
      ...{ plannedUntil: job.plannedUntil, now },
    };
    if (this.#bugs.has('dueFromPlanned')) return planRuns({ ...facts, plannedUntil: facts.plannedUntil - 1 }, MOST_PER_JOB);
    if (!this.#bugs.has('dueBeforeNow')) return planRuns(facts, MOST_PER_JOB);
    const plan = planRuns({ ...facts, now: now - 1 }, MOST_PER_JOB);
    const cut = plan.nextRunAt !== null && plan.nextRunAt < now;
    return { ...plan, plannedUntil: cut ? plan.plannedUntil : Math.max(now, facts.plannedUntil) };
  }

  #write(job: PureJob, plan: Plan): void {
    const runs = plan.occurrences.map(({ instant, status }): NewRun => ({ instant, status, trigger: 'schedule', ...this.windowColumns(job, instant) }));
    const made = this.#tables.insertRuns(job, runs);
    job.plannedUntil = plan.plannedUntil;
    job.nextRunAt = plan.nextRunAt;
    if (once(job.settings.run) && plan.occurrences.some((one) => one.status === 'scheduled')) this.submit(job);
    if (made.some((run) => run.status === 'scheduled')) this.#tables.passTurn(job);
  }

  submit(job: PureJob): void {
    job.submitted = true;
    job.state = 'suspended';
  }

  /** The window of a run at `instant`; of a chain only its end is certain. */
  windowColumns(job: PureJob, instant: number): Pick<NewRun, 'from' | 'to' | 'chained'> {
    const { range, timeZone } = job.settings;
    const chained = range.kind === 'since_previous';
    const window = windowOf(range, new Date(instant), timeZone, { edge: null, settleSeconds: this.#settleSeconds(job) });
    const [from, to] = [window?.from ?? null, window?.to ?? null].map((text) => (text === null ? null : Date.parse(text))) as [number | null, number | null];
    return { from: chained ? (job.chain?.edge ?? null) : from, to, chained };
  }

  #clock(planner: number): number {
    // Two machines whose clocks nobody compares.
    const skew = this.#bugs.has('processClock') ? [90_000, -240_000, 0][planner % 3] : 0;
    return this.#tables.now + (skew ?? 0);
  }
}
