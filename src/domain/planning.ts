import { type JobRun, type MissedRuns, nextRunOf } from './job-run.ts';

/** An occurrence that is planned later than this after its instant counts as missed. */
export const MISSED_AFTER_MS = 5 * 60_000;

/** What decides the plan of a job; times are epoch milliseconds of the database's clock. */
export interface PlanFacts {
  readonly run: JobRun;
  readonly timeZone: string;
  readonly missedRuns: MissedRuns;
  readonly suspended: boolean;
  /** Every occurrence up to it has its row. */
  readonly plannedUntil: number;
  readonly now: number;
}

export interface PlannedOccurrence {
  readonly instant: number;
  /** scheduled: it will run. missed: the policy does not make it up. suppressed: the job is suspended. */
  readonly status: 'scheduled' | 'missed' | 'suppressed';
}

export interface Plan {
  readonly occurrences: readonly PlannedOccurrence[];
  readonly plannedUntil: number;
  /** When to look again; not after `now` when `limit` cut the plan short; null when the schedule is over. */
  readonly nextRunAt: number | null;
}

/**
 * The occurrences in (plannedUntil, now] and what becomes of each (decision 0010). After a clock that went backwards nothing is
 * due until it has caught up with what was planned. At most `limit` at once, for a plan is one transaction.
 */
export function planRuns(facts: PlanFacts, limit: number): Plan {
  const { run, timeZone, now } = facts;
  const occurrences: PlannedOccurrence[] = [];
  let next = nextRunOf(run, timeZone, facts.plannedUntil);
  while (next && next.instant <= now && occurrences.length < limit) {
    const { instant } = next;
    next = nextRunOf(run, timeZone, instant);
    const latest = next === null || next.instant > now;
    occurrences.push({ instant, status: statusOf(facts, instant, latest) });
  }
  const cut = next !== null && next.instant <= now;
  const last = occurrences.at(-1)?.instant ?? facts.plannedUntil;
  return { occurrences, plannedUntil: cut ? last : Math.max(now, facts.plannedUntil), nextRunAt: next?.instant ?? null };
}

function statusOf(facts: PlanFacts, instant: number, latest: boolean): PlannedOccurrence['status'] {
  if (facts.suspended) return 'suppressed';
  const inTime = facts.now - instant <= MISSED_AFTER_MS;
  // A job that runs once has no later run that could make up for it.
  if (inTime || facts.missedRuns === 'all' || (facts.missedRuns === 'latest' && latest)) return 'scheduled';
  return 'missed';
}
