import type { NewFactor, RecoveryCodes, SecondFactorView } from '../contract/second-factor.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { CodedError } from '../errors.ts';
import { codeAddress, newCodeSecret, newRecoveryCodes } from '../lib/one-time-codes.ts';
import { type AuditAction, recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { readUser } from '../records/people.ts';
import {
  confirmFactor,
  countRecoveryCodes,
  deleteFactor,
  putFactor,
  readFactor,
  readFactorRequired,
  replaceRecoveryCodes,
  setFactorRequired,
} from '../records/second-factors.ts';
import { deleteSessionsOf } from '../records/sessions.ts';
import { auditActor } from './actor-of.ts';
import { factorContext, recoveryHash, takeAppCode } from './check-code.ts';
import { tellOfFactorReset } from './notices.ts';
import type { Services } from './services.ts';
import { endOtherSessions, type OpenSession } from './sessions.ts';

/** One's own second factor, and what an administrator may do about those of others. */

const RECOVERY_CODES = 10;

export async function readSecondFactor(services: Services, actor: Actor): Promise<SecondFactorView> {
  requirePermission(actor, 'account.see');
  const { tenantId, userId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    const factor = await readFactor(tx, tenantId, userId);
    const isOn = factor?.isConfirmed === true;
    return { isOn, isRequired: await readFactorRequired(tx, tenantId), recoveryCodesLeft: isOn ? await countRecoveryCodes(tx, tenantId, userId) : 0 };
  });
}

/** Makes a secret for an app; it counts when a code of it was typed. Errors: `second_factor.on`, `sign_in.fresh_required`. */
export async function beginSecondFactor(services: Services, actor: Actor): Promise<NewFactor> {
  requirePermission(actor, 'account.change');
  requireFresh(actor);
  const { tenantId, userId } = actor;
  const secret = newCodeSecret();
  return inTenant(services.database, tenantId, async (tx) => {
    const user = await readUser(tx, tenantId, userId);
    const sealed = services.sealer.seal(secret, factorContext({ tenantId, id: userId }));
    if (!user || !(await putFactor(tx, tenantId, userId, sealed))) throw new CodedError('second_factor.on');
    return { secret, address: codeAddress(secret, `${user.tenantName}\\${user.name}`) };
  });
}

/**
 * The first code of the app: from now on sign-in asks for one, and sessions that were opened without one end, but for this. Gives the recovery codes,
 * this once. Errors: `sign_in.code_wrong`, `second_factor.on`.
 */
export async function confirmSecondFactor(services: Services, session: Pick<OpenSession, 'id' | 'actor'>, code: string): Promise<RecoveryCodes> {
  const { actor } = session;
  requirePermission(actor, 'account.change');
  const { tenantId, userId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    if ((await readFactor(tx, tenantId, userId))?.isConfirmed) throw new CodedError('second_factor.on');
    if (!(await takeAppCode(services, tx, { tenantId, id: userId }, code))) throw new CodedError('sign_in.code_wrong', { field: 'code' });
    await confirmFactor(tx, tenantId, userId);
    await recordOn(tx, actor, 'second_factor.confirmed', userId);
    await endOtherSessions(tx, session);
    return { recoveryCodes: await renew(services, tx, actor) };
  });
}

/** New recovery codes; the earlier ones are void. Errors: `second_factor.off`, `sign_in.fresh_required`. */
export async function renewRecoveryCodes(services: Services, actor: Actor): Promise<RecoveryCodes> {
  requirePermission(actor, 'account.change');
  requireFresh(actor);
  const { tenantId, userId } = actor;
  return inTenant(services.database, tenantId, async (tx) => {
    if (!(await readFactor(tx, tenantId, userId))?.isConfirmed) throw new CodedError('second_factor.off');
    await recordOn(tx, actor, 'second_factor.codes_renewed', userId);
    return { recoveryCodes: await renew(services, tx, actor) };
  });
}

/** Errors: `second_factor.off`, `second_factor.required`, `sign_in.fresh_required`. */
export async function removeSecondFactor(services: Services, actor: Actor): Promise<void> {
  requirePermission(actor, 'account.change');
  requireFresh(actor);
  const { tenantId, userId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    if (await readFactorRequired(tx, tenantId)) throw new CodedError('second_factor.required');
    if (!(await deleteFactor(tx, tenantId, userId))) throw new CodedError('second_factor.off');
    await recordOn(tx, actor, 'second_factor.removed', userId);
  });
}

/**
 * For somebody else who lost phone and recovery codes: takes the factor away, ends their sessions and tells them. One's own is removed as everybody
 * removes theirs, or not at all. Errors: `user.oneself`, `sign_in.fresh_required`, `not_found`, `second_factor.off`.
 */
export async function resetSecondFactor(services: Services, actor: Actor, userId: string): Promise<void> {
  requirePermission(actor, 'users.change');
  if (actor.kind === 'user' && actor.userId === userId) throw new CodedError('user.oneself');
  requireFresh(actor);
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    const user = await readUser(tx, tenantId, userId);
    if (!user) throw new CodedError('not_found');
    if (!(await deleteFactor(tx, tenantId, userId))) throw new CodedError('second_factor.off');
    await deleteSessionsOf(tx, tenantId, userId);
    await tellOfFactorReset(services, tx, tenantId, user, actor.userName);
    await recordOn(tx, actor, 'second_factor.reset', userId);
  });
}

/** Whether everybody who signs in to the tenant with a password needs one. */
export async function requireSecondFactor(services: Services, actor: Actor, isRequired: boolean): Promise<void> {
  requirePermission(actor, 'settings.change');
  requireFresh(actor);
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    await setFactorRequired(tx, tenantId, isRequired);
    await recordAct(tx, {
      ...{ tenantId, actor: auditActor(actor), action: 'second_factor.requirement_changed', object: { kind: 'tenant', id: tenantId } },
      detail: { required: isRequired },
    });
  });
}

async function renew(services: Services, tx: Tx, { tenantId, userId }: Actor): Promise<string[]> {
  const codes = newRecoveryCodes(RECOVERY_CODES);
  await replaceRecoveryCodes(
    tx,
    tenantId,
    userId,
    codes.map((code) => recoveryHash(services, userId, code)),
  );
  return codes;
}

async function recordOn(tx: Tx, actor: Actor, action: AuditAction, userId: string): Promise<void> {
  await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action, object: { kind: 'user', id: userId } });
}
