import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What runs of a source and type have published, or are about to; the ground that coverage stands on. */

export interface PublishedWindow {
  readonly runId: string;
  /** UTC texts; null is open. */
  readonly window: { readonly from: string | null; readonly to: string | null };
  /** Null means all entity types of the type. */
  readonly entityTypes: readonly string[] | null;
  /** Its artifact can be downloaded still; a run that found no data needs none. */
  readonly live: boolean;
  readonly holdsData: boolean;
  /** Not yet: the run waits or is going. */
  readonly ahead: boolean;
}

export interface PublishedFilter {
  readonly sourceId: string;
  readonly type: string;
  /** Only runs whose windows touch [from, to). */
  readonly from: string | null;
  readonly to: string | null;
  /** Only this job's. */
  readonly jobId?: string;
}

/** Windows of runs that ended well and, marked `ahead`, of those that wait or are going; in order of publishing. */
export async function listPublishedWindows(tx: Tx, tenantId: string, filter: PublishedFilter): Promise<PublishedWindow[]> {
  const found = await sql<{ runId: string; from: string | null; to: string | null; entityTypes: string[] | null; live: boolean; status: string }>`
    SELECT run.id AS "runId",
      to_char(run.window_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS from,
      to_char(coalesce(run.covered_to, run.window_to) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS to,
      run.entity_types AS "entityTypes", run.status,
      run.status = 'succeeded_no_data'
        OR EXISTS (SELECT 1 FROM artifact a WHERE a.tenant_id = run.tenant_id AND a.run_id = run.id AND a.expires_at > udm_now() AND a.damage IS NULL AND a.deleted_at IS NULL) AS live
    FROM run
    WHERE run.tenant_id = ${tenantId} AND run.source_id = ${filter.sourceId} AND run.type = ${filter.type}
      AND run.status IN ('succeeded', 'succeeded_no_data', 'scheduled', 'queued', 'running')
      AND (${filter.jobId ?? null}::uuid IS NULL OR run.job_id = ${filter.jobId ?? null})
      AND (run.window_from IS NULL OR coalesce(run.covered_to, run.window_to) > run.window_from)
      AND (run.window_to IS NULL OR ${filter.from}::timestamptz IS NULL OR run.window_to > ${filter.from}::timestamptz)
      AND (run.window_from IS NULL OR ${filter.to}::timestamptz IS NULL OR run.window_from < ${filter.to}::timestamptz)
    ORDER BY run.finished_at NULLS LAST, run.id`.execute(tx);
  return found.rows.map(({ runId, from, to, entityTypes, live, status }) => ({
    runId,
    window: { from, to },
    entityTypes,
    live,
    holdsData: status === 'succeeded',
    ahead: status !== 'succeeded' && status !== 'succeeded_no_data',
  }));
}
