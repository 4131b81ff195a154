import { sql } from 'kysely';
import type { PastEstimate } from '../domain/estimate-record.ts';
import { timesOf } from '../domain/phase-weights.ts';
import type { JobPast, KeptEstimate } from '../domain/progress.ts';
import type { TimeRange } from '../domain/time-left.ts';
import type { Tx } from './database.ts';
import type { AttemptKey, PhaseTime } from './run-attempts.ts';

/** What runs of a job took, and what was said of them while they went on. */

/** The past of a job that estimates rest on: its newest attempts and estimates. */
const ATTEMPTS = 20;
const ESTIMATES = 60;

/** The past of the run's job, as far as it read the same as this run does. */
export async function readJobPast(tx: Tx, tenantId: string, runId: string): Promise<JobPast> {
  const { rows } = await sql<{ jobId: string; rows: number; guessed: number | null; phases: PhaseTime[] }>`
    SELECT run.job_id AS "jobId", a.row_count AS rows, a.rows_guessed AS guessed, a.phases
    FROM run own
    JOIN run ON run.tenant_id = own.tenant_id AND run.job_id = own.job_id AND run.source_id = own.source_id AND run.type = own.type
      AND run.entity_types IS NOT DISTINCT FROM own.entity_types AND run.status = 'succeeded'
    JOIN run_attempt a ON a.tenant_id = run.tenant_id AND a.run_id = run.id AND a.attempt = run.attempt
    WHERE own.tenant_id = ${tenantId} AND own.id = ${runId} AND a.row_count IS NOT NULL
    ORDER BY run.scheduled_at DESC LIMIT ${ATTEMPTS}`.execute(tx);
  const [newest] = rows;
  const attempts = rows.map((one) => ({ rows: one.rows, guessed: one.guessed, times: timesOf(one.phases) }));
  return { attempts, estimates: newest ? await listPastEstimates(tx, tenantId, newest.jobId, ESTIMATES) : [] };
}

/** The newest estimates of the job's runs. */
export async function listPastEstimates(tx: Tx, tenantId: string, jobId: string, limit: number): Promise<PastEstimate[]> {
  const found = await tx
    .selectFrom('run_estimate')
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', jobId)
    .orderBy('created_at', 'desc')
    .orderBy('elapsed')
    .limit(limit)
    .select(['elapsed', 'reckoned_low', 'reckoned_high', 'shown_low', 'shown_high', 'time_left as left'])
    .execute();
  return found.map((one) => ({
    elapsed: one.elapsed,
    left: one.left,
    reckoned: { low: one.reckoned_low, high: one.reckoned_high },
    shown: { low: one.shown_low, high: one.shown_high },
  }));
}

/** What was shown of a run that has succeeded, at which percentage, and what the time left came to be; the first one first. */
export async function listEstimatesOfRun(tx: Tx, tenantId: string, runId: string): Promise<{ percent: number; shown: TimeRange; left: number }[]> {
  const found = await tx
    .selectFrom('run_estimate')
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .orderBy('elapsed')
    .select(['percent', 'shown_low as low', 'shown_high as high', 'time_left as left'])
    .execute();
  return found.map(({ percent, low, high, left }) => ({ percent, shown: { low, high }, left }));
}

/** Keeps what was estimated in an attempt that succeeds now. */
export async function insertEstimates(tx: Tx, key: AttemptKey, jobId: string, estimates: readonly (KeptEstimate & PastEstimate)[]): Promise<void> {
  if (estimates.length === 0) return;
  await tx
    .insertInto('run_estimate')
    .values(
      estimates.map(({ percent, basis, elapsed, reckoned, shown, left }) => ({
        tenant_id: key.tenantId,
        run_id: key.runId,
        attempt: key.attempt,
        job_id: jobId,
        percent,
        basis,
        elapsed: Math.round(elapsed),
        reckoned_low: Math.round(reckoned.low),
        reckoned_high: Math.round(reckoned.high),
        shown_low: shown.low,
        shown_high: shown.high,
        time_left: Math.round(left),
      })),
    )
    .execute();
}
