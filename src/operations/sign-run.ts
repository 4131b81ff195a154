import { createHash } from 'node:crypto';
import { RUN_MANIFEST_FORMAT, type RunPart } from '../pipeline/run-manifest.ts';
import type { Signer } from '../pipeline/signature.ts';
import { databaseNow } from '../records/clock.ts';
import type { Tx } from '../records/database.ts';
import { insertRunManifest, readLastManifest, readSettingsHash } from '../records/run-manifests.ts';
import type { RunRecord } from '../records/runs.ts';

export interface SignedRun {
  readonly tenantId: string;
  readonly run: RunRecord;
  readonly attempt: number;
  readonly arrivalTo: string | null;
  readonly rows: number;
  readonly plainBytes: number;
  /** In their order; none where the run found no rows. */
  readonly parts: readonly RunPart[];
  readonly udmVersion: string;
}

/**
 * Makes, signs and keeps the manifest of a run that is being published (docs/formats/artifact.md). It holds no personal data, and it
 * names the job's previous manifest by its hash, so that none can be left out unseen. The job must be locked.
 */
export async function signRun(tx: Tx, signer: Signer, signed: SignedRun): Promise<void> {
  const { tenantId, run, parts } = signed;
  const previous = run.jobId === null ? null : await readLastManifest(tx, tenantId, run.jobId);
  const sequence = (previous?.sequence ?? 0) + 1;
  const manifest = {
    format: RUN_MANIFEST_FORMAT,
    signedBy: signer.signedBy,
    udmVersion: signed.udmVersion,
    createdAt: new Date(await databaseNow(tx)).toISOString(),
    run: { id: run.id, attempt: signed.attempt, scheduledAt: run.scheduledAt.toISOString() },
    job: { id: run.jobId },
    source: run.sourceName,
    type: run.type,
    entityTypes: run.entityTypes ?? 'all',
    window: { from: run.windowFrom, to: run.windowTo },
    arrival: signed.arrivalTo === null ? null : { from: run.lateFrom, to: signed.arrivalTo },
    settingsSha256: await readSettingsHash(tx, tenantId, run.id),
    parts,
    totals: { parts: parts.length, rows: signed.rows, plainBytes: signed.plainBytes, fileBytes: parts.reduce((sum, part) => sum + part.bytes, 0) },
    chain: { sequence, previous: previous && { run: previous.runId, sha256: previous.sha256 } },
  };
  const body = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const sha256 = createHash('sha256').update(body).digest('hex');
  await insertRunManifest(tx, { tenantId, runId: run.id, jobId: run.jobId, sequence, sha256, body, signature: signer.sign(body) });
}
