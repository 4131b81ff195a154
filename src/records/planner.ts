import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** What the planner does when the clock or the rules of zones have changed under it. */

/** The zone data that next runs were reckoned with; null before the first planner. */
export async function readZoneData(database: Database): Promise<string | null> {
  return (await database.selectFrom('planner').select('zone_data').executeTakeFirst())?.zone_data ?? null;
}

export async function writeZoneData(database: Database, zoneData: string): Promise<void> {
  await database
    .insertInto('planner')
    .values({ zone_data: zoneData })
    .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ zone_data: zoneData }))
    .execute();
}

/** Every tenant there is. */
export async function findTenants(database: Database): Promise<string[]> {
  const found = await sql<{ id: string }>`SELECT tenant_id AS id FROM udm_find_tenants()`.execute(database);
  return found.rows.map((row) => row.id);
}

/** Tenants with jobs whose plan is ahead of the clock: it went back since they were planned. */
export async function findTenantsPlannedAhead(database: Database): Promise<string[]> {
  const found = await sql<{ id: string }>`SELECT tenant_id AS id FROM udm_find_tenants_planned_ahead()`.execute(database);
  return found.rows.map((row) => row.id);
}

/** Locks the jobs whose plan is ahead of the clock, up to `limit`. */
export async function lockJobsPlannedAhead(tx: Tx, tenantId: string, limit: number): Promise<string[]> {
  const found = await tx
    .selectFrom('export_job')
    .where('tenant_id', '=', tenantId)
    .where(sql<boolean>`planned_until > (SELECT udm_now() + interval '1 second')`)
    .select('id')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .execute();
  return found.map((row) => row.id);
}

/** Lets every job of the tenant be looked at anew with the next tick. */
export async function lookAgain(tx: Tx, tenantId: string): Promise<void> {
  // Locked in one order, as whoever else locks several jobs does.
  const jobs = tx.selectFrom('export_job').where('tenant_id', '=', tenantId).where('submitted_at', 'is', null).select('id').orderBy('id').forUpdate();
  await tx.updateTable('export_job').set({ next_run_at: sql<Date>`udm_now()` }).where('tenant_id', '=', tenantId).where('id', 'in', jobs).execute();
}

/** Looks at a job again later. */
export async function putOff(tx: Tx, tenantId: string, jobId: string, seconds: number): Promise<void> {
  await tx
    .updateTable('export_job')
    .set({ next_run_at: sql<Date>`udm_now() + make_interval(secs => ${seconds})` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', jobId)
    .execute();
}

/** What a clock that was ahead planned and what came to nothing: nobody has begun it, or it ended only because its time had not come. */
const cameToNothing = sql<boolean>`(status IN ('missed', 'suppressed', 'skipped') OR (status IN ('scheduled', 'queued') AND attempt = 0)
  OR (status = 'failed' AND error_code = 'window.not_settled'))`;

/**
 * Takes back what was planned of these jobs beyond now: rows of instants that have not come and came to nothing go, for they would keep
 * the real run of that instant from being made; what ran stays. A job that runs once is active again when the run of its date went.
 * The locks of the jobs are held. Returns how many rows went.
 */
export async function planAgain(tx: Tx, tenantId: string, jobIds: readonly string[]): Promise<number> {
  const gone = await tx
    .deleteFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('job_id', 'in', [...jobIds])
    .where('trigger', 'in', ['schedule', 'resume'])
    .where(sql<boolean>`scheduled_at > udm_now()`)
    .where(cameToNothing)
    .returning(['job_id as jobId', 'scheduled_at as at'])
    .execute();
  await sql`
    UPDATE export_job job SET submitted_at = NULL, state = 'active'
    FROM jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) AS gone("jobId" uuid, at timestamptz)
    WHERE job.tenant_id = ${tenantId} AND job.id = gone."jobId" AND job.submitted_at IS NOT NULL AND (job.run->>'at')::timestamptz = gone.at`.execute(tx);
  await tx
    .updateTable('export_job')
    .set({
      planned_until: sql<Date>`least(planned_until, udm_now())`,
      next_run_at: sql<Date>`CASE WHEN submitted_at IS NULL THEN udm_now() ELSE next_run_at END`,
    })
    .where('tenant_id', '=', tenantId)
    .where('id', 'in', [...jobIds])
    .execute();
  return gone.length;
}

/** Moves the start and the plan of a repeating job back: what comes due since then is planned with the next tick. */
export async function rewindPlan(tx: Tx, tenantId: string, jobId: string, since: Date): Promise<void> {
  await tx
    .updateTable('export_job')
    .set({ run: sql<string>`jsonb_set(run, '{start}', to_jsonb(${since.toISOString()}::text))`, planned_until: since, next_run_at: since })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', jobId)
    .execute();
}
