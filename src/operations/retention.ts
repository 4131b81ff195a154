import type { RetentionView } from '../contract/retention.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { inTenant, switchTenant } from '../records/database.ts';
import { findTenants } from '../records/planner.ts';
import { recordAct } from '../records/audit.ts';
import { countFilesWaiting, endHalt, readHalt } from '../records/retention.ts';
import { auditActor } from './actor-of.ts';
import { recordInAll } from './retention-clock.ts';
import type { Services } from './services.ts';

/** Whether retention works, or why it stands still. */
export async function readRetention(services: Services, actor: Actor): Promise<RetentionView> {
  requirePermission(actor, 'exports.see');
  const mayAgree = mayEnd(actor, await findTenants(services.database));
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const halt = await readHalt(tx);
    return {
      halt: halt && { id: halt.id, cause: halt.cause, expectedAt: halt.expectedAt.toISOString(), foundAt: halt.foundAt.toISOString() },
      filesWaiting: await countFilesWaiting(tx, actor.tenantId),
      mayAgree,
    };
  });
}

/**
 * Lets retention go on by the clock as it is now. The clock is of the whole installation: an administrator may agree where there is no other
 * tenant, else only who works at the command line. Errors: `permission.denied`; `retention.not_halted` unless it is this halt that holds.
 */
export async function agreeToClock(services: Services, actor: Actor, haltId: number): Promise<RetentionView> {
  const { tenantId } = actor;
  const tenants = await findTenants(services.database);
  if (!mayEnd(actor, tenants)) throw new CodedError('permission.denied');
  await inTenant(services.database, tenantId, async (tx) => {
    if (!(await endHalt(tx, haltId))) throw new CodedError('retention.not_halted', { value: haltId });
    const act = { action: 'retention.agreed', object: { kind: 'retention' }, detail: { halt: haltId } } as const;
    await recordAct(tx, { tenantId, actor: auditActor(actor), ...act });
    const others = tenants.filter((one) => one !== tenantId);
    await recordInAll(tx, others, { actor: { kind: 'operator' }, ...act });
    await switchTenant(tx, tenantId);
  });
  return readRetention(services, actor);
}

function mayEnd(actor: Actor, tenants: readonly string[]): boolean {
  return actor.kind === 'operator' || (may(actor, 'retention.agree') && tenants.length === 1);
}
