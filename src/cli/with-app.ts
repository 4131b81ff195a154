import { type App, openApp } from '../app.ts';
import { type Config, loadConfig } from '../config/index.ts';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { actorOfToken } from '../operations/api-tokens.ts';
import { operatorActor } from '../operations/create-tenant.ts';
import { ensureFirstAdministrator } from './first-start.ts';
import { readKeptSignIn } from './kept-sign-in.ts';

export interface CommandContext {
  readonly app: App;
  readonly actor: Actor;
}

/** Options every command that works on UDM's data takes. */
export interface PlaceOptions {
  readonly tenant?: string;
  readonly user?: string;
}

/** Where the acts of a person at the command line come from. */
const ORIGIN = 'command line';

/**
 * Opens UDM for one command: the one that runs in the data folder, or an own one for as long as the command takes. The command acts as the owner
 * of the token that is set or that `udm login` kept; without one as an administrator of the tenant, and the audit log says "operator".
 */
export async function withApp<T>(options: PlaceOptions, work: (context: CommandContext) => Promise<T>): Promise<T> {
  return withOpenApp(async (app, config) => work({ app, actor: await actorFor(app, config, options) }));
}

/** The same before it is known who acts. */
export async function withOpenApp<T>(work: (app: App, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig({ UDM_LOG_LEVEL: 'warn', ...process.env });
  const app = await openApp(config, 'guest');
  try {
    await ensureFirstAdministrator(app.services);
    return await work(app, config);
  } finally {
    await app.stop();
  }
}

async function actorFor(app: App, config: Config, options: PlaceOptions): Promise<Actor> {
  const secret = await signInSecret(app, config);
  if (secret !== null) return personOf(app, secret, options);
  const tenant = options.tenant ?? 'default';
  const actor = await operatorActor(app.services, tenant, options.user);
  if (!actor) throw new CodedError('not_found', { field: 'tenant or user', value: [tenant, options.user].filter(Boolean).join('\\') });
  return actor;
}

/** The token that commands act with; null when nobody signed in. */
async function signInSecret(app: App, config: Config): Promise<string | null> {
  return config.token?.reveal() ?? (await readKeptSignIn(process.env, app.dataFolder));
}

async function personOf(app: App, secret: string, options: PlaceOptions): Promise<Actor> {
  // Who is signed in is one person of one tenant; a flag that says otherwise is a mistake, not a wish.
  for (const name of ['tenant', 'user'] as const)
    if (options[name] !== undefined)
      throw new CodedError('usage', { field: `--${name}`, value: 'given while signed in', range: 'sign out first: udm logout, or unset UDM_TOKEN' });
  const actor = await actorOfToken(app.services, secret);
  if (!actor) throw new CodedError('sign_in.ended');
  return { ...actor, origin: ORIGIN };
}
