import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenant, operatorActor } from '../../src/operations/create-tenant.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { addSource } from '../../src/operations/sources.ts';
import { hashPassword } from '../../src/lib/password.ts';
import { inTenant } from '../../src/records/database.ts';
import { type Door, openDoor } from '../support/door.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { askAs, type Person, signInAt } from '../support/person.ts';
import { Recipients } from '../support/recipients.ts';

/** A session from its beginning to its end: cookies, how long it lives, who can end it, and what needs a fresh proof. */

const PASSWORD = 'correct horse battery staple';
const START = '2026-03-02T08:00:00Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const files = new Recipients();
let door: Door;
let clock: FakeClock;
/** Two certificates of the tenant `default`. */
let recipients: [string, string];

beforeAll(async () => {
  door = await openDoor(['127.0.0.1']);
  await createTenant(door.app.services, { tenant: 'other', user: 'admin', password: PASSWORD });
  const { services } = door.app;
  const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
  await addSource(services, door.actor, { name: 'UCSX', connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
  const add = async (label: string) => (await addCertificate(services, door.actor, { label, content: files.make().certificate })).id;
  recipients = [await add('one'), await add('other')];
  // Makes what is stored valid at any time.
  clock = await fakeClock(door.app, START);
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

const signIn = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) => signInAt(door, more, headers);
const ask = (...asked: [Person, 'GET' | 'POST' | 'PUT' | 'DELETE', string, object?, Record<string, string>?]) => askAs(door, ...asked);
const isOpen = async (person: Person) => (await ask(person, 'GET', '/api/session')).status === 200;

describe('cookies', () => {
  it('are __Host- and secure over https, as a trusted proxy says, and of another name over plain http', async () => {
    const secure = await signIn({}, { 'x-forwarded-proto': 'https' });
    for (const cookie of secure.setCookie) expect(cookie).toMatch(/^__Host-udm_(session|device)=[\w.-]+;.*Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const plain = await signIn();
    for (const cookie of plain.setCookie) expect(cookie).toMatch(/^udm_(session|device)=[\w.-]+;.*Path=\/; HttpOnly; SameSite=Strict$/);
    // Neither counts as the other.
    const renamed = { ...plain, cookie: `__Host-${plain.cookie}` };
    expect(await isOpen(renamed)).toBe(false);
    expect((await ask(plain, 'GET', '/api/session', undefined, { 'x-forwarded-proto': 'https' })).status).toBe(401);
    expect((await ask(secure, 'GET', '/api/session', undefined, { 'x-forwarded-proto': 'https' })).status).toBe(200);
    expect((await ask(secure, 'DELETE', '/api/session', undefined, { 'x-forwarded-proto': 'https' })).headers['set-cookie']).toMatch(
      /^__Host-udm_session=; Max-Age=0/,
    );
  });

  it('last as long as the browser runs, or 30 days when the person says so', async () => {
    expect((await signIn()).setCookie[0]).not.toMatch(/Max-Age|Expires/);
    expect((await signIn({ remember: true })).setCookie[0]).toContain('Max-Age=2592000');
  });

  it('that were set before sign-in are replaced, and their session ends, also that of another tenant', async () => {
    const planted = await signIn({ tenant: 'other' });
    const mine = await signIn({}, { cookie: planted.cookie });
    expect(mine.cookie).not.toBe(planted.cookie);
    expect(mine.csrf).not.toBe(planted.csrf);
    expect([await isOpen(planted), await isOpen(mine)]).toEqual([false, true]);
    const again = await signIn({}, { cookie: 'udm_session=chosen-by-somebody-else' });
    expect(again.cookie).toMatch(/^udm_session=[\w-]{43}$/);
    expect(await isOpen({ ...again, cookie: 'udm_session=chosen-by-somebody-else' })).toBe(false);
  });
});

describe('a session ends', () => {
  it('after 12 hours, however busy, and after 2 hours without use', async () => {
    const [busy, idle] = [await signIn(), await signIn()];
    await clock.advance(119 * MINUTE);
    expect(await isOpen(busy)).toBe(true);
    await clock.advance(2 * MINUTE);
    expect([await isOpen(busy), await isOpen(idle)]).toEqual([true, false]);
    for (let hour = 3; hour < 12; hour += 1) {
      await clock.advance(HOUR);
      expect(await isOpen(busy)).toBe(true);
    }
    await clock.advance(HOUR);
    expect(await isOpen(busy)).toBe(false);
  });

  it('that is remembered, after 30 days, and after 7 without use', async () => {
    const [busy, idle] = [await signIn({ remember: true }), await signIn({ remember: true })];
    for (let day = 6; day < 30; day += 6) {
      await clock.advance(6 * 24 * HOUR);
      expect(await isOpen(busy)).toBe(true);
    }
    expect(await isOpen(idle)).toBe(false);
    await clock.advance(6 * 24 * HOUR);
    expect(await isOpen(busy)).toBe(false);
  });

  it('at once at sign-out, at a change of roles and at a change of the password', async () => {
    const { app } = door;
    const actor = await operatorActor(app.services, 'default', 'admin');
    const tenantId = actor?.tenantId as string;
    const change = (what: { roles: string[] } | { password_hash: string }) =>
      inTenant(app.services.database, tenantId, (tx) => tx.updateTable('app_user').set(what).where('tenant_id', '=', tenantId).execute());
    const out = await signIn();
    expect((await ask(out, 'DELETE', '/api/session')).status).toBe(204);
    expect(await isOpen(out)).toBe(false);
    const [other, first, second] = [await signIn({ tenant: 'other' }), await signIn(), await signIn()];
    await change({ roles: ['tenant_administrator'] });
    expect(await isOpen(first)).toBe(true);
    await change({ roles: ['ucsx_exporter'] });
    expect([await isOpen(first), await isOpen(second), await isOpen(other)]).toEqual([false, false, true]);
    await change({ roles: ['tenant_administrator'] });
    const third = await signIn();
    await change({ password_hash: await hashPassword(PASSWORD) });
    expect([await isOpen(third), await isOpen(other)]).toEqual([false, true]);
  });
});

describe('the list of sessions', () => {
  it('shows one’s own with where they are from, ends one, and ends all', async () => {
    const here = await signIn({}, { 'x-forwarded-for': '192.0.2.4' });
    const there = await signIn({ remember: true }, { 'x-forwarded-for': '192.0.2.5', 'user-agent': 'x'.repeat(1_000) });
    const stranger = await signIn({ tenant: 'other' });
    const { json } = await ask(here, 'GET', '/api/sessions');
    expect(json.items).toHaveLength(2);
    const mine = json.items.find((each: { isThis: boolean }) => each.isThis);
    const its = json.items.find((one: { isThis: boolean }) => !one.isThis);
    expect(mine).toMatchObject({ address: '192.0.2.4', agent: expect.stringContaining('Firefox/140'), method: 'password', isRemembered: false });
    expect(its).toMatchObject({ address: '192.0.2.5', agent: 'x'.repeat(300), isRemembered: true });
    const foreign = (await ask(stranger, 'GET', '/api/sessions')).json.items[0].id;
    expect((await ask(here, 'DELETE', `/api/sessions/${foreign}`)).status).toBe(404);
    expect(await isOpen(stranger)).toBe(true);
    expect((await ask(here, 'DELETE', `/api/sessions/${its.id}`)).status).toBe(204);
    expect([await isOpen(here), await isOpen(there)]).toEqual([true, false]);
    const third = await signIn();
    expect((await ask(here, 'DELETE', '/api/sessions')).status).toBe(204);
    expect([await isOpen(here), await isOpen(third), await isOpen(stranger)]).toEqual([false, false, true]);
  });
});

describe('a fresh proof', () => {
  it('is needed to change the recipients of a job, ten minutes after sign-in, and nothing else of it', async () => {
    const [one, other] = recipients;
    const person = await signIn();
    const draft = {
      title: 'Calls',
      source: 'UCSX',
      type: 'Interaction',
      entityTypes: 'all',
      run: { kind: 'daily', time: '06:00' },
      range: { kind: 'since_previous' },
    };
    const made = await ask(person, 'POST', '/api/jobs', { ...draft, recipients: [one] }, { 'idempotency-key': 'one' });
    expect(made.status).toBe(201);
    const edit = (list: string[], version: number, title = 'Calls') =>
      ask(person, 'PUT', `/api/jobs/${made.json.id}`, { ...draft, title, recipients: list }, { 'if-match': `"${version}"` });
    expect((await edit([one, other], 1)).status).toBe(200);
    await clock.advance(11 * MINUTE);
    for (const list of [[one], [other]])
      expect(await edit(list, 2)).toMatchObject({ status: 403, json: { code: 'sign_in.fresh_required', range: '10 minutes' } });
    expect((await edit([other, one], 2, 'Other words')).status).toBe(200);
    expect(await ask(person, 'POST', '/api/session/proof', { password: 'wrong' })).toMatchObject({ status: 401, json: { code: 'sign_in.failed' } });
    expect((await edit([other], 3)).status).toBe(403);
    expect((await ask(person, 'POST', '/api/session/proof', { password: PASSWORD })).status).toBe(204);
    expect((await edit([other], 3)).status).toBe(200);
  });

  it('cannot be guessed at: the tries are those of signing in', async () => {
    const person = await signIn();
    const tries = await Promise.all(Array.from({ length: 12 }, () => ask(person, 'POST', '/api/session/proof', { password: 'wrong' })));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(2);
  });
});
