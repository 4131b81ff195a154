import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/permission.ts';
import { createTenant, operatorActor } from '../../src/operations/create-tenant.ts';
import { proofsOf } from '../../src/operations/examine-installation.ts';
import { setSsoSettings } from '../../src/operations/sso-settings.ts';
import { deleteUser, resumeUser } from '../../src/operations/users.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { startProvider, type TestProvider } from '../support/oidc.ts';
import { askAs, type Person, signInAt, trySignIn } from '../support/person.ts';

/** Single sign-on against a real provider; the test is the browser that is sent to and fro. */

const PUBLIC_URL = 'https://udm.test';
const CALLBACK = `${PUBLIC_URL}/api/sso/callback`;
let door: Door;
let provider: TestProvider;

const settings = (more: object = {}) => ({
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  nameClaim: 'preferred_username',
  roleClaim: 'groups',
  roles: { exporters: 'ucsx_exporter', admins: 'tenant_administrator' },
  ...more,
});

beforeAll(async () => {
  [door, provider] = await Promise.all([openDoor(['127.0.0.1'], PUBLIC_URL), startProvider([CALLBACK])]);
  await createTenant(door.app.services, { tenant: 'other', user: 'admin', password: 'correct horse battery staple' });
});

beforeEach(async () => {
  await setSsoSettings(door.app.services, door.actor, settings());
});

afterAll(async () => {
  await provider?.stop();
  await door?.close();
});

const problem = (code: string) => `/sign-in?problem=${code}`;
const sql = async (text: string) => withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text)).rows);

interface Departure {
  readonly address: URL;
  readonly cookie: string;
}

async function leave(query = ''): Promise<Departure> {
  const answer = await door.inject({ url: `/api/sso/start?${query}` });
  expect(answer.statusCode).toBe(303);
  const journey = answer.cookies.find(({ name }) => name === 'udm_sso');
  return { address: new URL(String(answer.headers.location), PUBLIC_URL), cookie: `udm_sso=${journey?.value}` };
}

/** Signs in at the provider as somebody; gives the address that the provider sends the browser to in the end. */
async function atProvider(address: URL, login: string): Promise<URL> {
  const jar = new Map<string, string>();
  let [next, form]: [URL, URLSearchParams | null] = [address, null];
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer: Response = await fetch(next, { redirect: 'manual', headers: { cookie }, ...(form && { method: 'POST', body: form }) });
    for (const one of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      jar.set(name, value);
    }
    form = null;
    const location = answer.headers.get('location');
    if (location !== null) {
      next = new URL(location, next);
      if (next.origin === PUBLIC_URL) return next;
      continue;
    }
    const page: string = await answer.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`The provider shows no form: ${answer.status} ${page.slice(0, 500)}`);
    form = new URLSearchParams(page.includes('value="login"') ? { prompt: 'login', login, password: 'x' } : { prompt: 'consent' });
    next = new URL(action, next);
  }
  throw new Error('The provider does not come to an end.');
}

async function comeBack(address: URL, cookie: string) {
  const answer = await door.inject({ url: `${address.pathname}${address.search}`, headers: { cookie } });
  expect(answer.statusCode).toBe(303);
  const session = answer.cookies.find(({ name, value }) => name === 'udm_session' && value !== '');
  const person: Person = { cookie: `udm_session=${session?.value}`, csrf: '', setCookie: [answer.headers['set-cookie'] ?? []].flat() };
  return { location: String(answer.headers.location), person, isIn: session !== undefined };
}

async function roundTrip(login: string, query = '') {
  const { address, cookie } = await leave(query);
  return comeBack(await atProvider(address, login), cookie);
}

