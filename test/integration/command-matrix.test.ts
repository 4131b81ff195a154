import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { App } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { type Actor, may, ROLES, type Role, requirePermission, SCOPES, type Scope } from '../../src/domain/permission.ts';
import { type CodedError, ERRORS, type ErrorCode } from '../../src/errors.ts';
import { createApiToken } from '../../src/operations/api-tokens.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { createUser } from '../../src/operations/users.ts';
import { inTenant } from '../../src/records/database.ts';
import { updateUser } from '../../src/records/users.ts';
import { COMMANDS, type DataCommand, type ObjectKind } from '../permissions/commands.ts';
import { UNKNOWN } from '../permissions/routes.ts';
import { cliSession } from '../support/cli-session.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { fillTenant, type TenantThings } from '../support/tenant.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** Every command with its verb × who asks × whose object: what the table of permissions says, and nothing else. */

const shared = vi.hoisted(() => ({ app: null as App | null }));
// Each command opens UDM and closes it, which takes longer than what it does; here they find one that is open.
vi.mock('../../src/app.ts', async (original) => {
  const real = await original<typeof import('../../src/app.ts')>();
  return { ...real, openApp: async (...how: Parameters<typeof real.openApp>) => (shared.app ? { ...shared.app, stop: async () => {} } : real.openApp(...how)) };
});

interface Asker {
  readonly actor: Actor;
  readonly secret: string;
}

const DATA_COMMANDS = Object.entries(COMMANDS).filter((entry): entry is [string, DataCommand] => typeof entry[1] !== 'string');
const files = new Recipients();
let home: string;
let app: App;
let own: TenantThings;
let foreign: TenantThings;
const askers = new Map<Role | 'none', Asker>();

beforeAll(async () => {
  const { openApp } = await import('../../src/app.ts');
  home = await passableFolder('udm-matrix-');
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  for (const tenant of ['alpha', 'beta']) await createTenant(app.services, { tenant, user: 'admin', password: 'correct horse battery staple' });
  own = await fillTenant(app, await administrator(app, 'alpha'), files.make().certificate);
  foreign = await fillTenant(app, await administrator(app, 'beta'), files.make().certificate);
  await createUser(app.services, await administrator(app, 'alpha'), { name: 'somebody', roles: [] });
  await createUser(app.services, await administrator(app, 'beta'), { name: 'somebody-of-beta', roles: [] });
  for (const role of [...ROLES, 'none'] as const) askers.set(role, await holder(role, role === 'none' ? [] : [role]));
  await superuser("INSERT INTO retention_halt (cause, expected_at, found_at) VALUES ('leap', udm_now(), udm_now())");
  shared.app = app;
});

afterAll(async () => {
  shared.app = null;
  await app?.stop();
  await rm(home, { recursive: true, force: true });
  files.remove();
});

async function superuser(statement: string, values: readonly string[] = []): Promise<void> {
  await withClient(await superuserOf(app.dataFolder), async (client) => {
    await client.query(statement, [...values]);
  });
}

/** A user of these roles, with a token. */
async function holder(name: string, roles: Role[], scopes: readonly Scope[] = SCOPES): Promise<Asker> {
  const { services } = app;
  const { user } = await createUser(services, await administrator(app, 'alpha'), { name, roles });
  await inTenant(services.database, own.tenantId, (tx) => updateUser(tx, own.tenantId, user.id, { mustChangePassword: false }));
  const person: Actor = { kind: 'user', tenantId: own.tenantId, userId: user.id, userName: name, roles, isFresh: true };
  const { token, secret } = await createApiToken(services, person, { name, scopes: [...scopes], days: 1 });
  return { actor: { ...person, isFresh: false, token: { id: token.id, scopes } }, secret };
}

/** The object as a command names it. */
function objectOf(things: TenantThings, kind: ObjectKind): string {
  if (kind === 'source') return things.sourceName;
  if (kind === 'user') return things === own ? 'somebody' : 'somebody-of-beta';
  return things.ids[kind];
}

const unknownOf = (kind: ObjectKind): string => (kind === 'source' || kind === 'user' ? 'nowhere' : UNKNOWN);

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the error; empty when it succeeded. */
  readonly errorCode: string;
}

/** As the owner of the token, or as the operator with the roles of that user. */
async function ask(command: string, { args }: DataCommand, who: Asker | string, object = ''): Promise<Answer> {
  const at = typeof who === 'string' ? ['--tenant', 'alpha', '--user', who] : [];
  const environment = typeof who === 'string' ? {} : { UDM_TOKEN: who.secret };
  const result = await cliSession(() => app.dataFolder, environment).command(...command.split(' '), ...args(object), ...at, '--json');
  const error = result.stderr.split('\n').find((line) => line.startsWith('{"error"'));
  // The asker's own word for the object is no news.
  const withoutName = (text: string) => (object === '' ? text : text.replaceAll(object, 'OBJECT'));
  return {
    code: result.code,
    stdout: withoutName(result.stdout),
    stderr: withoutName(result.stderr),
    errorCode: error === undefined ? '' : (JSON.parse(error) as { error: { code: string } }).error.code,
  };
}

/** The first refusal of the table; null: none. */
function refusalOf(actor: Actor, needs: DataCommand['needs']): string | null {
  try {
    for (const action of needs) requirePermission(actor, action);
    return null;
  } catch (error) {
    return (error as CodedError).code;
  }
}

const REFUSALS = ['permission.denied', 'token.scope', 'token.person_required', 'password.change_required', 'sign_in.ended'];
const onUcsx = (actor: Actor, needs: DataCommand['needs']) => needs.every((action) => may(actor, action, 'ucsx'));

