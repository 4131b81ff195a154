import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** What "udm check" asks of the rows: whether runs, artifacts, manifests and chains say the same. */

export interface ManifestToCheck {
  readonly runId: string;
  readonly jobId: string | null;
  readonly sequence: number;
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly sha256: string;
  /** Of the artifacts of the run, in the order of their parts. */
  readonly parts: readonly { readonly part: number; readonly name: string; readonly bytes: number; readonly sha256: string; readonly rows: number }[];
}

/** Manifests with the artifacts of their runs, in the order of their jobs and of the chain, behind these. */
export async function listManifestsToCheck(
  tx: Tx,
  tenantId: string,
  behind: { jobId: string | null; sequence: number; runId: string } | null,
  most: number,
): Promise<ManifestToCheck[]> {
  const { rows } = await sql<ManifestToCheck>`
    SELECT m.run_id AS "runId", m.job_id AS "jobId", m.sequence, m.body, m.signature, m.sha256,
      coalesce((SELECT jsonb_agg(jsonb_build_object('part', a.part, 'name', a.file_name, 'bytes', a.bytes, 'sha256', a.sha256, 'rows', a.row_count) ORDER BY a.part)
        FROM artifact a WHERE a.tenant_id = m.tenant_id AND a.run_id = m.run_id), '[]') AS parts
    FROM run_manifest m
    WHERE m.tenant_id = ${tenantId} AND (${behind === null}::boolean
      OR (coalesce(m.job_id::text, ''), m.sequence, m.run_id) > (${behind?.jobId ?? ''}, ${behind?.sequence ?? 0}::int, ${behind?.runId ?? null}::uuid))
    ORDER BY coalesce(m.job_id::text, ''), m.sequence, m.run_id LIMIT ${most}`.execute(tx);
  return rows;
}

/** Runs that published data and have no artifact, or no manifest though others of their job have. */
export async function findRunsWithoutFiles(tx: Tx, tenantId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM run r WHERE r.tenant_id = ${tenantId} AND r.status = 'succeeded'
      AND NOT EXISTS (SELECT 1 FROM artifact a WHERE a.tenant_id = r.tenant_id AND a.run_id = r.id) ORDER BY r.id`.execute(tx);
  return rows.map((row) => row.id);
}

export interface BrokenChain {
  readonly jobId: string;
  /** The run whose window does not begin where the one before it ended; null: the edge is not where the last one ended. */
  readonly runId: string | null;
  readonly expected: string | null;
  readonly found: string | null;
}

/** Places where the published windows of a chain leave a gap, overlap, or do not lead to its edge. */
export async function findBrokenChains(tx: Tx, tenantId: string): Promise<BrokenChain[]> {
  const { rows } = await sql<BrokenChain>`
    WITH published AS (
      SELECT c.id, c.job_id, c.edge, r.id AS run_id, r.window_from, r.window_to,
        row_number() OVER steps AS place, count(*) OVER (PARTITION BY c.id) AS places,
        coalesce(lag(r.window_to) OVER steps, c.data_from) AS expected
      FROM chain c JOIN run r ON r.tenant_id = c.tenant_id AND r.chain_id = c.id AND r.status IN ('succeeded', 'succeeded_no_data')
      WHERE c.tenant_id = ${tenantId}
      WINDOW steps AS (PARTITION BY c.id ORDER BY r.window_to, r.window_from NULLS FIRST)
    )
    SELECT job_id AS "jobId", run_id AS "runId", expected::text, window_from::text AS found FROM published WHERE window_from IS DISTINCT FROM expected
    UNION ALL
    SELECT job_id, NULL, window_to::text, edge::text FROM published WHERE place = places AND edge IS DISTINCT FROM window_to`.execute(tx);
  return rows;
}

/** Artifacts whose files should have left storage by now, because they expired, or were deleted, so long ago. */
export async function findOverdueDeletions(
  tx: Tx,
  tenantId: string,
  hours: number,
): Promise<{ artifactId: string; fileName: string; tries: number; cause: string | null }[]> {
  return tx
    .selectFrom('artifact')
    .where('tenant_id', '=', tenantId)
    .where('object_gone_at', 'is', null)
    .where(sql<boolean>`least(expires_at, deleted_at) <= (SELECT udm_now() - make_interval(hours => ${hours}))`)
    .select(['id as artifactId', 'file_name as fileName', 'deletion_tries as tries', 'deletion_error as cause'])
    .orderBy('expires_at')
    .limit(1_000)
    .execute();
}

export interface EndingCertificate {
  readonly label: string;
  readonly fingerprint: string;
  readonly notAfter: Date;
  /** Active jobs that encrypt to it. */
  readonly jobs: number;
  readonly isOver: boolean;
}

/** Certificates of active jobs that end within so many days, or have ended. */
export async function findEndingCertificates(tx: Tx, tenantId: string, days: number): Promise<EndingCertificate[]> {
  const { rows } = await sql<EndingCertificate>`
    SELECT c.label, c.fingerprint, c.not_after AS "notAfter", count(*) AS jobs, c.not_after <= udm_now() AS "isOver"
    FROM certificate c JOIN job_recipient r ON r.tenant_id = c.tenant_id AND r.certificate_id = c.id
    JOIN export_job j ON j.tenant_id = c.tenant_id AND j.id = r.job_id AND j.state = 'active'
    WHERE c.tenant_id = ${tenantId} AND c.not_after <= udm_now() + make_interval(days => ${days})
    GROUP BY c.id ORDER BY c.not_after`.execute(tx);
  return rows;
}

/** Artifacts of the tenant whose file was found missing or damaged, and those whose deletion failed. */
export async function countTroubledFiles(tx: Tx, tenantId: string): Promise<{ damaged: number; undeleted: number }> {
  const { rows } = await sql<{ damaged: number; undeleted: number }>`
    SELECT count(*) FILTER (WHERE damage IS NOT NULL AND deleted_at IS NULL AND expires_at > udm_now()) AS damaged,
      count(*) FILTER (WHERE deletion_tries > 0) AS undeleted
    FROM artifact WHERE tenant_id = ${tenantId} AND object_gone_at IS NULL`.execute(tx);
  return rows[0] as { damaged: number; undeleted: number };
}

/** The version of the server: as a number, 150004, and as it calls itself. */
export async function readServerVersion(db: Database): Promise<{ number: number; text: string }> {
  const { rows } = await sql<{ number: number; text: string }>`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`.execute(db);
  return rows[0] as { number: number; text: string };
}
