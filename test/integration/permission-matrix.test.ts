import { rm } from 'node:fs/promises';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { type Action, type Actor, may, ROLES, type Role, SCOPES } from '../../src/domain/permission.ts';
import { buildServer } from '../../src/http/server.ts';
import { createApiToken } from '../../src/operations/api-tokens.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { openSession } from '../../src/operations/sessions.ts';
import { createUser } from '../../src/operations/users.ts';
import { inTenant } from '../../src/records/database.ts';
import { readUser } from '../../src/records/people.ts';
import { updateUser } from '../../src/records/users.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { ORIGIN } from '../support/origin.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Every route of the API × who asks × whose object: what the table of permissions says, and nothing else. */

/** What a route asks for. `open`: nothing. `person`: a signed-in person, whatever their roles, and no token. `anybody`: a person or a token. */
type Needs = Action | 'open' | 'person' | 'anybody';

interface Route {
  readonly needs: Needs;
  /** One that is in order, so that only the permission and the id are left to refuse. */
  readonly body?: object;
  readonly query?: string;
  /** Who may is not tried: the answer never ends, or hangs on more than permission. */
  readonly isOnlyRefused?: true;
}

const stretch = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';

/** All of them: one that is not here fails the first test. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET /api/health': { needs: 'open' },
  'POST /api/session': { needs: 'open' },
  'GET /api/session': { needs: 'person' },
  'DELETE /api/session': { needs: 'person', isOnlyRefused: true },
  'POST /api/session/proof': { needs: 'person', isOnlyRefused: true },
  'PUT /api/session/password': { needs: 'person', isOnlyRefused: true },
  'GET /api/sessions': { needs: 'person' },
  'DELETE /api/sessions': { needs: 'person', isOnlyRefused: true },
  'DELETE /api/sessions/{id}': { needs: 'person' },
  'GET /api/second-factor': { needs: 'person' },
  'POST /api/second-factor': { needs: 'person', isOnlyRefused: true },
  'DELETE /api/second-factor': { needs: 'person', isOnlyRefused: true },
  'POST /api/second-factor/confirmation': { needs: 'person', isOnlyRefused: true },
  'POST /api/second-factor/recovery-codes': { needs: 'person', isOnlyRefused: true },
  'PUT /api/second-factor/requirement': { needs: 'settings.change', body: { isRequired: false }, isOnlyRefused: true },
  'DELETE /api/users/{id}/second-factor': { needs: 'users.change', isOnlyRefused: true },
  'GET /api/sso/start': { needs: 'open' },
  'GET /api/sso/callback': { needs: 'open' },
  'GET /api/sso': { needs: 'settings.see' },
  'PUT /api/sso': { needs: 'settings.change', body: { issuer: 'https://nowhere.invalid', clientId: 'x', roles: {} }, isOnlyRefused: true },
  'DELETE /api/sso': { needs: 'settings.change', isOnlyRefused: true },
  'GET /api/sources': { needs: 'sources.see' },
  'POST /api/sources': { needs: 'sources.change', body: {}, isOnlyRefused: true },
  'POST /api/sources/test': { needs: 'sources.change', body: { draft: {} }, isOnlyRefused: true },
  'GET /api/sources/{id}': { needs: 'sources.see' },
  'PUT /api/sources/{id}': { needs: 'sources.change', body: {}, isOnlyRefused: true },
  'DELETE /api/sources/{id}': { needs: 'sources.change' },
  'GET /api/sources/{name}/types/{type}/fields': { needs: 'sources.see' },
  'POST /api/sources/{name}/sample': { needs: 'sources.sample', body: { type: 'Interaction', entityTypes: 'all' } },
  'GET /api/time-zones': { needs: 'anybody' },
  'GET /api/coverage': { needs: 'exports.see', query: `?${new URLSearchParams({ source: 'nowhere', type: 'Interaction', ...stretch })}` },
  'POST /api/coverage/gaps': { needs: 'jobs.change', body: { job: UNKNOWN, ...stretch } },
  'POST /api/coverage/fill': { needs: 'jobs.change', body: { job: UNKNOWN, gaps: [stretch] } },
  'GET /api/certificates': { needs: 'certificates.see' },
  'POST /api/certificates': { needs: 'certificates.change', body: { content: 'none' } },
  'PUT /api/certificates/{id}': { needs: 'certificates.change', body: { label: 'x' } },
  'DELETE /api/certificates/{id}': { needs: 'certificates.change' },
  'POST /api/certificates/{id}/challenge': { needs: 'certificates.change' },
  'POST /api/certificates/{id}/proof': { needs: 'certificates.change', body: { proof: 'x', word: 'x' } },
  'POST /api/jobs/bulk': { needs: 'jobs.change', body: { action: 'suspend', selection: { ids: [UNKNOWN] }, dryRun: true } },
  'GET /api/jobs': { needs: 'exports.see' },
  'POST /api/jobs': { needs: 'jobs.create', body: {} },
  'POST /api/jobs/preview': { needs: 'exports.see', body: {}, isOnlyRefused: true },
  'GET /api/jobs/{id}/preview': { needs: 'exports.see' },
  'GET /api/jobs/{id}': { needs: 'exports.see' },
  'PUT /api/jobs/{id}': { needs: 'jobs.change', body: {} },
  'DELETE /api/jobs/{id}': { needs: 'jobs.change' },
  'POST /api/jobs/{id}/suspend': { needs: 'jobs.change' },
  'POST /api/jobs/{id}/resume': { needs: 'jobs.change' },
  'POST /api/jobs/{id}/run': { needs: 'jobs.change' },
  'POST /api/jobs/test': { needs: 'jobs.create', body: { draft: {} }, isOnlyRefused: true },
  'POST /api/jobs/test/proof': { needs: 'jobs.create', body: { proof: 'x', word: 'x' } },
  'GET /api/runs': { needs: 'exports.see' },
  'GET /api/runs/{id}': { needs: 'exports.see' },
  'DELETE /api/runs/{id}': { needs: 'runs.delete' },
  'GET /api/runs/timeline': { needs: 'exports.see', query: `?${new URLSearchParams(stretch)}` },
  'GET /api/runs/{id}/details': { needs: 'exports.see' },
  'POST /api/runs/{id}/retry': { needs: 'runs.retry' },
  'POST /api/runs/{id}/cancel': { needs: 'runs.cancel' },
  'GET /api/runs/{id}/manifest': { needs: 'exports.see' },
  'GET /api/runs/{id}/manifest/signature': { needs: 'exports.see' },
  'GET /api/signing-keys/pem': { needs: 'exports.see' },
  'GET /api/signing-keys': { needs: 'exports.see' },
  'GET /api/retention': { needs: 'exports.see' },
  // With several tenants nobody of one of them: the clock is of the whole installation.
  'POST /api/retention/agree': { needs: 'retention.agree', body: { halt: 1 }, isOnlyRefused: true },
  'GET /api/artifacts': { needs: 'exports.see' },
  'GET /api/artifacts/{id}': { needs: 'exports.see' },
  'DELETE /api/artifacts/{id}': { needs: 'artifacts.delete' },
  'POST /api/artifacts/{id}/run-again': { needs: 'jobs.change' },
  'POST /api/artifacts/{id}/withdraw': { needs: 'artifacts.withdraw', body: { reason: 'other' } },
  'POST /api/artifacts/bundle': { needs: 'artifacts.download', body: { ids: [UNKNOWN] } },
  'GET /api/artifacts/{id}/content': { needs: 'artifacts.download' },
  'GET /api/audit': { needs: 'audit.see' },
  'GET /api/audit/lines': { needs: 'audit.see' },
  'GET /api/audit/chain': { needs: 'audit.see' },
  'GET /api/audit/verification': { needs: 'audit.see' },
  'GET /api/users': { needs: 'users.see' },
  'POST /api/users': { needs: 'users.change', body: { name: '', roles: [] } },
  'PUT /api/users/{id}': { needs: 'users.change', body: { email: null } },
  'DELETE /api/users/{id}': { needs: 'users.change' },
  'PUT /api/users/{id}/roles': { needs: 'users.change', body: { roles: [] } },
  'POST /api/users/{id}/suspend': { needs: 'users.change' },
  'POST /api/users/{id}/resume': { needs: 'users.change' },
  'POST /api/users/{id}/reset-password': { needs: 'users.change' },
  'GET /api/tokens': { needs: 'account.see' },
  'POST /api/tokens': { needs: 'account.change', body: { name: '', scopes: [], days: 0 } },
  // Whose it is decides; who may not revoke it hears that it is not there.
  'DELETE /api/tokens/{id}': { needs: 'anybody' },
  'GET /api/account/notices': { needs: 'account.see' },
  'PUT /api/account/notices': { needs: 'account.change', body: { email: null, language: 'en', kinds: null }, isOnlyRefused: true },
  'GET /api/settings': { needs: 'settings.see' },
  'PUT /api/settings': { needs: 'settings.change', body: { retentionDays: 0 } },
  // What it tells is looked up with the rights of the listener, each time.
  'GET /api/events': { needs: 'anybody', isOnlyRefused: true },
};

const files = new Recipients();
let home: string;
let app: App;
let server: FastifyInstance;
let own: TenantThings;
let foreign: TenantThings;
const askers = new Map<Role | 'none', { actor: Actor; headers: Record<string, string> }>();

beforeAll(async () => {
  home = await passableFolder('udm-matrix-');
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  for (const tenant of ['alpha', 'beta']) await createTenant(app.services, { tenant, user: 'admin', password: 'correct horse battery staple' });
  own = await fillTenant(app, await administrator(app, 'alpha'), files.make().certificate);
  foreign = await fillTenant(app, await administrator(app, 'beta'), files.make().certificate);
  server = await buildServer({ services: app.services, events: { subscribe: () => () => {}, stop: async () => {} }, hosts: null, webFolder: '/nonexistent' });
  for (const role of [...ROLES, 'none'] as const) askers.set(role, await signedIn(role, role === 'none' ? [] : [role]));
});

afterAll(async () => {
  await server?.close();
  await app?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

/** A user of these roles with a session. */
async function signedIn(name: string, roles: Role[]): Promise<{ actor: Actor; headers: Record<string, string> }> {
  const { services } = app;
  const { user } = await createUser(services, await administrator(app, 'alpha'), { name, roles });
  const record = await inTenant(services.database, own.tenantId, async (tx) => {
    await updateUser(tx, own.tenantId, user.id, { mustChangePassword: false });
    return readUser(tx, own.tenantId, user.id);
  });
  if (!record) throw new Error('The user is not there.');
  const { token, session } = await openSession(services, record, { origin: ORIGIN, method: 'password', isRemembered: false });
  return { actor: session.actor, headers: { 'cookie': `udm_session=${token}`, 'x-csrf-token': session.csrfToken } };
}

