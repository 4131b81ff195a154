import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { certificatesOfJob, hashOf, keepSettings, settingsOfJob } from './run-settings.ts';
import type { RunTrigger } from './tables.ts';

/** Rows of runs before they are worked on: made for every occurrence, given their turn one at a time. The job's lock is held. */

export interface PlannedRunWrite {
  readonly jobId: string;
  readonly scheduledAt: string;
  readonly status: 'scheduled' | 'missed' | 'suppressed';
  readonly trigger: RunTrigger;
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
  /** Since-previous-run: the window begins at the chain's edge when the run gets its turn. */
  readonly chained: boolean;
}

export interface PlannedRunRow {
  readonly id: string;
  readonly jobId: string;
  readonly status: 'scheduled' | 'missed' | 'suppressed';
}

/**
 * Makes the rows with the settings of their jobs as they are now. An instant of a job that has its row already is left out: the unique
 * key of job and instant decides, whoever plans. Made again, with the settings of now, is only one that a suspension suppressed, when
 * resuming asks for it.
 */
export async function insertPlannedRuns(tx: Tx, tenantId: string, runs: readonly PlannedRunWrite[]): Promise<PlannedRunRow[]> {
  if (runs.length === 0) return [];
  const made = await sql<PlannedRunRow>`
    WITH planned AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(runs)}::jsonb)
        AS planned("jobId" uuid, "scheduledAt" timestamptz, status text, trigger text, "windowFrom" timestamptz, "windowTo" timestamptz, chained boolean)),
    settled AS (
      SELECT job.*, source.name AS source_name, ${settingsOfJob} AS settings
      FROM export_job job JOIN source ON source.id = job.source_id
      WHERE job.tenant_id = ${tenantId} AND job.id IN (SELECT "jobId" FROM planned)),
    kept AS (${keepSettings(sql`settled`)})
    INSERT INTO run (tenant_id, job_id, job_title, source_id, source_name, type, entity_types, certificate_ids, trigger, scheduled_at,
      window_from, window_to, chain_id, status, phase, finished_at, error_code, suspension, settings_hash)
    SELECT job.tenant_id, job.id, job.title, job.source_id, job.source_name, job.type, job.entity_types, ${certificatesOfJob},
      planned.trigger, planned."scheduledAt", planned."windowFrom", planned."windowTo",
      CASE WHEN planned.chained THEN job.chain_id END, planned.status,
      CASE WHEN planned.status = 'scheduled' THEN 'waiting' ELSE 'done' END,
      CASE WHEN planned.status <> 'scheduled' THEN udm_now() END,
      CASE planned.status WHEN 'missed' THEN 'run.missed' WHEN 'suppressed' THEN 'run.suppressed' END,
      CASE WHEN planned.status = 'suppressed' THEN job.suspensions END, ${hashOf(sql`job.settings`)}
    FROM planned JOIN settled job ON job.id = planned."jobId"
    ON CONFLICT (job_id, scheduled_at) WHERE trigger <> 'backfill' DO UPDATE SET trigger = excluded.trigger, status = excluded.status, phase = excluded.phase,
      job_title = excluded.job_title, source_id = excluded.source_id, source_name = excluded.source_name, type = excluded.type,
      entity_types = excluded.entity_types, certificate_ids = excluded.certificate_ids,
      window_from = excluded.window_from, window_to = excluded.window_to, chain_id = excluded.chain_id, finished_at = excluded.finished_at,
      error_code = excluded.error_code, suspension = excluded.suspension, settings_hash = excluded.settings_hash, hidden_at = NULL
      WHERE run.status = 'suppressed' AND excluded.trigger = 'resume'
    RETURNING id, job_id AS "jobId", status`.execute(tx);
  return made.rows;
}

export interface TurnRow {
  readonly id: string;
  readonly jobId: string;
  readonly status: 'queued' | 'skipped';
}

/**
 * Gives each of these jobs' next waiting run its turn, if no run of the job is open. A run of a chain takes the window from the
 * chain's edge; waiting ones that would cover nothing are skipped. Gaps that are filled at one instant go in the order of their time. Returns every row that changed.
 */
