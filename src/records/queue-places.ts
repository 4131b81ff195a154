import { type RawBuilder, sql } from 'kysely';
import { placeInQueue, type QueueFacts, type QueuePlace } from '../domain/queue-place.ts';
import type { Tx } from './database.ts';

/** How many recent runs tell how long runs take. */
const RECENT = 20;

/**
 * The places of runs that wait: a queued one among all of the tenant's that are queued or going, one that waits for its job among those of
 * the job. Only the tenant's own runs are looked at: how busy others are is no tenant's affair.
 */
export async function readPlaces(tx: Tx, tenantId: string, runIds: readonly string[]): Promise<Map<string, QueuePlace>> {
  if (runIds.length === 0) return new Map();
  // Each line is numbered once, however many of those that stand in it are asked for.
  const { rows } = await sql<QueueFacts & { id: string }>`
    WITH wanted AS MATERIALIZED (
      SELECT id, job_id, status, queued_at FROM run WHERE tenant_id = ${tenantId} AND id = ANY(${[...runIds]}::uuid[]) AND status IN ('scheduled', 'queued') AND retry_at IS NULL),
    job AS MATERIALIZED (
      SELECT waits.job_id, own.low, own.high, (SELECT count(*) FROM run o WHERE o.job_id = waits.job_id AND o.status IN ('queued', 'running')) AS going
      FROM (SELECT DISTINCT job_id FROM wanted WHERE status = 'scheduled') waits
      CROSS JOIN LATERAL (${durations(sql`r.job_id = waits.job_id`)}) own),
    line_of_job AS (
      SELECT o.id, row_number() OVER (PARTITION BY o.job_id ORDER BY o.scheduled_at, coalesce(o.window_from, '-infinity'), o.id) - 1 AS before
      FROM job JOIN run o ON o.job_id = job.job_id WHERE o.status = 'scheduled'),
    line_of_all AS (
      SELECT o.id, row_number() OVER (ORDER BY o.queued_at, o.id) - 1 AS before
      FROM run o WHERE o.tenant_id = ${tenantId} AND o.status = 'queued' AND o.retry_at IS NULL AND o.queued_at <= (SELECT max(queued_at) FROM wanted WHERE status = 'queued')),
    now AS (SELECT count(*) AS running FROM run o WHERE o.tenant_id = ${tenantId} AND o.status = 'running')
    SELECT wanted.id, now.running::int, coalesce(job.low, every.low) AS low, coalesce(job.high, every.high) AS high,
      (CASE wanted.status WHEN 'queued' THEN now.running ELSE coalesce(job.going, 0) END + coalesce(line_of_job.before, line_of_all.before, 0))::int AS ahead
    FROM wanted CROSS JOIN now CROSS JOIN (${durations(sql`true`)}) every
    LEFT JOIN job ON wanted.status = 'scheduled' AND job.job_id = wanted.job_id
    LEFT JOIN line_of_job ON line_of_job.id = wanted.id
    LEFT JOIN line_of_all ON line_of_all.id = wanted.id`.execute(tx);
  return new Map(rows.map(({ id, ...facts }) => [id, placeInQueue(facts)]));

  function durations(which: RawBuilder<unknown>) {
    return sql`SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY seconds) AS low, percentile_cont(0.75) WITHIN GROUP (ORDER BY seconds) AS high
      FROM (SELECT extract(epoch FROM r.finished_at - r.started_at)::float8 AS seconds FROM run r
        WHERE r.tenant_id = ${tenantId} AND r.status = 'succeeded' AND ${which} ORDER BY r.scheduled_at DESC LIMIT ${RECENT}) recent`;
  }
}
