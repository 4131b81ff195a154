import type { Command } from 'commander';
import type { JobRun } from '../contract/job.ts';
import { refuseBeside, refuseSeveral } from './contradiction.ts';
import { momentOf, weekdaysOf, wholeNumberOf } from './typed-values.ts';

/** When a job runs, as flags. */
export interface RunFlags {
  readonly immediately?: boolean;
  readonly onceAt?: string;
  readonly hourly?: string;
  readonly minute?: string;
  readonly daily?: string;
  readonly weekly?: string;
  readonly monthly?: string;
  readonly at?: string;
  readonly start?: string;
  readonly end?: string;
}

type Kind = JobRun['kind'];

/** The flags that choose a schedule, with what they choose. */
const CHOICES = {
  immediately: { flag: '--immediately', kind: 'once' },
  onceAt: { flag: '--once-at', kind: 'once' },
  hourly: { flag: '--hourly', kind: 'hourly' },
  daily: { flag: '--daily', kind: 'daily' },
  weekly: { flag: '--weekly', kind: 'weekly' },
  monthly: { flag: '--monthly', kind: 'monthly' },
} as const satisfies Partial<Record<keyof RunFlags, { flag: string; kind: Kind }>>;

type Choice = keyof typeof CHOICES;
const CHOICE_NAMES = Object.keys(CHOICES) as Choice[];

export function addRunOptions(command: Command): Command {
  return command
    .option('--immediately', 'run once, at once (without any schedule this is what a new job does)')
    .option('--once-at <time>', 'run once, at a date and time')
    .option('--hourly <n>', 'run at the clock hours 0, N, 2N … of each day, N from 1 to 23')
    .option('--minute <m>', 'with --hourly: minute 0 to 59 (0 when left out)')
    .option('--daily <HH:MM>', 'run every day at this time')
    .option('--weekly <days>', 'run on these days of the week, e.g. mon,wed; the time with --at')
    .option('--monthly <day>', 'run on this day of the month, 1 to 31 or last; the time with --at')
    .option('--at <HH:MM>', 'with --weekly and --monthly: time of day')
    .option('--time-zone <zone>', "zone of the job's clocks, e.g. Europe/Berlin (the tenant's when left out)")
    .option('--start <time>', 'repeating jobs: first run at or after this time (now when left out)')
    .option('--end <time>', 'repeating jobs: no run after this time; "none" takes an end away');
}

/**
 * `run` of a job draft: what the flags say, and for what they leave open that of the stored job. Values are as typed.
 * Error: `usage` that names flags which contradict each other.
 */
export function runOfFlags(flags: RunFlags, stored?: JobRun): Record<string, unknown> {
  const chosen = CHOICE_NAMES.filter((name) => flags[name] !== undefined);
  refuseSeveral(
    chosen.map((name) => CHOICES[name].flag),
    'schedule',
  );
  const [choice] = chosen;
  const kind = choice ? CHOICES[choice].kind : (stored?.kind ?? 'once');
  refuseStray(flags, kind, choice ? CHOICES[choice].flag : stored ? scheduleName(stored) : 'a job that runs once, immediately');
  if (kind !== 'once') return { kind, ...ruleOf(kind, flags, stored), ...boundsOf(flags, stored) };
  if (flags.onceAt !== undefined) return { kind, at: momentOf(flags.onceAt) };
  return stored && choice === undefined ? { ...stored } : { kind, start: 'immediately' };
}

function ruleOf(kind: Exclude<Kind, 'once'>, flags: RunFlags, stored: JobRun | undefined): Record<string, unknown> {
  if (kind === 'hourly') {
    const before = stored?.kind === 'hourly' ? stored : undefined;
    return {
      every: flags.hourly === undefined ? before?.every : wholeNumberOf(flags.hourly),
      minute: flags.minute === undefined ? (before?.minute ?? 0) : wholeNumberOf(flags.minute),
    };
  }
  const time = flags.daily ?? flags.at ?? (stored && 'time' in stored ? stored.time : undefined);
  if (kind === 'weekly') {
    const before = stored?.kind === 'weekly' ? stored.weekdays : undefined;
    return { weekdays: flags.weekly === undefined ? before : weekdaysOf(flags.weekly), time };
  }
  if (kind === 'monthly') {
    const before = stored?.kind === 'monthly' ? stored.day : undefined;
    return { day: flags.monthly === undefined ? before : wholeNumberOf(flags.monthly), time };
  }
  return { time };
}

/** A new schedule keeps the start and end of the one before. */
function boundsOf(flags: RunFlags, stored: JobRun | undefined): Record<string, unknown> {
  const before = stored && stored.kind !== 'once' ? { start: stored.start, end: stored.end } : {};
  return {
    ...before,
    ...(flags.start !== undefined && { start: momentOf(flags.start) }),
    ...(flags.end !== undefined && { end: flags.end === 'none' ? null : momentOf(flags.end) }),
  };
}

function refuseStray(flags: RunFlags, kind: Kind, schedule: string): void {
  if (flags.minute !== undefined && kind !== 'hourly') refuseBeside('--minute', schedule, '--hourly');
  if (flags.at !== undefined && flags.daily !== undefined) refuseSeveral(['--daily', '--at'], 'time of day');
  if (flags.at !== undefined && (kind === 'once' || kind === 'hourly')) refuseBeside('--at', schedule, '--weekly or --monthly');
  if (kind !== 'once') return;
  for (const name of ['start', 'end'] as const) if (flags[name] !== undefined) refuseBeside(`--${name}`, schedule, 'a schedule that repeats');
}

function scheduleName(run: JobRun): string {
  return `the job's schedule (${run.kind})`;
}