describe('single sign-on', () => {
  it('goes to the provider with PKCE, state and nonce, and returns to the address of the setting whatever the Host says', async () => {
    const answer = await door.inject({ url: '/api/sso/start', headers: { 'host': 'evil.example', 'x-forwarded-host': 'evil.example' } });
    const address = new URL(String(answer.headers.location));
    expect(address.origin).toBe(provider.issuer);
    const asked = Object.fromEntries(address.searchParams);
    expect(asked).toMatchObject({ redirect_uri: CALLBACK, response_type: 'code', code_challenge_method: 'S256', scope: expect.stringContaining('openid') });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^udm_sso=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    for (const secret of [asked['state'], asked['nonce'], provider.clientSecret]) expect(cookie).not.toContain(secret);
  });

  it('makes a user at the first sign-in, with the roles of the claims, and no password', async () => {
    provider.claims.set('ada', { groups: ['exporters', 'cooks'] });
    const { location, person, isIn } = await roundTrip('ada', 'next=/history');
    expect([location, isIn]).toEqual(['/history', true]);
    expect((await askAs(door, person, 'GET', '/api/session')).json).toMatchObject({
      user: 'ada',
      tenant: 'default',
      roles: ['ucsx_exporter'],
      method: 'sso',
      mayExport: true,
    });
    for (const password of ['', 'x', 'null'])
      expect(await trySignIn(door, { user: 'ada', password })).toMatchObject({ status: 401, json: { code: 'sign_in.failed' } });
    await roundTrip('ada');
    expect(await sql(`SELECT count(*)::int AS n FROM app_user WHERE name = 'ada'`)).toEqual([{ n: 1 }]);
  });

  it('gives the roles of the claims at each sign-in, and ends sessions with the roles of before', async () => {
    provider.claims.set('bob', { groups: 'admins' });
    const before = await roundTrip('bob');
    provider.claims.set('bob', { groups: ['exporters'] });
    const after = await roundTrip('bob');
    expect((await askAs(door, after.person, 'GET', '/api/session')).json.roles).toEqual(['ucsx_exporter']);
    expect((await askAs(door, before.person, 'GET', '/api/session')).status).toBe(401);
    expect(await sql(`SELECT action, origin, detail FROM audit_log WHERE object_id = (SELECT id::text FROM app_user WHERE name = 'bob') ORDER BY id`)).toEqual([
      { action: 'user.created', origin: '127.0.0.1', detail: { by: 'sso', roles: 'tenant_administrator' } },
      { action: 'user.roles_changed', origin: '127.0.0.1', detail: { by: 'sso', granted: 'ucsx_exporter', revoked: 'tenant_administrator' } },
    ]);
  });

  it('lets in who has no role, to see nothing', async () => {
    const { location, person } = await roundTrip('eve');
    expect(location).toBe('/');
    expect((await askAs(door, person, 'GET', '/api/session')).json).toMatchObject({ roles: [], mayExport: false });
    expect((await askAs(door, person, 'GET', '/api/jobs')).status).toBe(403);
  });

  it('counts as a fresh proof only when the provider asked again', async () => {
    provider.claims.set('cleo', { groups: 'admins' });
    const isFresh = async (query: string) => {
      const { person } = await roundTrip('cleo', query);
      const { csrfToken } = (await askAs(door, person, 'GET', '/api/session')).json;
      return (await askAs(door, { ...person, csrf: csrfToken }, 'PUT', '/api/second-factor/requirement', { isRequired: false })).status;
    };
    expect(await isFresh('')).toBe(403);
    expect((await leave('fresh=yes')).address.searchParams.get('prompt')).toBe('login');
    expect(await isFresh('fresh=yes')).toBe(204);
  });
});

