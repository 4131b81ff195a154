import type { Readable } from 'node:stream';
import type { ArtifactView } from '../contract/artifact.ts';
import { type Actor, may, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { type ArtifactFilter, type ArtifactRecord, listArtifacts, readArtifact } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import type { Page } from '../records/page.ts';
import { auditActor } from './actor-of.ts';
import { presentArtifact } from './present.ts';
import type { Services } from './services.ts';

/** Artifacts of the sources the actor may see. */
export async function listArtifactsFor(services: Services, actor: Actor, filter: Omit<ArtifactFilter, 'catalogs'>): Promise<Page<ArtifactView>> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const page = await listArtifacts(tx, actor.tenantId, { ...filter, catalogs: visibleCatalogs(actor) });
    return { ...page, items: page.items.map(presentArtifact) };
  });
}

/** One artifact. Error: `not_found`. */
export async function getArtifact(services: Services, actor: Actor, id: string): Promise<ArtifactView> {
  requirePermission(actor, 'exports.see');
  return presentArtifact(await inTenant(services.database, actor.tenantId, (tx) => visibleArtifact(tx, actor, id)));
}

/**
 * Opens an artifact for download; the download is on record before the first byte leaves.
 * Errors: `not_found`, `artifact.gone` from the instant of expiry.
 */
export async function openArtifact(services: Services, actor: Actor, id: string): Promise<{ artifact: ArtifactView; content: Readable }> {
  requirePermission(actor, 'artifacts.download');
  const record = await inTenant(services.database, actor.tenantId, async (tx) => {
    const found = await visibleArtifact(tx, actor, id);
    if (found.expiresAt <= found.readAt) throw new CodedError('artifact.gone');
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'artifact.downloaded', object: { kind: 'artifact', id } });
    return found;
  });
  return { artifact: presentArtifact(record), content: await services.storage.read(record.objectKey) };
}

async function visibleArtifact(tx: Tx, actor: Actor, id: string): Promise<ArtifactRecord> {
  const record = await readArtifact(tx, actor.tenantId, id);
  if (!record || !may(actor, 'exports.see', record.catalog)) throw new CodedError('not_found');
  return record;
}
