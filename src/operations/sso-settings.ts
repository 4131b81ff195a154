import type { SsoSettings, SsoView } from '../contract/sso.ts';
import { type Actor, requirePermission, ROLES } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { CodedError, type Problem, refuseProblems } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { deleteSso, putSso, readSso, type SsoRecord } from '../records/single-sign-on.ts';
import { checkProvider, isLoopback, type Provider } from '../sso/oidc.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';
import { openStoredSecret } from './stored-secret.ts';

/** Which provider a tenant trusts with its people. */

const CALLBACK = '/api/sso/callback';

/** Where the provider sends people back to: under the address of the setting, whatever a request calls UDM. */
export function redirectUri(publicUrl: string | null): string | null {
  return publicUrl === null ? null : `${publicUrl}${CALLBACK}`;
}

export async function readSsoSettings(services: Services, actor: Actor, publicUrl: string | null): Promise<SsoView> {
  requirePermission(actor, 'settings.see');
  const record = await inTenant(services.database, actor.tenantId, (tx) => readSso(tx, actor.tenantId));
  if (!record) return { settings: null, redirectUri: redirectUri(publicUrl) };
  const { sealedSecret, ...settings } = record;
  return { settings: { ...settings, hasSecret: sealedSecret !== null }, redirectUri: redirectUri(publicUrl) };
}

/** Stores the settings once the provider has answered. Errors: `request.invalid`, `sso.unreachable`, `sign_in.fresh_required`. */
export async function setSsoSettings(services: Services, actor: Actor, settings: SsoSettings): Promise<void> {
  requirePermission(actor, 'settings.change');
  requireFresh(actor);
  const issuer = checkedIssuer(actor, settings);
  const { tenantId } = actor;
  const before = await inTenant(services.database, tenantId, (tx) => readSso(tx, tenantId));
  const { clientSecret, clientId, nameClaim, roleClaim, roles } = settings;
  // A secret goes to the issuer it was given for, and to no other.
  const kept = before?.issuer === issuer ? before.sealedSecret : null;
  const sealedSecret = typeof clientSecret === 'string' ? services.sealer.seal(clientSecret, secretContext(tenantId, issuer)) : null;
  const record: SsoRecord = { issuer, clientId, nameClaim, roleClaim, roles, sealedSecret: clientSecret === undefined ? kept : sealedSecret };
  await checkProvider(providerOf(services, tenantId, record));
  await inTenant(services.database, tenantId, async (tx) => {
    await putSso(tx, tenantId, record);
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'single_sign_on.set', object: { kind: 'tenant', id: tenantId } });
  });
}

/** Error: `not_found`. */
export async function removeSsoSettings(services: Services, actor: Actor): Promise<void> {
  requirePermission(actor, 'settings.change');
  requireFresh(actor);
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    if (!(await deleteSso(tx, tenantId))) throw new CodedError('not_found');
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'single_sign_on.removed', object: { kind: 'tenant', id: tenantId } });
  });
}

/** Error: `sso.secret_unreadable`. */
export function providerOf(services: Services, tenantId: string, { issuer, clientId, sealedSecret }: SsoRecord): Provider {
  const secret = { context: secretContext(tenantId, issuer), unreadable: 'sso.secret_unreadable', whose: issuer } as const;
  return { issuer, clientId, clientSecret: sealedSecret === null ? null : openStoredSecret(services, { sealed: sealedSecret, ...secret }) };
}

function secretContext(tenantId: string, issuer: string): string {
  return `single sign-on ${tenantId} ${issuer}`;
}

/**
 * UDM calls this address itself, so a tenant's administrator may not name a machine by its number, nor the one UDM runs on: that is for
 * who works at its command line.
 */
function checkedIssuer(actor: Actor, { issuer, roles }: SsoSettings): string {
  const problems: Problem[] = [];
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const isLocal = url !== null && isLoopback(url);
  const isNamed = url !== null && /[a-z]/i.test(url.hostname) && !url.hostname.startsWith('[');
  const fits =
    url !== null && url.username === '' && url.search === '' && url.hash === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal));
  if (!fits || !((isNamed && !isLocal) || actor.kind === 'operator'))
    problems.push({ code: 'field.type', field: 'issuer', value: issuer.slice(0, 200), range: 'https:// and the name of a host' });
  for (const [value, role] of Object.entries(roles))
    if (!(ROLES as readonly string[]).includes(role)) problems.push({ code: 'field.type', field: `roles.${value}`, value: role, range: ROLES });
  refuseProblems('request.invalid', problems);
  return issuer;
}