describe('what is refused', () => {
  it('is an answer without the journey, of another one, a second time, or with a changed state', async () => {
    const first = await leave();
    const second = await leave();
    const back = await atProvider(first.address, 'ada');
    for (const cookie of ['', 'udm_sso=x', `${first.cookie}x`, second.cookie]) expect((await comeBack(back, cookie)).location).toBe(problem('sso.invalid'));
    const changed = new URL(back);
    changed.searchParams.set('state', 'other');
    expect((await comeBack(changed, first.cookie)).location).toBe(problem('sso.invalid'));
    expect((await comeBack(back, first.cookie)).isIn).toBe(true);
    expect(await comeBack(back, first.cookie)).toMatchObject({ location: problem('sso.invalid'), isIn: false });
  });

  it('is what the provider refuses', async () => {
    const { address, cookie } = await leave();
    const state = address.searchParams.get('state') ?? '';
    const back = new URL(`${CALLBACK}?${new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer })}`);
    expect((await comeBack(back, cookie)).location).toBe(problem('sso.refused'));
  });

  it('is the name of a user with a password, and a name nobody can have', async () => {
    expect(await roundTrip('admin')).toMatchObject({ location: problem('sso.name_taken'), isIn: false });
    provider.claims.set('odd', { preferred_username: 'default\\odd' });
    expect((await roundTrip('odd')).location).toBe(problem('sso.claims'));
  });

  it('is a tenant without it, like one that does not exist', async () => {
    const answers = await Promise.all(['tenant=other', 'tenant=nowhere', 'tenant=%00'].map((query) => door.inject({ url: `/api/sso/start?${query}` })));
    expect(answers.map(({ headers, body }) => [headers.location, body])).toEqual(Array(3).fill([problem('sso.none'), '']));
  });

  it('is a way on that leaves UDM', async () => {
    const away = ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/sign-in', '/api/session'];
    // Browsers leave tabs and line ends out, and put `.` together.
    const hidden = ['/\t/evil.example', '/\n/evil.example', '\t//evil.example', '/.//evil.example', '/x/..//evil.example', '/./api/session'];
    for (const next of [...away, ...hidden]) expect((await roundTrip('ada', `next=${encodeURIComponent(next)}`)).location, JSON.stringify(next)).toBe('/');
    expect((await roundTrip('ada', `next=${encodeURIComponent('/history?text=Zoë\r\n')}`)).location).toBe('/history?text=Zo%C3%AB');
  });

  it('is a way that a page of another site begins: the person does it at the sign-in page', async () => {
    const start = (site: string) => door.inject({ url: '/api/sso/start?next=/history', headers: { 'sec-fetch-site': site } });
    expect(await start('cross-site')).toMatchObject({ statusCode: 303, headers: { location: '/sign-in?next=%2Fhistory' }, cookies: [] });
    for (const site of ['same-origin', 'none']) expect(String((await start(site)).headers.location)).toMatch(provider.issuer);
  });
});

describe('the last administrator', () => {
  it('stays one in UDM when the claims no longer say so, and is not let in; the command line makes another', async () => {
    provider.claims.set('boss', { groups: 'admins' });
    const { person } = await roundTrip('boss');
    const admin = door.actor.userId;
    await sql(`UPDATE app_user SET state = 'suspended' WHERE roles @> '{tenant_administrator}' AND name <> 'boss'`);
    try {
      provider.claims.set('boss', { groups: 'exporters' });
      expect(await roundTrip('boss')).toMatchObject({ location: problem('sso.last_administrator'), isIn: false });
      expect((await askAs(door, person, 'GET', '/api/session')).json.roles).toEqual(['tenant_administrator']);
      const operator = await operatorActor(door.app.services, 'default');
      expect(operator).toMatchObject({ kind: 'operator', userName: 'boss' });
      await resumeUser(door.app.services, operator as Actor, admin);
      expect(await roundTrip('boss')).toMatchObject({ location: '/', isIn: true });
      expect(await sql(`SELECT roles FROM app_user WHERE name = 'boss'`)).toEqual([{ roles: ['ucsx_exporter'] }]);
    } finally {
      await sql(`UPDATE app_user SET state = 'active' WHERE id = '${admin}'`);
    }
  });
});

