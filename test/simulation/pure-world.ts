import { whyNotEdit, whyNotResume } from '../../src/domain/job-rules.ts';
import { nextRunOf, repeats } from '../../src/domain/job-run.ts';
import type { Bug } from './bugs.ts';
import type { ContactCentre } from './contact-centre.ts';
import { dataFromOf, goesOnLikeChain, goesOnLikeJob, moveBeginning } from './pure-chains.ts';
import { PurePlanner } from './pure-planner.ts';
import { type PureJob, type PureRun, PureTables } from './pure-tables.ts';
import { type Answer, type Attempt, isOpen, type FailureCode, type JobSettings, type ReadOut, type RunRow, type World } from './world.ts';

/** As MOST_CRASHES of src/queue/tasks.ts. */
const MAX_ATTEMPTS = 5;
/** As LONGEST_WAIT_MS of src/operations/open-snapshot.ts. */
const LONGEST_WAIT_MS = 2 * 60_000;

/** UDM in memory: the domain's own rules, and those of the operations and of SQL written down a second time. One transaction is one call. */
export class PureWorld implements World {
  readonly #tables: PureTables;
  readonly #planner: PurePlanner;
  readonly #centre: ContactCentre;
  readonly #bugs: ReadonlySet<Bug>;
  readonly #ticks = new Map<number, Generator<void, void>>();
  /** Planners whose process has ticked already. */
  readonly #ticked = new Set<number>();

  constructor(centre: ContactCentre, bugs: ReadonlySet<Bug> = new Set()) {
    this.#centre = centre;
    this.#bugs = bugs;
    this.#tables = new PureTables(bugs);
    this.#planner = new PurePlanner(this.#tables, bugs, (job) => centre.settleSecondsOf(job.settings.source));
  }

  async setClock(now: number): Promise<void> {
    this.#tables.now = now;
  }

  async create(settings: JobSettings): Promise<Answer> {
    const { now } = this.#tables;
    const job = this.#tables.addJob(settings, nextRunOf(settings.run, settings.timeZone, now)?.instant ?? null);
    if (settings.range.kind === 'since_previous') this.#tables.startChain(job, settings.range.dataFrom, dataFromOf(settings));
    return 'ok';
  }

  async edit(number: number, settings: JobSettings): Promise<Answer> {
    const job = this.#job(number);
    const refusal = this.#planned(job, () => whyNotEdit(this.#standing(job)));
    if (refusal) return refusal;
    const before = job.settings;
    job.settings = settings;
    job.submitted = false;
    job.nextRunAt = nextRunOf(settings.run, settings.timeZone, job.plannedUntil)?.instant ?? null;
    if (!repeats(settings.run) && JSON.stringify(settings.run) !== JSON.stringify(before.run)) this.#forgetSuppressed(job);
    const { range } = settings;
    const goesOn = this.#bugs.has('chainComparedWithJob') ? goesOnLikeJob(job, before) : goesOnLikeChain(job);
    if (range.kind !== 'since_previous') return 'ok';
    if (!goesOn) this.#tables.startChain(job, range.dataFrom, dataFromOf(settings));
    else if (range.dataFrom === 'start') moveBeginning(job, dataFromOf(settings));
    return 'ok';
  }

  async suspend(number: number): Promise<Answer> {
    const job = this.#job(number);
    this.#planner.planUpToNow(job);
    if (job.state === 'suspended') return 'ok';
    job.state = 'suspended';
    job.suspensions += 1;
    this.#tables.suppressWaiting(job);
    return 'ok';
  }

