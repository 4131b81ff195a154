import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, may } from '../../src/domain/permission.ts';
import { createTenant, operatorActor } from '../../src/operations/create-tenant.ts';
import { changeOwnPassword } from '../../src/operations/own-password.ts';
import { currentSession, openSession } from '../../src/operations/sessions.ts';
import { signIn } from '../../src/operations/sign-in.ts';
import { createUser, findUserByName, resetPassword, resumeUser, setRoles, suspendUser } from '../../src/operations/users.ts';
import { inTenant } from '../../src/records/database.ts';
import { readUser, type UserRecord } from '../../src/records/people.ts';
import { lockTenant } from '../../src/records/tenants.ts';
import { type CliSession, cliSession } from '../support/cli-session.ts';
import { ORIGIN } from '../support/origin.ts';
import { type Door, openDoor } from '../support/door.ts';

/** Users, their roles and their tenant: by API and by command line, one administrator after the other. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
let door: Door;
let cli: CliSession;

beforeAll(async () => {
  door = await openDoor();
  cli = cliSession(() => door.app.dataFolder);
});

afterAll(async () => {
  await door?.close();
});

let count = 0;

/** A user with these roles, who has chosen a password of their own. */
async function newUser(roles: readonly string[] = []): Promise<{ id: string; name: string; password: string }> {
  count += 1;
  const name = `user-${count}`;
  const { user, password: first } = await createUser(door.app.services, door.actor, { name, roles: [...roles] });
  const { session } = await signIn(door.app.services, { user: name, password: first }, ORIGIN);
  const password = `chosen by ${name} alone`;
  await changeOwnPassword(door.app.services, session, { present: first, password }, ORIGIN);
  return { id: user.id, name, password };
}

async function signInAs({ name, password }: { name: string; password: string }) {
  return signIn(door.app.services, { user: name, password }, ORIGIN);
}

async function acts(objectId: string): Promise<string[]> {
  const rows = await inTenant(door.app.services.database, door.actor.tenantId, (tx) =>
    tx.selectFrom('audit_log').where('object_id', '=', objectId).select(['action', 'actor_kind as kind', 'detail']).orderBy('id').execute(),
  );
  return rows.map((row) => `${row.kind} ${row.action} ${JSON.stringify(row.detail)}`);
}

describe('a change while somebody signs in', () => {
  const stored = (id: string) =>
    inTenant(door.app.services.database, door.actor.tenantId, (tx) => readUser(tx, door.actor.tenantId, id)) as Promise<UserRecord>;
  const open = (user: UserRecord) => openSession(door.app.services, user, { origin: ORIGIN, method: 'password', isRemembered: false });
  const sessionsOf = (id: string) =>
    inTenant(door.app.services.database, door.actor.tenantId, (tx) => tx.selectFrom('session').where('user_id', '=', id).select('id').execute());

  it('leaves no session that the password of before, or a user who is suspended, opened', async () => {
    const user = await newUser();
    for (const change of [() => resetPassword(door.app.services, door.actor, user.id), () => suspendUser(door.app.services, door.actor, user.id)]) {
      const proved = await stored(user.id);
      await change();
      await expect(open(proved)).rejects.toMatchObject({ code: 'sign_in.failed' });
      expect(await sessionsOf(user.id)).toEqual([]);
    }
    await resumeUser(door.app.services, door.actor, user.id);
    await open(await stored(user.id));
    expect(await sessionsOf(user.id)).toHaveLength(1);
  });

  it('is not undone by another one that knew the password of before', async () => {
    const user = await newUser();
    const { session } = await signInAs(user);
    await changeOwnPassword(door.app.services, session, { present: user.password, password: 'the one that counts' }, ORIGIN);
    const late = changeOwnPassword(door.app.services, session, { present: user.password, password: 'of who knew the old one' }, ORIGIN);
    await expect(late).rejects.toMatchObject({ code: 'password.wrong' });
    await expect(signInAs({ ...user, password: 'the one that counts' })).resolves.toBeDefined();
  });

  it('of somebody else keeps nobody waiting', async () => {
    const user = await stored((await newUser()).id);
    await inTenant(door.app.services.database, door.actor.tenantId, async (tx) => {
      await lockTenant(tx, door.actor.tenantId);
      await open(user);
    });
  });
});

