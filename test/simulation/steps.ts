import { type JobRun, type MissedRuns, nextRunOf, type RepeatingRun } from '../../src/domain/job-run.ts';
import { localMinute } from '../vectors/schedules-by-minutes.ts';
import type { NewRow, SourceName } from './contact-centre.ts';
import type { FAILURES, JobSettings, SimulatedRange } from './world.ts';

/** A scenario is a list of steps, and steps are data: a seed gives them, a trace prints them, a shorter list can be tried. */

type Rule<Run> = Run extends RepeatingRun ? Omit<Run, 'start' | 'end'> : never;

/**
 * When a job runs, with moments as distances from the clock of the step; 'kept' is what the job has. `aligned`: the minute, or the
 * time of day, is the one that the clocks of the zone show, so that an occurrence falls on the step.
 */
export type PlannedRun =
  | { readonly kind: 'once'; readonly in: number | 'kept' }
  | (Rule<RepeatingRun> & { readonly start: number | 'now' | 'kept'; readonly end: number | null; readonly aligned: boolean });

export type PlannedRange =
  | Exclude<SimulatedRange, { kind: 'since_previous' }>
  | { readonly kind: 'since_previous'; readonly dataFrom: 'start' | 'all' | number | 'kept' };

/** The settings of a job as a step gives them. */
export type PlannedSettings = Omit<JobSettings, 'run' | 'range'> & { readonly run: PlannedRun; readonly range: PlannedRange };

/** What a user does to a job. `job` counts round the jobs there are. */
export type Act =
  | { readonly do: 'edit'; readonly job: number; readonly settings: PlannedSettings }
  | { readonly do: 'suspend'; readonly job: number }
  | { readonly do: 'resume'; readonly job: number; readonly missed: MissedRuns };

/** `pick` (0 to 1) chooses among the runs or attempts that are there. */
export type Step =
  | Act
  | { readonly do: 'create'; readonly settings: PlannedSettings }
  | { readonly do: 'run now'; readonly job: number }
  | { readonly do: 'fill'; readonly job: number; readonly gaps: readonly { readonly from: number; readonly to: number }[] }
  | { readonly do: 'cancel'; readonly pick: number }
  /** Time goes on. */
  | { readonly do: 'wait'; readonly ms: number }
  /** Time goes on to the next occurrence of the job and so many milliseconds more; nothing happens when it is farther than `within`. */
  | { readonly do: 'wait for'; readonly job: number; readonly ms: number; readonly within: number }
  | { readonly do: 'wait for a full minute' }
  /** UDM's clock is set. */
  | { readonly do: 'set clock'; readonly ms: number }
  | { readonly do: 'put clock right' }
  | { readonly do: 'tick'; readonly planner: number }
  | { readonly do: 'part of a tick'; readonly planner: number; readonly transactions: number }
  | { readonly do: 'kill planner'; readonly planner: number }
  | { readonly do: 'together'; readonly planners: readonly number[]; readonly act: Act | null }
  | { readonly do: 'new zone data' }
  | { readonly do: 'work'; readonly pick: number }
  | { readonly do: 'claim'; readonly pick: number }
  | { readonly do: 'open'; readonly pick: number }
  | { readonly do: 'publish'; readonly pick: number }
  | { readonly do: 'fail'; readonly pick: number; readonly code: (typeof FAILURES)[number] }
  /** Workers take every run that is open, and those that follow, at most so many. */
  | { readonly do: 'work all'; readonly most: number }
  | { readonly do: 'rows appear'; readonly rows: readonly NewRow[] }
  | { readonly do: 'settle lag'; readonly source: SourceName; readonly seconds: number };

export interface Scenario {
  readonly seed: number;
  /** Epoch milliseconds at which everything begins. */
  readonly begin: number;
  /** How far the sources' clocks are from the true time, in milliseconds. */
  readonly skew: Readonly<Record<SourceName, number>>;
  readonly steps: readonly Step[];
}

/** The settings as UDM stores them, with the moments as instants. `kept` is what the job had before. */
export function resolve(planned: PlannedSettings, now: number, kept: JobSettings | undefined): JobSettings {
  const run = resolveRun(planned.run, now, planned.timeZone, kept?.run);
  return { ...planned, run, range: resolveRange(planned.range, now, run, kept?.range) };
}

function resolveRun(planned: PlannedRun, now: number, timeZone: string, kept: JobRun | undefined): JobRun {
  if (planned.kind === 'once' && planned.in === 'kept') {
    if (kept?.kind === 'once') return kept;
    return resolveRun({ kind: 'once', in: 60_000 }, now, timeZone, kept);
  }
  if (planned.kind === 'once') return { kind: 'once', at: instant(Math.ceil((now + Number(planned.in)) / 60_000) * 60_000) };
  const before = kept && kept.kind !== 'once' ? kept.start : instant(now);
  const start = planned.start === 'kept' ? before : instant(now + (planned.start === 'now' ? 0 : planned.start));
  const { aligned, ...rule } = planned;
  const shown = new Date(localMinute(timeZone, Math.floor(now / 60_000)) * 60_000).toISOString();
  if (aligned && rule.kind === 'hourly') Object.assign(rule, { minute: Number(shown.slice(14, 16)) });
  else if (aligned) Object.assign(rule, { time: shown.slice(11, 16) });
  const open = { ...rule, start, end: null };
  if (planned.end === null) return open;
  // A schedule that would never fire is refused.
  const first = nextRunOf(open, timeZone, now)?.instant ?? now;
  return { ...open, end: instant(Math.max(first, Math.max(now, Date.parse(start)) + planned.end)) };
}

function resolveRange(planned: PlannedRange, now: number, run: JobRun, kept: SimulatedRange | undefined): SimulatedRange {
  if (planned.kind !== 'since_previous') return planned;
  const { dataFrom } = planned;
  // Data from after the start is refused.
  const start = run.kind === 'once' ? now : Date.parse(run.start);
  if (typeof dataFrom === 'number') return { kind: 'since_previous', dataFrom: instant(Math.min(now, start) + dataFrom) };
  if (dataFrom !== 'kept') return { kind: 'since_previous', dataFrom };
  return kept?.kind === 'since_previous' ? kept : { kind: 'since_previous', dataFrom: 'start' };
}

/** As UDM writes instants. */
export function instant(at: number): string {
  return new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
}
