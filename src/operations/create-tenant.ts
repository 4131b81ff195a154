import { randomUUID } from 'node:crypto';
import type { Actor, Role } from '../domain/permission.ts';
import { hashPassword } from '../lib/password.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { findTenant, findUser, insertTenant, insertUser, readUser } from '../records/people.ts';
import { actorOf } from './actor-of.ts';
import type { Services } from './services.ts';

const UNIQUE_VIOLATION = '23505';

export interface FirstAdministrator {
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
}

/** Makes the first tenant with its administrator, once; false when the tenant exists already. */
export async function createTenant(services: Services, first: FirstAdministrator): Promise<boolean> {
  if (await findTenant(services.database, first.tenant)) return false;
  const tenantId = randomUUID();
  const passwordHash = await hashPassword(first.password);
  return inTenant(services.database, tenantId, async (tx) => {
    await insertTenant(tx, tenantId, first.tenant);
    const userId = await insertUser(tx, { tenantId, name: first.user, passwordHash, roles: ['tenant_administrator'] satisfies Role[] });
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'tenant.created', object: { kind: 'tenant', id: tenantId } });
    await recordAct(tx, { tenantId, actor: { kind: 'system' }, action: 'user.created', object: { kind: 'user', id: userId } });
    return true;
  }).catch(async (error: unknown) => {
    // Two processes may start on one empty database at once: the loser finds what the winner made.
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION && (await findTenant(services.database, first.tenant))) return false;
    throw error;
  });
}

/** The actor of the command line: whoever may read the data folder acts as that tenant's user, and the log says "operator". */
export async function operatorActor(services: Services, tenant: string, user: string): Promise<Actor | null> {
  const found = await findUser(services.database, tenant, user);
  if (!found) return null;
  const record = await inTenant(services.database, found.tenantId, (tx) => readUser(tx, found.tenantId, found.userId));
  return record ? actorOf(record, 'operator') : null;
}
