import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Authenticator apps of people and their recovery codes. */

export interface FactorRecord {
  readonly sealedSecret: Buffer;
  /** A code of it was typed once: it counts from then on. */
  readonly isConfirmed: boolean;
}

export async function readFactor(tx: Tx, tenantId: string, userId: string): Promise<FactorRecord | null> {
  const row = await tx
    .selectFrom('second_factor')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .select(['sealed_secret as sealedSecret', sql<boolean>`confirmed_at IS NOT NULL`.as('isConfirmed')])
    .executeTakeFirst();
  return row ?? null;
}

/** Those that count, of users who may sign in. */
export async function listFactors(tx: Tx, tenantId: string): Promise<{ userId: string; user: string; sealedSecret: Buffer }[]> {
  return tx
    .selectFrom('second_factor as f')
    .innerJoin('app_user as u', (join) => join.onRef('u.tenant_id', '=', 'f.tenant_id').onRef('u.id', '=', 'f.user_id'))
    .where('f.tenant_id', '=', tenantId)
    .where('f.confirmed_at', 'is not', null)
    .where('u.state', '=', 'active')
    .select(['u.id as userId', 'u.name as user', 'f.sealed_secret as sealedSecret'])
    .orderBy('u.name')
    .execute();
}

/** Stores a secret that is not confirmed yet, in place of another such; false when one is confirmed. */
export async function putFactor(tx: Tx, tenantId: string, userId: string, sealedSecret: Buffer): Promise<boolean> {
  const done = await sql`
    INSERT INTO second_factor (tenant_id, user_id, sealed_secret) VALUES (${tenantId}, ${userId}, ${sealedSecret})
    ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = NULL, created_at = udm_now()
    WHERE second_factor.confirmed_at IS NULL`.execute(tx);
  return Number(done.numAffectedRows ?? 0) > 0;
}

export async function confirmFactor(tx: Tx, tenantId: string, userId: string): Promise<void> {
  await tx.updateTable('second_factor').set({ confirmed_at: sql`udm_now()` }).where('tenant_id', '=', tenantId).where('user_id', '=', userId).execute();
}

/** Uses the code of a time step up; false when it, or a later one, was used already. */
export async function takeStep(tx: Tx, tenantId: string, userId: string, step: number): Promise<boolean> {
  const done = await tx
    .updateTable('second_factor')
    .set({ last_step: step })
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where((eb) => eb.or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Takes it away with its recovery codes; false when there is none. */
export async function deleteFactor(tx: Tx, tenantId: string, userId: string): Promise<boolean> {
  const done = await tx.deleteFrom('second_factor').where('tenant_id', '=', tenantId).where('user_id', '=', userId).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** New recovery codes in place of all earlier ones. */
export async function replaceRecoveryCodes(tx: Tx, tenantId: string, userId: string, hashes: readonly string[]): Promise<void> {
  await tx.deleteFrom('recovery_code').where('tenant_id', '=', tenantId).where('user_id', '=', userId).execute();
  await tx
    .insertInto('recovery_code')
    .values(hashes.map((hash) => ({ tenant_id: tenantId, user_id: userId, code_hash: hash })))
    .execute();
}

/** Uses a recovery code up; false when there is none such, or it was used. */
export async function takeRecoveryCode(tx: Tx, tenantId: string, userId: string, hash: string): Promise<boolean> {
  const done = await tx
    .updateTable('recovery_code')
    .set({ used_at: sql`udm_now()` })
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export async function countRecoveryCodes(tx: Tx, tenantId: string, userId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('recovery_code')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Whether the tenant wants a second factor of everybody who signs in with a password. */
export async function readFactorRequired(tx: Tx, tenantId: string): Promise<boolean> {
  const row = await tx.selectFrom('tenant').where('id', '=', tenantId).select('second_factor_required as isRequired').executeTakeFirstOrThrow();
  return row.isRequired;
}

export async function setFactorRequired(tx: Tx, tenantId: string, isRequired: boolean): Promise<void> {
  await tx.updateTable('tenant').set({ second_factor_required: isRequired }).where('id', '=', tenantId).execute();
}