describe('a user', () => {
  it('is made with a password for one sign-in, with which nothing can be done but change it', async () => {
    const made = await door.call('POST', '/api/users', { name: 'Ada', email: 'ada@example.com', roles: ['ucsx_exporter'] });
    expect(made.status).toBe(201);
    expect(made.json.user).toMatchObject({
      name: 'Ada',
      email: 'ada@example.com',
      roles: ['ucsx_exporter'],
      state: 'active',
      mustChangePassword: true,
      isYou: false,
      jobs: 0,
    });
    const first = made.json.password as string;
    // Capital letters make no difference in the name; they do in the password.
    await expect(signInAs({ name: 'ADA', password: first.toUpperCase() })).rejects.toMatchObject({ code: 'sign_in.failed' });
    const { session } = await signInAs({ name: 'ada', password: first });
    expect(may(session.actor, 'exports.see')).toBe(false);
    const change = (present: string, password: string) => changeOwnPassword(door.app.services, session, { present, password }, ORIGIN);
    await expect(change(`${first}x`, 'quite another one')).rejects.toMatchObject({ code: 'password.wrong' });
    await expect(change(first, 'short')).rejects.toMatchObject({ code: 'request.invalid', details: { problems: [{ code: 'password.too_short' }] } });
    await expect(change(first, first)).rejects.toMatchObject({ details: { problems: [{ code: 'password.same' }] } });
    await change(first, 'quite another one');
    const { session: later } = await signInAs({ name: 'Ada', password: 'quite another one' });
    expect(may(later.actor, 'exports.see', 'ucsx')).toBe(true);
    await expect(signInAs({ name: 'Ada', password: first })).rejects.toMatchObject({ code: 'sign_in.failed' });
    expect(await acts(made.json.user.id)).toEqual([
      'user user.created {"roles":"ucsx_exporter"}',
      'system session.refused {}',
      'user user.password_changed {}',
      'system session.refused {}',
    ]);
  });

  it('is refused with every problem, a name that is taken, and one too many', async () => {
    const refused = await door.call('POST', '/api/users', { name: 'a\\b', email: 'nowhere', roles: ['king'] });
    expect([refused.status, refused.json.errors.map((one: { code: string }) => one.code)]).toEqual([422, ['user.name', 'user.email', 'user.roles']]);
    const { name } = await newUser();
    expect((await door.call('POST', '/api/users', { name: name.toUpperCase(), roles: [] })).json.code).toBe('user.name_taken');
    // The database takes these for one, where JavaScript does not.
    await door.call('POST', '/api/users', { name: 'İdris', roles: [] });
    for (const same of ['idris', 'IDRİS']) expect((await door.call('POST', '/api/users', { name: same, roles: [] })).json.code).toBe('user.name_taken');
    const { items } = (await door.call('GET', '/api/users')).json;
    await cli.document('tenant', 'set', '--user-quota', String(items.length));
    expect((await door.call('POST', '/api/users', { name: 'one-more', roles: [] })).json).toMatchObject({
      status: 409,
      code: 'quota.users',
      range: items.length,
    });
    await cli.document('tenant', 'set', '--user-quota', '100');
  });

  it('signs in nowhere once suspended, and again once resumed; sessions that are open end at once', async () => {
    const user = await newUser(['auditor']);
    const { token } = await signInAs(user);
    expect((await currentSession(door.app.services, token))?.actor.roles).toEqual(['auditor']);
    expect((await door.call('POST', `/api/users/${user.id}/suspend`)).json).toMatchObject({ state: 'suspended' });
    expect(await currentSession(door.app.services, token)).toBeNull();
    await expect(signInAs(user)).rejects.toMatchObject({ code: 'sign_in.failed' });
    expect(await operatorActor(door.app.services, 'default', user.name)).toBeNull();
    expect((await door.call('POST', `/api/users/${user.id}/resume`)).json).toMatchObject({ state: 'active', roles: ['auditor'] });
    // The session of before stays ended.
    expect(await currentSession(door.app.services, token)).toBeNull();
    await signInAs(user);
    expect((await acts(user.id)).filter((act) => /suspended|resumed/.test(act))).toEqual(['user user.suspended {}', 'user user.resumed {}']);
  });

  it('acts with the roles it has at that moment, and not with a session of before they were taken away', async () => {
    const user = await newUser(['ucsx_exporter']);
    const { token } = await signInAs(user);
    const changed = await door.call('PUT', `/api/users/${user.id}/roles`, { roles: ['iwd_administrator', 'auditor'] });
    expect(changed.json.roles).toEqual(['iwd_administrator', 'auditor']);
    const after = await currentSession(door.app.services, token);
    expect(after === null || !may(after.actor, 'jobs.change', 'ucsx')).toBe(true);
    const { session } = await signInAs(user);
    expect(session.actor.roles).toEqual(['iwd_administrator', 'auditor']);
    expect((await acts(user.id)).at(-1)).toBe('user user.roles_changed {"granted":"iwd_administrator auditor","revoked":"ucsx_exporter"}');
  });

  it('that is deleted is gone, its name free, and what it did stays on record', async () => {
    const user = await newUser(['auditor']);
    const { token } = await signInAs(user);
    expect((await door.call('DELETE', `/api/users/${user.id}`)).status).toBe(204);
    expect(await currentSession(door.app.services, token)).toBeNull();
    await expect(signInAs(user)).rejects.toMatchObject({ code: 'sign_in.failed' });
    expect((await door.call('DELETE', `/api/users/${user.id}`)).status).toBe(404);
    const again = await createUser(door.app.services, door.actor, { name: user.name, roles: [] });
    expect(again.user.id).not.toBe(user.id);
    expect((await acts(user.id)).at(-1)).toBe('user user.deleted {}');
  });

  it('is reset to a password for one sign-in by another, never by themselves', async () => {
    const user = await newUser(['auditor']);
    const reset = await door.call('POST', `/api/users/${user.id}/reset-password`);
    expect(reset.json.user.mustChangePassword).toBe(true);
    await expect(signInAs(user)).rejects.toMatchObject({ code: 'sign_in.failed' });
    await signInAs({ name: user.name, password: reset.json.password });
    expect((await door.call('POST', `/api/users/${door.actor.userId}/reset-password`)).json.code).toBe('user.oneself');
  });

  it('never leaves the tenant without an administrator, also when two are taken at the same moment', async () => {
    for (const [method, address, body] of [
      ['POST', 'suspend', undefined],
      ['DELETE', '', undefined],
    ] as const)
      expect((await door.call(method, `/api/users/${door.actor.userId}/${address}`.replace(/\/$/, ''), body)).json.code).toBe('user.oneself');
    expect((await door.call('PUT', `/api/users/${door.actor.userId}/roles`, { roles: ['auditor'] })).json.code).toBe('user.last_administrator');
    expect((await cli.refusal('user', 'suspend', 'admin')).error.code).toBe('user.last_administrator');
    // Of another tenant, so that this test's own administrator stays signed in.
    const { services } = door.app;
    await createTenant(services, { tenant: 'race', user: 'one', password: 'the first of two' });
    const one = (await operatorActor(services, 'race')) as Actor;
    const { user: two } = await createUser(services, one, { name: 'two', roles: ['tenant_administrator'] });
    for (let turn = 0; turn < 5; turn += 1) {
      const ends = await Promise.allSettled([suspendUser(services, one, one.userId), setRoles(services, one, two.id, [])]);
      expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
      // The command line acts as whoever is left.
      const left = await operatorActor(services, 'race');
      expect(left?.userName).toBe(ends[0].status === 'fulfilled' ? 'two' : 'one');
      await resumeUser(services, one, one.userId);
      await setRoles(services, one, two.id, ['tenant_administrator']);
    }
  });
});

