import { CodedError } from '../errors.ts';
import { passwordFits } from '../lib/password.ts';
import { recordAct } from '../records/audit.ts';
import { auditActor } from './actor-of.ts';
import { inTenant } from '../records/database.ts';
import { findUser, readUser, type UserRecord } from '../records/people.ts';
import { noteProof } from '../records/sessions.ts';
import { checkCode, hasSecondFactor } from './check-code.ts';
import { type Admission, admitAttempt, type Origin } from './limit-attempts.ts';
import type { Services } from './services.ts';
import { type OpenSession, openSession, type StartedSession } from './sessions.ts';

/** Longer than the work of a refusal, so that all take the same time, whatever was wrong. */
const REFUSAL_MS = 300;

export interface Credentials {
  readonly tenant?: string | undefined;
  /** User name, or `tenant\user`. */
  readonly user: string;
  readonly password: string;
  /** Of the authenticator app, or a recovery code, where the account asks for one. */
  readonly code?: string | undefined;
  /** A longer session, for a device of one's own. */
  readonly remember?: boolean | undefined;
}

export interface SignedIn extends StartedSession {
  readonly isRemembered: boolean;
  /** For the device to keep; null when it has one. */
  readonly deviceMark: string | null;
}

/**
 * Opens a session. Unknown names and wrong passwords cost the same work, take the same time and get the same words.
 * Errors: `sign_in.failed`, `sign_in.too_many`, `sign_in.code_required`, `sign_in.code_wrong`.
 */
export async function signIn(services: Services, credentials: Credentials, origin: Origin): Promise<SignedIn> {
  const name = splitName(credentials);
  const admission = await admitAttempt(services, name, origin);
  const user = await evenly(services, async () => {
    const record = await proved(services, await userOf(services, name), credentials.password, origin);
    await checkSecondStep(services, record, credentials.code, admission, origin);
    return record;
  });
  await admission.succeeded();
  const isRemembered = credentials.remember === true;
  const started = await openSession(services, user, { origin, method: 'password', isRemembered });
  return { ...started, isRemembered, deviceMark: admission.newMark };
}

/** Either of them. */
export interface Proof {
  readonly password?: string | undefined;
  readonly code?: string | undefined;
}

/** Proves once more that the person of the session is there, for acts that demand it. Errors: as of `signIn`. */
export async function proveAgain(services: Services, { id, actor, user }: OpenSession, proof: Proof, origin: Origin): Promise<void> {
  if (proof.code !== undefined) await checkCode(services, user, proof.code, origin.address);
  else {
    const admission = await admitAttempt(services, { tenant: user.tenantName, user: user.name }, origin);
    await evenly(services, () => proved(services, user, proof.password ?? '', origin));
    await admission.succeeded();
  }
  await inTenant(services.database, actor.tenantId, async (tx) => {
    await noteProof(tx, actor.tenantId, id);
    await recordAct(tx, {
      ...{ tenantId: actor.tenantId, actor: auditActor(actor), action: 'session.proved', object: { kind: 'session', id } },
    });
  });
}

/** Asks for the code where there is an app. That the password was right costs no attempt; a wrong code does. */
async function checkSecondStep(services: Services, user: UserRecord, code: string | undefined, admission: Admission, origin: Origin): Promise<void> {
  if (!(await hasSecondFactor(services, user))) return;
  if (code === undefined) {
    await admission.undecided();
    throw new CodedError('sign_in.code_required');
  }
  await checkCode(services, user, code, origin.address);
}

async function userOf(services: Services, { tenant, user }: { tenant: string; user: string }): Promise<UserRecord | null> {
  const found = await findUser(services.database, tenant, user);
  return found ? inTenant(services.database, found.tenantId, (tx) => readUser(tx, found.tenantId, found.userId)) : null;
}

/** The user whose password this is. Error: `sign_in.failed`. */
async function proved(services: Services, user: UserRecord | null, password: string, { address }: Origin): Promise<UserRecord> {
  const fits = await passwordFits(password, user?.passwordHash ?? null);
  if (user && fits) return user;
  if (user) await recordRefusal(services, user, address);
  throw new CodedError('sign_in.failed');
}

/** What refuses takes as long as any other refusal. */
async function evenly<T>(services: Services, work: () => Promise<T>): Promise<T> {
  const over = services.wait(REFUSAL_MS, new AbortController().signal);
  try {
    return await work();
  } catch (error) {
    await over;
    throw error;
  }
}

async function recordRefusal(services: Services, user: UserRecord, origin: string): Promise<void> {
  await inTenant(services.database, user.tenantId, (tx) =>
    recordAct(tx, { tenantId: user.tenantId, actor: { kind: 'system', origin }, action: 'session.refused', object: { kind: 'user', id: user.id } }),
  );
}

/** The tenant may stand in its own field or before the name; without any, it is `default`. */
function splitName(credentials: Credentials): { tenant: string; user: string } {
  // Names are stored so, however a keyboard makes its letters.
  const typed = credentials.user.normalize('NFC');
  const cut = typed.indexOf('\\');
  if (cut > 0) return { tenant: typed.slice(0, cut).trim(), user: typed.slice(cut + 1).trim() };
  return { tenant: credentials.tenant?.trim() || 'default', user: typed.trim() };
}
