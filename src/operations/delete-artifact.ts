import { type Actor, requirePermission } from '../domain/permission.ts';
import { markDeleted } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { visibleArtifact } from './artifacts.ts';
import { deleteFile } from './delete-files.ts';
import type { Services } from './services.ts';

/**
 * Deletes an artifact: from this instant nothing of it is served, its row stays. Deleting it again changes nothing.
 * The file goes at once, or, should that fail or UDM die right now, with the next round of housekeeping. Error: `not_found`.
 */
export async function deleteArtifact(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'artifacts.delete');
  const { tenantId } = actor;
  const marked = await inTenant(services.database, tenantId, async (tx) => {
    const found = await visibleArtifact(tx, actor, id, 'artifacts.delete');
    if (!(await markDeleted(tx, tenantId, id))) return false;
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'artifact.deleted', object: { kind: 'artifact', id }, detail: { bytes: found.bytes } });
    return true;
  });
  // It is deleted already, whatever comes of its file.
  if (marked) await deleteFile(services, { tenantId, artifactId: id }, null).catch(() => false);
}
