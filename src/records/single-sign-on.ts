import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** The provider of a tenant's single sign-on, and the users it knows. */

export interface SsoRecord {
  readonly issuer: string;
  readonly clientId: string;
  readonly sealedSecret: Buffer | null;
  readonly nameClaim: string;
  readonly roleClaim: string;
  /** Value of the role claim → role. */
  readonly roles: Readonly<Record<string, string>>;
}

export async function readSso(tx: Tx, tenantId: string): Promise<SsoRecord | null> {
  const row = await tx
    .selectFrom('single_sign_on')
    .where('tenant_id', '=', tenantId)
    .select(['issuer', 'client_id as clientId', 'sealed_secret as sealedSecret', 'name_claim as nameClaim', 'role_claim as roleClaim', 'roles'])
    .executeTakeFirst();
  return row ?? null;
}

export async function putSso(tx: Tx, tenantId: string, record: SsoRecord): Promise<void> {
  const values = {
    issuer: record.issuer,
    client_id: record.clientId,
    sealed_secret: record.sealedSecret,
    name_claim: record.nameClaim,
    role_claim: record.roleClaim,
    roles: JSON.stringify(record.roles),
  };
  await tx
    .insertInto('single_sign_on')
    .values({ tenant_id: tenantId, ...values })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet({ ...values, changed_at: sql`udm_now()` }))
    .execute();
}

export async function deleteSso(tx: Tx, tenantId: string): Promise<boolean> {
  const done = await tx.deleteFrom('single_sign_on').where('tenant_id', '=', tenantId).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

export interface SsoUser {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** `subjects`: theirs, and what stands in its place when they were deleted. */
export async function findUserOfSubject(tx: Tx, tenantId: string, subjects: readonly string[]): Promise<SsoUser | null> {
  const row = await tx
    .selectFrom('app_user')
    .where('tenant_id', '=', tenantId)
    .where('sso_subject', 'in', subjects)
    .select(['id', 'name', 'roles'])
    .executeTakeFirst();
  return row ?? null;
}

/** Null: they have a password. */
export async function readSubject(tx: Tx, tenantId: string, userId: string): Promise<string | null> {
  const row = await tx.selectFrom('app_user').where('tenant_id', '=', tenantId).where('id', '=', userId).select('sso_subject as subject').executeTakeFirst();
  return row?.subject ?? null;
}

/** A user without a password. Null when there is one of that name, whom the provider may not speak for. */
export async function insertSsoUser(tx: Tx, user: { tenantId: string; name: string; subject: string; roles: readonly string[] }): Promise<string | null> {
  const row = await tx
    .insertInto('app_user')
    .values({ tenant_id: user.tenantId, name: user.name, password_hash: null, sso_subject: user.subject, roles: [...user.roles] })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}
