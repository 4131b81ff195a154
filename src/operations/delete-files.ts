import { artifactState } from '../domain/artifact.ts';
import { deletionWaitSeconds } from '../domain/deletion.ts';
import { deleteExpiredUpTo } from '../domain/retention-clock.ts';
import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { type ArtifactRecord, readArtifact } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { type FileToDelete, findFilesToDelete, markFileGone, noteDeletionFailure } from '../records/retention.ts';
import { deleteSubjectsOfGoneFiles } from '../records/run-subjects.ts';
import type { Services } from './services.ts';

/** Files looked for at a time. */
const BATCH = 100;

/**
 * Retention: deletes from storage the files of artifacts that somebody deleted, and of those that have expired; their rows stay. What cannot be
 * deleted is tried again, later each time. `look`: when and with what trust somebody looked at the clock last; null: nothing that expired
 * goes. `signal`: ends it between two files. Returns how many files went.
 */
export async function deleteFilesDue(
  services: Services,
  look: { readonly now: number; readonly isHalted: boolean } | null,
  signal?: AbortSignal,
): Promise<number> {
  const upTo = look === null ? null : deleteExpiredUpTo(look.now, look.isHalted);
  const expired = upTo === null ? null : new Date(upTo);
  let gone = 0;
  for (;;) {
    const files = await findFilesToDelete(services.database, expired, BATCH);
    for (const file of files) {
      signal?.throwIfAborted();
      if ((await deleteFile(services, file, expired)) === 'deleted') gone += 1;
    }
    if (files.length < BATCH) return gone;
  }
}

/**
 * Deletes the file of one artifact, if it may be: it was deleted, or expired at the instant (null: none) or before. Whoever still reads it keeps
 * what is open. A failure is noted, and when it is tried again. Safe to repeat. What this call
 * did: deleted it, left it, for it may not be deleted or is gone, or failed.
 */
export async function deleteFile(services: Services, file: FileToDelete, expired: Date | null): Promise<'deleted' | 'left' | 'failed'> {
  const artifact = await inTenant(services.database, file.tenantId, (tx) => readArtifact(tx, file.tenantId, file.artifactId));
  if (!artifact || artifact.objectGoneAt !== null) return 'left';
  if (artifact.deletedAt === null && (expired === null || artifact.expiresAt > expired)) return 'left';
  try {
    await services.storage.remove(artifact.objectKey);
    if ((await services.storage.size(artifact.objectKey)) !== null) throw new CodedError('storage.remove_failed');
  } catch (error) {
    await noteFailure(services, file, artifact, error);
    return 'failed';
  }
  return inTenant(services.database, file.tenantId, async (tx) => {
    if (!(await markFileGone(tx, file))) return 'left';
    await deleteSubjectsOfGoneFiles(tx, file.tenantId);
    const { bytes, deletionTries: failures } = artifact;
    const cause = artifactState(artifact, artifact.readAt) === 'withdrawn' ? 'withdrawn' : artifact.deletedAt === null ? 'expired' : 'deleted';
    const object = { kind: 'artifact', id: file.artifactId };
    await recordAct(tx, { tenantId: file.tenantId, actor: { kind: 'system' }, action: 'artifact.file_deleted', object, detail: { cause, bytes, failures } });
    return 'deleted';
  });
}

async function noteFailure(services: Services, file: FileToDelete, { deletionTries }: ArtifactRecord, error: unknown): Promise<void> {
  const { tenantId } = file;
  services.log.warn({ event: 'artifact.file_left', tenantId, count: deletionTries + 1, reason: reasonOf(error) });
  const code = error instanceof CodedError ? error.code : 'internal';
  await inTenant(services.database, tenantId, (tx) => noteDeletionFailure(tx, file, code, deletionWaitSeconds(deletionTries + 1)));
}
