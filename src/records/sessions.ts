import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** Sessions of people, found by the hash of their token. */

export type SessionMethod = 'password' | 'sso';

export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly csrfToken: string;
  readonly method: SessionMethod;
  /** Whether its person proved who they are in the last so many minutes. */
  readonly isFresh: boolean;
  readonly hasFactor: boolean;
  /** The tenant wants a second factor of everybody who signs in with a password. */
  readonly needsFactor: boolean;
  /** Nobody used it for a minute or more. */
  readonly isStale: boolean;
}

/** A session as its person sees it in a list. */
export interface ListedSession {
  readonly id: string;
  readonly method: SessionMethod;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly isRemembered: boolean;
  readonly address: string | null;
  readonly agent: string | null;
}

export interface NewSession {
  readonly tenantId: string;
  readonly userId: string;
  readonly tokenHash: Buffer;
  readonly csrfToken: string;
  readonly method: SessionMethod;
  readonly isRemembered: boolean;
  /** Whether its beginning proved who is there. */
  readonly isProved: boolean;
  readonly hours: number;
  readonly idleMinutes: number;
  readonly address: string | null;
  readonly agent: string | null;
}

/** (tenant, session) of a session token that has not ended, before any tenant is set. */
export async function findSession(database: Database, tokenHash: Buffer): Promise<{ tenantId: string; sessionId: string } | null> {
  const found = await sql<{ tenantId: string; sessionId: string }>`
    SELECT tenant_id AS "tenantId", session_id AS "sessionId" FROM udm_find_session(${tokenHash})`.execute(database);
  return found.rows[0] ?? null;
}

export async function insertSession(tx: Tx, session: NewSession): Promise<string> {
  const { id } = await tx
    .insertInto('session')
    .values({
      tenant_id: session.tenantId,
      user_id: session.userId,
      token_hash: session.tokenHash,
      csrf_token: session.csrfToken,
      method: session.method,
      remembered: session.isRemembered,
      idle_minutes: session.idleMinutes,
      proved_at: session.isProved ? sql<Date>`udm_now()` : sql<Date>`'-infinity'`,
      address: session.address,
      agent: session.agent,
      expires_at: sql<Date>`udm_now() + make_interval(hours => ${session.hours})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function readSession(tx: Tx, tenantId: string, sessionId: string, freshMinutes: number): Promise<SessionRecord | null> {
  const row = await tx
    .selectFrom('session')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', sessionId)
    .select([
      'id',
      'user_id as userId',
      'csrf_token as csrfToken',
      'method',
      sql<boolean>`proved_at > udm_now() - make_interval(mins => ${freshMinutes})`.as('isFresh'),
      sql<boolean>`EXISTS (SELECT 1 FROM second_factor f WHERE f.user_id = session.user_id AND f.confirmed_at IS NOT NULL)`.as('hasFactor'),
      sql<boolean>`method = 'password' AND (SELECT t.second_factor_required FROM tenant t WHERE t.id = session.tenant_id)`.as('needsFactor'),
      sql<boolean>`last_used_at < udm_now() - interval '1 minute'`.as('isStale'),
    ])
    .executeTakeFirst();
  return row ?? null;
}

export async function touchSession(tx: Tx, tenantId: string, sessionId: string): Promise<void> {
  await tx.updateTable('session').set({ last_used_at: sql`udm_now()` }).where('tenant_id', '=', tenantId).where('id', '=', sessionId).execute();
}

export async function noteProof(tx: Tx, tenantId: string, sessionId: string): Promise<void> {
  await tx.updateTable('session').set({ proved_at: sql`udm_now()` }).where('tenant_id', '=', tenantId).where('id', '=', sessionId).execute();
}

/** Those that have not ended, the last used first. */
export async function listSessions(tx: Tx, tenantId: string, userId: string): Promise<ListedSession[]> {
  return tx
    .selectFrom('session')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where(sql<boolean>`expires_at > udm_now() AND last_used_at + make_interval(mins => idle_minutes) > udm_now()`)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .select([
      'id',
      'method',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
      'expires_at as expiresAt',
      'remembered as isRemembered',
      'address',
      'agent',
    ])
    .limit(100)
    .execute();
}

export async function deleteSession(tx: Tx, tenantId: string, sessionId: string): Promise<void> {
  await tx.deleteFrom('session').where('tenant_id', '=', tenantId).where('id', '=', sessionId).execute();
}

/** Ends one session of a person; false when they have none of that id. */
export async function deleteSessionOf(tx: Tx, tenantId: string, userId: string, sessionId: string): Promise<boolean> {
  const done = await tx.deleteFrom('session').where('tenant_id', '=', tenantId).where('user_id', '=', userId).where('id', '=', sessionId).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** Ends every session of a person, but for one that stays; gives their ids. A change of roles or password does it by itself (trigger `sessions_end`). */
export async function deleteSessionsOf(tx: Tx, tenantId: string, userId: string, staying: string | null = null): Promise<string[]> {
  const rows = await tx
    .deleteFrom('session')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .$if(staying !== null, (query) => query.where('id', '<>', staying))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Ended sessions of a person are of no use any more. */
export async function deleteEndedSessions(tx: Tx, tenantId: string, userId: string): Promise<void> {
  await tx
    .deleteFrom('session')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where(sql<boolean>`expires_at <= udm_now() OR last_used_at + make_interval(mins => idle_minutes) <= udm_now()`)
    .execute();
}
