import { createHash, randomBytes } from 'node:crypto';
import type { SessionList } from '../contract/session.ts';
import type { Actor } from '../domain/permission.ts';
import { FRESH_MINUTES, sessionLength } from '../domain/session-rules.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { holdUser, readUser, type UserRecord } from '../records/people.ts';
import {
  deleteEndedSessions,
  deleteSession,
  deleteSessionOf,
  deleteSessionsOf,
  findSession,
  insertSession,
  listSessions,
  readSession,
  type SessionMethod,
  touchSession,
} from '../records/sessions.ts';
import { actorOf, auditActor } from './actor-of.ts';
import type { Origin } from './limit-attempts.ts';
import type { Services } from './services.ts';

export interface OpenSession {
  readonly id: string;
  readonly actor: Actor;
  readonly user: UserRecord;
  readonly csrfToken: string;
  readonly method: SessionMethod;
  /** `missing`: the tenant wants one, and until there is one nothing else can be done. */
  readonly secondFactor: 'on' | 'off' | 'missing';
}

export interface StartedSession {
  /** For the browser alone; UDM keeps its hash. */
  readonly token: string;
  readonly session: OpenSession;
}

interface NewSessionOf {
  readonly origin: Origin;
  readonly method: SessionMethod;
  readonly isRemembered: boolean;
  /** Whether its beginning proved who is there; a password does, a provider only when it was told to ask. */
  readonly isProved?: boolean;
}

/**
 * Opens a session with a new id. A session that the device had before ends: whoever planted its cookie gains nothing. Gives the token, which is stored
 * as a hash only. Error: `sign_in.failed` when the password that let them in, or they themselves, are no longer good.
 */
export async function openSession(
  services: Services,
  user: UserRecord,
  { origin, method, isRemembered, isProved = method === 'password' }: NewSessionOf,
): Promise<StartedSession> {
  await endReplaced(services, origin.replaces);
  const { id: userId, tenantId } = user;
  const token = randomBytes(32).toString('base64url');
  const csrfToken = randomBytes(16).toString('base64url');
  const id = await inTenant(services.database, tenantId, async (tx) => {
    // Proving takes a while: a change meanwhile ended the sessions there were, and must end this one, too.
    const now = await holdUser(tx, tenantId, userId);
    if (now?.passwordHash !== user.passwordHash) throw new CodedError('sign_in.failed');
    await deleteEndedSessions(tx, tenantId, userId);
    const { address, agent } = origin;
    const kept = { method, isRemembered, isProved, address, agent, ...sessionLength(isRemembered) };
    const made = await insertSession(tx, { tenantId, userId, tokenHash: hashOf(token), csrfToken, ...kept });
    await recordAct(tx, {
      ...{ tenantId, actor: { kind: 'user', userId, origin: address }, action: 'session.started', object: { kind: 'session', id: made } },
      detail: { method, remembered: isRemembered },
    });
    return made;
  });
  const session = await readOpen(services, tenantId, id, 'look');
  if (!session) throw new CodedError('sign_in.required');
  return { token, session };
}

async function endReplaced(services: Services, token: string | null): Promise<void> {
  const old = token === null ? null : await currentSession(services, token, 'look');
  if (old) await signOut(services, old);
}

/**
 * The session of a token, with the user's roles as they are now. Null when there is none or it has ended. `use` keeps it from ending
 * for want of use, `look` does not.
 */
export async function currentSession(services: Services, token: string, why: 'use' | 'look' = 'use'): Promise<OpenSession | null> {
  const found = await findSession(services.database, hashOf(token));
  if (!found) return null;
  return readOpen(services, found.tenantId, found.sessionId, why);
}

/** Whom a session lets listen; null when it has ended, and for whom the tenant wants a second factor of first. It does not count as use. */
export async function actorOfSession(services: Services, token: string): Promise<Actor | null> {
  const session = await currentSession(services, token, 'look');
  return session === null || session.secondFactor === 'missing' ? null : session.actor;
}

async function readOpen(services: Services, tenantId: string, sessionId: string, why: 'use' | 'look'): Promise<OpenSession | null> {
  return inTenant(services.database, tenantId, async (tx) => {
    const session = await readSession(tx, tenantId, sessionId, FRESH_MINUTES);
    const user = session ? await readUser(tx, tenantId, session.userId) : null;
    if (!session || !user) return null;
    if (why === 'use' && session.isStale) await touchSession(tx, tenantId, session.id);
    const { id, csrfToken, method, isFresh, hasFactor, needsFactor } = session;
    const secondFactor = hasFactor ? 'on' : needsFactor ? 'missing' : 'off';
    return { id, actor: { ...actorOf(user, 'user'), isFresh }, user, csrfToken, method, secondFactor };
  });
}

export async function signOut(services: Services, session: OpenSession): Promise<void> {
  const { tenantId } = session.actor;
  await inTenant(services.database, tenantId, async (tx) => {
    await deleteSession(tx, tenantId, session.id);
    await recordEnd(tx, session.actor, session.id);
  });
}

/** One's own sessions that have not ended, the last used first. */
export async function readSessions(services: Services, session: OpenSession): Promise<SessionList> {
  const { tenantId, userId } = session.actor;
  const rows = await inTenant(services.database, tenantId, (tx) => listSessions(tx, tenantId, userId));
  const items = rows.map(({ createdAt, lastUsedAt, expiresAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    isThis: row.id === session.id,
  }));
  return { items };
}

/** Ends one of one's own sessions. Error: `not_found`, also for somebody else's. */
export async function endSession(services: Services, { actor }: OpenSession, sessionId: string): Promise<void> {
  const { tenantId, userId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    if (!(await deleteSessionOf(tx, tenantId, userId, sessionId))) throw new CodedError('not_found');
    await recordEnd(tx, actor, sessionId);
  });
}

/** Signs out everywhere, here too. */
export async function endSessionsEverywhere(services: Services, { actor }: OpenSession): Promise<void> {
  const { tenantId, userId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    for (const id of await deleteSessionsOf(tx, tenantId, userId)) await recordEnd(tx, actor, id);
  });
}

/** Whoever knew no more than the password is out from the transaction on that wants more. */
export async function endOtherSessions(tx: Tx, { id: staying, actor }: Pick<OpenSession, 'id' | 'actor'>): Promise<void> {
  for (const id of await deleteSessionsOf(tx, actor.tenantId, actor.userId, staying)) await recordEnd(tx, actor, id);
}

async function recordEnd(tx: Tx, actor: Actor, id: string): Promise<void> {
  await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'session.ended', object: { kind: 'session', id } });
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
