import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Role } from '../../src/domain/permission.ts';
import { apiTokenHash } from '../../src/lib/api-token.ts';
import { actorOfToken, createApiToken, listApiTokensFor } from '../../src/operations/api-tokens.ts';
import { operatorActor } from '../../src/operations/create-tenant.ts';
import { requireSecondFactor } from '../../src/operations/second-factor.ts';
import { createUser, deleteUser, resetPassword, setRoles, suspendUser } from '../../src/operations/users.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type CliSession, cliSession } from '../support/cli-session.ts';
import { type Door, openDoor } from '../support/door.ts';
import { askAs, signInAt } from '../support/person.ts';

/** API tokens: what they open, when they open nothing, and the command line of a person. */

let door: Door;
let cli: CliSession;
let config: string;

beforeAll(async () => {
  door = await openDoor();
  config = path.join(door.app.dataFolder, '..', 'config');
  cli = cliSession(() => door.app.dataFolder, { XDG_CONFIG_HOME: config });
});

afterAll(async () => {
  await door?.close();
});

let count = 0;
async function newActor(roles: readonly Role[]): Promise<Actor> {
  count += 1;
  const { user } = await createUser(door.app.services, door.actor, { name: `owner-${count}`, roles: [...roles] });
  return { kind: 'user', tenantId: door.actor.tenantId, userId: user.id, userName: user.name, roles, isFresh: true };
}

async function newToken(actor: Actor, ...scopes: string[]): Promise<{ id: string; secret: string }> {
  const made = await createApiToken(door.app.services, actor, { name: 'a program', scopes, days: 1 });
  return { id: made.token.id, secret: made.secret };
}

