import { placeOfObject } from '../domain/artifact.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { deleteExpiredUpTo } from '../domain/retention-clock.ts';
import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findFilesToDelete } from '../records/retention.ts';
import { noteDamage, type StoredObject } from '../records/stored-objects.ts';
import { auditActor } from './actor-of.ts';
import { findStuckRuns } from './check-rows.ts';
import { deleteFile } from './delete-files.ts';
import { recoverRuns } from './recover-runs.ts';
import { type ClockLook, readRetentionClock, watchRetentionClock } from './retention-clock.ts';
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

export interface RepairPlan {
  readonly steps: readonly RepairStep[];
  /** Objects and folders that could not be looked at: of them the plan says nothing. */
  readonly unseen: readonly string[];
}

export interface Repaired {
  /** Steps that did something. */
  readonly done: number;
  /** Steps that could not be done. Of the others nothing was left to do. */
  readonly failed: number;
}

const MOST_DELETIONS = 10_000;

/** What a repair would do now, over all tenants. Nothing is changed. */
export async function planRepair(services: Services, actor: Actor): Promise<RepairPlan> {
  requirePermission(actor, 'storage.repair');
  const steps: RepairStep[] = [];
  const unseen: string[] = [];
  // What UDM did not name is not UDM's to remove.
  for await (const { key, place } of findUnlisted(services, (name) => unseen.push(name))) if (place) steps.push({ kind: 'remove_orphan', key });
  const now = Date.now();
  for (const { name, writtenAt } of await services.storage.listTemporary()) {
    if (now - writtenAt.getTime() >= TEMPORARY_GRACE_MS) steps.push({ kind: 'remove_temporary', name });
  }
  for (const { runId } of await findStuckRuns(services)) steps.push({ kind: 'requeue_run', runId });
  for (const file of await findFilesToDelete(services.database, deletable(await readRetentionClock(services)), MOST_DELETIONS))
    steps.push({ kind: 'delete_file', ...file });
  for await (const one of listExpectedObjects(services)) {
    const damage = await damageOf(services, one).catch(() => {
      unseen.push(one.key);
      return one.damage;
    });
    if (damage !== one.damage) steps.push({ kind: 'mark', tenantId: one.tenantId, artifactId: one.artifactId, fileName: one.fileName, damage });
  }
  return { steps, unseen };
}

/**
 * Does what the plan says and no more; what has changed since is left as it is. A step that fails does not keep the rest. It is on record before it
 * begins, with what was planned, and when it has ended, with what was done.
 */
export async function repair(services: Services, actor: Actor, plan: readonly RepairStep[]): Promise<Repaired> {
  requirePermission(actor, 'storage.repair');
  await record(
    services,
    actor,
    'storage.repair_begun',
    Object.fromEntries([...Map.groupBy(plan, (one) => one.kind)].map(([kind, { length }]) => [kind, length])),
  );
  const done = new Map<RepairStep['kind'], number>();
  let failed = 0;
  const attempt = async (kind: RepairStep['kind'], steps: number, work: () => Promise<number>) => {
    try {
      const count = await work();
      if (count > 0) done.set(kind, (done.get(kind) ?? 0) + count);
    } catch (error) {
      failed += steps;
      services.log.warn({ event: 'repair.step_failed', reason: reasonOf(error), count: steps });
    }
  };
  const runs = new Set(plan.flatMap((one) => (one.kind === 'requeue_run' ? [one.runId] : [])));
  if (runs.size > 0) await attempt('requeue_run', runs.size, () => recoverRuns(services, runs));
  const lookAtClock = clockWatcher(services);
  for (const step of plan) if (step.kind !== 'requeue_run') await attempt(step.kind, 1, async () => ((await doStep(services, step, lookAtClock)) ? 1 : 0));
  await record(services, actor, 'storage.repaired', { ...Object.fromEntries(done), failed });
  return { done: [...done.values()].reduce((sum, one) => sum + one, 0), failed };
}

function record(services: Services, actor: Actor, action: 'storage.repair_begun' | 'storage.repaired', detail: Record<string, number>): Promise<void> {
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, (tx) =>
    recordAct(tx, { tenantId, actor: auditActor(actor), action, object: { kind: 'tenant', id: tenantId }, detail }),
  );
}

async function doStep(services: Services, step: Exclude<RepairStep, { kind: 'requeue_run' }>, lookAtClock: () => Promise<ClockLook | null>): Promise<boolean> {
  switch (step.kind) {
    case 'remove_orphan':
      return removeOrphan(services, { key: step.key, place: placeOfObject(step.key) });
    case 'remove_temporary':
      return removeTemporary(services, step.name);
    case 'delete_file': {
      const end = await deleteFile(services, step, deletable(await lookAtClock()));
      // What failed is noted with the artifact, and tried again.
      if (end === 'failed') throw new CodedError('storage.remove_failed');
      return end === 'deleted';
    }
    case 'mark':
      await inTenant(services.database, step.tenantId, (tx) => noteDamage(tx, step.tenantId, step.artifactId, step.damage));
      return true;
  }
}

async function removeTemporary({ storage }: Services, name: string): Promise<boolean> {
  const failures: CodedError[] = [];
  const removed = await storage.sweepTemporary(TEMPORARY_GRACE_MS, new Set([name]), (_name, error) => failures.push(error));
  if (failures[0]) throw failures[0];
  return removed > 0;
}

/** Looks at the clocks when it is asked. The first look is a start: a command is a process of its own, and was not there before. */
function clockWatcher(services: Services): () => Promise<ClockLook | null> {
  let isStart = true;
  return async () => {
    const look = await watchRetentionClock(services, isStart);
    if (look) isStart = false;
    return look;
  };
}

/** Up to when expired files may be deleted now; null: none, for the clock cannot be trusted. */
function deletable(look: ClockLook | null): Date | null {
  const upTo = look && deleteExpiredUpTo(look.now, look.isHalted);
  return upTo === null ? null : new Date(upTo);
}
