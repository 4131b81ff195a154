import { manifestName } from '../domain/artifact.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { listManifestsOfJob, type RunManifestRecord, readRunManifest } from '../records/run-manifests.ts';
import type { Services } from './services.ts';

/** A run manifest as it is handed out: the very bytes that were signed. */
export interface ManifestFile {
  /** `<source>-<type>-<window>-<run>.manifest.json`; the signature has `.sig` behind it. */
  readonly name: string;
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly sha256: string;
}

/** The signed manifest of a published run. Error: `not_found`, also when the run has published nothing. */
export async function getRunManifest(services: Services, actor: Actor, runId: string): Promise<ManifestFile> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => fileOf(await visibleManifest(tx, actor, runId)));
}

/** The manifests of the run's job from the first one up to the run's own: what `udm verify` needs to find a gap. Error: `not_found`. */
export async function listManifestsUpTo(services: Services, actor: Actor, runId: string): Promise<ManifestFile[]> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const own = await visibleManifest(tx, actor, runId);
    const all = own.jobId === null ? [own] : await listManifestsOfJob(tx, actor.tenantId, own.jobId, own.sequence);
    // A job may have had another source, one that the actor may not see.
    return all.filter((one) => may(actor, 'exports.see', one.catalog)).map(fileOf);
  });
}

async function visibleManifest(tx: Tx, actor: Actor, runId: string): Promise<RunManifestRecord> {
  const found = await readRunManifest(tx, actor.tenantId, runId);
  if (!found || !may(actor, 'exports.see', found.catalog)) throw new CodedError('not_found');
  return found;
}

function fileOf(record: RunManifestRecord): ManifestFile {
  const { runId, sourceName, type, windowFrom, windowTo, body, signature, sha256 } = record;
  return { name: manifestName({ source: sourceName, type, window: { from: windowFrom, to: windowTo }, runId }), body, signature, sha256 };
}
