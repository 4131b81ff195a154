import { nameOfClaims, rolesOfClaims } from '../domain/claims.ts';
import type { Role } from '../domain/permission.ts';
import { isLastAdministrator } from '../domain/user.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { findTenant, readUser, type UserRecord } from '../records/people.ts';
import { findUserOfSubject, insertSsoUser, readSso, type SsoRecord } from '../records/single-sign-on.ts';
import { lockTenant } from '../records/tenants.ts';
import { listUsers, updateUser } from '../records/users.ts';
import { beginJourney, type Claims, endJourney, type Journey } from '../sso/oidc.ts';
import { closedSubject } from './closed-subject.ts';
import type { Origin } from './limit-attempts.ts';
import { openSession, type StartedSession } from './sessions.ts';
import type { Services } from './services.ts';
import { providerOf, redirectUri } from './sso-settings.ts';

/** Signing in with the account of one's company: to the provider and back. */

const CONTEXT = 'single sign-on journey';
const LONGEST_JOURNEY_MS = 600_000;

/** What the browser keeps, sealed, while its person is at the provider. */
interface KeptJourney extends Journey {
  readonly tenantId: string;
  readonly next: string;
  /** Epoch milliseconds. */
  readonly begun: number;
}

export interface Departure {
  readonly address: string;
  /** For the browser to bring back; UDM alone can read it. */
  readonly sealed: string;
}

/** A tenant that does not exist answers like one without single sign-on. Errors: `sso.none`, `sso.public_url`, `sso.unreachable`. */
export async function leaveForProvider(
  services: Services,
  { tenant, next, isFresh }: { tenant: string; next: string; isFresh: boolean },
  publicUrl: string | null,
): Promise<Departure> {
  const tenantId = await findTenant(services.database, tenant);
  const record = tenantId && (await inTenant(services.database, tenantId, (tx) => readSso(tx, tenantId)));
  if (!tenantId || !record) throw new CodedError('sso.none');
  const { address, journey } = await beginJourney(providerOf(services, tenantId, record), returnAddress(publicUrl), isFresh);
  const kept: KeptJourney = { ...journey, tenantId, next, begun: Date.now() };
  return { address, sealed: services.sealer.seal(JSON.stringify(kept), CONTEXT).toString('base64url') };
}

/**
 * Whom the provider sends back gets a session; at the first time a user, and each time the roles the claims say.
 * `search`: the query of the address they came back to. Errors: `sso.*`.
 */
export async function returnFromProvider(
  services: Services,
  { sealed, search, origin }: { sealed: string | null; search: string; origin: Origin },
  publicUrl: string | null,
): Promise<StartedSession & { next: string }> {
  const kept = openJourney(services, sealed);
  const { tenantId } = kept;
  const record = await inTenant(services.database, tenantId, (tx) => readSso(tx, tenantId));
  if (!record) throw new CodedError('sso.none');
  const claims = await endJourney(providerOf(services, tenantId, record), new URL(`${returnAddress(publicUrl)}${search}`), kept);
  const user = await inTenant(services.database, tenantId, (tx) => settleUser(services, tx, tenantId, record, claims, origin.address));
  const started = await openSession(services, user, { origin, method: 'sso', isRemembered: false, isProved: kept.isFresh });
  return { ...started, next: kept.next };
}

function returnAddress(publicUrl: string | null): string {
  const address = redirectUri(publicUrl);
  if (address === null) throw new CodedError('sso.public_url');
  return address;
}

function openJourney(services: Services, sealed: string | null): KeptJourney {
  try {
    const kept = JSON.parse(services.sealer.open(Buffer.from(sealed ?? '', 'base64url'), CONTEXT)) as KeptJourney;
    if (Date.now() - kept.begun <= LONGEST_JOURNEY_MS) return kept;
  } catch {
    // No cookie, or one that UDM did not make.
  }
  throw new CodedError('sso.invalid');
}

/**
 * The user whom the provider means, with the roles it says. Errors: `sso.claims`, `sso.name_taken`, `sso.refused`, `sso.last_administrator`,
 * `quota.users`.
 */
async function settleUser(services: Services, tx: Tx, tenantId: string, record: SsoRecord, claims: Claims, origin: string): Promise<UserRecord> {
  const subject = `${record.issuer} ${claims.sub}`;
  const roles = rolesOfClaims(claims, record.roleClaim, record.roles);
  const found = await findUserOfSubject(tx, tenantId, [subject, closedSubject(services, tenantId, subject)]);
  const userId = found?.id ?? (await makeUser(tx, tenantId, { name: nameOfClaims(claims, record.nameClaim), subject, roles }, origin));
  if (found) await changeRoles(tx, tenantId, userId, roles, origin);
  const user = await readUser(tx, tenantId, userId);
  // Suspended or deleted here counts, whatever the provider says.
  if (!user) throw new CodedError('sso.refused');
  return user;
}

/** Claims that no longer make an administrator of the last one let nobody in: else only the database could make another. */
async function changeRoles(tx: Tx, tenantId: string, userId: string, roles: readonly Role[], origin: string): Promise<void> {
  await lockTenant(tx, tenantId);
  const all = await listUsers(tx, tenantId);
  const user = all.find((one) => one.id === userId);
  if (!user) return;
  const granted = roles.filter((role) => !user.roles.includes(role));
  const revoked = user.roles.filter((role) => !roles.some((one) => one === role));
  if (granted.length + revoked.length === 0) return;
  if (isLastAdministrator(user, { ...user, roles }, all)) throw new CodedError('sso.last_administrator');
  await updateUser(tx, tenantId, userId, { roles });
  await recordSettled(tx, tenantId, 'user.roles_changed', userId, origin, { granted: granted.join(' '), revoked: revoked.join(' ') });
}

async function makeUser(tx: Tx, tenantId: string, user: { name: string; subject: string; roles: readonly string[] }, origin: string): Promise<string> {
  const { userQuota } = await lockTenant(tx, tenantId);
  if ((await listUsers(tx, tenantId)).length >= userQuota) throw new CodedError('quota.users', { range: userQuota });
  const id = await insertSsoUser(tx, { tenantId, ...user });
  if (id === null) throw new CodedError('sso.name_taken');
  await recordSettled(tx, tenantId, 'user.created', id, origin, { roles: user.roles.join(' ') });
  return id;
}

async function recordSettled(
  tx: Tx,
  tenantId: string,
  action: 'user.created' | 'user.roles_changed',
  userId: string,
  origin: string,
  detail: Readonly<Record<string, string>>,
): Promise<void> {
  await recordAct(tx, { tenantId, actor: { kind: 'system', origin }, action, object: { kind: 'user', id: userId }, detail: { by: 'sso', ...detail } });
}
