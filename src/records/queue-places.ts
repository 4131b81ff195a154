import { type RawBuilder, sql } from 'kysely';
import { placeInQueue, type QueueFacts, type QueuePlace } from '../domain/queue-place.ts';
import type { Tx } from './database.ts';

/** How many recent runs tell how long runs take. */
const RECENT = 20;

// Three questions, for each has its index: together they would be asked of all runs there are.
const beforeQueued = sql`(SELECT count(*) FROM run o WHERE o.tenant_id = run.tenant_id AND o.status IN ('queued', 'running')
  AND (o.status = 'running' OR (o.queued_at, o.id) < (run.queued_at, run.id)))`;
const goingOfJob = sql`(SELECT count(*) FROM run o WHERE o.job_id = run.job_id AND o.status IN ('queued', 'running'))`;
const waitingBefore = sql`(SELECT count(*) FROM run o WHERE o.job_id = run.job_id AND o.status = 'scheduled'
  AND (o.scheduled_at, coalesce(o.window_from, '-infinity'), o.id) < (run.scheduled_at, coalesce(run.window_from, '-infinity'), run.id))`;

/**
 * The places of runs that wait: a queued one among all of the tenant's that are queued or going, one that waits for its job among those of
 * the job. Only the tenant's own runs are looked at: how busy others are is no tenant's affair.
 */
export async function readPlaces(tx: Tx, tenantId: string, runIds: readonly string[]): Promise<Map<string, QueuePlace>> {
  if (runIds.length === 0) return new Map();
  const { rows } = await sql<QueueFacts & { id: string }>`
    SELECT run.id, (CASE run.status WHEN 'queued' THEN ${beforeQueued} ELSE ${goingOfJob} + ${waitingBefore} END)::int AS ahead,
      (SELECT count(*)::int FROM run o WHERE o.tenant_id = ${tenantId} AND o.status = 'running') AS running,
      coalesce(own.low, every.low) AS low, coalesce(own.high, every.high) AS high
    FROM run
    CROSS JOIN LATERAL (${durations(sql`r.job_id = run.job_id AND run.status = 'scheduled'`)}) own
    CROSS JOIN (${durations(sql`true`)}) every
    WHERE run.tenant_id = ${tenantId} AND run.id = ANY(${[...runIds]}::uuid[]) AND run.status IN ('scheduled', 'queued')`.execute(tx);
  return new Map(rows.map(({ id, ...facts }) => [id, placeInQueue(facts)]));

  function durations(which: RawBuilder<unknown>) {
    return sql`SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY seconds) AS low, percentile_cont(0.75) WITHIN GROUP (ORDER BY seconds) AS high
      FROM (SELECT extract(epoch FROM r.finished_at - r.started_at)::float8 AS seconds FROM run r
        WHERE r.tenant_id = ${tenantId} AND r.status = 'succeeded' AND ${which} ORDER BY r.scheduled_at DESC LIMIT ${RECENT}) recent`;
  }
}