interface Asked {
  readonly command: string;
  readonly one: DataCommand;
  readonly who: Asker | string;
  readonly actor: Actor;
  /** What was answered about an object that no tenant has; null: the command is about none. */
  readonly ofUnknown: Answer | null;
}

/** Not allowed: an own object is refused, and an unknown one is either not there or refused, whichever is asked first. */
async function expectRefused({ command, one, who, actor, ofUnknown }: Asked, refusal: string): Promise<void> {
  const isSeen = refusalOf(actor, one.needs.slice(0, 1)) === null;
  const ofOwn = await ask(command, one, who, one.about && objectOf(own, one.about));
  if (ofUnknown && isSeen) expect(['not_found', refusal], command).toContain(ofUnknown.errorCode);
  else if (ofUnknown) expect(`${command} ${ofUnknown.errorCode}`).toBe(`${command} ${refusal}`);
  // A thing of a catalog that is not theirs is not there.
  if (ofUnknown && isSeen && !onUcsx(actor, one.needs.slice(0, 1))) expect(ofOwn, command).toEqual(ofUnknown);
  else expect(`${command} ${ofOwn.errorCode} ${ofOwn.code} ${ofOwn.stdout}`).toBe(`${command} ${refusal} ${ERRORS[refusal as ErrorCode].exit} `);
}

/** Allowed: an unknown object is not there, and what is read is told. */
async function expectAllowed({ command, one, who, actor, ofUnknown }: Asked): Promise<void> {
  const notThere = one.ofUnknown ?? 'not_found';
  if (ofUnknown) expect(`${command} ${ofUnknown.errorCode} ${ofUnknown.code}`).toBe(`${command} ${notThere} ${ERRORS[notThere].exit}`);
  const isHidden = one.about !== undefined && !onUcsx(actor, one.needs);
  if (one.about && !isHidden && !one.isReading) return;
  const ofOwn = await ask(command, one, who, one.about && objectOf(own, one.about));
  if (isHidden) expect(ofOwn, command).toEqual(ofUnknown);
  else if (one.isReading) expect(`${command} ${ofOwn.errorCode} ${ofOwn.code}`).toBe(`${command}  0`);
  else expect(REFUSALS, command).not.toContain(ofOwn.errorCode);
}

/** One command of one asker, with an object of their tenant, of another one and of none. */
async function expectAsTheTableSays(command: string, one: DataCommand, who: Asker | string, actor: Actor): Promise<void> {
  const refusal = refusalOf(actor, one.needs) ?? (one.isFresh && actor.kind === 'user' ? 'token.person_required' : null);
  if (refusal === null && one.isOnlyRefused) return;
  const ofUnknown = one.about ? await ask(command, one, who, unknownOf(one.about)) : null;
  if (one.about) expect(await ask(command, one, who, objectOf(foreign, one.about)), command).toEqual(ofUnknown);
  const asked = { command, one, who, actor, ofUnknown };
  await (refusal === null ? expectAllowed(asked) : expectRefused(asked, refusal));
}

describe('every command', () => {
  it.each([...ROLES, 'none'] as const)(
    'does for a token of the role %s what the table grants, and answers a foreign object like an unknown one',
    async (role) => {
      const asker = askers.get(role) as Asker;
      for (const [command, one] of DATA_COMMANDS) await expectAsTheTableSays(command, one, asker, asker.actor);
    },
  );

  it.each(['tenant_administrator', 'auditor', 'none'] as const)('does the same for the operator in the place of the role %s', async (role) => {
    const { actor } = askers.get(role) as Asker;
    const operator: Actor = { kind: 'operator', tenantId: own.tenantId, userId: actor.userId, userName: role, roles: actor.roles };
    for (const [command, one] of DATA_COMMANDS) await expectAsTheTableSays(command, one, role, operator);
  });

  it.each(SCOPES)('lets a token of scope %s do what the scope and the roles of its owner allow', async (scope) => {
    const asker = await holder(`owner of ${scope}`, [...ROLES], [scope]);
    for (const [command, one] of DATA_COMMANDS) await expectAsTheTableSays(command, one, asker, asker.actor);
  });

  it('is closed to a token that is unknown or has expired, and to one whose owner is suspended', async () => {
    const [expired, suspended] = [await holder('expired', [...ROLES]), await holder('suspended', [...ROLES])];
    await superuser("UPDATE api_token SET expires_at = udm_now() - interval '1 second' WHERE id = $1", [expired.actor.token?.id as string]);
    await superuser("UPDATE app_user SET state = 'suspended' WHERE id = $1", [suspended.actor.userId]);
    for (const [command, one] of DATA_COMMANDS)
      for (const who of [expired, suspended, { ...expired, secret: 'udm_x' }])
        expect(`${command} ${(await ask(command, one, who, one.about && objectOf(own, one.about))).errorCode}`).toBe(`${command} sign_in.ended`);
  });

  it('acts in the tenant of the token alone, and tells no other from one that is not there', async () => {
    const administrator = askers.get('tenant_administrator') as Asker;
    for (const [command, one] of DATA_COMMANDS) {
      const inTenantOf = (tenant: string): DataCommand => ({ ...one, args: (object) => [...one.args(object), '--tenant', tenant] });
      const object = one.about && objectOf(foreign, one.about);
      const [ofOther, ofUnknown] = [
        await ask(command, inTenantOf('beta'), administrator, object),
        await ask(command, inTenantOf('nowhere'), administrator, object),
      ];
      expect(`${command} ${ofOther.errorCode}`).toBe(`${command} usage`);
      expect(ofOther, command).toEqual(ofUnknown);
    }
  });
});