describe('who may', () => {
  it('see users: an administrator and an auditor; change them: an administrator alone', async () => {
    const actors = await Promise.all(
      [['auditor'], ['ucsx_exporter', 'iwd_administrator', 'privacy_officer', 'approver'], []].map(
        async (roles) => (await signInAs(await newUser(roles))).session.actor,
      ),
    );
    const outcomes = async (work: (actor: (typeof actors)[number]) => Promise<unknown>) =>
      Promise.all(
        actors.map((actor) =>
          work(actor).then(
            () => 'done',
            (error: { code: string }) => error.code,
          ),
        ),
      );
    expect(await outcomes((actor) => findUserByName(door.app.services, actor, 'admin'))).toEqual(['done', 'permission.denied', 'permission.denied']);
    for (const work of [
      (actor: (typeof actors)[number]) => suspendUser(door.app.services, actor, UNKNOWN),
      (actor: (typeof actors)[number]) => setRoles(door.app.services, actor, actor.userId, ['tenant_administrator']),
      (actor: (typeof actors)[number]) => createUser(door.app.services, actor, { name: 'x', roles: [] }),
    ])
      expect(await outcomes(work)).toEqual(Array(3).fill('permission.denied'));
  });

  it('raise a quota: nobody of the tenant, for that is who runs UDM', async () => {
    const refused = await door.call('PUT', '/api/settings', { timeZone: 'Europe/Berlin', jobQuota: 9_999 });
    expect([refused.status, refused.json.code]).toEqual([403, 'permission.denied']);
    expect((await door.call('GET', '/api/settings')).json).toMatchObject({ timeZone: 'UTC', jobQuota: 1_000 });
    expect((await door.call('PUT', '/api/settings', { timeZone: 'Europe/Berlin', retentionDays: 7, jobQuota: 1_000 })).json).toMatchObject({
      timeZone: 'Europe/Berlin',
      retentionDays: 7,
    });
    expect((await acts(door.actor.tenantId)).at(-1)).toBe('user tenant.changed {"timeZone":"Europe/Berlin","retentionDays":7}');
  });
});

