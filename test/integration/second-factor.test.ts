import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { createUser, deleteUser } from '../../src/operations/users.ts';
import { inTenant } from '../../src/records/database.ts';
import { updateUser } from '../../src/records/users.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { askAs, type Person, signInAt, trySignIn } from '../support/person.ts';

/** An authenticator app from its first code to its reset; the code generator of the test is the app. */

const PASSWORD = 'correct horse battery staple';
const START = Date.parse('2026-03-02T08:00:00Z');
const STEP = 30_000;
let door: Door;
let clock: FakeClock;
let now = START;
let userId: string;

const other = { tenant: 'other' };

beforeAll(async () => {
  door = await openDoor(['127.0.0.1']);
  await createTenant(door.app.services, { tenant: 'other', user: 'admin', password: PASSWORD });
  clock = await fakeClock(door.app, new Date(START).toISOString());
  userId = door.actor.userId;
});

afterAll(async () => {
  await door?.close();
});

async function wait(milliseconds: number): Promise<void> {
  now += milliseconds;
  await clock.advance(milliseconds);
}

const codeOf = (secret: string, at = now) => TOTP.generate({ secret: secretOf(secret), timestamp: at });
const secretOf = (base32: string) => new TOTP({ secret: base32 }).secret;

/** A code that is none of those around this moment. */
function wrongCode(secret: string): string {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, now + steps * STEP));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.includes(code)) as string;
}

async function enrol(person: Person): Promise<{ secret: string; recoveryCodes: string[] }> {
  const begun = await askAs(door, person, 'POST', '/api/second-factor');
  expect(begun.status, JSON.stringify(begun.json)).toBe(200);
  const { secret } = begun.json;
  const done = await askAs(door, person, 'POST', '/api/second-factor/confirmation', { code: codeOf(secret) });
  expect(done.status, JSON.stringify(done.json)).toBe(200);
  return { secret, recoveryCodes: done.json.recoveryCodes };
}

async function forgetAttempts(): Promise<void> {
  await withClient(await superuserOf(door.app.dataFolder), (client) => client.query('DELETE FROM attempt'));
}

let secret: string;
let recoveryCodes: string[];

