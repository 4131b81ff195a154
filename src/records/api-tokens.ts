import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

export interface ApiTokenRecord {
  readonly id: string;
  readonly userId: string;
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly ending: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly isExpired: boolean;
  /** The tenant wants a second factor of its owner, who has none. */
  readonly lacksFactor: boolean;
}

/** (tenant, token) of a token that is neither revoked nor expired, before any tenant is set. */
export async function findApiToken(database: Database, hash: Buffer): Promise<{ tenantId: string; tokenId: string } | null> {
  const found = await sql<{ tenantId: string; tokenId: string }>`
    SELECT tenant_id AS "tenantId", token_id AS "tokenId" FROM udm_find_token(${hash})`.execute(database);
  return found.rows[0] ?? null;
}

export interface NewApiToken {
  readonly tenantId: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly hash: Buffer;
  readonly ending: string;
  readonly days: number;
}

export async function insertApiToken(tx: Tx, token: NewApiToken): Promise<string> {
  const { id } = await tx
    .insertInto('api_token')
    .values({
      tenant_id: token.tenantId,
      user_id: token.userId,
      name: token.name,
      scopes: [...token.scopes],
      token_hash: token.hash,
      ending: token.ending,
      expires_at: sql<Date>`udm_now() + make_interval(days => ${token.days})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The newest first, of one user or of all of the tenant. */
export async function listApiTokens(tx: Tx, tenantId: string, userId?: string): Promise<ApiTokenRecord[]> {
  const all = tokens(tx, tenantId).orderBy('api_token.created_at', 'desc').orderBy('api_token.id');
  return (userId === undefined ? all : all.where('api_token.user_id', '=', userId)).execute();
}

export async function readApiToken(tx: Tx, tenantId: string, id: string): Promise<ApiTokenRecord | null> {
  return (await tokens(tx, tenantId).where('api_token.id', '=', id).executeTakeFirst()) ?? null;
}

function tokens(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('api_token')
    .innerJoin('app_user', (join) => join.onRef('app_user.tenant_id', '=', 'api_token.tenant_id').onRef('app_user.id', '=', 'api_token.user_id'))
    .where('api_token.tenant_id', '=', tenantId)
    .select([
      'api_token.id',
      'api_token.user_id as userId',
      'app_user.name as owner',
      'api_token.name',
      'api_token.scopes',
      'api_token.ending',
      'api_token.created_at as createdAt',
      'api_token.expires_at as expiresAt',
      'api_token.last_used_at as lastUsedAt',
      'api_token.revoked_at as revokedAt',
      sql<boolean>`api_token.expires_at <= udm_now()`.as('isExpired'),
      // Who has no password answers to a provider, which asks for its own.
      sql<boolean>`app_user.sso_subject IS NULL AND (SELECT t.second_factor_required FROM tenant t WHERE t.id = api_token.tenant_id)
        AND NOT EXISTS (SELECT 1 FROM second_factor f WHERE f.user_id = api_token.user_id AND f.confirmed_at IS NOT NULL)`.as('lacksFactor'),
    ]);
}

/** False when it was revoked already. */
export async function revokeApiToken(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const done = await tx
    .updateTable('api_token')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .set({ revoked_at: sql<Date>`udm_now()` })
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Notes that the token is used; at most once in ten minutes, so that asking does not write each time. */
export async function touchApiToken(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx
    .updateTable('api_token')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where(sql<boolean>`last_used_at IS NULL OR last_used_at < udm_now() - interval '10 minutes'`)
    .set({ last_used_at: sql<Date>`udm_now()` })
    .execute();
}
