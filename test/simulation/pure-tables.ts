import type { JobRun } from '../../src/domain/job-run.ts';
import type { RunStatus, RunTrigger } from '../../src/records/tables.ts';
import type { Bug } from './bugs.ts';
import type { SourceName } from './contact-centre.ts';
import { isOpen, type JobSettings } from './world.ts';

/** The tables of the pure world, and the rules that SQL keeps in src/records/: the same, a row at a time. */

export interface PureChain {
  readonly job: number;
  readonly number: number;
  readonly source: SourceName;
  readonly entityTypes: readonly string[] | null;
  /** "Data from" as the settings said it. */
  readonly begins: string;
  dataFrom: number | null;
  edge: number | null;
  arrivalEdge: number | null;
}

export interface PureRun {
  readonly id: string;
  readonly job: number;
  readonly instant: number;
  trigger: RunTrigger;
  source: SourceName;
  entityTypes: readonly string[] | null;
  from: number | null;
  to: number | null;
  chainOf: PureChain | null;
  chain: number | null;
  lateFrom: number | null;
  arrivalTo: number | null;
  status: RunStatus;
  attempt: number;
  fence: number;
  cancelRequested: boolean;
  /** Which suspension of its job suppressed it. */
  suspension: number | null;
  code: string | null;
}

export interface PureJob {
  readonly number: number;
  settings: JobSettings;
  state: 'active' | 'suspended';
  submitted: boolean;
  suspensions: number;
  plannedUntil: number;
  nextRunAt: number | null;
  chain: PureChain | null;
  readonly runs: PureRun[];
}

export type NewRun = Pick<PureRun, 'instant' | 'trigger' | 'from' | 'to'> & {
  readonly status: 'scheduled' | 'missed' | 'suppressed';
  readonly chained: boolean;
};

const CODES = { scheduled: null, missed: 'run.missed', suppressed: 'run.suppressed' } as const;
const NEVER_BEGAN = new Set<RunStatus>(['scheduled', 'missed', 'suppressed', 'skipped']);

export class PureTables {
  readonly jobs: PureJob[] = [];
  readonly chains: PureChain[] = [];
  readonly tasks = new Set<string>();
  now = 0;
  /** That the last planner brought. */
  zoneData: string | null = null;
  readonly #bugs: ReadonlySet<Bug>;
  #made = 0;
  #fence = 0;

  constructor(bugs: ReadonlySet<Bug>) {
    this.#bugs = bugs;
  }

  addJob(settings: JobSettings, nextRunAt: number | null): PureJob {
    const number = this.jobs.length;
    const standing = { state: 'active', submitted: false, suspensions: 0, plannedUntil: this.now, nextRunAt } as const;
    const job: PureJob = { number, settings, ...standing, chain: null, runs: [] };
    this.jobs.push(job);
    return job;
  }

  startChain(job: PureJob, begins: string, dataFrom: number | null): void {
    const { source, entityTypes } = job.settings;
    const number = this.chains.filter((one) => one.job === job.number).length;
    const place = { job: job.number, number, source, entityTypes: entityTypes === 'all' ? null : entityTypes };
    job.chain = { ...place, begins, dataFrom, edge: dataFrom, arrivalEdge: null };
    this.chains.push(job.chain);
  }

  /** An instant that has its row already is left out. Made again is a suppressed run that resuming asks for. */
  insertRuns(job: PureJob, runs: readonly NewRun[]): PureRun[] {
    const taken = new Map(job.runs.filter((one) => one.trigger !== 'backfill').map((one) => [one.instant, one]));
    const made: PureRun[] = [];
    for (const planned of runs) {
      const there = planned.trigger === 'backfill' || this.#bugs.has('noUniqueKey') ? undefined : taken.get(planned.instant);
      if (there && (there.status !== 'suppressed' || planned.trigger !== 'resume')) continue;
      const run = there ?? this.#newRun(job, planned);
      Object.assign(run, plannedColumns(job, planned), this.#bugs.has('oldSettingsAgain') ? {} : dataOf(job));
      if (!there) job.runs.push(run);
      taken.set(run.instant, run);
      made.push(run);
    }
    return made;
  }

  #newRun(job: PureJob, planned: NewRun): PureRun {
    this.#made += 1;
    return {
      ...{ id: `r${this.#made}`, job: job.number, instant: planned.instant, ...plannedColumns(job, planned) },
      ...{ ...dataOf(job), lateFrom: null, arrivalTo: null },
      ...{ attempt: 0, fence: 0, cancelRequested: false },
    };
  }