describe('an authenticator app', () => {
  it('counts from its first right code on, and its secret is stored sealed', async () => {
    const person = await signInAt(door);
    const begun = await askAs(door, person, 'POST', '/api/second-factor');
    expect(begun.json.address).toBe(`otpauth://totp/UDM:default%5Cadmin?issuer=UDM&secret=${begun.json.secret}&algorithm=SHA1&digits=6&period=30`);
    const early = await askAs(door, person, 'POST', '/api/second-factor/confirmation', { code: wrongCode(begun.json.secret) });
    expect(early).toMatchObject({ status: 401, json: { code: 'sign_in.code_wrong' } });
    expect((await askAs(door, person, 'GET', '/api/second-factor')).json).toEqual({ isOn: false, isRequired: false, recoveryCodesLeft: 0 });
    // A second beginning replaces the first, which was never confirmed.
    ({ secret, recoveryCodes } = await enrol(person));
    expect(secret).not.toBe(begun.json.secret);
    expect((await askAs(door, person, 'GET', '/api/second-factor')).json).toEqual({ isOn: true, isRequired: false, recoveryCodesLeft: 10 });
    expect(await askAs(door, person, 'POST', '/api/second-factor')).toMatchObject({ status: 409, json: { code: 'second_factor.on' } });
    await withClient(await superuserOf(door.app.dataFolder), async (client) => {
      const { rows } = await client.query(
        `SELECT encode(sealed_secret, 'escape') AS sealed, (SELECT string_agg(code_hash, ' ') FROM recovery_code) AS hashes FROM second_factor`,
      );
      expect(rows[0].sealed).not.toContain(secret);
      for (const code of recoveryCodes) expect(rows[0].hashes).not.toContain(code);
    });
  });

  it('ends the sessions that were opened before it, but for the one it was set up in, on record', async () => {
    const user = await createUser(door.app.services, door.actor, { name: 'third', roles: ['auditor'] });
    await inTenant(door.app.services.database, door.actor.tenantId, (tx) => updateUser(tx, door.actor.tenantId, user.user.id, { mustChangePassword: false }));
    const [elsewhere, here, bystander] = [
      await signInAt(door, { user: 'third', password: user.password }),
      await signInAt(door, { user: 'third', password: user.password }),
      await signInAt(door, other),
    ];
    const begun = await askAs(door, here, 'POST', '/api/second-factor');
    expect((await askAs(door, here, 'POST', '/api/second-factor/confirmation', { code: wrongCode(begun.json.secret) })).status).toBe(401);
    expect((await askAs(door, elsewhere, 'GET', '/api/session')).status).toBe(200);
    const [ended] = (await askAs(door, here, 'GET', '/api/sessions')).json.items.filter((one: { isThis: boolean }) => !one.isThis);
    await enrol(here);
    expect((await askAs(door, elsewhere, 'GET', '/api/session')).status).toBe(401);
    for (const person of [here, bystander]) expect((await askAs(door, person, 'GET', '/api/session')).status).toBe(200);
    const { rows } = await withClient(await superuserOf(door.app.dataFolder), (client) =>
      client.query(`SELECT object_id AS id FROM audit_log WHERE action = 'session.ended' AND actor_id = $1`, [user.user.id]),
    );
    expect(rows).toEqual([{ id: ended.id }]);
    await deleteUser(door.app.services, door.actor, user.user.id);
  });

  it('is asked for after a right password and never after a wrong one', async () => {
    expect(await trySignIn(door, { password: 'wrong' })).toMatchObject({ status: 401, json: { code: 'sign_in.failed' } });
    await wait(STEP);
    expect(await trySignIn(door, { password: 'wrong', code: codeOf(secret) })).toMatchObject({ status: 401, json: { code: 'sign_in.failed' } });
    const asked = await trySignIn(door);
    expect(asked).toMatchObject({ status: 401, json: { code: 'sign_in.code_required' } });
    expect(asked.headers['set-cookie']).toBeUndefined();
    expect(await trySignIn(door, { code: wrongCode(secret) })).toMatchObject({ status: 401, json: { code: 'sign_in.code_wrong' } });
    const spaced = codeOf(secret).replace(/^(...)/, '$1 ');
    expect(await trySignIn(door, { code: spaced })).toMatchObject({ status: 200, json: { secondFactor: 'on' } });
  });

  it('gives codes that count once, and no earlier one after a later one', async () => {
    await wait(10 * STEP);
    const [before, present, after] = [-STEP, 0, STEP].map((shift) => codeOf(secret, now + shift));
    const many = await Promise.all(Array.from({ length: 5 }, () => trySignIn(door, { code: present })));
    expect(many.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    for (const code of [present, before]) expect(await trySignIn(door, { code })).toMatchObject({ status: 401, json: { code: 'sign_in.code_wrong' } });
    expect((await trySignIn(door, { code: after })).status).toBe(200);
    for (const shift of [-3, 3]) expect((await trySignIn(door, { code: codeOf(secret, now + shift * STEP) })).status).toBe(401);
    await forgetAttempts();
  });

  it('can be guessed at ten times, from however many addresses', async () => {
    const tries = await Promise.all(
      Array.from({ length: 14 }, (_none, index) => trySignIn(door, { code: wrongCode(secret) }, { 'x-forwarded-for': `198.51.100.${index}` })),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(tries.filter(({ status, json }) => status === 429 && json.code === 'sign_in.too_many')).toHaveLength(4);
    await forgetAttempts();
  });

  it('has recovery codes that work once each, however they are typed', async () => {
    const [first = '', second = ''] = recoveryCodes;
    expect(recoveryCodes).toHaveLength(10);
    expect(first).toMatch(/^([A-Z2-9]{4}-){3}[A-Z2-9]{4}$/);
    expect((await trySignIn(door, { code: first.toLowerCase().replaceAll('-', ' ') })).status).toBe(200);
    expect(await trySignIn(door, { code: first })).toMatchObject({ status: 401, json: { code: 'sign_in.code_wrong' } });
    const person = await signInAt(door, { code: second });
    expect((await askAs(door, person, 'GET', '/api/second-factor')).json.recoveryCodesLeft).toBe(8);
    const renewed = await askAs(door, person, 'POST', '/api/second-factor/recovery-codes');
    expect(renewed.json.recoveryCodes).toHaveLength(10);
    expect((await trySignIn(door, { code: recoveryCodes[2] })).status).toBe(401);
    recoveryCodes = renewed.json.recoveryCodes;
    await forgetAttempts();
  });

  it('proves a session fresh in place of the password, once', async () => {
    await wait(10 * STEP);
    const person = await signInAt(door, { code: codeOf(secret) });
    await wait(11 * 60_000);
    expect(await askAs(door, person, 'POST', '/api/second-factor/recovery-codes')).toMatchObject({ status: 403, json: { code: 'sign_in.fresh_required' } });
    expect(await askAs(door, person, 'POST', '/api/session/proof', {})).toMatchObject({ status: 422 });
    expect(await askAs(door, person, 'POST', '/api/session/proof', { code: wrongCode(secret) })).toMatchObject({ status: 401 });
    const code = codeOf(secret);
    expect((await askAs(door, person, 'POST', '/api/session/proof', { code })).status).toBe(204);
    expect((await askAs(door, person, 'POST', '/api/session/proof', { code })).status).toBe(401);
    expect((await askAs(door, person, 'POST', '/api/second-factor/recovery-codes')).status).toBe(200);
    await forgetAttempts();
  });
});

describe('a tenant that wants one of everybody', () => {
  it('lets who has none do nothing else until it is set up, and says so', async () => {
    const admin = await signInAt(door, other);
    const requirement = (isRequired: boolean, person: Person) => askAs(door, person, 'PUT', '/api/second-factor/requirement', { isRequired });
    expect((await requirement(true, admin)).status).toBe(204);
    // At once, in sessions that are open.
    for (const [method, url] of [
      ['GET', '/api/jobs'],
      ['GET', '/api/certificates'],
      ['PUT', '/api/second-factor/requirement'],
    ] as const)
      expect(await askAs(door, admin, method, url, method === 'PUT' ? { isRequired: false } : undefined)).toMatchObject({
        status: 403,
        json: { code: 'second_factor.missing' },
      });
    const person = await signInAt(door, other);
    expect((await askAs(door, person, 'GET', '/api/session')).json.secondFactor).toBe('missing');
    const own = await enrol(person);
    expect((await askAs(door, person, 'GET', '/api/jobs')).status).toBe(200);
    expect(await askAs(door, person, 'DELETE', '/api/second-factor')).toMatchObject({ status: 409, json: { code: 'second_factor.required' } });
    expect((await requirement(false, person)).status).toBe(204);
    expect((await askAs(door, person, 'DELETE', '/api/second-factor')).status).toBe(204);
    expect(await askAs(door, person, 'DELETE', '/api/second-factor')).toMatchObject({ status: 409, json: { code: 'second_factor.off' } });
    expect(own.recoveryCodes).toHaveLength(10);
    expect((await trySignIn(door, other)).status).toBe(200);
  });
});

describe('an administrator', () => {
  it('resets the factor of somebody of the tenant alone, which ends their sessions', async () => {
    await wait(10 * STEP);
    const person = await signInAt(door, { code: codeOf(secret) });
    const stranger = await signInAt(door, other);
    const { user, password } = await createUser(door.app.services, door.actor, { name: 'second', roles: ['tenant_administrator'] });
    await inTenant(door.app.services.database, door.actor.tenantId, (tx) => updateUser(tx, door.actor.tenantId, user.id, { mustChangePassword: false }));
    const colleague = await signInAt(door, { user: 'second', password });
    expect(await askAs(door, stranger, 'DELETE', `/api/users/${userId}/second-factor`)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    // Whoever sits at the session of an administrator does not get around the factor that way.
    expect(await askAs(door, person, 'DELETE', `/api/users/${userId}/second-factor`)).toMatchObject({ status: 409, json: { code: 'user.oneself' } });
    const factorOf = async () =>
      (await askAs(door, colleague, 'GET', '/api/users')).json.items.find((one: { id: string }) => one.id === userId).hasSecondFactor;
    expect(await factorOf()).toBe(true);
    expect((await askAs(door, colleague, 'DELETE', `/api/users/${userId}/second-factor`)).status).toBe(204);
    expect(await factorOf()).toBe(false);
    expect((await askAs(door, person, 'GET', '/api/session')).status).toBe(401);
    await signInAt(door);
    expect(await askAs(door, colleague, 'DELETE', `/api/users/${userId}/second-factor`)).toMatchObject({ status: 409, json: { code: 'second_factor.off' } });
    await withClient(await superuserOf(door.app.dataFolder), async (client) => {
      const { rows } = await client.query(
        `SELECT action, count(*)::int AS times FROM audit_log WHERE action LIKE 'second_factor.%' GROUP BY action ORDER BY action`,
      );
      expect(rows).toEqual([
        { action: 'second_factor.codes_renewed', times: 2 },
        { action: 'second_factor.confirmed', times: 3 },
        { action: 'second_factor.recovery_used', times: 2 },
        { action: 'second_factor.removed', times: 1 },
        { action: 'second_factor.requirement_changed', times: 2 },
        { action: 'second_factor.reset', times: 1 },
      ]);
      // Where a code came from is on record, the right one and the wrong one.
      const nowhere = await client.query(`SELECT action FROM audit_log WHERE origin IS NULL AND action ~ '^(second_factor|session)[.]'`);
      expect(nowhere.rows).toEqual([]);
    });
  });
});
