import type { Schedule } from '../../src/domain/schedule.ts';
import type { JobSettings, RunRow } from './world.ts';

/** A job as the checker knows it: from what was done to it, not from what UDM says of it. */
export interface JobModel {
  readonly number: number;
  settings: JobSettings;
  suspended: boolean;
  /** Names of the runs that the present suspension suppressed. */
  readonly suppressed: Set<string>;
}

/** What a step did, as far as its checks ask. */
export interface StepFacts {
  /** The kind of step; for several things at once, the act among them. */
  readonly kind: string;
  readonly index: number;
  /** UDM's clock. */
  readonly now: number;
  /** The job it was done to. */
  readonly job: number | null;
  readonly missed: 'all' | 'latest' | 'none' | null;
  readonly answer: string;
  /** A tick began and ended in this step. */
  readonly wholeTick: boolean;
}

/** The checks of one step found something that must not be. */
export class Violation extends Error {}

export function require(holds: boolean, what: () => string): void {
  if (!holds) throw new Violation(what());
}

export function time(at: number | null): string {
  return at === null ? '…' : new Date(at).toISOString().replace('T', ' ').replace('.000Z', '');
}

export function nameOf(run: Pick<RunRow, 'job' | 'instant' | 'trigger'>): string {
  return `job ${run.job} at ${time(run.instant)} (${run.trigger})`;
}

/** The rule of a job without its bounds. */
export function scheduleBy({ run, timeZone }: Pick<JobSettings, 'run' | 'timeZone'>): Schedule {
  if (run.kind !== 'once') {
    const { start, end, ...rule } = run;
    return { ...rule, timeZone };
  }
  throw new Error('A job that runs once has no schedule.');
}
