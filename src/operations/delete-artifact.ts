import { reasonOf } from '../lib/log.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { markDeleted, readArtifact } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { visibleArtifact } from './artifacts.ts';
import type { Services } from './services.ts';

/**
 * Deletes an artifact: from this instant nothing of it is served, its row stays. Deleting it again changes nothing.
 * The object goes at once, or, should UDM die right now, by the task that the same transaction sends. Error: `not_found`.
 */
export async function deleteArtifact(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'artifacts.delete');
  const { tenantId } = actor;
  const marked = await inTenant(services.database, tenantId, async (tx) => {
    const found = await visibleArtifact(tx, actor, id);
    requirePermission(actor, 'artifacts.delete', found.catalog);
    if (!(await markDeleted(tx, tenantId, id))) return false;
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'artifact.deleted', object: { kind: 'artifact', id }, detail: { bytes: found.bytes } });
    await services.queue.sendRemoveObject(tx, { tenantId, artifactId: id });
    return true;
  });
  if (!marked) return;
  await removeObject(services, { tenantId, artifactId: id }).catch((error: unknown) => {
    services.log.warn({ event: 'artifact.object_left', tenantId, reason: reasonOf(error) });
  });
}

/** Removes the object of a deleted artifact from storage; whoever still reads it keeps what is open. Safe to repeat. */
export async function removeObject(services: Services, { tenantId, artifactId }: { readonly tenantId: string; readonly artifactId: string }): Promise<void> {
  const found = await inTenant(services.database, tenantId, (tx) => readArtifact(tx, tenantId, artifactId));
  if (found && found.deletedAt !== null) await services.storage.remove(found.objectKey);
}
