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
import { type Needs, ROUTES, type Route, UNKNOWN } from '../permissions/routes.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { ORIGIN } from '../support/origin.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Every route of the API × who asks × whose object: what the table of permissions says, and nothing else. */

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
  // A HEAD says its status alone; with that of the GET it has its code.
  if (method === 'HEAD') {
    const full = await ask(route.replace('HEAD', 'GET'), headers, id);
    return answer.statusCode === full.status ? full : { status: answer.statusCode, code: 'not as GET', text: answer.body };
  }
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
    const { secret, token } = await createApiToken(app.services, { ...actor, isFresh: true }, { name: scope, scopes: [scope], days: 1 });
    const headers = { authorization: `Bearer ${secret}` };
    for (const [route, { needs, isOnlyRefused, isFresh }] of Object.entries(ROUTES)) {
      if (isOpen(needs) || route.endsWith(' /api/session') || route === 'POST /api/retention/agree') continue;
      const isAllowed = needs === 'anybody' || (isAction(needs) && may({ ...actor, token: { id: token.id, scopes: [scope] } }, needs));
      if (isAllowed && isOnlyRefused) continue;
      const { status, code } = await ask(route, headers);
      if (isAllowed && isFresh) expect(`${route} ${code}`).toBe(`${route} token.person_required`);
      else if (isAllowed) expect([401, 403], `${route} ${code}`).not.toContain(status);
      else expect(`${route} ${code}`).toBe(`${route} ${needs === 'person' || needs === 'account.change' ? 'token.person_required' : 'token.scope'}`);
    }
  });
});
