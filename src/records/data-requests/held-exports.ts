import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../database.ts';

/** Exports that hold a person. */

export interface HeldExport {
  readonly artifactId: string;
  readonly runId: string;
  readonly fileName: string;
  readonly source: string;
  readonly type: string;
  /** Null: it was named and not withdrawn. */
  readonly withdrawnAt: Date | null;
  /** Who had downloaded it by then, oldest first. */
  readonly downloads: readonly { readonly user: string; readonly at: string }[];
}

/** Runs with files that can be downloaded or were withdrawn for a person; `files`: how many can be; and whether there is an index of whom these hold. */
export async function findLiveRuns(tx: Tx, tenantId: string): Promise<{ runId: string; hasIndex: boolean; files: number }[]> {
  const { rows } = await sql<{ runId: string; hasIndex: boolean; files: number }>`
    SELECT a.run_id AS "runId", EXISTS (SELECT FROM run_subjects s WHERE s.tenant_id = a.tenant_id AND s.run_id = a.run_id) AS "hasIndex", count(*) FILTER (WHERE a.deleted_at IS NULL)::int AS files
      FROM artifact a WHERE a.tenant_id = ${tenantId} AND (a.deleted_at IS NULL OR ${ofPerson('a')}) AND a.expires_at > udm_now() GROUP BY a.tenant_id, a.run_id`.execute(
    tx,
  );
  return rows;
}

export async function readSubjects(tx: Tx, tenantId: string, runId: string): Promise<Buffer | null> {
  const row = await tx.selectFrom('run_subjects').where('tenant_id', '=', tenantId).where('run_id', '=', runId).select('subjects').executeTakeFirst();
  return row?.subjects ?? null;
}

/** Files of the run that can be downloaded, and those that were withdrawn for a person. */
export async function heldFilesOf(tx: Tx, tenantId: string, runId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('run_id', '=', runId)
    .where((eb) => eb.or([eb('deleted_at', 'is', null), ofPerson('artifact')]))
    .where('expires_at', '>', sql<Date>`udm_now()`)
    .select('id')
    .orderBy('part')
    .execute();
  return rows.map(({ id }) => id);
}

function ofPerson(table: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(`${table}.withdrawn_for`)} IN ('person_erased', 'person_corrected')`;
}

/** Notes for the request what the file was, when it was withdrawn if it was, and who had downloaded it by then; nothing when there is no such request. */
export async function noteHeldExport(tx: Tx, tenantId: string, requestId: string, artifactId: string): Promise<void> {
  await sql`
    INSERT INTO data_request_artifact AS held (tenant_id, request_id, artifact_id, run_id, file_name, source_name, type, withdrawn_at, downloads)
    SELECT a.tenant_id, ${requestId}, a.id, a.run_id, a.file_name, a.source_name, a.type, CASE WHEN a.withdrawn_for IS NOT NULL THEN a.deleted_at END,
      coalesce((SELECT jsonb_agg(jsonb_build_object('user', coalesce(u.name, l.actor_kind), 'at', l.at) ORDER BY l.seq)
        FROM audit_log l LEFT JOIN app_user u ON u.tenant_id = l.tenant_id AND u.id = l.actor_id
       WHERE l.tenant_id = a.tenant_id AND l.object_kind = 'artifact' AND l.object_id = a.id::text AND l.action = 'artifact.downloaded'), '[]')
      FROM artifact a WHERE a.tenant_id = ${tenantId} AND a.id = ${artifactId}
       AND EXISTS (SELECT FROM data_request r WHERE r.tenant_id = a.tenant_id AND r.id = ${requestId})
    ON CONFLICT (request_id, artifact_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at, downloads = excluded.downloads WHERE held.withdrawn_at IS NULL`.execute(
    tx,
  );
}

export async function readHeldExports(tx: Tx, tenantId: string, requestId: string): Promise<HeldExport[]> {
  return tx
    .selectFrom('data_request_artifact')
    .where('tenant_id', '=', tenantId)
    .where('request_id', '=', requestId)
    .select(['artifact_id as artifactId', 'run_id as runId', 'file_name as fileName', 'source_name as source', 'type', 'withdrawn_at as withdrawnAt'])
    .select(sql<HeldExport['downloads']>`downloads`.as('downloads'))
    .orderBy('file_name')
    .orderBy('artifact_id')
    .execute();
}
