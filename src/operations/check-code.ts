import { CodedError } from '../errors.ts';
import { isAppCode, plainRecoveryCode, stepOfCode } from '../lib/one-time-codes.ts';
import { attemptsOf } from '../records/attempts.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { readFactor, takeRecoveryCode, takeStep } from '../records/second-factors.ts';
import type { Services } from './services.ts';
import { openStoredSecret } from './stored-secret.ts';

interface Person {
  readonly tenantId: string;
  readonly id: string;
}

/** Whether the person has an authenticator app that counts. */
export async function hasSecondFactor(services: Services, { tenantId, id }: Person): Promise<boolean> {
  return inTenant(services.database, tenantId, async (tx) => (await readFactor(tx, tenantId, id))?.isConfirmed === true);
}

/**
 * Checks a code of the app, or a recovery code, and uses it up: no code counts twice. Guesses are counted for the person, wherever they come from.
 * Errors: `sign_in.code_wrong`, `sign_in.too_many`, `second_factor.secret_unreadable`.
 */
export async function checkCode(services: Services, person: Person, code: string, origin: string): Promise<void> {
  const attempts = attemptsOf(services.database);
  const key = services.sealer.hash(person.id, 'attempt code');
  const wait = await attempts.take('code', key);
  if (wait !== null) throw new CodedError('sign_in.too_many', { retryAfterSeconds: wait, value: `${wait} s` });
  const { tenantId, id } = person;
  const isRight = await inTenant(services.database, tenantId, async (tx) => {
    const taken = isAppCode(code) ? await takeAppCode(services, tx, person, code) : await takeRecovery(services, tx, person, code, origin);
    if (!taken)
      await recordAct(tx, { tenantId, actor: { kind: 'system', origin }, action: 'session.refused', object: { kind: 'user', id }, detail: { step: 'code' } });
    return taken;
  });
  if (!isRight) throw new CodedError('sign_in.code_wrong');
  await attempts.forget('code', key);
}

/** Uses up a code of the app of which the secret is stored, confirmed or not; false when it is wrong or was used. */
export async function takeAppCode(services: Services, tx: Tx, { tenantId, id }: Person, code: string): Promise<boolean> {
  const factor = await readFactor(tx, tenantId, id);
  if (!factor) return false;
  const secret = openFactor(services, { tenantId, id }, factor.sealedSecret);
  const step = stepOfCode(secret, code.replaceAll(' ', ''), Date.parse(await databaseNow(tx)));
  return step !== null && (await takeStep(tx, tenantId, id, step));
}

/** The secret of the app. Error: `second_factor.secret_unreadable`. */
export function openFactor(services: Services, person: Person, sealed: Uint8Array): string {
  return openStoredSecret(services, { sealed, context: factorContext(person), unreadable: 'second_factor.secret_unreadable' });
}

async function takeRecovery(services: Services, tx: Tx, { tenantId, id }: Person, code: string, origin: string): Promise<boolean> {
  const taken = await takeRecoveryCode(tx, tenantId, id, recoveryHash(services, id, plainRecoveryCode(code)));
  if (taken) {
    await recordAct(tx, { tenantId, actor: { kind: 'user', userId: id, origin }, action: 'second_factor.recovery_used', object: { kind: 'user', id } });
  }
  // Recovery codes are hashed with the same key: one that is right cannot be known then, and is not called wrong.
  const factor = taken ? null : await readFactor(tx, tenantId, id);
  if (factor) openFactor(services, { tenantId, id }, factor.sealedSecret);
  return taken;
}

export function factorContext({ tenantId, id }: Person): string {
  return `second factor ${tenantId} ${id}`;
}

export function recoveryHash(services: Services, userId: string, code: string): string {
  return services.sealer.hash(`${userId} ${code}`, 'recovery code');
}
