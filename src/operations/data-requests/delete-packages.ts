import { deletionWaitSeconds } from '../../domain/deletion.ts';
import { deleteExpiredUpTo } from '../../domain/retention-clock.ts';
import { CodedError } from '../../errors.ts';
import { reasonOf } from '../../lib/log.ts';
import { recordAct } from '../../records/audit.ts';
import { inTenant } from '../../records/database.ts';
import { findPackagesToDelete, markPackageGone, notePackageLeft, type PackageRecord, packagesOf, readPackage } from '../../records/data-requests/packages.ts';
import type { Services } from '../services.ts';

/** Files looked for at a time. */
const BATCH = 100;

/**
 * Retention of access packages: deletes from storage the files of those that have expired; what cannot be deleted is tried again, later each time.
 * `look` as for `deleteFilesDue`. Returns how many files went.
 */
export async function deletePackagesDue(
  services: Services,
  look: { readonly now: number; readonly isHalted: boolean } | null,
  signal?: AbortSignal,
): Promise<number> {
  const upTo = look === null ? null : deleteExpiredUpTo(look.now, look.isHalted);
  if (upTo === null) return 0;
  let gone = 0;
  for (;;) {
    const due = await findPackagesToDelete(services.database, new Date(upTo), BATCH);
    for (const { tenantId, requestId } of due) {
      signal?.throwIfAborted();
      const file = await inTenant(services.database, tenantId, (tx) => readPackage(tx, tenantId, requestId));
      if (file && file.expiresAt.getTime() <= upTo && (await deleteFile(services, file))) gone += 1;
    }
    if (due.length < BATCH) return gone;
  }
}

/** What a person was given goes with the person. Error: `storage.remove_failed`; doing it again does what is left. */
export async function deletePackagesOf(
  services: Services,
  erasure: { readonly tenantId: string; readonly id: string },
  hashes: readonly string[],
): Promise<void> {
  const { tenantId, id } = erasure;
  for (const requestId of await inTenant(services.database, tenantId, (tx) => packagesOf(tx, tenantId, hashes))) {
    const file = await inTenant(services.database, tenantId, (tx) => readPackage(tx, tenantId, requestId));
    if (file && file.objectGoneAt === null && !(await deleteFile(services, file, { erasure: id }))) throw new CodedError('storage.remove_failed');
  }
}

/** Whether it is gone, by whomever. */
async function deleteFile(services: Services, file: PackageRecord, why: { readonly erasure?: string } = {}): Promise<boolean> {
  const { tenantId, requestId, objectKey, bytes, deletionTries } = file;
  try {
    await services.storage.remove(objectKey);
    if ((await services.storage.size(objectKey)) !== null) throw new CodedError('storage.remove_failed');
  } catch (error) {
    services.log.warn({ event: 'request.package_left', tenantId, count: deletionTries + 1, reason: reasonOf(error) });
    await inTenant(services.database, tenantId, (tx) => notePackageLeft(tx, tenantId, requestId, deletionWaitSeconds(deletionTries + 1)));
    return false;
  }
  await inTenant(services.database, tenantId, async (tx) => {
    // Steps for several sources may do it at once.
    if (!(await markPackageGone(tx, tenantId, requestId))) return;
    const object = { kind: 'request', id: requestId } as const;
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'request.package_file_deleted', object, detail: { bytes, ...why } });
  });
  return true;
}