/** A request with a token and no cookie. */
const ask = (secret: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE' = 'GET', url = '/api/jobs', body?: unknown) =>
  door.call(method, url, body, { 'cookie': '', 'x-csrf-token': '', 'authorization': `Bearer ${secret}` });
const codes = async (secret: string) => (await ask(secret)).json.code ?? 'open';

const sql = async (text: string, values: unknown[]) => withClient(await superuserOf(door.app.dataFolder), (client) => client.query(text, values));

describe('a token', () => {
  it('is shown once and stored as its hash alone', async () => {
    const answer = await door.call('POST', '/api/tokens', { name: ' nightly export ', scopes: ['jobs', 'read'], days: 365 });
    expect(answer.status).toBe(201);
    const { token, secret } = answer.json;
    expect(secret).toMatch(/^udm_[0-9A-Za-z]{49}$/);
    expect(token).toMatchObject({
      name: 'nightly export',
      owner: 'admin',
      isYours: true,
      scopes: ['read', 'jobs'],
      state: 'active',
      lastUsedAt: null,
      ending: secret.slice(-4),
    });
    const days = (Date.parse(token.expiresAt) - Date.parse(token.createdAt)) / 86_400_000;
    expect(Math.abs(days - 365)).toBeLessThan(0.05);
    const { rows } = await sql('SELECT t::text AS row, token_hash FROM api_token t WHERE id = $1', [token.id]);
    expect(rows[0].row).not.toContain(secret.slice(4, -4));
    expect(rows[0].token_hash).toEqual(apiTokenHash(secret));
    const list = await door.call('GET', '/api/tokens');
    expect(list.text).not.toContain(secret.slice(4, -4));
    expect(list.json.items[0]).toEqual(token);
    const log = await sql('SELECT detail::text FROM audit_log WHERE object_id = $1', [token.id]);
    expect(log.rows).toEqual([{ detail: '{"days": 365, "scopes": "read jobs"}' }]);
  });

  it('is refused with every problem of its form, and one too many', async () => {
    const refused = await door.call('POST', '/api/tokens', { name: ' ', scopes: ['king'], days: 366 });
    expect(refused.json.errors.map((one: { field: string; code: string }) => `${one.field} ${one.code}`)).toEqual([
      'name token.name',
      'scopes[0] token.scopes',
      'days token.days',
    ]);
    expect((await door.call('POST', '/api/tokens', { name: 'x', scopes: [], days: 1.5 })).json.errors).toHaveLength(2);
    const owner = await newActor([]);
    for (let made = 0; made < 50; made += 1) await newToken(owner, 'read');
    await expect(newToken(owner, 'read')).rejects.toMatchObject({ code: 'token.too_many' });
  });

  it('is made only with a fresh proof, which another token never is', async () => {
    const owner = await newActor(['ucsx_exporter']);
    await expect(newToken({ ...owner, isFresh: false }, 'read')).rejects.toMatchObject({ code: 'sign_in.fresh_required' });
    const person = await signInAt(door);
    const age = (minutes: number) => sql(`UPDATE session SET proved_at = proved_at - make_interval(mins => $1)`, [minutes]);
    const make = () => askAs(door, person, 'POST', '/api/tokens', { name: 'x', scopes: ['read'], days: 1 });
    await age(9);
    expect((await make()).status).toBe(201);
    await age(2);
    const before = await sql('SELECT count(*)::int AS tokens FROM api_token', []);
    expect(await make()).toMatchObject({ status: 403, json: { code: 'sign_in.fresh_required', range: '10 minutes' } });
    expect((await sql('SELECT count(*)::int AS tokens FROM api_token', [])).rows).toEqual(before.rows);
    expect((await askAs(door, person, 'POST', '/api/session/proof', { password: 'correct horse battery staple' })).status).toBe(204);
    expect((await make()).status).toBe(201);
    await sql(`UPDATE session SET proved_at = udm_now()`, []);
  });

  it('opens the API without a cookie or CSRF token, for what both scope and role allow', async () => {
    const exporter = await newActor(['ucsx_exporter']);
    const { secret } = await newToken(exporter, 'read');
    expect((await ask(secret)).status).toBe(200);
    expect((await ask(secret, 'POST', '/api/jobs', {})).json).toMatchObject({ status: 403, code: 'token.scope', range: ['jobs'] });
    expect((await ask(secret, 'GET', '/api/users')).json).toMatchObject({ status: 403, code: 'permission.denied' });
    const { secret: people } = await newToken(exporter, 'people');
    expect((await ask(people, 'GET', '/api/users')).json.code).toBe('permission.denied');
    expect((await ask(people)).json).toMatchObject({ code: 'token.scope' });
  });

  it('hands out no password and no role, with which it could give itself what its scopes do not', async () => {
    const { secret } = await newToken(door.actor, 'people');
    const { user } = (await door.call('POST', '/api/users', { name: 'somebody', roles: [] })).json;
    const acts = [
      ['POST', '/api/users', { name: 'helper', roles: ['tenant_administrator'] }],
      ['PUT', `/api/users/${user.id}/roles`, { roles: ['tenant_administrator'] }],
      ['POST', `/api/users/${user.id}/reset-password`, undefined],
    ] as const;
    for (const [method, url, body] of acts)
      expect((await ask(secret, method, url, body)).json, url).toMatchObject({ status: 403, code: 'token.person_required' });
    const person = await signInAt(door);
    await sql(`UPDATE session SET proved_at = '-infinity'`, []);
    for (const [method, url, body] of acts)
      expect(await askAs(door, person, method, url, body), url).toMatchObject({ status: 403, json: { code: 'sign_in.fresh_required' } });
    await sql(`UPDATE session SET proved_at = udm_now()`, []);
    for (const [method, url, body] of acts) expect([200, 201], url).toContain((await askAs(door, person, method, url, body)).status);
    // Taking away can be urgent, and is all a token of this scope does.
    expect((await ask(secret, 'PUT', `/api/users/${user.id}/roles`, { roles: [] })).json.roles).toEqual([]);
    expect((await ask(secret, 'POST', `/api/users/${user.id}/suspend`)).json.state).toBe('suspended');
  });

  it('is taken from the Authorization header alone', async () => {
    const { secret } = await newToken(await newActor(['ucsx_exporter']), 'read');
    const none = { 'cookie': '', 'x-csrf-token': '' };
    expect((await door.call('GET', `/api/jobs?access_token=${secret}`, undefined, none)).status).toBe(401);
    expect((await door.call('GET', '/api/jobs', undefined, { ...none, cookie: `udm_session=${secret}` })).status).toBe(401);
    expect((await door.call('GET', '/api/jobs', undefined, { ...none, authorization: `bearer   ${secret}` })).status).toBe(200);
    // A token that is wrong is not made good by a session beside it.
    expect((await door.call('GET', '/api/jobs', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('neither changes the account of its owner nor makes another token nor reads their sessions', async () => {
    const { secret } = await newToken(door.actor, 'read', 'people', 'settings');
    expect((await ask(secret, 'POST', '/api/tokens', { name: 'x', scopes: ['read'], days: 1 })).json.code).toBe('token.person_required');
    for (const [method, url, body] of [
      ['PUT', '/api/session/password', { present: 'x', password: 'y' }],
      ['GET', '/api/sessions', undefined],
      ['DELETE', '/api/sessions', undefined],
      ['POST', '/api/session/proof', { password: 'x' }],
    ] as const)
      expect((await ask(secret, method, url, body)).json.code, url).toBe('token.person_required');
    expect((await ask(secret, 'GET', '/api/session')).status).toBe(401);
  });

  it('opens nothing any more once revoked, expired, or its owner suspended or deleted', async () => {
    const owner = await newActor(['ucsx_exporter']);
    const [revoked, expired, own] = [await newToken(owner, 'read'), await newToken(owner, 'read'), await newToken(owner, 'read')];
    expect(await Promise.all([revoked, expired, own].map((one) => codes(one.secret)))).toEqual(['open', 'open', 'open']);
    expect((await door.call('DELETE', `/api/tokens/${revoked.id}`)).status).toBe(204);
    await sql("UPDATE api_token SET expires_at = udm_now() - interval '1 second' WHERE id = $1", [expired.id]);
    expect(await Promise.all([revoked, expired, own].map((one) => codes(one.secret)))).toEqual(['sign_in.required', 'sign_in.required', 'open']);
    await suspendUser(door.app.services, door.actor, owner.userId);
    expect(await codes(own.secret)).toBe('sign_in.required');
    // For good: who works again makes a new one.
    await door.call('POST', `/api/users/${owner.userId}/resume`);
    expect(await codes(own.secret)).toBe('sign_in.required');
    const last = await newToken(owner, 'read');
    await deleteUser(door.app.services, door.actor, owner.userId);
    expect(await codes(last.secret)).toBe('sign_in.required');
  });

  it('does what its owner may do at that moment, and goes on when their password is reset', async () => {
    const owner = await newActor(['ucsx_exporter']);
    const { secret } = await newToken(owner, 'read');
    await resetPassword(door.app.services, door.actor, owner.userId);
    expect(await codes(secret)).toBe('open');
    await setRoles(door.app.services, door.actor, owner.userId, []);
    expect(await codes(secret)).toBe('permission.denied');
  });

  it('is refused while the tenant wants a second factor that its owner does not have, and is seen so in the list', async () => {
    const { services } = door.app;
    const [without, withFactor, ofSso] = [await newActor(['ucsx_exporter']), await newActor(['ucsx_exporter']), await newActor(['ucsx_exporter'])];
    const [blocked, confirmed, sso] = [await newToken(without, 'read'), await newToken(withFactor, 'read'), await newToken(ofSso, 'read')];
    const confirm = (userId: string, at: string) =>
      sql(
        `INSERT INTO second_factor (tenant_id, user_id, sealed_secret, confirmed_at) SELECT tenant_id, id, '', ${at} FROM app_user WHERE id = $1
          ON CONFLICT (user_id) DO UPDATE SET confirmed_at = excluded.confirmed_at`,
        [userId],
      );
    await confirm(withFactor.userId, 'udm_now()');
    await confirm(without.userId, 'NULL');
    await sql(`UPDATE app_user SET sso_subject = 'https://idp.example someone' WHERE id = $1`, [ofSso.userId]);
    const states = async () => {
      const { items } = await listApiTokensFor(services, door.actor, 'everybody');
      return [blocked, confirmed, sso].map(({ id }) => items.find((one) => one.id === id)?.state);
    };
    expect(await states()).toEqual(['active', 'active', 'active']);
    await requireSecondFactor(services, door.actor, true);
    try {
      expect(await Promise.all([blocked, confirmed, sso].map((one) => codes(one.secret)))).toEqual(['token.second_factor', 'open', 'open']);
      expect((await ask(blocked.secret)).status).toBe(403);
      expect(await states()).toEqual(['blocked', 'active', 'active']);
      // Whoever listens is told no more; whoever leaves may still end it.
      expect(await actorOfToken(services, blocked.secret, 'look')).toBeNull();
      expect((await actorOfToken(services, blocked.secret, 'end'))?.token?.id).toBe(blocked.id);
      await confirm(without.userId, 'udm_now()');
      expect(await codes(blocked.secret)).toBe('open');
      await sql('DELETE FROM second_factor WHERE user_id = $1', [without.userId]);
      expect(await codes(blocked.secret)).toBe('token.second_factor');
    } finally {
      await requireSecondFactor(services, door.actor, false);
    }
    expect(await codes(blocked.secret)).toBe('open');
  });

  it('is revoked by its owner and by an administrator, and is not there for anybody else', async () => {
    const [owner, stranger] = [await newActor(['ucsx_exporter']), await newActor(['ucsx_exporter', 'auditor'])];
    const { id, secret } = await newToken(owner, 'read');
    const other = await newToken(stranger, 'read', 'people');
    const foreign = await ask(other.secret, 'DELETE', `/api/tokens/${id}`);
    const unknown = await ask(other.secret, 'DELETE', '/api/tokens/5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e');
    expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
    expect(await codes(secret)).toBe('open');
    // A token may end itself.
    expect((await ask(secret, 'DELETE', `/api/tokens/${id}`)).status).toBe(204);
    expect(await codes(secret)).toBe('sign_in.required');
    expect((await ask(other.secret, 'GET', '/api/tokens')).json.items.map((one: { isYours: boolean }) => one.isYours)).toEqual([true]);
    const all = (await ask(other.secret, 'GET', '/api/tokens?of=everybody')).json.items as { owner: string }[];
    expect(new Set(all.map((one) => one.owner)).size).toBeGreaterThan(2);
  });

  it('notes its last use, at most once in ten minutes', async () => {
    const { id, secret } = await newToken(await newActor(['ucsx_exporter']), 'read');
    const lastUse = async () => (await sql('SELECT last_used_at AS at, xmin::text AS version FROM api_token WHERE id = $1', [id])).rows[0];
    expect((await lastUse()).at).toBeNull();
    await actorOfToken(door.app.services, secret, 'look');
    expect((await lastUse()).at).toBeNull();
    await ask(secret);
    const first = await lastUse();
    expect(first.at).not.toBeNull();
    await ask(secret);
    expect(await lastUse()).toEqual(first);
    await sql("UPDATE api_token SET last_used_at = last_used_at - interval '11 minutes' WHERE id = $1", [id]);
    await ask(secret);
    expect((await lastUse()).at.getTime()).toBeGreaterThanOrEqual(first.at.getTime());
  });

  it('stands in the audit log beside the user it acts for', async () => {
    const owner = await newActor(['tenant_administrator']);
    const { id, secret } = await newToken(owner, 'people');
    const other = await newActor([]);
    expect((await ask(secret, 'POST', `/api/users/${other.userId}/suspend`)).status).toBe(200);
    const { rows } = await sql(`SELECT actor_kind, actor_id, actor_token, origin FROM audit_log WHERE object_id = $1 AND action = 'user.suspended'`, [
      other.userId,
    ]);
    expect(rows).toEqual([{ actor_kind: 'user', actor_id: owner.userId, actor_token: id, origin: '127.0.0.1' }]);
  });
});

describe('the command line of a person', () => {
  it('acts with UDM_TOKEN as its owner, within its scopes, and as nobody else', async () => {
    const owner = await newActor(['ucsx_exporter']);
    const { secret } = await newToken(owner, 'read');
    const here = cliSession(() => door.app.dataFolder, { UDM_TOKEN: secret, XDG_CONFIG_HOME: config });
    expect((await here.document('job', 'list')).items).toEqual([]);
    expect((await here.refusal('user', 'list')).error.code).toBe('permission.denied');
    expect((await here.refusal('check')).error.code).toBe('permission.denied');
    expect(await here.refusal('job', 'list', '--user', 'admin')).toMatchObject({ code: 2, error: { code: 'usage', field: '--user' } });
    const gone = cliSession(() => door.app.dataFolder, { UDM_TOKEN: `${secret}x`, XDG_CONFIG_HOME: config });
    expect(await gone.refusal('job', 'list')).toMatchObject({ code: 3, error: { code: 'sign_in.ended' } });
  });

  it('signs in with a password of its own choice, is kept in a file nobody else may read, and signs out', async () => {
    const { user, password } = await createUser(door.app.services, door.actor, { name: 'Ada', roles: ['auditor'] });
    const here = cliSession(() => door.app.dataFolder, { XDG_CONFIG_HOME: config });
    const own = 'a password of her own';
    const signedIn = await here.answering(`${password}\n${own}\n${own}\n`, 'login', 'ada');
    expect(signedIn.stderr + signedIn.stdout).toContain('Signed in as default\\Ada');
    expect(signedIn.stderr + signedIn.stdout).not.toContain(own);
    const file = path.join(config, 'udm', 'sign-in.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { secret } = JSON.parse(await readFile(file, 'utf8'));
    expect((await actorOfToken(door.app.services, secret))?.userId).toBe(user.id);
    expect((await here.document('user', 'list')).items.find((one: { isYou: boolean }) => one.isYou).name).toBe('Ada');
    expect((await here.refusal('user', 'create', 'x')).error.code).toBe('permission.denied');
    await chmod(file, 0o644);
    expect((await here.refusal('job', 'list')).error.code).toBe('config.file_readable');
    await chmod(file, 0o600);
    expect((await here.command('logout')).stdout).toBe('Signed out.\n');
    await expect(stat(file)).rejects.toThrow();
    expect(await actorOfToken(door.app.services, secret)).toBeNull();
    // Without a sign-in, who may read the data folder is the operator, as ever.
    expect((await here.document('user', 'list')).items.filter((one: { isYou: boolean }) => one.isYou)).toEqual([]);
    const secretFile = path.join(config, 'password');
    await writeFile(secretFile, `${own}\n`, { mode: 0o600 });
    expect((await here.command('login', 'default\\ADA', '--password-file', secretFile)).code).toBe(0);
    expect((await here.document('user', 'list')).items.some((one: { isYou: boolean }) => one.isYou)).toBe(true);
    await here.command('logout');
    // A token that would open nothing is not made.
    await requireSecondFactor(door.app.services, door.actor, true);
    const factorless = await here.command('login', 'ada', '--password-file', secretFile);
    await requireSecondFactor(door.app.services, door.actor, false);
    expect([factorless.code, factorless.stderr]).toEqual([3, expect.stringContaining('(token.second_factor)')]);
    await writeFile(secretFile, 'wrong');
    const refused = await here.command('login', 'ada', '--password-file', secretFile);
    expect([refused.code, refused.stdout, refused.stderr]).toEqual([3, '', expect.stringContaining('(sign_in.failed)')]);
  });

  it('makes, lists and revokes tokens', async () => {
    const made = await cli.document('token', 'create', 'backup', '--scope', 'read', '--scope', 'download', '--days', '7');
    expect(made.token).toMatchObject({ name: 'backup', scopes: ['read', 'download'], owner: (await operatorActor(door.app.services, 'default'))?.userName });
    expect(await codes(made.secret)).toBe('open');
    expect((await cli.command('token', 'list')).stdout).toContain(`backup (…${made.secret.slice(-4)})`);
    expect((await cli.document('token', 'list', '--all')).items.length).toBeGreaterThan((await cli.document('token', 'list')).items.length);
    await cli.document('token', 'revoke', made.token.id);
    expect(await codes(made.secret)).toBe('sign_in.required');
    expect((await cli.refusal('token', 'revoke', '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e')).code).toBe(4);
    expect((await cli.refusal('token', 'create', 'x', '--scope', 'read', '--days', '366')).code).toBe(2);
  });
});