describe('the command line', () => {
  it('makes a user, shows the password once, grants and revokes, and deletes when told so', async () => {
    const made = await cli.document('user', 'create', 'Grace', '--role', 'auditor', '--role', 'ucsx_exporter');
    expect(made).toMatchObject({ user: { name: 'Grace', roles: ['ucsx_exporter', 'auditor'] } });
    await signInAs({ name: 'Grace', password: made.password });
    expect(await cli.document('role', 'revoke', 'grace', 'auditor')).toMatchObject({ roles: ['ucsx_exporter'] });
    expect(await cli.document('role', 'grant', 'grace', 'approver')).toMatchObject({ roles: ['ucsx_exporter', 'approver'] });
    expect((await cli.refusal('role', 'grant', 'grace', 'king')).error.problems[0]).toMatchObject({ code: 'user.roles', value: 'king' });
    expect((await cli.refusal('user', 'suspend', 'nobody')).code).toBe(4);
    const { stdout } = await cli.command('user', 'list');
    expect(stdout).toMatch(/^Grace +active, has not signed in yet +ucsx_exporter, approver$/m);
    expect((await cli.command('role', 'list')).stdout).toMatch(
      /^approver: Grace, user-\d+\n {2}requests\.see, requests\.approve, account\.see, account\.change, password\.change$/m,
    );
    expect((await cli.refusal('user', 'delete', 'Grace')).code).toBe(2);
    expect((await cli.answering('no\n', 'user', 'delete', 'Grace')).stdout).toBe('Nothing was changed.\n');
    await cli.document('user', 'delete', 'Grace', '--yes');
    expect((await cli.refusal('user', 'delete', 'Grace', '--yes')).code).toBe(4);
    // An operator did all this, and the log says so.
    expect((await acts(made.user.id)).map((act) => act.split(' ').slice(0, 2).join(' '))).toEqual([
      'operator user.created',
      'operator user.roles_changed',
      'operator user.roles_changed',
      'operator user.deleted',
    ]);
  });

  it('makes a tenant of its own, whose users and jobs are as far away as unknown ones', async () => {
    const made = await cli.document('tenant', 'create', 'acme', '--administrator', 'Root');
    expect(made).toMatchObject({ tenant: { tenant: 'acme', users: 1, jobs: 0, retentionDays: 30 }, user: 'Root' });
    expect((await cli.refusal('tenant', 'create', 'acme')).error.code).toBe('tenant.exists');
    expect((await cli.refusal('tenant', 'create', 'Acme')).error.problems[0].code).toBe('tenant.name');
    expect((await cli.document('tenant', 'list')).items.map((one: { tenant: string }) => one.tenant)).toEqual(['acme', 'default', 'race']);
    expect(await cli.document('tenant', 'set', 'acme', '--retention-days', '5', '--storage-quota', '7')).toMatchObject({
      retentionDays: 5,
      storageQuotaGigabytes: 7,
    });
    expect(await cli.document('tenant', 'show', 'acme')).toMatchObject({ tenant: 'acme', retentionDays: 5, storageQuotaGigabytes: 7 });
    expect((await cli.refusal('tenant', 'set', 'acme', '--retention-days', '0')).code).toBe(2);
    expect((await cli.document('user', 'list', '--tenant', 'acme')).items.map((one: { name: string }) => one.name)).toEqual(['Root']);
    await signIn(door.app.services, { user: 'acme\\root', password: made.password }, ORIGIN);
    const { id } = (await cli.document('user', 'list', '--tenant', 'acme')).items[0];
    const unknown = await door.call('POST', `/api/users/${UNKNOWN}/suspend`);
    for (const address of ['suspend', 'resume', 'reset-password']) {
      const foreign = await door.call('POST', `/api/users/${id}/${address}`);
      expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
    }
  });
});