  async resume(number: number, missed: 'all' | 'latest' | 'none'): Promise<Answer> {
    const job = this.#job(number);
    const refusal = this.#planned(job, () => whyNotResume(this.#standing(job, missed)));
    if (refusal) return refusal;
    if (job.state !== 'suspended') return 'ok';
    const suppressed = missed === 'none' ? [] : this.#tables.suppressedOf(job).map((run) => run.instant);
    const instants = missed === 'latest' ? suppressed.sort((a, b) => b - a).slice(0, 1) : suppressed;
    const again = { status: 'scheduled', trigger: 'resume' } as const;
    const released = this.#tables.insertRuns(
      job,
      instants.map((instant) => ({ instant, ...again, ...this.#planner.windowColumns(job, instant) })),
    );
    if (!repeats(job.settings.run) && released.length > 0 && job.nextRunAt === null) {
      job.submitted = true;
      job.nextRunAt = null;
    } else job.state = 'active';
    this.#tables.passTurn(job);
    return 'ok';
  }

  async runNow(number: number): Promise<Answer> {
    const job = this.#job(number);
    if (job.runs.some((run) => isOpen(run) || run.status === 'scheduled')) return 'job.in_progress';
    const { now } = this.#tables;
    const isTwin = (run: (typeof job.runs)[number]) =>
      run.trigger === 'run_now' && run.status !== 'failed' && run.status !== 'cancelled' && run.instant <= now && now - run.instant < 60_000;
    if (job.runs.some(isTwin)) return 'job.just_run';
    const undo = this.#tables.rollbackOf(job);
    const made = this.#tables.insertRuns(job, [{ instant: now, status: 'scheduled', trigger: 'run_now', ...this.#planner.windowColumns(job, now) }]);
    if (made.length === 0) return 'job.in_progress';
    const [turn] = this.#tables.passTurn(job);
    if (turn?.status === 'queued') return 'ok';
    undo();
    return 'run.nothing_new';
  }

  async fill(number: number, gaps: readonly { readonly from: number; readonly to: number }[]): Promise<Answer> {
    const job = this.#job(number);
    const plain = { instant: this.#tables.now, status: 'scheduled', trigger: 'backfill', chained: false } as const;
    this.#tables.insertRuns(
      job,
      gaps.map((gap) => ({ ...plain, ...gap })),
    );
    this.#tables.passTurn(job);
    return 'ok';
  }

  async cancel(row: RunRow): Promise<Answer> {
    const run = this.#run(row.id);
    if (run.status === 'running') run.cancelRequested = true;
    else if (run.status === 'scheduled' || run.status === 'queued') {
      Object.assign(run, { status: 'cancelled', code: 'run.cancelled', cancelRequested: true });
      this.#tables.passTurn(this.#job(run.job));
    } else return 'run.not_cancellable';
    return 'ok';
  }

  async setSettleSeconds(): Promise<void> {
    // The pure world asks the contact centre.
  }

  async forgetZoneData(): Promise<void> {
    this.#planner.forgetZoneData();
  }

  async tick(planner: number): Promise<void> {
    while (!(await this.tickPart(planner, 1)));
  }

  async tickPart(planner: number, transactions: number): Promise<boolean> {
    const tick = this.#ticks.get(planner) ?? this.#planner.tick(planner, !this.#ticked.has(planner));
    this.#ticks.set(planner, tick);
    for (let done = 0; done < transactions; done += 1) {
      if (!tick.next().done) continue;
      this.#ticks.delete(planner);
      this.#ticked.add(planner);
      return true;
    }
    return false;
  }

  async crashPlanner(planner: number): Promise<void> {
    this.#ticks.delete(planner);
    this.#ticked.delete(planner);
  }

  async together(planners: readonly number[], act: (world: World) => Promise<Answer>): Promise<Answer> {
    for (const planner of planners) if (this.#ticks.has(planner)) await this.tick(planner);
    const answer = await act(this);
    for (const planner of planners) await this.tick(planner);
    return answer;
  }

  async claim({ id }: RunRow): Promise<Attempt | null> {
    const run = this.#run(id);
    const fence = this.#tables.claim(run);
    if (fence === null) return null;
    if (run.attempt > MAX_ATTEMPTS) this.#end(run, fence, 'failed', 'run.quarantined');
    else if (run.cancelRequested) this.#end(run, fence, 'cancelled', 'run.cancelled');
    else return { run: id, number: run.attempt, snapshot: null, wait: 0, lease: { fence, run: { ...run } } satisfies PureLease };
    return null;
  }

  async open(attempt: Attempt): Promise<Answer> {
    const { run } = attempt.lease as PureLease;
    const { source, entityTypes, from, to, chainOf } = run;
    const settleSeconds = this.#centre.settleSecondsOf(source);
    const arrival = chainOf && { after: run.lateFrom, settleSeconds, dataFrom: chainOf.dataFrom };
    const reading = this.#centre.read({ source, entityTypes, from, to, arrival });
    if (to !== null && !this.#bugs.has('readsUnsettled')) {
      const settled = to + settleSeconds * (chainOf ? 1_000 : -1_000);
      const wait = settled - Math.min(this.#tables.now, reading.now);
      if (wait > LONGEST_WAIT_MS) return 'window.not_settled';
      if (wait > 0) {
        attempt.wait = wait;
        return 'waits';
      }
    }
    const lateRows = this.#bugs.has('lateRowsIgnored') ? [] : reading.lateRows;
    attempt.snapshot = { ...reading, source, lateRows, from, to, lateFrom: run.lateFrom };
    return 'ok';
  }

  async publish(attempt: Attempt): Promise<Answer> {
    const run = this.#find(attempt.run);
    if (!run) return 'run.lost_lease';
    const { rows, lateRows, arrivalTo } = attempt.snapshot as NonNullable<Attempt['snapshot']>;
    const { fence } = attempt.lease as PureLease;
    const held = run.status === 'running' && run.fence === fence;
    if (!held && !this.#bugs.has('fenceless')) return 'run.lost_lease';
    if (run.chainOf && !this.#tables.closeWindow(run, run.chainOf, arrivalTo)) return 'run.window_conflict';
    this.#end(run, fence, rows.length + lateRows.length === 0 ? 'succeeded_no_data' : 'succeeded', null);
    return 'ok';
  }

  async fail(attempt: Attempt, code: FailureCode): Promise<void> {
    if (code === 'run.lost_lease' || code === 'run.crashed') return;
    const run = this.#find(attempt.run);
    if (!run) return;
    const { fence } = attempt.lease as PureLease;
    if (code === 'run.interrupted') this.#tables.releaseRun(run, fence);
    else if (code === 'run.cancelled' || (run.cancelRequested && code !== 'window.not_settled')) this.#end(run, fence, 'cancelled', 'run.cancelled');
    else this.#end(run, fence, 'failed', code);
  }

  async read(): Promise<ReadOut> {
    const { jobs, chains, tasks } = this.#tables;
    return {
      jobs: jobs.map(({ state, submitted, plannedUntil, nextRunAt, chain }) => ({ state, submitted, plannedUntil, nextRunAt, chain: chain?.number ?? null })),
      runs: jobs.flatMap((job) => job.runs),
      chains,
      tasks,
    };
  }

  async stop(): Promise<void> {
    // Nothing is held.
  }

  #end(run: PureRun, fence: number, status: PureRun['status'], code: string | null): void {
    if (!this.#tables.endRun(run, fence, status, code)) return;
    const job = this.#job(run.job);
    if (code === 'window.not_settled') this.#planner.planFromNow(job);
    this.#tables.passTurn(job);
  }

  /** Plans the job up to now and asks; a refusal undoes the planning with the rest of the transaction. */
  #planned<T>(job: PureJob, refusalOf: () => T | null): T | null {
    const undo = this.#tables.rollbackOf(job);
    this.#planner.planUpToNow(job);
    const refusal = refusalOf();
    if (refusal !== null) undo();
    return refusal;
  }

  #forgetSuppressed(job: PureJob): void {
    for (const run of job.runs) if (run.status === 'suppressed') run.suspension = null;
  }

  #standing(job: PureJob, missed: 'all' | 'latest' | 'none' = 'latest') {
    const hasMore = job.nextRunAt !== null || (missed !== 'none' && this.#tables.suppressedOf(job).length > 0);
    return { run: job.settings.run, state: job.state, submitted: job.submitted, inProgress: job.runs.some(isOpen), hasMore };
  }

  #job(number: number): PureJob {
    return this.#tables.jobs[number] as PureJob;
  }

  #run(id: string): PureRun {
    const found = this.#find(id);
    if (!found) throw new Error(`There is no run ${id}.`);
    return found;
  }

  /** Undefined when a clock that went back has taken it. */
  #find(id: string): PureRun | undefined {
    for (const job of this.#tables.jobs) {
      const found = job.runs.find((run) => run.id === id);
      if (found) return found;
    }
    return undefined;
  }
}

/** A worker knows its run as it was when it took it. */
interface PureLease {
  readonly fence: number;
  readonly run: PureRun;
}
