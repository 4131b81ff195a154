import type { Command } from 'commander';
import type { OneTimePasswordView, UserView } from '../../contract/user.ts';
import { CodedError } from '../../errors.ts';
import { resetSecondFactor } from '../../operations/second-factor.ts';
import { changeUser, createUser, deleteUser, findUserByName, listUsersFor, resetPassword, resumeUser, setRoles, suspendUser } from '../../operations/users.ts';
import { ask, canAsk } from '../ask.ts';
import { addPlaceOptions } from '../options.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function registerUsers(program: Command): void {
  const user = program.command('user').description('People who sign in');
  addPlaceOptions(user.command('list').description('List the users of a tenant')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const { items, quota } = await listUsersFor(app.services, actor);
      if (options.json) return sayJson({ items, quota });
      sayTable(
        ['USER', 'STATE', 'ROLES', 'E-MAIL'],
        items.map((one) => [plainText(one.name), stateOf(one), one.roles.join(', ') || 'none', one.email ?? '']),
      );
    }),
  );
  addPlaceOptions(user.command('create').description('Make a user, with a password for one sign-in').argument('<name>', 'what they sign in with'))
    .option('--role <role>', 'a role; may be repeated', (role: string, before: string[]) => [...before, role], [] as string[])
    .option('--email <address>', 'where notices go')
    .action((name: string, options: Options & { role: string[]; email?: string }) =>
      withApp(options, async ({ app, actor }) =>
        sayPassword(await createUser(app.services, actor, { name, email: options.email, roles: options.role }), options),
      ),
    );
  addPlaceOptions(user.command('set').description('Change where notices to a user go').argument('<name>', 'whose'))
    .option('--email <address>', 'e-mail address')
    .option('--no-email', 'no address: no mails')
    .action((name: string, options: Options & { readonly email?: string | boolean }) =>
      withApp(options, async ({ app, actor }) => {
        if (options.email === undefined || options.email === true) throw new CodedError('usage', { field: '--email', value: 'not given' });
        const { id } = await findUserByName(app.services, actor, name);
        sayUser(await changeUser(app.services, actor, id, { email: options.email === false ? null : options.email }), options);
      }),
    );
  registerStates(user);
  registerDelete(user);
  addPlaceOptions(user.command('reset-password').description('Give a user a new password for one sign-in').argument('<name>', 'whose')).action(
    (name: string, options: Options) =>
      withApp(options, async ({ app, actor }) =>
        sayPassword(await resetPassword(app.services, actor, (await findUserByName(app.services, actor, name)).id), options),
      ),
  );
  addPlaceOptions(user.command('reset-second-factor').description('Take the second factor away from a user who lost it').argument('<name>', 'whose')).action(
    (name: string, options: Options) =>
      withApp(options, async ({ app, actor }) => {
        const { id } = await findUserByName(app.services, actor, name);
        await resetSecondFactor(app.services, actor, id);
        options.json ? sayJson({ reset: id }) : say('Taken away, and signed out everywhere. The password alone signs in until a new one is set up.');
      }),
  );
}

function registerStates(user: Command): void {
  for (const [verb, description, change] of [
    ['suspend', 'Let a user sign in nowhere; their sessions and tokens end at once', suspendUser],
    ['resume', 'Let a suspended user sign in again', resumeUser],
  ] as const)
    addPlaceOptions(user.command(verb).description(description).argument('<name>', 'whom')).action((name: string, options: Options) =>
      withApp(options, async ({ app, actor }) => {
        const found = await findUserByName(app.services, actor, name);
        sayUser(await change(app.services, actor, found.id), options);
      }),
    );
}

function registerDelete(user: Command): void {
  addPlaceOptions(user.command('delete').description('Delete a user; their jobs go on').argument('<name>', 'whom'))
    .option('--yes', 'delete without being asked')
    .action((name: string, options: Options & { readonly yes?: boolean }) => withApp(options, (context) => remove(context, name, options)));
}

async function remove({ app, actor }: CommandContext, name: string, options: Options & { readonly yes?: boolean }): Promise<void> {
  const found = await findUserByName(app.services, actor, name);
  if (!options.yes) {
    if (!canAsk(options.json === true)) throw new CodedError('usage', { field: '--yes', value: 'not given', range: 'needed where nobody can be asked' });
    if (found.jobs > 0) say(`${found.jobs} ${found.jobs === 1 ? 'job encrypts' : 'jobs encrypt'} to a certificate of this user, and will go on to.`);
    if ((await ask('Delete this user?', ['yes', 'no'], 'no')) !== 'yes') return say('Nothing was changed.');
  }
  await deleteUser(app.services, actor, found.id);
  options.json ? sayJson({ deleted: found.id }) : say('Deleted.');
}

/** Roles are a thing of their own on the command line: `udm role grant NAME ROLE`. */
export function registerRoles(program: Command): void {
  const role = program.command('role').description('What users may do');
  addPlaceOptions(role.command('list').description('List the roles, what they allow, and who has them')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const { items, roles } = await listUsersFor(app.services, actor);
      const rows = roles.map((one) => ({ ...one, users: items.filter((user) => user.roles.includes(one.name)).map((user) => user.name) }));
      if (options.json) return sayJson({ items: rows });
      for (const { name, actions, users } of rows) {
        say(`${name}: ${users.map(plainText).join(', ') || 'nobody'}`);
        say(`  ${actions.join(', ')}`);
      }
    }),
  );
  for (const [verb, description, after] of [
    ['grant', 'Give a user a role', (roles: readonly string[], name: string) => [...new Set([...roles, name])]],
    ['revoke', 'Take a role from a user', (roles: readonly string[], name: string) => roles.filter((one) => one !== name)],
  ] as const)
    addPlaceOptions(role.command(verb).description(description).argument('<user>', 'whom').argument('<role>', 'role; see "udm role list"')).action(
      (name: string, wanted: string, options: Options) =>
        withApp(options, async ({ app, actor }) => {
          const { roles } = await listUsersFor(app.services, actor);
          const known = roles.map((one) => one.name);
          if (!known.includes(wanted))
            throw new CodedError('request.invalid', { problems: [{ code: 'user.roles', field: 'role', value: plainText(wanted), range: known }] });
          const found = await findUserByName(app.services, actor, name);
          sayUser(await setRoles(app.services, actor, found.id, after(found.roles, wanted)), options);
        }),
    );
}

function sayUser(user: UserView, { json }: Options): void {
  json ? sayJson(user) : say(`${plainText(user.name)}: ${stateOf(user)}; ${user.roles.join(', ') || 'no roles'}`);
}

function sayPassword({ user, password }: OneTimePasswordView, options: Options): void {
  if (options.json) {
    sayJson({ user, password });
    return;
  }
  say(`${plainText(user.name)} signs in with this password and changes it there. It is shown this once:`);
  say(`  password  ${password}`);
}

function stateOf({ state, mustChangePassword }: UserView): string {
  return state === 'active' && mustChangePassword ? 'active, has not signed in yet' : state;
}
