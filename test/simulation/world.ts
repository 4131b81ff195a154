import type { JobRun, MissedRuns } from '../../src/domain/job-run.ts';
import type { RunStatus, RunTrigger } from '../../src/records/tables.ts';
import type { SimulatedRow, SourceName } from './contact-centre.ts';

/**
 * The verbs of the simulation: what planners, workers, users and machines do to UDM. There are two worlds behind them: the pure one
 * in memory, and the real operations on a real PostgreSQL. Times are epoch milliseconds. A verb is one transaction; the clock
 * stands still meanwhile, so two worlds that do the same steps must show the same rows.
 */
export interface World {
  /** What udm_now() answers from now on. */
  setClock(now: number): Promise<void>;
  /** Makes a job; jobs are numbered in the order of their making. */
  create(settings: JobSettings): Promise<Answer>;
  edit(job: number, settings: JobSettings): Promise<Answer>;
  suspend(job: number): Promise<Answer>;
  resume(job: number, missed: MissedRuns): Promise<Answer>;
  runNow(job: number): Promise<Answer>;
  /** Runs for gaps, outside the chain: all at this instant. */
  fill(job: number, gaps: readonly { readonly from: number; readonly to: number }[]): Promise<Answer>;
  cancel(run: RunRow): Promise<Answer>;
  setSettleSeconds(source: SourceName, seconds: number): Promise<void>;
  /** As if this Node had other zone data than the one that planned last. */
  forgetZoneData(): Promise<void>;

  /** One whole tick; a tick that stalled goes on to its end instead. */
  tick(planner: number): Promise<void>;
  /** So many transactions of a tick, which then stalls; true when it has ended. */
  tickPart(planner: number, transactions: number): Promise<boolean>;
  /** The process of a planner dies between two transactions. */
  crashPlanner(planner: number): Promise<void>;
  /** Ticks of several planners and one act of a user at the same time. */
  together(planners: readonly number[], act: (world: World) => Promise<Answer>): Promise<Answer>;

  /** A worker takes the run; null when there is nothing to do. */
  claim(run: RunRow): Promise<Attempt | null>;
  /** Takes the snapshot of the source; 'waits' when the window will be settled in `attempt.wait` milliseconds. */
  open(attempt: Attempt): Promise<Answer>;
  publish(attempt: Attempt): Promise<Answer>;
  /** Ends the attempt with an error of this code. */
  fail(attempt: Attempt, code: FailureCode): Promise<void>;
  read(): Promise<ReadOut>;
  stop(): Promise<void>;
}

/** 'ok', or the code of the refusal. */
export type Answer = string;

/** run.interrupted: UDM itself stops, the run goes back to the queue. run.crashed: the worker dies and says nothing. */
export const FAILURES = ['source.interrupted', 'run.cancelled', 'run.interrupted', 'run.crashed'] as const;
export type FailureCode = (typeof FAILURES)[number] | 'run.lost_lease' | 'run.window_conflict' | 'window.not_settled';

export type SimulatedRange =
  | { readonly kind: 'all' }
  | { readonly kind: 'since_previous'; readonly dataFrom: string }
  | { readonly kind: 'last'; readonly count: number; readonly unit: 'hour' | 'day' | 'week' | 'month'; readonly calendar: boolean };

export interface JobSettings {
  readonly source: SourceName;
  readonly entityTypes: 'all' | readonly string[];
  readonly timeZone: string;
  readonly run: JobRun;
  readonly range: SimulatedRange;
  readonly missedRuns: MissedRuns;
}

/** A worker's hold on a run. */
export interface Attempt {
  readonly run: string;
  readonly number: number;
  /** Null until the snapshot is taken. */
  snapshot: AttemptSnapshot | null;
  wait: number;
  /** What the world itself needs to know. */
  readonly lease: unknown;
}

export interface AttemptSnapshot {
  readonly source: SourceName;
  readonly from: number | null;
  readonly to: number | null;
  readonly lateFrom: number | null;
  readonly arrivalTo: number | null;
  /** The source's clock. */
  readonly now: number;
  readonly rows: readonly SimulatedRow[];
  readonly lateRows: readonly SimulatedRow[];
}

export interface RunRow {
  /** The world's own name of it; the names of two worlds differ. */
  readonly id: string;
  readonly job: number;
  readonly instant: number;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly from: number | null;
  readonly to: number | null;
  readonly lateFrom: number | null;
  readonly arrivalTo: number | null;
  /** Which chain of its job, counted from 0; null for a run outside. */
  readonly chain: number | null;
  readonly attempt: number;
  readonly code: string | null;
}

export interface JobRow {
  readonly state: 'active' | 'suspended';
  readonly submitted: boolean;
  readonly plannedUntil: number;
  readonly nextRunAt: number | null;
  /** Its present chain. */
  readonly chain: number | null;
}

export interface ChainRow {
  readonly job: number;
  readonly number: number;
  readonly source: SourceName;
  readonly entityTypes: readonly string[] | null;
  readonly dataFrom: number | null;
  readonly edge: number | null;
  readonly arrivalEdge: number | null;
}

export interface ReadOut {
  readonly jobs: readonly JobRow[];
  readonly runs: readonly RunRow[];
  readonly chains: readonly ChainRow[];
  /** Names of runs for which a task was sent. */
  readonly tasks: ReadonlySet<string>;
}

/** Of one job, in order of their instants; what two worlds must agree on stands in the same order in both. */
export function inOrder(one: RunRow, other: RunRow): number {
  return one.job - other.job || one.instant - other.instant || compareText(one.trigger, other.trigger) || (one.from ?? 0) - (other.from ?? 0);
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export const isOpen = (run: Pick<RunRow, 'status'>): boolean => run.status === 'queued' || run.status === 'running';
