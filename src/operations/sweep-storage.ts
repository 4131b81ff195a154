import { CodedError, type ErrorCode } from '../errors.ts';
import { recordAct, writeActs } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findTenants } from '../records/planner.ts';
import { findOldOrphans, forgetOrphan, forgetOtherOrphans, lockRun, noteDamage, noteOrphans } from '../records/stored-objects.ts';
import type { Services } from './services.ts';
import { damageOf, findUnlisted, isStillUnlisted, listExpectedObjects, type Unlisted } from './survey-storage.ts';

/** A temporary object that nobody has written to for so long is of a dead attempt. */
export const TEMPORARY_GRACE_MS = 3_600_000;
/** So long an object must have been an orphan before it goes. */
const ORPHAN_GRACE_SECONDS = 86_400;
/** Errors of storage that say nothing of the next object. */
const OF_ONE_OBJECT: ReadonlySet<ErrorCode> = new Set(['not_found', 'storage.unreadable', 'storage.remove_failed']);

export interface Swept {
  /** Temporary objects of dead attempts that were removed. */
  readonly temporary: number;
  /** Objects that nobody knows, before and after. */
  readonly orphans: number;
  readonly orphansRemoved: number;
  /** Artifacts whose files are not in storage, or have another length. */
  readonly missing: number;
  /** Objects and folders that could not be looked at or removed; the next sweep tries again. */
  readonly failed: number;
}

/**
 * Sweeps storage: temporary objects of dead attempts go; objects that no artifact lists and no open run writes are noted, and go when they are
 * still such after a day; artifacts whose file is not there are marked, and never touched. `look` as for `deleteFilesDue`: without trust in
 * the clock no orphan goes. One object that cannot be looked at or removed does not keep the rest. `signal`: ends it between two objects.
 */
export async function sweepStorage(services: Services, look: { readonly isHalted: boolean } | null, signal?: AbortSignal): Promise<Swept> {
  const troubles = new Troubles();
  const temporary = (await troubles.keep(() => services.storage.sweepTemporary(TEMPORARY_GRACE_MS, undefined, troubles.note))) ?? 0;
  const orphans: Unlisted[] = [];
  for await (const one of findUnlisted(services, troubles.note)) {
    signal?.throwIfAborted();
    // What UDM did not name is shown by "udm check", and is not UDM's to remove.
    if (one.place) orphans.push(one);
  }
  const keys = orphans.map((one) => one.key);
  await forgetOtherOrphans(services.database, keys);
  await noteOrphans(services.database, keys);
  const old = look && !look.isHalted ? new Set(await findOldOrphans(services.database, keys, ORPHAN_GRACE_SECONDS)) : new Set();
  let orphansRemoved = 0;
  for (const one of orphans) {
    signal?.throwIfAborted();
    if (old.has(one.key) && (await troubles.keep(() => removeOrphan(services, one)))) orphansRemoved += 1;
  }
  const missing = await markDamage(services, troubles, signal);
  troubles.tell(services);
  const swept = { temporary, orphans: orphans.length, orphansRemoved, missing, failed: troubles.count };
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
  if (!(await findTenants(services.database)).includes(tenantId)) return removeOfNobody(services, key, place);
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
    // On record before it goes: no rollback brings it back.
    await writeActs(tx);
    await services.storage.remove(key);
    return true;
  });
}

/** Of a tenant that the database does not have: no audit log is there to record it in, so the log says it. */
async function removeOfNobody(services: Services, key: string, { tenantId, runId, attempt }: NonNullable<Unlisted['place']>): Promise<boolean> {
  const bytes = await services.storage.size(key);
  if (bytes === null) return false;
  await services.storage.remove(key);
  await forgetOrphan(services.database, key);
  services.log.warn({ event: 'orphan.deleted', tenantId, runId, attempt, bytes });
  return true;
}

/** What could not be done with single objects while the rest went on. Only what is of storage: without the database nothing can go on. */
class Troubles {
  readonly #counts = new Map<string, number>();

  get count(): number {
    return [...this.#counts.values()].reduce((sum, one) => sum + one, 0);
  }

  readonly note = (_name: string, { code }: CodedError): void => {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  };

  /** What the work gives; undefined when it failed at its object. */
  async keep<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CodedError && OF_ONE_OBJECT.has(error.code))) throw error;
      this.note('', error);
      return undefined;
    }
  }

  tell({ log }: Services): void {
    for (const [reason, count] of this.#counts) log.warn({ event: 'storage.sweep_left', reason, count });
  }
}

/** Marks the artifacts whose files are missing or have another length, and takes the mark from those that are right again. */
async function markDamage(services: Services, troubles: Troubles, signal: AbortSignal | undefined): Promise<number> {
  let found = 0;
  for await (const one of listExpectedObjects(services)) {
    signal?.throwIfAborted();
    const damage = await troubles.keep(() => damageOf(services, one));
    // Of what cannot be looked at nothing is said.
    if (damage === undefined) continue;
    if (damage !== null) found += 1;
    if (damage !== one.damage) await inTenant(services.database, one.tenantId, (tx) => noteDamage(tx, one.tenantId, one.artifactId, damage));
  }
  return found;
}
