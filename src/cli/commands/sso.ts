import type { Command } from 'commander';
import type { SsoView } from '../../contract/sso.ts';
import { CodedError } from '../../errors.ts';
import { readSsoSettings, removeSsoSettings, setSsoSettings } from '../../operations/sso-settings.ts';
import { loadConfig } from '../../config/index.ts';
import { addPlaceOptions } from '../options.ts';
import { readSecretFile } from '../secret-file.ts';
import { plainText, say, sayJson } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

interface Flags extends Options {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretFile?: string;
  readonly publicClient?: boolean;
  readonly nameClaim: string;
  readonly roleClaim: string;
  readonly map: Readonly<Record<string, string>>;
}

export function registerSso(program: Command): void {
  const sso = program.command('sso').description('Single sign-on of a tenant (OpenID Connect)');
  addPlaceOptions(sso.command('show').description('Show the settings, and the address to register at the provider')).action((options: Options) =>
    withApp(options, (context) => show(context, options)),
  );
  addPlaceOptions(sso.command('set').description('Let people of a tenant sign in at their own provider; it must answer'))
    .requiredOption('--issuer <address>', 'address of the provider')
    .requiredOption('--client-id <id>', 'what the provider knows UDM as')
    .option('--client-secret-file <file>', 'file that holds the client secret; - reads standard input; left out: as it was')
    .option('--public-client', 'there is no secret')
    .option('--name-claim <claim>', 'claim that names the user', 'preferred_username')
    .option('--role-claim <claim>', 'claim that names what the person is', 'roles')
    .option('--map <value=role>', 'a value of that claim and its role in UDM; may be repeated', mapOption, {})
    .action((flags: Flags) => withApp(flags, (context) => set(context, flags)));
  addPlaceOptions(sso.command('remove').description('Take single sign-on away; users it made stay and cannot sign in')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      await removeSsoSettings(app.services, actor);
      options.json ? sayJson({ removed: true }) : say('Removed.');
    }),
  );
}

async function set(context: CommandContext, flags: Flags): Promise<void> {
  const { issuer, clientId, nameClaim, roleClaim, map, clientSecretFile, publicClient } = flags;
  if (clientSecretFile !== undefined && publicClient) throw new CodedError('usage', { field: '--public-client', value: 'given with --client-secret-file' });
  const clientSecret = clientSecretFile === undefined ? (publicClient ? null : undefined) : await readSecretFile('--client-secret-file', clientSecretFile);
  await setSsoSettings(context.app.services, context.actor, { issuer, clientId, clientSecret, nameClaim, roleClaim, roles: map });
  await show(context, flags);
}

async function show({ app, actor }: CommandContext, options: Options): Promise<void> {
  const view = await readSsoSettings(app.services, actor, loadConfig(process.env).publicUrl);
  options.json ? sayJson(view) : sayView(view);
}

function sayView({ settings, redirectUri }: SsoView): void {
  if (!settings) say('There is no single sign-on.');
  else {
    say(`issuer      ${settings.issuer}`);
    say(`client id   ${plainText(settings.clientId)} (${settings.hasSecret ? 'with a secret' : 'public, without a secret'})`);
    say(`user name   ${plainText(settings.nameClaim)}`);
    say(`roles       ${plainText(settings.roleClaim)}`);
    for (const [value, role] of Object.entries(settings.roles)) say(`            ${plainText(value)} → ${role}`);
  }
  say(`register    ${redirectUri ?? 'set UDM_PUBLIC_URL first: nobody can come back from the provider until then'}`);
}

function mapOption(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const cut = text.lastIndexOf('=');
  if (cut < 1) throw new CodedError('usage', { field: '--map', value: 'no role', range: 'value=role' });
  return { ...before, [text.slice(0, cut)]: text.slice(cut + 1) };
}
