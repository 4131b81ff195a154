import { type RawBuilder, sql } from 'kysely';
import type { Tx } from './database.ts';
import type { RunStatus } from './tables.ts';

/** What running the window of an artifact again depends on. */
export interface RerunStanding {
  readonly artifactId: string;
  readonly hasJob: boolean;
  /** The job still exports this source and type, and all entity types of the artifact. */
  readonly sameGround: boolean;
  /** Another run of the job for the same window, and at least the same entity types, that waits or is going. */
  readonly ahead: boolean;
  /** Another such run whose files can be downloaded, or that found the window empty since. */
  readonly live: boolean;
}

/** It exports all that the run did; null stands for all there are. */
const includes = (that: RawBuilder<unknown>) => sql`(${that}.entity_types IS NULL OR run.entity_types <@ ${that}.entity_types)`;

/** Another run of the same job for the same window, and at least the same entity types. */
const isSameWindow = sql`other.tenant_id = run.tenant_id AND other.source_id = run.source_id AND other.type = run.type
      AND other.job_id = run.job_id AND other.id <> run.id
      AND other.window_to = run.window_to AND other.window_from IS NOT DISTINCT FROM run.window_from
      AND ${includes(sql`other`)}`;

/** The standings of these artifacts, by artifact. */
export async function readRerunStandings(tx: Tx, tenantId: string, artifactIds: readonly string[]): Promise<ReadonlyMap<string, RerunStanding>> {
  if (artifactIds.length === 0) return new Map();
  // Other runs are found by source, type and window: that is what run_published has in its order.
  const { rows } = await sql<RerunStanding>`
    SELECT artifact.id AS "artifactId", job.id IS NOT NULL AS "hasJob",
      coalesce(job.source_id = run.source_id AND job.type = run.type AND ${includes(sql`job`)}, false) AS "sameGround",
      coalesce(bool_or(other.status IN ('scheduled', 'queued', 'running')), false) AS ahead,
      coalesce(bool_or(other.status = 'succeeded_no_data' AND other.finished_at > run.finished_at OR other.status = 'succeeded' AND EXISTS (
        SELECT 1 FROM artifact a WHERE a.tenant_id = run.tenant_id AND a.run_id = other.id AND a.expires_at > udm_now() AND a.deleted_at IS NULL AND a.damage IS NULL)), false) AS live
    FROM artifact JOIN run ON run.id = artifact.run_id
    LEFT JOIN export_job job ON job.id = run.job_id AND job.tenant_id = run.tenant_id
    LEFT JOIN run other ON ${isSameWindow} AND other.status IN ('succeeded', 'succeeded_no_data', 'scheduled', 'queued', 'running')
    WHERE artifact.tenant_id = ${tenantId} AND artifact.id = ANY(${[...artifactIds]}::uuid[])
    GROUP BY artifact.id, job.id, job.source_id, job.type, job.entity_types, run.source_id, run.type, run.entity_types`.execute(tx);
  return new Map(rows.map((row) => [row.artifactId, row]));
}

/** The newest run that exports the window of a gone artifact again. */
export interface Rerun {
  readonly artifactId: string;
  readonly runId: string;
  readonly status: RunStatus;
  /** Those that can be downloaded. */
  readonly files: readonly { readonly artifactId: string; readonly fileName: string }[];
}

/** Runs that were asked for since these artifacts are gone, by artifact. */
export async function readReruns(tx: Tx, tenantId: string, artifactIds: readonly string[]): Promise<ReadonlyMap<string, Rerun>> {
  if (artifactIds.length === 0) return new Map();
  const { rows } = await sql<Rerun>`
    SELECT DISTINCT ON (artifact.id) artifact.id AS "artifactId", other.id AS "runId", other.status,
      coalesce((SELECT jsonb_agg(jsonb_build_object('artifactId', a.id, 'fileName', a.file_name) ORDER BY a.part) FROM artifact a
        WHERE a.tenant_id = run.tenant_id AND a.run_id = other.id AND a.expires_at > udm_now() AND a.deleted_at IS NULL AND a.damage IS NULL), '[]') AS files
    FROM artifact JOIN run ON run.id = artifact.run_id
    JOIN run other ON ${isSameWindow} AND other.scheduled_at >= artifact.deleted_at
    WHERE artifact.tenant_id = ${tenantId} AND artifact.id = ANY(${[...artifactIds]}::uuid[])
    ORDER BY artifact.id, other.scheduled_at DESC`.execute(tx);
  return new Map(rows.map((row) => [row.artifactId, row]));
}
