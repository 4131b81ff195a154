import type { SettingsChange, SettingsView } from '../contract/settings.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { changedSettings, REQUEST_SETTINGS } from '../domain/tenant-settings.ts';
import { CodedError } from '../errors.ts';
import { sumLiveBytes } from '../records/artifacts.ts';
import { recordAct } from '../records/audit.ts';
import { countStoredPackages } from '../records/data-requests/packages.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { countJobs } from '../records/jobs.ts';
import { lockTenant, readTenant, updateTenant } from '../records/tenants.ts';
import { listUsers } from '../records/users.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';

const GIGABYTE = 1_000_000_000;

/** The settings of the tenant, and how much of its quotas is used. */
export async function readSettings(services: Services, actor: Actor): Promise<SettingsView> {
  requirePermission(actor, 'settings.see');
  return inTenant(services.database, actor.tenantId, (tx) => presentSettings(tx, actor.tenantId));
}

/**
 * Changes what is given. Quotas are for who runs the installation to set: a tenant does not grant itself more. One below what is used takes
 * nothing away; it stops what would add. Errors: `permission.denied`, `sign_in.fresh_required` where it is about requests of people, `request.invalid` with all problems.
 */
export async function changeSettings(services: Services, actor: Actor, change: SettingsChange): Promise<SettingsView> {
  requirePermission(actor, 'settings.change');
  const { tenantId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const before = await lockTenant(tx, tenantId);
    const after = changedSettings(before, change);
    const changed = (Object.keys(after) as (keyof typeof after)[]).filter((name) => after[name] !== before[name]);
    if (changed.some((name) => name.includes('Quota'))) requirePermission(actor, 'quotas.change');
    if (changed.some((name) => (REQUEST_SETTINGS as readonly string[]).includes(name))) requireFresh(actor);
    if (changed.length > 0) {
      await updateTenant(tx, tenantId, after);
      const detail = Object.fromEntries(changed.map((name) => [name, after[name]]));
      await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'tenant.changed', object: { kind: 'tenant', id: tenantId }, detail });
    }
    return presentSettings(tx, tenantId);
  });
}

/** The settings as the doors show them. */
export async function presentSettings(tx: Tx, tenantId: string): Promise<SettingsView> {
  const { id: _id, name, createdAt: _createdAt, ...settings } = await readTenant(tx, tenantId);
  const used = { jobs: await countJobs(tx, tenantId), users: (await listUsers(tx, tenantId)).length, storedBytes: await sumStoredBytes(tx, tenantId) };
  return { tenant: name, ...settings, ...used };
}

/** Of artifacts and access packages that can be downloaded. */
async function sumStoredBytes(tx: Tx, tenantId: string): Promise<number> {
  return (await sumLiveBytes(tx, tenantId)) + (await countStoredPackages(tx, tenantId)).bytes;
}

/** Before a run or an access request reads: whether the tenant's files leave room for more. Error: `quota.storage`. */
export async function requireStorageQuota(services: Services, tenantId: string): Promise<void> {
  await inTenant(services.database, tenantId, async (tx) => {
    const { storageQuotaGigabytes } = await readTenant(tx, tenantId);
    if (storageQuotaGigabytes === null) return;
    const [stored, most] = [await sumStoredBytes(tx, tenantId), storageQuotaGigabytes * GIGABYTE];
    if (stored >= most) throw new CodedError('quota.storage', { value: { stored, most } });
  });
}
