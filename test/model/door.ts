import type { BulkView } from '../../src/contract/bulk.ts';
import type { JobView } from '../../src/contract/job.ts';
import type { Act, Job, Schedule, Settings } from './model.ts';

/** A way users go in: the operations themselves, the HTTP API, the command line. */
export interface Door {
  perform(act: UserAct, names: Names, through: 'api' | 'cli'): Promise<Outcome>;
  /** All jobs. */
  list(): Promise<readonly JobView[]>;
}

/** What people do; the rest is the planner's and the workers'. */
export type UserAct = Exclude<Act, { do: 'begin' | 'end' | 'tick' }>;

/** Ids of what the model numbers. A number without a job has the id of no job. */
export interface Names {
  job(number: number): string;
  run(job: number, at: number): string;
  /** The job as the model has it before the act. */
  known(number: number): Job | undefined;
}

export interface Outcome {
  /** 'ok', or the code of the error; of a refused form that of its first problem. */
  readonly code: string;
  /** The job as the answer shows it, if it does. */
  readonly view: JobView | null;
}

/** The answer to an act on several jobs, as the model tells it. */
export function bulkCode({ done, total, left }: Pick<BulkView, 'done' | 'total' | 'left'>): string {
  if (left > 0) return 'unfinished';
  return done === total ? 'ok' : done === 0 ? 'none' : 'some';
}

/** The act as the API takes it. */
export function bulkOf({ action, jobs, missed }: Extract<UserAct, { do: 'bulk' }>, names: Names) {
  return {
    action: action === 'runNow' ? ('run' as const) : action,
    selection: { ids: [...jobs.keys()].map((index) => bulkId(jobs[index] as number, names, index)) },
    ...(missed && action === 'resume' && { missed }),
  };
}

/** Numbers without a job are told apart, for an id that is named twice counts once. */
function bulkId(number: number, names: Names, index: number): string {
  return names.known(number) ? names.job(number) : `5f0c2b7e-1d7a-4b57-9c3c-00000000000${index}`;
}

/** The settings as the API takes them. */
export function draftOf({ title, schedule, missed }: Settings, certificateId: string): Record<string, unknown> {
  return {
    title,
    source: 'UCSX',
    type: 'Interaction',
    entityTypes: 'all',
    timeZone: 'UTC',
    run: runOf(schedule),
    range: { kind: 'last', count: 1, unit: 'hour' },
    missedRuns: missed,
    recipients: [certificateId],
  };
}

function runOf(schedule: Schedule): Record<string, unknown> {
  if (schedule.kind === 'immediately') return { kind: 'once', start: 'immediately' };
  if (schedule.kind === 'at') return { kind: 'once', at: instantText(schedule.at) };
  const { rule, start, end } = schedule;
  const bounds = { start: instantText(start), end: end === null ? null : instantText(end) };
  if (rule.kind === 'hourly') return { kind: 'hourly', every: rule.every, minute: rule.minute, ...bounds };
  if (rule.kind === 'daily') return { kind: 'daily', time: timeText(rule), ...bounds };
  return { kind: 'weekly', weekdays: [...rule.weekdays], time: timeText(rule), ...bounds };
}

export function instantText(at: number): string {
  return new Date(at).toISOString();
}

export function timeText({ hour, minute }: { readonly hour: number; readonly minute: number }): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
