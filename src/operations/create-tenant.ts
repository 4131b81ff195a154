import { randomUUID } from 'node:crypto';
import type { Actor, Role } from '../domain/permission.ts';
import { hashPassword } from '../lib/password.ts';
import { type AuditEntry, recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findTenant, findUser, insertTenant, insertUser, readUser } from '../records/people.ts';
import { findAdministrator } from '../records/users.ts';
import { actorOf } from './actor-of.ts';
import type { Services } from './services.ts';

const UNIQUE_VIOLATION = '23505';

export interface FirstAdministrator {
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
  /** For one sign-in: somebody else made it. */
  readonly isOneTime?: boolean;
  readonly email?: string | null;
}

/** Makes a tenant with its first administrator; false when there is one of that name already. `by`: who asked; UDM itself when left out. */
export async function createTenant(services: Services, first: FirstAdministrator, by: AuditEntry['actor'] = { kind: 'system' }): Promise<boolean> {
  if (await findTenant(services.database, first.tenant)) return false;
  const tenantId = randomUUID();
  const passwordHash = await hashPassword(first.password);
  return inTenant(services.database, tenantId, async (tx) => {
    await insertTenant(tx, tenantId, first.tenant);
    const roles: Role[] = ['tenant_administrator'];
    const user = { tenantId, name: first.user, email: first.email ?? null, passwordHash, mustChangePassword: first.isOneTime === true, roles };
    const userId = await insertUser(tx, user);
    await recordAct(tx, { tenantId, actor: by, action: 'tenant.created', object: { kind: 'tenant', id: tenantId } });
    await recordAct(tx, { tenantId, actor: by, action: 'user.created', object: { kind: 'user', id: userId } });
    return true;
  }).catch(async (error: unknown) => {
    // Two processes may start on one empty database at once: the loser finds what the winner made.
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION && (await findTenant(services.database, first.tenant))) return false;
    throw error;
  });
}

/**
 * The actor of the command line: whoever may read the data folder acts as that user of the tenant, by default as an administrator, and the log
 * says "operator". Null when there is no such tenant or no such user who may act.
 */
export async function operatorActor(services: Services, tenant: string, user?: string): Promise<Actor | null> {
  const found = user === undefined ? await anAdministrator(services, tenant) : await findUser(services.database, tenant, user);
  if (!found) return null;
  const record = await inTenant(services.database, found.tenantId, (tx) => readUser(tx, found.tenantId, found.userId));
  return record ? actorOf(record, 'operator') : null;
}

async function anAdministrator(services: Services, tenant: string): Promise<{ tenantId: string; userId: string } | null> {
  const tenantId = await findTenant(services.database, tenant);
  const userId = tenantId && (await inTenant(services.database, tenantId, (tx) => findAdministrator(tx, tenantId)));
  return tenantId && userId ? { tenantId, userId } : null;
}
