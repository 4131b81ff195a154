import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** A run of a job as its freshness is judged by. */
interface JudgedRun {
  /** Null of a run that was deleted from History: nobody can look at it. */
  readonly id: string | null;
  readonly status: string;
  readonly scheduledAt: string;
  /** When it got its turn; a retry gets it anew. */
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly errorCode: string | null;
  readonly retryAt: string | null;
  readonly trigger: string;
}

export interface JudgedRuns {
  readonly jobId: string;
  /** Waiting or going, oldest first; all that wait for their turn count as one. Filling a gap is beside the schedule and does not count. */
  readonly open: readonly JudgedRun[];
  /** The three newest that have ended or were missed, newest first, less fills and what went wrong but was deleted or made up for. */
  readonly ended: readonly JudgedRun[];
}

const columns = sql`json_build_object('id', CASE WHEN run.hidden_at IS NULL THEN run.id END, 'status', run.status,
  'scheduledAt', run.scheduled_at, 'queuedAt', run.queued_at, 'startedAt', run.started_at,
  'errorCode', run.error_code, 'retryAt', run.retry_at, 'trigger', run.trigger)`;

const mended = sql`run.status IN ('failed', 'cancelled', 'missed') AND (run.hidden_at IS NOT NULL OR run.superseded_by IS NOT NULL)`;

/** What is going, and how it went last, of each of these jobs. */
export async function readJudgedRuns(tx: Tx, tenantId: string, jobIds: readonly string[]): Promise<Map<string, JudgedRuns>> {
  if (jobIds.length === 0) return new Map();
  // Each part by the index that is made for it: open runs by two partial ones, ended ones from the newest back.
  const { rows } = await sql<JudgedRuns>`
    SELECT job.id AS "jobId",
      (SELECT coalesce(json_agg(one.run ORDER BY one.scheduled_at), '[]') FROM (
        SELECT run.scheduled_at, ${columns} AS run FROM run WHERE run.tenant_id = ${tenantId} AND run.job_id = job.id AND run.trigger <> 'backfill'
          AND run.status IN ('queued', 'running')
        UNION ALL
        (SELECT run.scheduled_at, ${columns} FROM run WHERE run.tenant_id = ${tenantId} AND run.job_id = job.id AND run.trigger <> 'backfill'
          AND run.status = 'scheduled' ORDER BY run.scheduled_at LIMIT 1)) one) AS open,
      (SELECT coalesce(json_agg(one.run ORDER BY one.scheduled_at DESC), '[]') FROM (
        SELECT run.scheduled_at, ${columns} AS run FROM run WHERE run.tenant_id = ${tenantId} AND run.job_id = job.id AND run.trigger <> 'backfill'
          AND run.status IN ('succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'missed') AND NOT (${mended})
        ORDER BY run.scheduled_at DESC LIMIT 3) one) AS ended
    FROM unnest(${jobIds}::uuid[]) AS job(id)`.execute(tx);
  return new Map(rows.map((row) => [row.jobId, row]));
}
