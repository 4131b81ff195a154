import { type RawBuilder, sql } from 'kysely';
import type { DateRange } from '../domain/date-range.ts';
import type { JobRun } from '../domain/job-run.ts';
import type { Tx } from './database.ts';
import type { RunStatus } from './tables.ts';

/** Runs and jobs as a time axis shows them. */

export interface TimelineFilter {
  readonly catalogs: readonly string[] | 'all';
  readonly from: string;
  readonly to: string;
  readonly job?: string | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
}

export interface TimelineRunRecord {
  readonly id: string;
  readonly jobTitle: string;
  readonly source: string;
  readonly type: string;
  readonly status: RunStatus;
  readonly scheduledAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

function conditions(tenantId: string, filter: TimelineFilter): RawBuilder<unknown> {
  const catalogs = filter.catalogs === 'all' ? sql`` : sql`AND source.catalog = ANY(${[...filter.catalogs]}::text[])`;
  return sql`run.tenant_id = ${tenantId} AND run.hidden_at IS NULL
    AND run.scheduled_at >= ${filter.from}::timestamptz AND run.scheduled_at < ${filter.to}::timestamptz ${catalogs}
    ${filter.job ? sql`AND run.job_id = ${filter.job}` : sql``} ${filter.source ? sql`AND run.source_name = ${filter.source}` : sql``}
    ${filter.type ? sql`AND run.type = ${filter.type}` : sql``}`;
}

/** The runs scheduled in [from, to) in order, at most `limit`. */
export async function listTimelineRuns(tx: Tx, tenantId: string, filter: TimelineFilter, limit: number): Promise<TimelineRunRecord[]> {
  const { rows } = await sql<TimelineRunRecord>`
    SELECT run.id, run.job_title AS "jobTitle", run.source_name AS source, run.type, run.status, run.scheduled_at AS "scheduledAt",
      run.started_at AS "startedAt", run.finished_at AS "finishedAt"
    FROM run JOIN source ON source.id = run.source_id WHERE ${conditions(tenantId, filter)}
    ORDER BY run.scheduled_at DESC, run.id LIMIT ${limit}`.execute(tx);
  return rows.reverse();
}

export interface TimelineBucket {
  /** From 0. */
  readonly place: number;
  readonly status: RunStatus;
  readonly count: number;
  readonly longestSeconds: number;
}

/** The same counted: how many of each status there are in each of `places` stretches of equal length. */
export async function countTimelineRuns(tx: Tx, tenantId: string, filter: TimelineFilter, places: number): Promise<TimelineBucket[]> {
  const { rows } = await sql<TimelineBucket>`
    SELECT width_bucket(extract(epoch FROM run.scheduled_at), extract(epoch FROM ${filter.from}::timestamptz), extract(epoch FROM ${filter.to}::timestamptz),
      ${places}::int) - 1 AS place, run.status, count(*)::int AS count,
      coalesce(max(extract(epoch FROM run.finished_at - run.started_at)), 0)::float8 AS "longestSeconds"
    FROM run JOIN source ON source.id = run.source_id WHERE ${conditions(tenantId, filter)}
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(tx);
  return rows;
}

export interface PlanningJob {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly type: string;
  readonly run: JobRun;
  readonly timeZone: string;
  readonly range: DateRange;
  readonly plannedUntil: Date;
  readonly settleSeconds: number;
  /** Where the next window of its chain will begin when what waits or goes has succeeded. */
  readonly edge: string | null;
}

/** Active jobs that come due before `to`, the next ones first, at most `limit`. */
export async function listPlanningJobs(tx: Tx, tenantId: string, filter: TimelineFilter, limit: number): Promise<PlanningJob[]> {
  const catalogs = filter.catalogs === 'all' ? sql`` : sql`AND source.catalog = ANY(${[...filter.catalogs]}::text[])`;
  const { rows } = await sql<PlanningJob>`
    SELECT job.id, job.title, source.name AS source, job.type, job.run, job.time_zone AS "timeZone", job.date_range AS range,
      job.planned_until AS "plannedUntil", source.settle_seconds AS "settleSeconds",
      to_char(greatest(chain.edge, (SELECT max(window_to) FROM run WHERE run.tenant_id = job.tenant_id AND run.chain_id = chain.id
        AND run.status IN ('scheduled', 'queued', 'running'))) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS edge
    FROM export_job job JOIN source ON source.id = job.source_id LEFT JOIN chain ON chain.id = job.chain_id
    WHERE job.tenant_id = ${tenantId} AND job.state = 'active' AND job.next_run_at < ${filter.to}::timestamptz ${catalogs}
      ${filter.job ? sql`AND job.id = ${filter.job}` : sql``} ${filter.source ? sql`AND source.name = ${filter.source}` : sql``}
      ${filter.type ? sql`AND job.type = ${filter.type}` : sql``}
    ORDER BY job.next_run_at, job.id LIMIT ${limit}`.execute(tx);
  return rows;
}