  /** Waiting runs that would cover nothing are skipped, and the next one gets its turn, if no run is open. */
  passTurn(job: PureJob): PureRun[] {
    if (job.runs.some(isOpen) && !this.#bugs.has('twoAtATime')) return [];
    const skipped: PureRun[] = [];
    let turn: PureRun | undefined;
    for (const run of job.runs) {
      if (run.status !== 'scheduled') continue;
      const edge = run.chainOf?.edge ?? null;
      if (edge !== null && edge >= (run.to as number)) skipped.push(Object.assign(run, { status: 'skipped', from: run.to, code: 'run.nothing_new' }));
      else if (!turn || comesBefore(run, turn)) turn = run;
    }
    if (!turn) return skipped;
    Object.assign(turn, { status: 'queued', lateFrom: turn.chainOf?.arrivalEdge ?? null, ...(turn.chainOf && { from: turn.chainOf.edge }) });
    this.tasks.add(turn.id);
    return [...skipped, turn];
  }

  suppressedOf(job: PureJob): PureRun[] {
    const every = this.#bugs.has('everySuspension');
    return job.runs.filter((run) => run.status === 'suppressed' && run.suspension !== null && (every || run.suspension === job.suspensions));
  }

  suppressWaiting(job: PureJob): void {
    for (const run of job.runs) {
      if (run.status !== 'scheduled' || (run.trigger !== 'schedule' && run.trigger !== 'resume')) continue;
      Object.assign(run, { status: 'suppressed', code: 'run.suppressed', suspension: job.suspensions });
    }
  }

  claim(run: PureRun): number | null {
    if (!isOpen(run)) return null;
    run.status = 'running';
    run.attempt += 1;
    run.fence = this.#nextFence();
    return run.fence;
  }

  /** Ends the run, if the fence still holds. */
  endRun(run: PureRun, fence: number, status: RunStatus, code: string | null): boolean {
    if ((run.fence !== fence || run.status !== 'running') && !(this.#bugs.has('fenceless') && status === 'succeeded')) return false;
    run.status = status;
    run.code = code;
    if (status === 'failed' && this.#bugs.has('edgeMovesOnFailure') && run.chainOf) run.chainOf.edge = run.to;
    return true;
  }

  releaseRun(run: PureRun, fence: number): void {
    if (run.fence !== fence || run.status !== 'running') return;
    run.status = 'queued';
    run.attempt -= 1;
    run.fence = this.#nextFence();
  }

  /** Moves the edge to the end of the window, if it still stands where the window begins. */
  closeWindow(run: PureRun, chain: PureChain, arrivalTo: number | null): boolean {
    const stands = chain.edge === run.from && chain.arrivalEdge === run.lateFrom;
    if (!stands && !this.#bugs.has('edgeUnguarded')) return false;
    chain.edge = run.to;
    if (arrivalTo !== null) chain.arrivalEdge = Math.max(chain.arrivalEdge ?? -Infinity, arrivalTo);
    run.arrivalTo = arrivalTo;
    return true;
  }

  /** How to undo whatever happens to the job from now on. */
  rollbackOf(job: PureJob): () => void {
    const fields = { ...job };
    const runs = job.runs.map((run) => ({ ...run }));
    const tasks = [...this.tasks];
    return () => {
      Object.assign(job, fields);
      job.runs.splice(0, job.runs.length, ...runs);
      this.tasks.clear();
      for (const task of tasks) this.tasks.add(task);
    };
  }

  /** Takes back what was planned of the job beyond now and came to nothing. */
  planAgain(job: PureJob): void {
    const { run } = job.settings;
    const goes = (one: PureRun) => one.instant > this.now && (one.trigger === 'schedule' || one.trigger === 'resume') && this.#cameToNothing(one);
    const date = 'at' in run ? Date.parse(run.at) : null;
    const waits = job.submitted && !this.#bugs.has('onceStaysSubmitted') && job.runs.some((one) => goes(one) && one.instant === date);
    job.runs.splice(0, job.runs.length, ...job.runs.filter((one) => !goes(one)));
    if (waits) Object.assign(job, { submitted: false, state: 'active' });
    job.plannedUntil = Math.min(job.plannedUntil, this.now);
    if (!job.submitted) job.nextRunAt = this.now;
  }

  #cameToNothing({ status, attempt, code }: PureRun): boolean {
    if (status === 'queued') return attempt === 0 && !this.#bugs.has('queuedAheadStays');
    return NEVER_BEGAN.has(status) || (status === 'failed' && code === 'window.not_settled' && !this.#bugs.has('failedAheadStays'));
  }

  #nextFence(): number {
    this.#fence += 1;
    return this.#fence;
  }
}

/** Several of one instant, gaps that are filled, go in the order of their time. */
function comesBefore(one: PureRun, other: PureRun): boolean {
  return one.instant < other.instant || (one.instant === other.instant && (one.from ?? -Infinity) < (other.from ?? -Infinity));
}

function dataOf({ settings: { source, entityTypes } }: PureJob) {
  return { source, entityTypes: entityTypes === 'all' ? null : entityTypes };
}

function plannedColumns(job: PureJob, { trigger, from, to, status, chained }: NewRun) {
  const chainOf = chained ? job.chain : null;
  const suspension = status === 'suppressed' ? job.suspensions : null;
  return { trigger, from, to, status, chainOf, chain: chainOf?.number ?? null, suspension, code: CODES[status] };
}

export function once(run: JobRun): boolean {
  return run.kind === 'once';
}
