import { randomBytes } from 'node:crypto';
import type { NewUser, OneTimePasswordView, UserListView, UserView } from '../contract/user.ts';
import { ACTIONS, type Actor, may, requirePermission, ROLES } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { isSameName } from '../domain/text-checks.ts';
import { parseEmail, parseNewUser, parseRoles, requireChangeOfUser, type Standing } from '../domain/user.ts';
import { CodedError } from '../errors.ts';
import { hashPassword } from '../lib/password.ts';
import { type AuditAction, type AuditEntry, recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { insertUser } from '../records/people.ts';
import { readSubject } from '../records/single-sign-on.ts';
import { lockTenant, readTenant } from '../records/tenants.ts';
import { countJobsOfUsers, listUsers, type UserChange, type UserRow, updateUser } from '../records/users.ts';
import { auditActor } from './actor-of.ts';
import { closedSubject } from './closed-subject.ts';
import { tellOldAddress } from './notices.ts';
import type { Services } from './services.ts';

/** The users of the tenant, what they may do, and the roles there are. */
export async function listUsersFor(services: Services, actor: Actor): Promise<UserListView> {
  requirePermission(actor, 'users.see');
  return inTenant(services.database, actor.tenantId, async (tx) => ({
    items: await present(tx, actor, await listUsers(tx, actor.tenantId)),
    quota: (await readTenant(tx, actor.tenantId)).userQuota,
    roles: ROLES.map((name) => ({ name, actions: actionsOf(name) })),
  }));
}

function actionsOf(role: (typeof ROLES)[number]): string[] {
  const holder: Actor = { kind: 'user', tenantId: '', userId: '', userName: '', roles: [role] };
  return ACTIONS.filter((action) => may(holder, action));
}

/** The user of that name, capitals aside. Error: `not_found`. */
export async function findUserByName(services: Services, actor: Actor, name: string): Promise<UserView> {
  const found = (await listUsersFor(services, actor)).items.find((one) => isSameName(one.name, name));
  if (!found) throw new CodedError('not_found');
  return found;
}

/**
 * Makes a user with a password for one sign-in. Whoever hands out passwords or roles could give themselves all there is: it takes a fresh
 * proof, and no token. Errors: `request.invalid` with all problems, `user.name_taken`, `quota.users`, `sign_in.fresh_required`.
 */
export async function createUser(services: Services, actor: Actor, sent: NewUser): Promise<OneTimePasswordView> {
  requirePermission(actor, 'users.change');
  requireFresh(actor);
  const user = parseNewUser(sent);
  const { tenantId } = actor;
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  return inTenant(services.database, tenantId, async (tx) => {
    const { userQuota } = await lockTenant(tx, tenantId);
    const all = await listUsers(tx, tenantId);
    if (all.some((one) => isSameName(one.name, user.name))) throw new CodedError('user.name_taken');
    if (all.length >= userQuota) throw new CodedError('quota.users', { range: userQuota });
    const id = await insertUser(tx, { tenantId, ...user, passwordHash, mustChangePassword: true });
    await record(tx, actor, id, 'user.created', { roles: user.roles.join(' ') });
    return { user: await presentStored(tx, actor, id), password };
  });
}

/**
 * Gives the user exactly these roles; their sessions end with it. Errors: `not_found`, `request.invalid`, `user.last_administrator`; when it
 * gives any `sign_in.fresh_required`.
 */
export async function setRoles(services: Services, actor: Actor, id: string, sent: readonly string[]): Promise<UserView> {
  requirePermission(actor, 'users.change');
  const roles = parseRoles(sent);
  return changeStored(services, actor, id, async (tx, user, all) => {
    requireChangeOfUser(actor, user, { ...user, roles }, all);
    const granted = roles.filter((role) => !user.roles.includes(role));
    const revoked = user.roles.filter((role) => !roles.some((one) => one === role));
    if (granted.length + revoked.length === 0) return;
    if (granted.length > 0) requireFresh(actor);
    await updateUser(tx, actor.tenantId, id, { roles });
    await record(tx, actor, id, 'user.roles_changed', { granted: granted.join(' '), revoked: revoked.join(' ') });
  });
}

/** Changes where notices go, which the old address is told. Errors: `not_found`, `request.invalid`; for one's own `sign_in.fresh_required`. */
export async function changeUser(services: Services, actor: Actor, id: string, sent: { readonly email: string | null }): Promise<UserView> {
  requirePermission(actor, 'users.change');
  const email = parseEmail(sent.email);
  return changeStored(services, actor, id, async (tx, { name, email: before }) => {
    if (id === actor.userId && before !== email) requireFresh(actor);
    await tellOldAddress(services, tx, { tenantId: actor.tenantId, userId: id, name, by: actor.userName }, { before, after: email });
    await updateUser(tx, actor.tenantId, id, { email });
    await record(tx, actor, id, 'user.changed');
  });
}

/** The user signs in nowhere any more, from this instant. Errors: `not_found`, `user.oneself`, `user.last_administrator`. */
export async function suspendUser(services: Services, actor: Actor, id: string): Promise<UserView> {
  return setState(services, actor, id, 'suspended', 'user.suspended');
}

/** The user may sign in again. Error: `not_found`. */
export async function resumeUser(services: Services, actor: Actor, id: string): Promise<UserView> {
  return setState(services, actor, id, 'active', 'user.resumed');
}

async function setState(services: Services, actor: Actor, id: string, state: 'active' | 'suspended', action: AuditAction): Promise<UserView> {
  requirePermission(actor, 'users.change');
  return changeStored(services, actor, id, async (tx, user, all) => {
    requireChangeOfUser(actor, user, { ...user, state }, all);
    if (user.state === state) return;
    await updateUser(tx, actor.tenantId, id, { state });
    await record(tx, actor, id, action);
  });
}

/** Deletes a user; their jobs and certificates stay the tenant's. Errors: `not_found`, `user.oneself`, `user.last_administrator`. */
export async function deleteUser(services: Services, actor: Actor, id: string): Promise<void> {
  requirePermission(actor, 'users.change');
  await inTenant(services.database, actor.tenantId, async (tx) => {
    const { user, all } = await lockUser(tx, actor, id);
    requireChangeOfUser(actor, user, null, all);
    // What is a person's own does not outlive them here; the name stays with what they did.
    const subject = await readSubject(tx, actor.tenantId, id);
    const nothing: UserChange = {
      ...{ state: 'deleted', email: null, roles: [], passwordHash: '' },
      ...(subject !== null && { ssoSubject: closedSubject(services, actor.tenantId, subject) }),
    };
    await updateUser(tx, actor.tenantId, id, nothing);
    await record(tx, actor, id, 'user.deleted');
  });
}

/** A new password for one sign-in; the old one, and every session, is gone. Errors: `not_found`, `user.oneself`, `sign_in.fresh_required`. */
export async function resetPassword(services: Services, actor: Actor, id: string): Promise<OneTimePasswordView> {
  requirePermission(actor, 'users.change');
  if (actor.kind === 'user' && actor.userId === id) throw new CodedError('user.oneself');
  requireFresh(actor);
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  const user = await changeStored(services, actor, id, async (tx) => {
    await updateUser(tx, actor.tenantId, id, { passwordHash, mustChangePassword: true });
    await record(tx, actor, id, 'user.password_reset');
  });
  return { user, password };
}

async function changeStored(
  services: Services,
  actor: Actor,
  id: string,
  work: (tx: Tx, user: UserRow, all: readonly Standing[]) => Promise<void>,
): Promise<UserView> {
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const { user, all } = await lockUser(tx, actor, id);
    await work(tx, user, all);
    return presentStored(tx, actor, id);
  });
}

