import { placeOfObject } from '../domain/artifact.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { deleteExpiredUpTo } from '../domain/retention-clock.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findFilesToDelete } from '../records/retention.ts';
import { noteDamage, type StoredObject } from '../records/stored-objects.ts';
import { auditActor } from './actor-of.ts';
import { findStuckRuns } from './check-rows.ts';
import { deleteFile } from './delete-files.ts';
import { recoverRuns } from './recover-runs.ts';
import { watchRetentionClock } from './retention-clock.ts';
import type { Services } from './services.ts';
import { damageOf, findUnlisted, listExpectedObjects } from './survey-storage.ts';
import { removeOrphan, TEMPORARY_GRACE_MS } from './sweep-storage.ts';

/** One thing that a repair would do. */
export type RepairStep =
  /** Remove an object that no artifact lists and no open run writes. */
  | { readonly kind: 'remove_orphan'; readonly key: string }
  /** Remove what a dead attempt left. */
  | { readonly kind: 'remove_temporary'; readonly name: string }
  /** Give an open run on which nobody works to a worker. */
  | { readonly kind: 'requeue_run'; readonly runId: string }
  /** Try once more to delete the file of an artifact that expired or was deleted. */
  | { readonly kind: 'delete_file'; readonly tenantId: string; readonly artifactId: string }
  /** Mark an artifact by how its file is found: missing, damaged, or (null) as it should be. */
  | { readonly kind: 'mark'; readonly tenantId: string; readonly artifactId: string; readonly fileName: string; readonly damage: StoredObject['damage'] };

const MOST_DELETIONS = 10_000;

/** What a repair would do now, over all tenants. Nothing is changed; only the clocks are looked at, which may halt retention. */
export async function planRepair(services: Services, actor: Actor): Promise<RepairStep[]> {
  requirePermission(actor, 'storage.repair');
  const steps: RepairStep[] = [];
  // What UDM did not name is not UDM's to remove.
  for await (const { key, place } of findUnlisted(services)) if (place) steps.push({ kind: 'remove_orphan', key });
  const now = Date.now();
  for (const { name, writtenAt } of await services.storage.listTemporary()) {
    if (now - writtenAt.getTime() >= TEMPORARY_GRACE_MS) steps.push({ kind: 'remove_temporary', name });
  }
  for (const { runId } of await findStuckRuns(services)) steps.push({ kind: 'requeue_run', runId });
  for (const file of await findFilesToDelete(services.database, await deletable(services), MOST_DELETIONS)) steps.push({ kind: 'delete_file', ...file });
  for await (const one of listExpectedObjects(services)) {
    const damage = await damageOf(services, one);
    if (damage !== one.damage) steps.push({ kind: 'mark', tenantId: one.tenantId, artifactId: one.artifactId, fileName: one.fileName, damage });
  }
  return steps;
}

/** Does what the plan says and no more; what has changed since is left as it is. It is on record before it begins. Returns how many steps did something. */
export async function repair(services: Services, actor: Actor, plan: readonly RepairStep[]): Promise<number> {
  requirePermission(actor, 'storage.repair');
  const { tenantId } = actor;
  const detail = Object.fromEntries([...Map.groupBy(plan, (one) => one.kind)].map(([kind, steps]) => [kind, steps.length]));
  await inTenant(services.database, tenantId, (tx) =>
    recordAct(tx, { tenantId, actor: auditActor(actor), action: 'storage.repaired', object: { kind: 'tenant', id: tenantId }, detail }),
  );
  const runs = new Set(plan.flatMap((one) => (one.kind === 'requeue_run' ? [one.runId] : [])));
  let done = runs.size === 0 ? 0 : await recoverRuns(services, runs);
  for (const step of plan) if (await doStep(services, step)) done += 1;
  return done;
}

async function doStep(services: Services, step: RepairStep): Promise<boolean> {
  switch (step.kind) {
    case 'remove_orphan':
      return removeOrphan(services, { key: step.key, place: placeOfObject(step.key) });
    case 'remove_temporary':
      return (await services.storage.sweepTemporary(TEMPORARY_GRACE_MS, new Set([step.name]))) > 0;
    case 'delete_file':
      return deleteFile(services, step, await deletable(services));
    case 'mark':
      await inTenant(services.database, step.tenantId, (tx) => noteDamage(tx, step.tenantId, step.artifactId, step.damage));
      return true;
    case 'requeue_run':
      return false;
  }
}

/** Up to when expired files may be deleted now; null: none, for the clock cannot be trusted. */
async function deletable(services: Services): Promise<Date | null> {
  const look = await watchRetentionClock(services, false);
  const upTo = look && deleteExpiredUpTo(look.now, look.isHalted);
  return upTo === null ? null : new Date(upTo);
}
