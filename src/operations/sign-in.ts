import { createHash, randomBytes } from 'node:crypto';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { passwordFits } from '../lib/password.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { deleteSession, findSession, findUser, insertSession, readSession, readUser, type UserRecord } from '../records/people.ts';
import { actorOf, auditActor } from './actor-of.ts';
import type { Services } from './services.ts';

const SESSION_HOURS = 12;

export interface Credentials {
  readonly tenant?: string | undefined;
  /** User name, or `tenant\user`. */
  readonly user: string;
  readonly password: string;
}

export interface OpenSession {
  readonly id: string;
  readonly actor: Actor;
  readonly user: UserRecord;
  readonly csrfToken: string;
}

/**
 * Opens a session and gives its token, which is stored as a hash only. Unknown names and wrong passwords cost the same
 * time and get the same words. Error: `sign_in.failed`.
 */
export async function signIn(services: Services, credentials: Credentials): Promise<{ token: string; session: OpenSession }> {
  const { tenant, user } = splitName(credentials);
  const found = await findUser(services.database, tenant, user);
  const record = found ? await inTenant(services.database, found.tenantId, (tx) => readUser(tx, found.tenantId, found.userId)) : null;
  const fits = await passwordFits(credentials.password, record?.passwordHash ?? null);
  if (!record || !fits) {
    if (record) await recordRefusal(services, record);
    throw new CodedError('sign_in.failed');
  }
  const token = randomBytes(32).toString('base64url');
  const csrfToken = randomBytes(16).toString('base64url');
  const id = await inTenant(services.database, record.tenantId, async (tx) => {
    const made = await insertSession(tx, { tenantId: record.tenantId, userId: record.id, tokenHash: hashOf(token), csrfToken, hours: SESSION_HOURS });
    await recordAct(tx, {
      tenantId: record.tenantId,
      actor: { kind: 'user', userId: record.id },
      action: 'session.started',
      object: { kind: 'session', id: made },
    });
    return made;
  });
  return { token, session: { id, actor: actorOf(record, 'user'), user: record, csrfToken } };
}

/** The session of a token, with the user's roles as they are now. Null when there is none or it has ended. */
export async function currentSession(services: Services, token: string): Promise<OpenSession | null> {
  const found = await findSession(services.database, hashOf(token));
  if (!found) return null;
  return inTenant(services.database, found.tenantId, async (tx) => {
    const session = await readSession(tx, found.tenantId, found.sessionId);
    const user = session ? await readUser(tx, found.tenantId, session.userId) : null;
    return session && user ? { id: session.id, actor: actorOf(user, 'user'), user, csrfToken: session.csrfToken } : null;
  });
}

export async function signOut(services: Services, session: OpenSession): Promise<void> {
  const { tenantId } = session.actor;
  await inTenant(services.database, tenantId, async (tx) => {
    await deleteSession(tx, tenantId, session.id);
    await recordAct(tx, { tenantId, actor: auditActor(session.actor), action: 'session.ended', object: { kind: 'session', id: session.id } });
  });
}

async function recordRefusal(services: Services, user: UserRecord): Promise<void> {
  await inTenant(services.database, user.tenantId, (tx) =>
    recordAct(tx, { tenantId: user.tenantId, actor: { kind: 'system' }, action: 'session.refused', object: { kind: 'user', id: user.id } }),
  );
}

/** The tenant may stand in its own field or before the name; without any, it is `default`. */
function splitName(credentials: Credentials): { tenant: string; user: string } {
  const cut = credentials.user.indexOf('\\');
  if (cut > 0) return { tenant: credentials.user.slice(0, cut).trim(), user: credentials.user.slice(cut + 1).trim() };
  return { tenant: credentials.tenant?.trim() || 'default', user: credentials.user.trim() };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