export async function giveTurns(tx: Tx, tenantId: string, jobIds: readonly string[]): Promise<TurnRow[]> {
  if (jobIds.length === 0) return [];
  const ids = [...new Set(jobIds)];
  const skipped = await skipEmpty(tx, tenantId, ids);
  const queued = await sql<TurnRow>`
    WITH turn AS (
      SELECT DISTINCT ON (waiting.job_id) waiting.id, chain.id AS chain_id, chain.edge, chain.arrival_edge
      FROM run waiting LEFT JOIN chain ON chain.id = waiting.chain_id
      WHERE waiting.tenant_id = ${tenantId} AND waiting.job_id = ANY(${ids}::uuid[]) AND waiting.status = 'scheduled'
        AND NOT EXISTS (SELECT 1 FROM run going WHERE going.job_id = waiting.job_id AND going.status IN ('queued', 'running'))
      ORDER BY waiting.job_id, waiting.scheduled_at, waiting.window_from NULLS FIRST, waiting.id)
    UPDATE run SET window_from = CASE WHEN turn.chain_id IS NULL THEN run.window_from ELSE turn.edge END, late_from = turn.arrival_edge, status = 'queued',
      queued_at = udm_now()
    FROM turn WHERE run.tenant_id = ${tenantId} AND run.id = turn.id
    RETURNING run.id, run.job_id AS "jobId", run.status`.execute(tx);
  return [...skipped, ...queued.rows];
}

/** An edge only moves on: what waits behind it will never have anything to cover. */
async function skipEmpty(tx: Tx, tenantId: string, jobIds: readonly string[]): Promise<TurnRow[]> {
  const { rows } = await sql<TurnRow>`
    UPDATE run SET window_from = run.window_to, status = 'skipped', phase = 'done', finished_at = udm_now(), error_code = 'run.nothing_new'
    FROM chain
    WHERE run.tenant_id = ${tenantId} AND run.job_id = ANY(${jobIds}::uuid[]) AND run.status = 'scheduled'
      AND chain.id = run.chain_id AND chain.edge >= run.window_to
      AND NOT EXISTS (SELECT 1 FROM run going WHERE going.job_id = run.job_id AND going.status IN ('queued', 'running'))
    RETURNING run.id, run.job_id AS "jobId", run.status`.execute(tx);
  return rows;
}

/** The instants of the runs that the present suspension suppressed and resuming asks for: every one, or the latest; oldest first. */
export async function listSuppressed(tx: Tx, tenantId: string, jobId: string, which: 'all' | 'latest'): Promise<Date[]> {
  let chosen = suppressedRuns(tx, tenantId, jobId).select('run.scheduled_at as at').orderBy('run.scheduled_at', 'desc');
  if (which === 'latest') chosen = chosen.limit(1);
  return (await chosen.execute()).map((run) => run.at).reverse();
}

/** Runs that wait for their turn are suppressed with the rest when their job has been suspended. */
export async function suppressWaiting(tx: Tx, tenantId: string, jobId: string): Promise<string[]> {
  const suppressed = await tx
    .updateTable('run')
    .from('export_job as job')
    .set({
      status: 'suppressed',
      phase: 'done',
      finished_at: sql<Date>`udm_now()`,
      error_code: 'run.suppressed',
      suspension: sql<number>`job.suspensions`,
    })
    .where('run.tenant_id', '=', tenantId)
    .where('run.job_id', '=', jobId)
    .whereRef('job.id', '=', 'run.job_id')
    .where('run.status', '=', 'scheduled')
    .where('run.trigger', 'in', ['schedule', 'resume'])
    .returning('run.id')
    .execute();
  return suppressed.map((row) => row.id);
}

/** What a suspension suppressed is no longer asked about; the rows stay. */
export async function forgetSuppressed(tx: Tx, tenantId: string, jobId: string): Promise<void> {
  await tx
    .updateTable('run')
    .set({ suspension: null })
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', jobId)
    .where('status', '=', 'suppressed')
    .execute();
}

function suppressedRuns(tx: Tx, tenantId: string, jobId: string) {
  return tx
    .selectFrom('run')
    .innerJoin('export_job as job', 'job.id', 'run.job_id')
    .where('run.tenant_id', '=', tenantId)
    .where('run.job_id', '=', jobId)
    .where('run.status', '=', 'suppressed')
    .where(sql<boolean>`run.suspension = job.suspensions`);
}

/** The run of the job that is open or waits for its turn; of several the one that is open. */
export async function runAhead(tx: Tx, tenantId: string, jobId: string): Promise<string | null> {
  const found = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', jobId)
    .where('status', 'in', ['scheduled', 'queued', 'running'])
    .select('id')
    .orderBy(sql`status = 'scheduled'`)
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}

/** A run that somebody asked for less than a minute ago and that did not fail: a second wish for it is the first one, come twice. */
export async function justRequested(tx: Tx, tenantId: string, jobId: string): Promise<string | null> {
  const found = await tx
    .selectFrom('run')
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', jobId)
    .where('trigger', '=', 'run_now')
    .where('status', 'not in', ['failed', 'cancelled'])
    .where(sql<boolean>`scheduled_at > (SELECT udm_now() - interval '1 minute') AND scheduled_at <= (SELECT udm_now())`)
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}
