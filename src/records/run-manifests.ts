import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** The signed manifests of published runs, kept to the byte and never changed. */

export interface ManifestLink {
  readonly runId: string;
  readonly sequence: number;
  readonly sha256: string;
}

export interface RunManifestRecord extends ManifestLink {
  readonly jobId: string | null;
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly sourceName: string;
  readonly catalog: string;
  readonly type: string;
  /** UTC texts; null is open. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
}

const micro = (column: 'window_from' | 'window_to') => sql<string | null>`to_char(run.${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

function select(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('run_manifest as manifest')
    .innerJoin('run', 'run.id', 'manifest.run_id')
    .innerJoin('source', 'source.id', 'run.source_id')
    .where('manifest.tenant_id', '=', tenantId)
    .select(['manifest.run_id as runId', 'manifest.job_id as jobId', 'manifest.sequence', 'manifest.sha256', 'manifest.body', 'manifest.signature'])
    .select(['run.source_name as sourceName', 'source.catalog', 'run.type'])
    .select([micro('window_from').as('windowFrom'), micro('window_to').as('windowTo')]);
}

/** The manifest of a run, also of one that was taken out of History: its files are still there. */
export async function readRunManifest(tx: Tx, tenantId: string, runId: string): Promise<RunManifestRecord | null> {
  return (await select(tx, tenantId).where('manifest.run_id', '=', runId).executeTakeFirst()) ?? null;
}

/** The manifests of a job up to and with that place in its chain, the first one first. */
export async function listManifestsOfJob(tx: Tx, tenantId: string, jobId: string, upTo: number): Promise<RunManifestRecord[]> {
  return select(tx, tenantId).where('manifest.job_id', '=', jobId).where('manifest.sequence', '<=', upTo).orderBy('manifest.sequence').execute();
}

/** The newest manifest of the job. Ask with the job locked: the next one goes on from it. */
export async function readLastManifest(tx: Tx, tenantId: string, jobId: string): Promise<ManifestLink | null> {
  const last = await tx
    .selectFrom('run_manifest')
    .where('tenant_id', '=', tenantId)
    .where('job_id', '=', jobId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .select(['run_id as runId', 'sequence', 'sha256'])
    .executeTakeFirst();
  return last ?? null;
}

/** SHA-256 of the settings the run was made with, hex; null for a run of before they were kept. */
export async function readSettingsHash(tx: Tx, tenantId: string, runId: string): Promise<string | null> {
  const row = await tx.selectFrom('run').where('tenant_id', '=', tenantId).where('id', '=', runId).select('settings_hash as hash').executeTakeFirst();
  return row?.hash?.toString('hex') ?? null;
}

export interface NewRunManifest extends ManifestLink {
  readonly tenantId: string;
  readonly jobId: string | null;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

export async function insertRunManifest(tx: Tx, manifest: NewRunManifest): Promise<void> {
  await tx
    .insertInto('run_manifest')
    .values({
      run_id: manifest.runId,
      tenant_id: manifest.tenantId,
      job_id: manifest.jobId,
      sequence: manifest.sequence,
      body: Buffer.from(manifest.body),
      signature: Buffer.from(manifest.signature),
      sha256: manifest.sha256,
    })
    .execute();
}
