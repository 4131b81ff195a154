import { type App, openApp } from '../app.ts';
import { loadConfig } from '../config/index.ts';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { operatorActor } from '../operations/create-tenant.ts';
import { ensureFirstAdministrator } from './first-start.ts';

export interface CommandContext {
  readonly app: App;
  readonly actor: Actor;
}

/** Options every command that works on UDM's data takes. */
export interface PlaceOptions {
  readonly tenant?: string;
  readonly user?: string;
}

/**
 * Opens UDM for one command: the one that runs in the data folder, or an own one for as long as the command takes.
 * The command acts as the administrator of the tenant; the audit log names it "operator".
 */
export async function withApp<T>(options: PlaceOptions, work: (context: CommandContext) => Promise<T>): Promise<T> {
  const environment = { UDM_LOG_LEVEL: 'warn', ...process.env };
  const app = await openApp(loadConfig(environment), 'guest');
  try {
    await ensureFirstAdministrator(app.services);
    const actor = await operatorActor(app.services, options.tenant ?? 'default', options.user);
    if (!actor) throw new CodedError('not_found', { field: 'tenant or user', value: [options.tenant ?? 'default', options.user].filter(Boolean).join('\\') });
    return await work({ app, actor });
  } finally {
    await app.stop();
  }
}