describe('a deleted user', () => {
  it('is not let in again by the provider, though nothing is kept that says who they are there', async () => {
    provider.claims.set('eve', { groups: 'exporters' });
    const { person } = await roundTrip('eve');
    const [{ id, subject } = {}] = await sql(`SELECT id, sso_subject AS subject FROM app_user WHERE name = 'eve'`);
    expect(subject).toBe(`${provider.issuer} eve`);
    await deleteUser(door.app.services, door.actor, id);
    expect((await askAs(door, person, 'GET', '/api/session')).status).toBe(401);
    const [kept] = await sql(`SELECT t::text AS row FROM app_user t WHERE id = '${id}'`);
    expect(kept.row).not.toContain(provider.issuer);
    expect(await roundTrip('eve')).toMatchObject({ location: problem('sso.refused'), isIn: false });
    expect(await sql(`SELECT state FROM app_user WHERE name = 'eve'`)).toEqual([{ state: 'deleted' }]);
  });
});

describe('a provider that is down', () => {
  it('is said to the person, and by udm doctor', async () => {
    const { services } = door.app;
    const look = async () => {
      const proof = (await proofsOf(services, 'migrations')).find(({ check }) => check.startsWith('single sign-on'));
      return proof?.look();
    };
    expect(await look()).toEqual({ detail: expect.stringContaining(provider.issuer) });
    await provider.down();
    await expect(look()).rejects.toMatchObject({ code: 'sso.unreachable' });
    expect((await leave()).address.href).toBe(`${PUBLIC_URL}/sign-in?problem=sso.unreachable`);
    await provider.up();
    expect((await roundTrip('ada')).isIn).toBe(true);
  });
});

describe('the settings', () => {
  it('are an administrator’s, show no secret, and name the address to register', async () => {
    const person = await signInAt(door);
    const { json, status } = await askAs(door, person, 'GET', '/api/sso');
    expect(status).toBe(200);
    expect(json).toEqual({
      settings: { issuer: provider.issuer, clientId: 'udm', hasSecret: true, nameClaim: 'preferred_username', roleClaim: 'groups', roles: settings().roles },
      redirectUri: CALLBACK,
    });
    expect(JSON.stringify(await sql('SELECT t::text AS row FROM single_sign_on t'))).not.toContain(provider.clientSecret);
    provider.claims.set('dan', { groups: ['exporters'] });
    const { person: dan } = await roundTrip('dan');
    expect((await askAs(door, dan, 'GET', '/api/sso')).status).toBe(403);
  });

  it('take no address that UDM must not call, no role it does not know, and nothing that does not answer', async () => {
    const person = await signInAt(door);
    const put = (more: object) => askAs(door, person, 'PUT', '/api/sso', settings(more));
    for (const issuer of [
      'http://idp.example',
      provider.issuer,
      'https://127.0.0.1',
      'https://169.254.169.254/',
      'https://[::ffff:169.254.169.254]/',
      'https://2130706433/',
      'https://localhost',
      'file:///etc/passwd',
      'https://user:x@idp.example',
      'https://idp.example/?x=1',
      'nonsense',
    ])
      expect(await put({ issuer }), issuer).toMatchObject({ status: 422, json: { errors: [{ code: 'field.type', field: 'issuer' }] } });
    expect(await put({ issuer: 'https://idp.example', roles: { x: 'king' } })).toMatchObject({
      status: 422,
      json: { errors: [{ field: 'roles.x', value: 'king' }] },
    });
    await expect(setSsoSettings(door.app.services, door.actor, settings({ issuer: 'http://127.0.0.1:9' }))).rejects.toMatchObject({ code: 'sso.unreachable' });
    // Nothing was stored of all this.
    expect((await askAs(door, person, 'GET', '/api/sso')).json.settings.issuer).toBe(provider.issuer);
  });

  it('go away, and single sign-on with them', async () => {
    const person = await signInAt(door);
    const { address, cookie } = await leave();
    expect((await askAs(door, person, 'DELETE', '/api/sso')).status).toBe(204);
    expect((await comeBack(await atProvider(address, 'ada'), cookie)).location).toBe('/sign-in?problem=sso.none');
    expect((await askAs(door, person, 'DELETE', '/api/sso')).status).toBe(404);
    expect((await askAs(door, person, 'GET', '/api/sso')).json).toEqual({ settings: null, redirectUri: CALLBACK });
  });
});
