import type { ArtifactView } from '../contract/artifact.ts';
import type { WithdrawalReason } from '../domain/artifact.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { markDeleted } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { getArtifact, visibleArtifact } from './artifacts.ts';
import { deleteFile } from './delete-files.ts';
import type { Services } from './services.ts';

/**
 * Takes back an artifact that should not have been made or handed out: from this instant nothing of it is served, downloads that are under way are
 * cut within seconds, its file is deleted, and its row says that it was withdrawn, when and why. Withdrawing it again changes nothing.
 * Errors: `not_found`; `artifact.deleted` when somebody deleted it before.
 */
export async function withdrawArtifact(services: Services, actor: Actor, id: string, reason: WithdrawalReason): Promise<ArtifactView> {
  requirePermission(actor, 'artifacts.withdraw');
  const { tenantId } = actor;
  const marked = await inTenant(services.database, tenantId, async (tx) => {
    const found = await visibleArtifact(tx, actor, id, 'artifacts.withdraw');
    if (!(await markDeleted(tx, tenantId, id, reason))) {
      if ((await visibleArtifact(tx, actor, id)).withdrawnFor === null) throw new CodedError('artifact.deleted');
      return false;
    }
    const object = { kind: 'artifact', id };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'artifact.withdrawn', object, detail: { reason, bytes: found.bytes } });
    return true;
  });
  // It is withdrawn already, whatever comes of its file; housekeeping tries again.
  if (marked) await deleteFile(services, { tenantId, artifactId: id }, null).catch(() => false);
  return getArtifact(services, actor, id);
}
