import { sql } from 'kysely';
import type { DateRange } from '../domain/date-range.ts';
import type { JobRun, MissedRuns } from '../domain/job-run.ts';
import type { Database, Tx } from './database.ts';

/** What the planner reads of a job and writes back. Whoever changes a plan, or opens or ends a run, holds the lock of the job. */

export interface JobPlanRecord {
  readonly id: string;
  readonly run: JobRun;
  readonly timeZone: string;
  readonly dateRange: DateRange;
  readonly missedRuns: MissedRuns;
  readonly state: 'active' | 'suspended';
  readonly plannedUntil: Date;
  readonly submittedAt: Date | null;
  readonly chainId: string | null;
  readonly chainEdge: string | null;
  readonly settleSeconds: number;
  /** The clock of this reading. */
  readonly now: Date;
}

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('export_job as job')
    .innerJoin('source', 'source.id', 'job.source_id')
    .leftJoin('chain', 'chain.id', 'job.chain_id')
    .where('job.tenant_id', '=', tenantId)
    .select([
      'job.id',
      sql<JobRun>`job.run`.as('run'),
      'job.time_zone as timeZone',
      sql<DateRange>`job.date_range`.as('dateRange'),
      'job.missed_runs as missedRuns',
      'job.state',
      'job.planned_until as plannedUntil',
      'job.submitted_at as submittedAt',
      'job.chain_id as chainId',
      sql<string | null>`to_char(chain.edge AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('chainEdge'),
      'source.settle_seconds as settleSeconds',
      sql<Date>`udm_now()`.as('now'),
    ]);
}

/** Takes up to `limit` due jobs that no other planner holds. */
export async function lockDueJobs(tx: Tx, tenantId: string, limit: number): Promise<JobPlanRecord[]> {
  return (
    select(tx, tenantId)
      // Asked once, as a subquery: compared row by row, a volatile function could not use the index.
      .where(sql<boolean>`job.next_run_at <= (SELECT udm_now())`)
      .orderBy('job.next_run_at')
      .limit(limit)
      .forUpdate(['job'])
      .skipLocked()
      .execute()
  );
}

/** Takes one job, waiting for whoever holds it. */
export async function lockJobPlan(tx: Tx, tenantId: string, id: string): Promise<JobPlanRecord | null> {
  await lockJob(tx, tenantId, id);
  // Read after the lock is held: what the holder before wrote is seen.
  return (await select(tx, tenantId).where('job.id', '=', id).executeTakeFirst()) ?? null;
}

/** Locks the job row, so that runs, plan and deletion of one job do not cross. Always the first lock: job, then run, then chain. */
export async function lockJob(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.selectFrom('export_job').where('tenant_id', '=', tenantId).where('id', '=', id).select('id').forUpdate().execute();
}

export interface PlanWrite {
  readonly jobId: string;
  readonly plannedUntil: Date;
  readonly nextRunAt: Date | null;
  /** A job that runs once has started: it is submitted, and suspended from now on. */
  readonly submitted: boolean;
}

export async function savePlans(tx: Tx, tenantId: string, plans: readonly PlanWrite[]): Promise<void> {
  if (plans.length === 0) return;
  await sql`
    UPDATE export_job job
    SET planned_until = plan."plannedUntil", next_run_at = plan."nextRunAt",
      submitted_at = CASE WHEN plan.submitted THEN coalesce(job.submitted_at, udm_now()) ELSE job.submitted_at END,
      state = CASE WHEN plan.submitted THEN 'suspended' ELSE job.state END
    FROM jsonb_to_recordset(${JSON.stringify(plans)}::jsonb)
      AS plan("jobId" uuid, "plannedUntil" timestamptz, "nextRunAt" timestamptz, submitted boolean)
    WHERE job.tenant_id = ${tenantId} AND job.id = plan."jobId"`.execute(tx);
}

/** Tenants that have due jobs, of all tenants. */
export async function findDueTenants(database: Database): Promise<string[]> {
  const found = await sql<{ id: string }>`SELECT tenant_id AS id FROM udm_find_due_tenants()`.execute(database);
  return found.rows.map((row) => row.id);
}