/** One change at a time: two administrators who take away each other's role must not both find the other one still there. */
async function lockUser(tx: Tx, actor: Actor, id: string): Promise<{ user: UserRow; all: UserRow[] }> {
  await lockTenant(tx, actor.tenantId);
  const all = await listUsers(tx, actor.tenantId);
  const user = all.find((one) => one.id === id);
  if (!user) throw new CodedError('not_found');
  return { user, all };
}

async function presentStored(tx: Tx, actor: Actor, id: string): Promise<UserView> {
  const [view] = await present(
    tx,
    actor,
    (await listUsers(tx, actor.tenantId)).filter((one) => one.id === id),
  );
  if (!view) throw new CodedError('not_found');
  return view;
}

async function present(tx: Tx, actor: Actor, users: readonly UserRow[]): Promise<UserView[]> {
  const jobs = await countJobsOfUsers(tx, actor.tenantId);
  return users.map((one) => ({
    id: one.id,
    name: one.name,
    email: one.email,
    roles: [...one.roles],
    state: one.state === 'suspended' ? 'suspended' : 'active',
    mustChangePassword: one.mustChangePassword,
    hasSecondFactor: one.hasSecondFactor,
    createdAt: one.createdAt.toISOString(),
    isYou: actor.kind === 'user' && one.id === actor.userId,
    jobs: jobs.get(one.id) ?? 0,
  }));
}

async function record(tx: Tx, actor: Actor, id: string, action: AuditAction, detail: AuditEntry['detail'] = {}): Promise<void> {
  await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action, object: { kind: 'user', id }, detail });
}

/** 96 random bits in letters that can be typed. */
export function oneTimePassword(): string {
  return randomBytes(12).toString('base64url');
}
