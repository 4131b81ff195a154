import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** The users of a tenant, as who administers them sees them: without passwords. */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly state: 'active' | 'suspended' | 'deleted';
  readonly mustChangePassword: boolean;
  readonly hasSecondFactor: boolean;
  readonly createdAt: Date;
}

/** All but deleted ones, by name. */
export async function listUsers(tx: Tx, tenantId: string): Promise<UserRow[]> {
  return users(tx, tenantId).orderBy('name').execute();
}

function users(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('app_user')
    .where('tenant_id', '=', tenantId)
    .where('state', '<>', 'deleted')
    .select(['id', 'name', 'email', 'roles', 'state', 'must_change_password as mustChangePassword', 'created_at as createdAt'])
    .select(
      sql<boolean>`EXISTS (SELECT FROM second_factor f WHERE f.tenant_id = app_user.tenant_id AND f.user_id = app_user.id AND f.confirmed_at IS NOT NULL)`.as(
        'hasSecondFactor',
      ),
    );
}

export interface UserChange {
  readonly email?: string | null;
  readonly roles?: readonly string[];
  readonly state?: UserRow['state'];
  readonly passwordHash?: string;
  readonly mustChangePassword?: boolean;
  readonly ssoSubject?: string;
}

/** Changes what is given. Sessions of a user whose state, roles or password change end with it. */
export async function updateUser(tx: Tx, tenantId: string, id: string, change: UserChange): Promise<void> {
  const { email, roles, state, passwordHash, mustChangePassword, ssoSubject } = change;
  await tx
    .updateTable('app_user')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .set({
      ...(email !== undefined && { email }),
      ...(roles && { roles: [...roles] }),
      ...(state && { state }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
      ...(mustChangePassword !== undefined && { must_change_password: mustChangePassword }),
      ...(ssoSubject !== undefined && { sso_subject: ssoSubject }),
    })
    .execute();
}

/** Puts a password in place of the one with this hash; false when that is not theirs any more. */
export async function replacePassword(tx: Tx, tenantId: string, id: string, before: string | null, passwordHash: string): Promise<boolean> {
  const done = await tx
    .updateTable('app_user')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where('password_hash', '=', before)
    .set({ password_hash: passwordHash, must_change_password: false })
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Jobs that encrypt to a certificate of each user. */
export async function countJobsOfUsers(tx: Tx, tenantId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('job_recipient')
    .innerJoin('certificate', (join) =>
      join.onRef('certificate.tenant_id', '=', 'job_recipient.tenant_id').onRef('certificate.id', '=', 'job_recipient.certificate_id'),
    )
    .where('job_recipient.tenant_id', '=', tenantId)
    .groupBy('certificate.user_id')
    .select((eb) => ['certificate.user_id as id', eb.fn.count<number>('job_recipient.job_id').distinct().as('jobs')])
    .execute();
  return new Map(rows.map((row) => [row.id, row.jobs]));
}

/** The active administrator an operator acts as: the one named `admin`, else the oldest. */
export async function findAdministrator(tx: Tx, tenantId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('app_user')
    .where('tenant_id', '=', tenantId)
    .where('state', '=', 'active')
    .where(sql<boolean>`roles @> ARRAY['tenant_administrator']`)
    .orderBy(sql`name = 'admin'`, 'desc')
    .orderBy('created_at')
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
