import { sql } from 'kysely';
import type { JobRun } from '../domain/job-run.ts';
import type { Tx } from './database.ts';

/** A job as an act on many asks about it. */
export interface SelectedJob {
  readonly id: string;
  readonly title: string;
  readonly run: JobRun;
  readonly state: 'active' | 'suspended';
  readonly submitted: boolean;
  readonly missedRuns: 'all' | 'latest' | 'none';
  readonly nextRunAt: Date | null;
  readonly inProgress: boolean;
  readonly suppressedRuns: number;
  readonly justRun: boolean;
  readonly nothingNew: boolean;
}

/** Those of these jobs that there are, oldest first. */
export async function readSelectedJobs(tx: Tx, tenantId: string, ids: readonly string[]): Promise<SelectedJob[]> {
  const { rows } = await sql<SelectedJob>`
    WITH clock AS MATERIALIZED (SELECT udm_now() AS now)
    SELECT job.id, job.title, job.run, job.state, job.submitted_at IS NOT NULL AS submitted, job.missed_runs AS "missedRuns", job.next_run_at AS "nextRunAt",
      EXISTS (SELECT 1 FROM run WHERE run.job_id = job.id AND run.status IN ('queued', 'running')) AS "inProgress",
      CASE WHEN job.state = 'suspended' AND job.submitted_at IS NULL THEN
        (SELECT count(*) FROM run WHERE run.job_id = job.id AND run.status = 'suppressed' AND run.suspension = job.suspensions) ELSE 0 END AS "suppressedRuns",
      EXISTS (SELECT 1 FROM run WHERE run.job_id = job.id AND run.trigger = 'run_now' AND run.status NOT IN ('failed', 'cancelled')
        AND run.scheduled_at > clock.now - interval '1 minute' AND run.scheduled_at <= clock.now) AS "justRun",
      coalesce(job.date_range->>'kind' = 'since_previous' AND chain.edge >= clock.now - make_interval(secs => source.settle_seconds), false) AS "nothingNew"
    FROM export_job job JOIN source ON source.id = job.source_id LEFT JOIN chain ON chain.id = job.chain_id CROSS JOIN clock
    WHERE job.tenant_id = ${tenantId} AND job.id = ANY(${[...ids]}::uuid[])
    ORDER BY job.created_at, job.id`.execute(tx);
  return rows;
}

/** Titles of those of these jobs that are there still. */
export async function readTitles(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('export_job')
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', [...ids])
    .select(['id', 'title'])
    .execute();
  return new Map(rows.map((row) => [row.id, row.title]));
}
