import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { certificatesOfJob, hashOf, keepSettings, settingsOfJob } from './run-settings.ts';

/** What people and later runs do to a run that has ended. The job's lock is held where it has a job. */

/**
 * Lets a run that has ended wait for its turn again: the same window, the recipients its job has now, five attempts of its own. Its
 * earlier attempts stay.
 */
export async function reopenRun(tx: Tx, tenantId: string, id: string): Promise<void> {
  await sql`
    WITH settled AS (
      SELECT job.tenant_id, job.id AS job_id, ${certificatesOfJob} AS certificate_ids,
        coalesce(kept.settings, ${settingsOfJob}) || jsonb_build_object('recipients', ${settingsOfJob}->'recipients',
          'splitMegabytes', job.split_megabytes, 'compression', job.compression,
          'format', job.format, 'csvFormulas', job.csv_formulas) AS settings
      FROM run JOIN export_job job ON job.id = run.job_id JOIN source ON source.id = job.source_id
        LEFT JOIN run_settings kept ON kept.tenant_id = run.tenant_id AND kept.hash = run.settings_hash
      WHERE run.tenant_id = ${tenantId} AND run.id = ${id}),
    kept AS (${keepSettings(sql`settled`)})
    UPDATE run SET status = 'scheduled', phase = 'waiting', retries = retries + 1, attempts_before = attempt,
      certificate_ids = settled.certificate_ids, settings_hash = ${hashOf(sql`settled.settings`)},
      rows_done = 0, rows_estimated = NULL, bytes_done = 0, file_bytes = 0, percent = NULL, time_left = NULL, queued_at = NULL, started_at = NULL,
      finished_at = NULL, cancel_requested_at = NULL, retry_at = NULL, error_code = NULL, error_value = NULL, covered_to = NULL, arrival_to = NULL, suspension = NULL
    FROM settled WHERE run.tenant_id = ${tenantId} AND run.id = ${id}`.execute(tx);
}

/** A run that waits to be tried again by itself waits no longer; false when it does not wait for that. */
export async function endWait(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const done = await tx
    .updateTable('run')
    .set({ retry_at: null })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .where('retry_at', 'is not', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Takes a run that has ended out of History; false when it is going, hidden already, or not there. */
export async function hideRun(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const hidden = await tx
    .updateTable('run')
    .set({ hidden_at: sql<Date>`udm_now()` })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('hidden_at', 'is', null)
    .where('status', 'not in', ['scheduled', 'queued', 'running'])
    .executeTakeFirst();
  return hidden.numUpdatedRows > 0n;
}

/** Runs of the job that failed or were missed, and whose data this one has published: nobody need care for them any more. Returns which. */
export async function supersedeRuns(tx: Tx, tenantId: string, by: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE run SET superseded_by = later.id
    FROM run later
    WHERE later.tenant_id = ${tenantId} AND later.id = ${by} AND run.tenant_id = ${tenantId} AND run.job_id = later.job_id AND run.id <> later.id
      AND run.status IN ('failed', 'missed') AND run.superseded_by IS NULL
      AND run.source_id = later.source_id AND run.type = later.type
      AND (later.entity_types IS NULL OR run.entity_types <@ later.entity_types)
      AND (run.chain_id = later.chain_id AND run.window_to <= later.window_to
        OR (later.window_from IS NULL OR run.window_from >= later.window_from)
          AND (coalesce(later.covered_to, later.window_to) IS NULL OR run.window_to <= coalesce(later.covered_to, later.window_to)))
    RETURNING run.id`.execute(tx);
  return rows.map((row) => row.id);
}