async function ask(route: string, headers: Record<string, string>, id = UNKNOWN): Promise<{ status: number; code: string; text: string }> {
  const [method, address] = route.split(' ') as [InjectOptions['method'], string];
  const url = address.replace('{id}', id).replace('{name}', 'nowhere').replace('{type}', 'Interaction') + (ROUTES[route]?.query ?? '');
  const accept = address === '/api/events' ? 'text/event-stream' : '*/*';
  const payload = ROUTES[route]?.body;
  const answer = await server.inject({ method, url, headers: { ...headers, accept, 'if-match': '"1"' }, ...(payload && { payload }) } as InjectOptions);
  const code = answer.statusCode >= 400 ? (JSON.parse(answer.body) as { code: string }).code : '';
  return { status: answer.statusCode, code, text: answer.body };
}

/** The id of the thing that the address is about. */
function idOf(things: TenantThings, route: string): string {
  const kind = /^\S+ \/api\/([a-z]+)\//.exec(route)?.[1];
  const ids: Record<string, string> = { ...things.ids, certificates: things.ids.certificate, users: things.userId, tokens: things.ids.token };
  return ids[kind ?? ''] ?? ids[(kind ?? '').replace(/s$/, '')] ?? UNKNOWN;
}

const isOpen = (needs: Needs) => needs === 'open';
const isAction = (needs: Needs): needs is Action => !['open', 'person', 'anybody'].includes(needs);

