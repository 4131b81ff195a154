import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** Tenants and users. */

export interface UserRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly name: string;
  /** Null: signs in at the provider of single sign-on alone. */
  readonly passwordHash: string | null;
  readonly roles: string[];
  /** Somebody else made the password and knows it. */
  readonly mustChangePassword: boolean;
  readonly timeZone: string;
  readonly retentionDays: number;
}

/** PostgreSQL refuses a text with NUL with an error; no name has one. */
const cannotBeStored = (name: string) => name.includes('\0');

/** Id of the tenant of that name, before any tenant is set. */
export async function findTenant(database: Database, name: string): Promise<string | null> {
  if (cannotBeStored(name)) return null;
  const found = await sql<{ id: string | null }>`SELECT udm_find_tenant(${name}) AS id`.execute(database);
  return found.rows[0]?.id ?? null;
}

/** (tenant, user) of a sign-in name, before any tenant is set. */
export async function findUser(database: Database, tenant: string, user: string): Promise<{ tenantId: string; userId: string } | null> {
  if (cannotBeStored(tenant) || cannotBeStored(user)) return null;
  const found = await sql<{ tenantId: string; userId: string }>`
    SELECT tenant_id AS "tenantId", user_id AS "userId" FROM udm_find_user(${tenant}, ${user})`.execute(database);
  return found.rows[0] ?? null;
}

export async function insertTenant(tx: Tx, tenantId: string, name: string): Promise<void> {
  await tx.insertInto('tenant').values({ id: tenantId, name }).execute();
}

export interface NewUserRecord {
  readonly tenantId: string;
  readonly name: string;
  readonly email?: string | null;
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly roles: readonly string[];
}

export async function insertUser(tx: Tx, user: NewUserRecord): Promise<string> {
  const { id } = await tx
    .insertInto('app_user')
    .values({
      tenant_id: user.tenantId,
      name: user.name,
      email: user.email ?? null,
      password_hash: user.passwordHash,
      must_change_password: user.mustChangePassword,
      roles: [...user.roles],
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A user who may act; null for one who is suspended or deleted. */
export async function readUser(tx: Tx, tenantId: string, userId: string): Promise<UserRecord | null> {
  return (await activeUser(tx, tenantId, userId).executeTakeFirst()) ?? null;
}

/** The same; until the end of the transaction nobody changes their password, roles or state. */
export async function holdUser(tx: Tx, tenantId: string, userId: string): Promise<UserRecord | null> {
  return (await activeUser(tx, tenantId, userId).forShare(['app_user']).executeTakeFirst()) ?? null;
}

function activeUser(tx: Tx, tenantId: string, userId: string) {
  return tx
    .selectFrom('app_user')
    .innerJoin('tenant', 'tenant.id', 'app_user.tenant_id')
    .where('app_user.tenant_id', '=', tenantId)
    .where('app_user.id', '=', userId)
    .where('app_user.state', '=', 'active')
    .select([
      'app_user.id',
      'app_user.tenant_id as tenantId',
      'tenant.name as tenantName',
      'app_user.name',
      'app_user.password_hash as passwordHash',
      'app_user.roles',
      'app_user.must_change_password as mustChangePassword',
      'tenant.time_zone as timeZone',
      'tenant.retention_days as retentionDays',
    ]);
}
