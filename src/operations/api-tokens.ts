import type { MadeTokenView, NewToken, TokenListView, TokenView } from '../contract/token.ts';
import { ACTIONS, type Actor, may, requirePermission, ROLES, SCOPES, type Scope } from '../domain/permission.ts';
import { requireFresh } from '../domain/session-rules.ts';
import { MOST_TOKENS, parseNewToken } from '../domain/token-rules.ts';
import { CodedError } from '../errors.ts';
import { apiTokenHash, looksLikeApiToken, makeApiToken } from '../lib/api-token.ts';
import { type ApiTokenRecord, findApiToken, insertApiToken, listApiTokens, readApiToken, revokeApiToken, touchApiToken } from '../records/api-tokens.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { readUser } from '../records/people.ts';
import { lockTenant } from '../records/tenants.ts';
import { actorOf, auditActor } from './actor-of.ts';
import type { Services } from './services.ts';

const ENDING = 4;

/**
 * Makes a token with which a program acts for the actor. Its text is given this once; UDM keeps its hash.
 * Errors: `sign_in.fresh_required`, `request.invalid` with all problems, `token.too_many`.
 */
export async function createApiToken(services: Services, actor: Actor, sent: NewToken): Promise<MadeTokenView> {
  requirePermission(actor, 'account.change');
  requireFresh(actor);
  const { name, scopes, days } = parseNewToken(sent);
  const { tenantId, userId } = actor;
  const secret = makeApiToken();
  return inTenant(services.database, tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const inUse = (await listApiTokens(tx, tenantId, userId)).filter((one) => isInUse(stateOf(one)));
    if (inUse.length >= MOST_TOKENS) throw new CodedError('token.too_many', { range: MOST_TOKENS });
    const id = await insertApiToken(tx, { tenantId, userId, name, scopes, days, hash: apiTokenHash(secret), ending: secret.slice(-ENDING) });
    const detail = { scopes: scopes.join(' '), days };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'token.created', object: { kind: 'token', id }, detail });
    return { token: present(actor, (await readApiToken(tx, tenantId, id)) as ApiTokenRecord), secret };
  });
}

/** One's own tokens, or all of the tenant, the newest first; and the scopes there are. */
export async function listApiTokensFor(services: Services, actor: Actor, whose: 'me' | 'everybody' = 'me'): Promise<TokenListView> {
  requirePermission(actor, whose === 'me' ? 'account.see' : 'tokens.see');
  const records = await inTenant(services.database, actor.tenantId, (tx) => listApiTokens(tx, actor.tenantId, whose === 'me' ? actor.userId : undefined));
  return { items: records.map((one) => present(actor, one)), scopes: SCOPES.map((name) => ({ name, actions: actionsOf(name) })) };
}

function actionsOf(scope: Scope): string[] {
  const holder: Actor = { kind: 'user', tenantId: '', userId: '', userName: '', roles: ROLES, token: { id: '', scopes: [scope] } };
  return ACTIONS.filter((action) => may(holder, action));
}

/**
 * From this instant the token opens nothing. One's own, that of the token which asks, or as an administrator anybody's of the tenant.
 * Error: `not_found`, also for one of another that the actor may not revoke.
 */
export async function revokeToken(services: Services, actor: Actor, id: string): Promise<void> {
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    const found = await readApiToken(tx, tenantId, id);
    const isOwn = found?.userId === actor.userId && (may(actor, 'account.change') || actor.token?.id === id);
    if (!found || !(isOwn || may(actor, 'tokens.revoke'))) throw new CodedError('not_found');
    if (await revokeApiToken(tx, tenantId, id))
      await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'token.revoked', object: { kind: 'token', id } });
  });
}

/**
 * Who acts with this token at this moment; null when it opens nothing. `look` does not count as use; `end` is for whoever wants it revoked, and knows its owner even while it
 * waits for their second factor. Error: `token.second_factor`, for use alone.
 */
export async function actorOfToken(services: Services, secret: string, why: 'use' | 'look' | 'end' = 'use'): Promise<Actor | null> {
  const found = looksLikeApiToken(secret) ? await findApiToken(services.database, apiTokenHash(secret)) : null;
  if (!found) return null;
  const { tenantId, tokenId } = found;
  return inTenant(services.database, tenantId, async (tx) => {
    const token = await readApiToken(tx, tenantId, tokenId);
    const owner = token ? await readUser(tx, tenantId, token.userId) : null;
    if (!token || !owner) return null;
    if (token.lacksFactor && why === 'use') throw new CodedError('token.second_factor');
    if (token.lacksFactor && why === 'look') return null;
    if (why === 'use') await touchApiToken(tx, tenantId, tokenId);
    // A password that somebody reset is for who types it; a program goes on.
    return { ...actorOf(owner, 'user'), mustChangePassword: false, token: { id: tokenId, scopes: SCOPES.filter((scope) => token.scopes.includes(scope)) } };
  });
}

function present(actor: Actor, one: ApiTokenRecord): TokenView {
  return {
    id: one.id,
    name: one.name,
    owner: one.owner,
    isYours: one.userId === actor.userId,
    scopes: [...one.scopes],
    ending: one.ending,
    state: stateOf(one),
    createdAt: one.createdAt.toISOString(),
    expiresAt: one.expiresAt.toISOString(),
    lastUsedAt: one.lastUsedAt?.toISOString() ?? null,
  };
}

function stateOf({ revokedAt, isExpired, lacksFactor }: ApiTokenRecord): TokenView['state'] {
  if (revokedAt !== null) return 'revoked';
  if (isExpired) return 'expired';
  return lacksFactor ? 'blocked' : 'active';
}

const isInUse = (state: TokenView['state']): boolean => state === 'active' || state === 'blocked';
