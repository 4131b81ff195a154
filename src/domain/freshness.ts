import { ERRORS, type ErrorCode } from '../errors.ts';
import type { DateRange } from './date-range.ts';
import { type JobRun, repeats } from './job-run.ts';
import { MISSED_AFTER_MS } from './planning.ts';

/**
 * How a job stands against its own schedule. catching_up and late heal by themselves; action_required does not: somebody must act.
 * idle: nothing is scheduled, so nothing can be late.
 */
export type Freshness = 'on_time' | 'catching_up' | 'late' | 'action_required' | 'idle';

/** Why; each reason belongs to one state, except that a missed or cancelled run weighs less where the next one covers its data. */
export type FreshnessReason =
  | 'as_planned'
  | 'first_run'
  | 'running'
  | 'cancelled'
  | 'backlog'
  | 'running_after_failure'
  | 'tries_again'
  | 'waiting'
  | 'not_planned'
  | 'failed_heals'
  | 'missed_heals'
  | 'cancelled_heals'
  | 'failed'
  | 'failing'
  | 'window_failed'
  | 'window_missed'
  | 'certificate_expired'
  | 'certificate_expires'
  | 'suspended'
  | 'done'
  | 'ended';

const STATES: Readonly<Record<FreshnessReason, Freshness>> = {
  as_planned: 'on_time',
  first_run: 'on_time',
  running: 'on_time',
  cancelled: 'on_time',
  backlog: 'catching_up',
  running_after_failure: 'catching_up',
  tries_again: 'late',
  waiting: 'late',
  not_planned: 'late',
  failed_heals: 'late',
  missed_heals: 'late',
  cancelled_heals: 'late',
  failed: 'action_required',
  failing: 'action_required',
  window_failed: 'action_required',
  window_missed: 'action_required',
  certificate_expired: 'action_required',
  certificate_expires: 'action_required',
  suspended: 'idle',
  done: 'idle',
  ended: 'idle',
};

/** So many failures in a row are no passing trouble any more, whatever their cause says. */
const FAILURES_THAT_STAY = 3;

/** A run that waits or is going; times are epoch milliseconds. */
export interface OpenRun {
  readonly id: string | null;
  readonly scheduledAt: number;
  /** When it got its turn, which a retry gets long after it was scheduled; null while it waits for that. */
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  /** When it is tried again by itself, after what; null of one that does not wait for that. */
  readonly retryAt: number | null;
  readonly errorCode: string | null;
  /** hand: asked for by somebody, and due only then, so it makes up for nothing. resume: makes up for what a suspension suppressed. */
  readonly origin: 'schedule' | 'hand' | 'resume';
}

/** A run that has ended or will never begin. */
export interface EndedRun {
  /** Null of one that nobody can look at any more. */
  readonly id: string | null;
  readonly status: 'succeeded' | 'succeeded_no_data' | 'failed' | 'cancelled' | 'missed';
  readonly scheduledAt: number;
  readonly errorCode: string | null;
}

export interface FreshnessFacts {
  readonly run: JobRun;
  readonly rangeKind: DateRange['kind'];
  readonly suspended: boolean;
  /** A job that runs once has started. */
  readonly submitted: boolean;
  readonly nextRunAt: number | null;
  /** When the first of the recipients' certificates ends. */
  readonly certificateEnds: number | null;
  /** Oldest first. */
  readonly open: readonly OpenRun[];
  /** Newest first; the latest few are enough. */
  readonly ended: readonly EndedRun[];
  readonly now: number;
}

export interface FreshnessVerdict {
  readonly state: Freshness;
  readonly reason: FreshnessReason;
  /** The run that it is about. */
  readonly runId: string | null;
  /** What ended that run, or its last attempt. */
  readonly cause: ErrorCode | null;
  /** The instant that it is about: when a certificate ends, when a run was due. */
  readonly at: number | null;
}

/** How the job stands, with the one reason that matters most: first what will stop the next run, then what is going, then what was. */
export function freshnessOf(facts: FreshnessFacts): FreshnessVerdict {
  return certificateVerdict(facts) ?? openVerdict(facts) ?? restVerdict(facts);
}

function verdict(reason: FreshnessReason, about: { run?: EndedRun | OpenRun; at?: number } = {}): FreshnessVerdict {
  const { run } = about;
  const code = run?.errorCode ?? null;
  return {
    state: STATES[reason],
    reason,
    runId: run?.id ?? null,
    cause: code === null ? null : code in ERRORS ? (code as ErrorCode) : 'internal',
    at: about.at ?? run?.scheduledAt ?? null,
  };
}

/** Files of an expired certificate are not made: the next run would fail before it reads. */
function certificateVerdict({ suspended, submitted, nextRunAt, certificateEnds, now }: FreshnessFacts): FreshnessVerdict | null {
  if (suspended || submitted || nextRunAt === null || certificateEnds === null) return null;
  if (certificateEnds <= now) return verdict('certificate_expired', { at: certificateEnds });
  return certificateEnds <= nextRunAt ? verdict('certificate_expires', { at: certificateEnds }) : null;
}

function openVerdict({ open, ended, now }: FreshnessFacts): FreshnessVerdict | null {
  const [oldest] = open;
  if (!oldest) return null;
  if (oldest.retryAt !== null) return verdict('tries_again', { run: oldest, at: oldest.retryAt });
  if (open.length > 1 || oldest.origin === 'resume') return verdict('backlog', { run: oldest });
  if (oldest.startedAt === null && now - (oldest.queuedAt ?? oldest.scheduledAt) > MISSED_AFTER_MS) return verdict('waiting', { run: oldest });
  const begunLate = oldest.origin === 'schedule' && (oldest.startedAt ?? now) - oldest.scheduledAt > MISSED_AFTER_MS;
  if (begunLate) return verdict('backlog', { run: oldest });
  return verdict(ended[0]?.status === 'failed' ? 'running_after_failure' : 'running', { run: oldest });
}

function restVerdict(facts: FreshnessFacts): FreshnessVerdict {
  const { run, suspended, submitted, nextRunAt, ended, now } = facts;
  const [last] = ended;
  const failed = last?.status === 'failed';
  if (!repeats(run) && submitted) return failed ? verdict('failed', { run: last }) : verdict('done', last && { run: last });
  if (suspended) return verdict('suspended');
  if (nextRunAt === null) return failed ? verdict('failed', { run: last }) : verdict('ended');
  if (now - nextRunAt > MISSED_AFTER_MS) return verdict('not_planned', { at: nextRunAt });
  return last ? lastVerdict(facts, last) : verdict('first_run', { at: nextRunAt });
}

function lastVerdict({ rangeKind, ended }: FreshnessFacts, last: EndedRun): FreshnessVerdict {
  const about = { run: last };
  // What the last run left out, the next one of these covers.
  const heals = rangeKind === 'since_previous' || rangeKind === 'all';
  if (last.status === 'cancelled') return verdict(heals ? 'cancelled_heals' : 'cancelled', about);
  if (last.status === 'missed') return verdict(heals ? 'missed_heals' : 'window_missed', about);
  if (last.status !== 'failed') return verdict('as_planned', about);
  if (isPermanent(last)) return verdict('failed', about);
  if (ended.slice(0, FAILURES_THAT_STAY).filter((one) => one.status === 'failed').length === FAILURES_THAT_STAY) return verdict('failing', about);
  return verdict(heals ? 'failed_heals' : 'window_failed', about);
}

function isPermanent({ errorCode }: EndedRun): boolean {
  return errorCode !== null && errorCode in ERRORS && ERRORS[errorCode as ErrorCode].permanent;
}
