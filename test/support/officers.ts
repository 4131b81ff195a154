import type { App } from '../../src/app.ts';
import type { Actor, Role } from '../../src/domain/permission.ts';
import { createUser } from '../../src/operations/users.ts';
import { openSession } from '../../src/operations/sessions.ts';
import { inTenant } from '../../src/records/database.ts';
import { readUser } from '../../src/records/people.ts';
import { updateUser } from '../../src/records/users.ts';
import { ORIGIN } from './origin.ts';
import { administrator } from './serve.ts';

export interface SignedIn {
  readonly actor: Actor;
  readonly headers: Record<string, string>;
}

/** A user of these roles with a session, who has just proved who they are. */
export async function signedInAs(app: App, tenant: string, name: string, roles: Role[]): Promise<SignedIn> {
  const { services } = app;
  const admin = await administrator(app, tenant);
  const { user } = await createUser(services, admin, { name, roles });
  const record = await inTenant(services.database, admin.tenantId, async (tx) => {
    await updateUser(tx, admin.tenantId, user.id, { mustChangePassword: false });
    return readUser(tx, admin.tenantId, user.id);
  });
  if (!record) throw new Error('The user is not there.');
  const { token, session } = await openSession(services, record, { origin: ORIGIN, method: 'password', isRemembered: false });
  return { actor: { ...session.actor, isFresh: true }, headers: { 'cookie': `udm_session=${token}`, 'x-csrf-token': session.csrfToken } };
}