describe('every route', () => {
  it('stands in the matrix', async () => {
    const { paths } = (await server.inject('/api/openapi.json')).json() as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(Object.keys(ROUTES).sort()).toEqual(documented.sort());
  });

  it('is closed to strangers, to a session that has expired and to one whose user is suspended', async () => {
    const [expired, suspended] = [await signedIn('expired', [...ROLES]), await signedIn('suspended', [...ROLES])];
    await withClient(await superuserOf(app.dataFolder), async (client) => {
      await client.query("UPDATE session SET expires_at = udm_now() - interval '1 second' WHERE user_id = $1", [expired.actor.userId]);
      await client.query("UPDATE app_user SET state = 'suspended' WHERE id = $1", [suspended.actor.userId]);
    });
    for (const route of Object.keys(ROUTES).filter((one) => !isOpen((ROUTES[one] as Route).needs)))
      for (const headers of [{}, expired.headers, suspended.headers, { authorization: 'Bearer udm_x' }])
        expect(`${route} ${(await ask(route, headers as Record<string, string>)).code}`).toBe(`${route} sign_in.required`);
  });

  it.each([...ROLES, 'none'] as const)('gives the role %s what the table grants, and answers a foreign object like an unknown one', async (role) => {
    const { actor, headers } = askers.get(role) as { actor: Actor; headers: Record<string, string> };
    for (const [route, { needs, isOnlyRefused }] of Object.entries(ROUTES)) {
      if (!isAction(needs)) continue;
      const [ofUnknown, ofForeign] = [await allowedTo(route), await allowedTo(route, idOf(foreign, route))];
      if (!may(actor, needs)) {
        const ofOwn = await ask(route, headers, idOf(own, route));
        for (const answer of [ofUnknown, ofForeign, ofOwn]) expect(`${route} ${answer?.status} ${answer?.code}`).toBe(`${route} 403 permission.denied`);
      } else if (!isOnlyRefused) {
        expect([401, 403], `${route} ${ofUnknown?.code}`).not.toContain(ofUnknown?.status);
        expect(ofForeign?.text, route).toBe(route.includes('{id}') ? ofUnknown?.text : ofForeign?.text);
        if (route.includes('{id}')) expect(`${route} ${ofForeign?.status}`).toBe(`${route} 404`);
        // On data of a catalog that is not theirs: as if it were not there, or seen and not changed.
        if (route.includes('{id}') && !may(actor, needs, 'ucsx') && needs !== 'users.change') {
          const ofOwn = await ask(route, headers, idOf(own, route));
          expect(`${route} ${ofOwn.text}`).toBe(`${route} ${ofUnknown?.text}`);
        }
      }
      async function allowedTo(address: string, id = UNKNOWN) {
        return isOnlyRefused && may(actor, needs as Action) ? null : ask(address, headers, id);
      }
    }
  });

  it.each(SCOPES)('lets a token of scope %s do what the scope and the roles of its owner allow, and nothing with the account', async (scope) => {
    const { actor } = await signedIn(`owner of ${scope}`, [...ROLES]);
    const { secret, token } = await createApiToken(app.services, actor, { name: scope, scopes: [scope], days: 1 });
    const headers = { authorization: `Bearer ${secret}` };
    for (const [route, { needs, isOnlyRefused }] of Object.entries(ROUTES)) {
      if (isOpen(needs) || route.endsWith(' /api/session') || route === 'POST /api/retention/agree') continue;
      const isAllowed = needs === 'anybody' || (isAction(needs) && may({ ...actor, token: { id: token.id, scopes: [scope] } }, needs));
      if (isAllowed && isOnlyRefused) continue;
      const { status, code } = await ask(route, headers);
      if (isAllowed) expect([401, 403], `${route} ${code}`).not.toContain(status);
      else expect(`${route} ${code}`).toBe(`${route} ${needs === 'person' || needs === 'account.change' ? 'token.person_required' : 'token.scope'}`);
    }
  });
});
