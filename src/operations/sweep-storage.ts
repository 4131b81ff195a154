import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findTenants } from '../records/planner.ts';
import { findOldOrphans, forgetOrphan, forgetOtherOrphans, lockRun, noteDamage, noteOrphans } from '../records/stored-objects.ts';
import type { Services } from './services.ts';
import { damageOf, findUnlisted, isStillUnlisted, listExpectedObjects, type Unlisted } from './survey-storage.ts';

/** A temporary object that nobody has written to for so long is of a dead attempt. */
export const TEMPORARY_GRACE_MS = 3_600_000;
/** So long an object must have been an orphan before it goes. */
const ORPHAN_GRACE_SECONDS = 86_400;

export interface Swept {
  /** Temporary objects of dead attempts that were removed. */
  readonly temporary: number;
  /** Objects that nobody knows, before and after. */
  readonly orphans: number;
  readonly orphansRemoved: number;
  /** Artifacts whose files are not in storage, or have another length. */
  readonly missing: number;
}

/**
 * Sweeps storage: temporary objects of dead attempts go; objects that no artifact lists and no open run writes are noted, and go when they are
 * still such after a day; artifacts whose file is not there are marked, and never touched. `look` as for `deleteFilesDue`: without trust in
 * the clock no orphan goes.
 */
export async function sweepStorage(services: Services, look: { readonly isHalted: boolean } | null): Promise<Swept> {
  const temporary = await services.storage.sweepTemporary(TEMPORARY_GRACE_MS);
  const orphans: Unlisted[] = [];
  // What UDM did not name is shown by "udm check", and is not UDM's to remove.
  for await (const one of findUnlisted(services)) if (one.place) orphans.push(one);
  const keys = orphans.map((one) => one.key);
  await forgetOtherOrphans(services.database, keys);
  await noteOrphans(services.database, keys);
  const old = look && !look.isHalted ? new Set(await findOldOrphans(services.database, keys, ORPHAN_GRACE_SECONDS)) : new Set();
  let orphansRemoved = 0;
  for (const one of orphans) if (old.has(one.key) && (await removeOrphan(services, one))) orphansRemoved += 1;
  const swept = { temporary, orphans: orphans.length, orphansRemoved, missing: await markDamage(services) };
  if (temporary > 0 || orphans.length > 0 || swept.missing > 0) {
    services.log.warn({ event: 'storage.swept', count: temporary + orphansRemoved });
  }
  return swept;
}

/** Removes an object that nobody knows, unless somebody does by now. Whether this call removed it. Error: `storage.remove_failed`. */
export async function removeOrphan(services: Services, object: Unlisted): Promise<boolean> {
  const { key, place } = object;
  if (!place) return false;
  const { tenantId, runId, attempt, part } = place;
  if (!(await findTenants(services.database)).includes(tenantId)) {
    await services.storage.remove(key);
    await forgetOrphan(services.database, key);
    return true;
  }
  return inTenant(services.database, tenantId, async (tx) => {
    await lockRun(tx, tenantId, runId);
    if (!(await isStillUnlisted(tx, tenantId, object))) return false;
    const bytes = await services.storage.size(key);
    if (bytes === null) return false;
    await recordAct(tx, {
      tenantId,
      actor: { kind: 'system' },
      action: 'orphan.deleted',
      object: { kind: 'run', id: runId },
      detail: { attempt, part, bytes },
    });
    await forgetOrphan(tx, key);
    await services.storage.remove(key);
    return true;
  });
}

/** Marks the artifacts whose files are missing or have another length, and takes the mark from those that are right again. */
async function markDamage(services: Services): Promise<number> {
  let found = 0;
  for await (const one of listExpectedObjects(services)) {
    const damage = await damageOf(services, one);
    if (damage !== null) found += 1;
    if (damage !== one.damage) await inTenant(services.database, one.tenantId, (tx) => noteDamage(tx, one.tenantId, one.artifactId, damage));
  }
  return found;
}
