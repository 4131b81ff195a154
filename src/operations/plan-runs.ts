import type { DateRange } from '../domain/date-range.ts';
import { repeats } from '../domain/job-run.ts';
import { type Plan, type PlannedOccurrence, planRuns } from '../domain/planning.ts';
import { windowOf } from '../domain/window.ts';
import { type AuditAction, recordActs } from '../records/audit.ts';
import type { Tx } from '../records/database.ts';
import { type JobPlanRecord, lockJobPlan, type PlanWrite, savePlans } from '../records/job-plan.ts';
import { insertPlannedRuns, type PlannedRunWrite } from '../records/planned-runs.ts';
import { planAgain } from '../records/planner.ts';
import { announceRuns } from '../records/runs.ts';
import { passTurns } from './give-turns.ts';
import type { Services } from './services.ts';

/** Rows made for one job at once: years of hourly runs are planned in several steps. */
const MOST_PER_JOB = 100;

/** Less than this is two readings of one clock. */
const CLOCK_TOLERANCE_MS = 1_000;

const ACTIONS = { scheduled: 'run.scheduled', missed: 'run.missed', suppressed: 'run.suppressed' } as const satisfies Record<
  PlannedOccurrence['status'],
  AuditAction
>;

/**
 * Plans these jobs up to now: a row for every occurrence that came due, its task if it is its turn, and when to look again, in one
 * transaction. The locks of the jobs are held. Returns whether more of them is due than one step makes.
 */
export async function planRunsOf(services: Services, tx: Tx, tenantId: string, jobs: readonly JobPlanRecord[]): Promise<boolean> {
  const plans = jobs.map((job) => ({ job, plan: planOf(job) }));
  const made = await insertPlannedRuns(
    tx,
    tenantId,
    plans.flatMap(({ job, plan }) => plan.occurrences.map((occurrence) => runOf(job, occurrence))),
  );
  await recordActs(
    tx,
    made.map((run) => ({ tenantId, actor: { kind: 'system' }, action: ACTIONS[run.status], object: { kind: 'run', id: run.id } })),
  );
  await announceRuns(
    tx,
    tenantId,
    made.filter((run) => run.status !== 'scheduled').map((run) => run.id),
  );
  await savePlans(
    tx,
    tenantId,
    plans.map(({ job, plan }) => writeOf(job, plan)),
  );
  await passTurns(
    services,
    tx,
    tenantId,
    made.filter((run) => run.status === 'scheduled').map((run) => run.jobId),
  );
  return plans.some(({ job, plan }) => plan.nextRunAt !== null && plan.nextRunAt <= job.now.getTime());
}

/** Locks a job and plans all of it up to now, so that what follows changes only what is to come. Null when there is no such job. */
export async function planUpToNow(services: Services, tx: Tx, tenantId: string, jobId: string): Promise<JobPlanRecord | null> {
  for (;;) {
    let job = await lockJobPlan(tx, tenantId, jobId);
    if (job && job.plannedUntil.getTime() > job.now.getTime() + CLOCK_TOLERANCE_MS) {
      await takeBackPlans(services, tx, tenantId, [jobId]);
      job = await lockJobPlan(tx, tenantId, jobId);
    }
    if (!job || !(await planRunsOf(services, tx, tenantId, [job]))) return job && lockJobPlan(tx, tenantId, jobId);
  }
}

/**
 * A run found that its time had not come by its source's clock. If it had not come by UDM's either, the run goes, and what was planned
 * beyond now with it; if UDM's own clock is the one that is ahead, the plan says so, and goes back when the clock does.
 */
export async function planFromNow(services: Services, tx: Tx, tenantId: string, jobId: string): Promise<void> {
  const removed = await planAgain(tx, tenantId, [jobId]);
  if (removed > 0) await recordTakenBack(tx, tenantId, 1, removed);
  await planUpToNow(services, tx, tenantId, jobId);
}

/**
 * After a clock that went back: what these jobs planned beyond now is taken back, and on record. What waited for a run that went gets
 * its turn. Their locks are held.
 */
export async function takeBackPlans(services: Services, tx: Tx, tenantId: string, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  await recordTakenBack(tx, tenantId, jobIds.length, await planAgain(tx, tenantId, jobIds));
  await passTurns(services, tx, tenantId, jobIds);
}

function recordTakenBack(tx: Tx, tenantId: string, jobs: number, removed: number): Promise<void> {
  return recordActs(tx, [{ tenantId, actor: { kind: 'system' }, action: 'planner.clock_went_back', object: { kind: 'planner' }, detail: { jobs, removed } }]);
}

function planOf(job: JobPlanRecord): Plan {
  const facts = {
    run: job.run,
    timeZone: job.timeZone,
    missedRuns: repeats(job.run) ? job.missedRuns : ('latest' as const),
    suspended: job.state === 'suspended',
    plannedUntil: job.plannedUntil.getTime(),
    now: job.now.getTime(),
  };
  return planRuns(facts, MOST_PER_JOB);
}

function writeOf(job: JobPlanRecord, plan: Plan): PlanWrite {
  return {
    jobId: job.id,
    plannedUntil: new Date(plan.plannedUntil),
    nextRunAt: plan.nextRunAt === null ? null : new Date(plan.nextRunAt),
    submitted: !repeats(job.run) && plan.occurrences.some((one) => one.status === 'scheduled'),
  };
}

function runOf(job: JobPlanRecord, { instant, status }: PlannedOccurrence): PlannedRunWrite {
  const at = new Date(instant);
  return { jobId: job.id, scheduledAt: at.toISOString(), status, trigger: 'schedule', ...windowColumns(job, at) };
}

/** The window of a run scheduled at `at`; of a chain only its end is certain, it begins where the run before it will have ended. */
export function windowColumns(
  job: Pick<JobPlanRecord, 'timeZone' | 'chainEdge' | 'settleSeconds'> & { readonly dateRange: DateRange },
  at: Date | string,
): Pick<PlannedRunWrite, 'windowFrom' | 'windowTo' | 'chained'> {
  if (job.dateRange.kind !== 'since_previous') {
    const window = windowOf(job.dateRange, at, job.timeZone);
    return { windowFrom: window?.from ?? null, windowTo: window?.to ?? null, chained: false };
  }
  const whole = windowOf(job.dateRange, at, job.timeZone, { edge: null, settleSeconds: job.settleSeconds });
  return { windowFrom: job.chainEdge, windowTo: whole?.to ?? null, chained: true };
}
