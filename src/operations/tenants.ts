import type { SettingsView } from '../contract/settings.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { requireTenantName } from '../domain/tenant-settings.ts';
import { parseNewUser } from '../domain/user.ts';
import { CodedError } from '../errors.ts';
import { inTenant } from '../records/database.ts';
import { findTenants } from '../records/planner.ts';
import { findTenant } from '../records/people.ts';
import { createTenant } from './create-tenant.ts';
import type { Services } from './services.ts';
import { presentSettings } from './tenant-settings.ts';
import { oneTimePassword } from './users.ts';

/** All tenants of the installation, by name: for who works at its command line. */
export async function listTenants(services: Services, actor: Actor): Promise<SettingsView[]> {
  requirePermission(actor, 'tenants.see');
  const views: SettingsView[] = [];
  for (const tenantId of await findTenants(services.database)) views.push(await inTenant(services.database, tenantId, (tx) => presentSettings(tx, tenantId)));
  return views.sort((one, other) => one.tenant.localeCompare(other.tenant));
}

/**
 * Makes a tenant with an administrator, whose password is for one sign-in. Errors: `request.invalid` with `tenant.name` or `user.name`,
 * `tenant.exists`.
 */
export async function addTenant(
  services: Services,
  actor: Actor,
  sent: { readonly name: string; readonly administrator: string; readonly email?: string | null },
): Promise<{ readonly tenant: SettingsView; readonly user: string; readonly password: string }> {
  requirePermission(actor, 'tenants.change');
  requireTenantName(sent.name);
  const user = parseNewUser({ name: sent.administrator, email: sent.email ?? null, roles: [] });
  const password = oneTimePassword();
  // By whom is told by kind alone: the operator's user is of another tenant, and nothing of that one is told here.
  const made = await createTenant(services, { tenant: sent.name, user: user.name, email: user.email, password, isOneTime: true }, { kind: 'operator' });
  const tenantId = await findTenant(services.database, sent.name);
  if (!made || !tenantId) throw new CodedError('tenant.exists');
  return { tenant: await inTenant(services.database, tenantId, (tx) => presentSettings(tx, tenantId)), user: user.name, password };
}
