import type { PasswordChange } from '../contract/user.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { requireGoodPassword } from '../domain/user.ts';
import { CodedError } from '../errors.ts';
import { hashPassword, passwordFits } from '../lib/password.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { readUser } from '../records/people.ts';
import { replacePassword } from '../records/users.ts';
import { auditActor } from './actor-of.ts';
import { admitAttempt, type Origin } from './limit-attempts.ts';
import type { Services } from './services.ts';
import { type OpenSession, openSession, type StartedSession } from './sessions.ts';

/**
 * Changes the password of the person of the session. Every session of theirs ends with it, and this device gets a new one. Guesses at the
 * present password count as attempts to sign in. Errors: `password.wrong` for the present one, `sign_in.too_many`; `request.invalid` with
 * `password.*` for the new one.
 */
export async function changeOwnPassword(services: Services, session: OpenSession, change: PasswordChange, origin: Origin): Promise<StartedSession> {
  const { actor, user, method } = session;
  requirePermission(actor, 'password.change');
  const { present, password } = change;
  const { tenantId, userId } = actor;
  const admission = await admitAttempt(services, { tenant: user.tenantName, user: user.name }, origin);
  if (!(await passwordFits(present, user.passwordHash))) throw new CodedError('password.wrong', { field: 'present' });
  await admission.succeeded();
  requireGoodPassword(password, { user: user.name, tenant: user.tenantName });
  if (password === present) throw new CodedError('request.invalid', { problems: [{ code: 'password.same', field: 'password' }] });
  const passwordHash = await hashPassword(password);
  await inTenant(services.database, tenantId, async (tx) => {
    // It may have been changed since the session was looked up.
    if (!(await replacePassword(tx, tenantId, userId, user.passwordHash, passwordHash))) throw new CodedError('password.wrong', { field: 'present' });
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'user.password_changed', object: { kind: 'user', id: userId } });
  });
  return openSession(services, { ...user, passwordHash, mustChangePassword: false }, { origin, method, isRemembered: false });
}

/** Whether the actor signs in with this password. For the operator alone, who could read the hash: guesses are neither counted nor recorded. */
export async function isOwnPassword(services: Services, actor: Actor, password: string): Promise<boolean> {
  requirePermission(actor, 'password.change');
  if (actor.kind !== 'operator') throw new CodedError('permission.denied');
  const user = await inTenant(services.database, actor.tenantId, (tx) => readUser(tx, actor.tenantId, actor.userId));
  return passwordFits(password, user?.passwordHash ?? null);
}
