import path from 'node:path';
import type { Command } from 'commander';
import { type App, openApp } from '../../app.ts';
import { type Config, loadConfig, PROGRAM_FOLDER } from '../../config/index.ts';
import { CodedError } from '../../errors.ts';
import { buildServer } from '../../http/server.ts';
import { ensureFirstAdministrator } from '../first-start.ts';
import { note } from '../terminal.ts';

export interface Door {
  readonly url: string;
  close(): Promise<void>;
}

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('Run UDM: web app, API and workers, until Ctrl+C')
    .action(async () => {
      const config = loadConfig(process.env);
      // Before anything starts: a Ctrl+C meanwhile is kept and ends UDM in order.
      const stop = stopSignal();
      const app = await openApp(config, 'owner');
      try {
        await ensureFirstAdministrator(app.services);
        await app.startWorker();
        app.startPlanner();
        app.startHousekeeping();
        const door = await openDoor(app, config);
        note(`UDM is ready: ${door.url}`);
        note(`Data folder: ${app.dataFolder}. Press Ctrl+C to stop.`);
        await stop;
        note('Stopping: running exports begin again at the next start.');
        await door.close();
      } finally {
        await app.stop();
      }
    });
}

/** Opens the HTTP door of a UDM that is up. */
export async function openDoor(app: App, config: Config): Promise<Door> {
  const events = await app.listenToRuns();
  const publicHost = config.publicUrl === null ? [] : [new URL(config.publicUrl).hostname];
  const named = [config.host, ...config.publicHosts, ...publicHost].map((host) => host.toLowerCase());
  const hosts = [...new Set(['127.0.0.1', 'localhost', '[::1]', ...named])];
  const { trustedProxies, publicUrl, requestsPerMinute } = config;
  const server = await buildServer({
    services: app.services,
    events,
    hosts,
    trustedProxies,
    publicUrl,
    requestsPerMinute,
    webFolder: path.join(PROGRAM_FOLDER, 'dist', 'web'),
  });
  const url = await server.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    throw new CodedError('config.port_taken', { value: `${config.host}:${config.port}`, cause: error });
  });
  return {
    url,
    async close() {
      server.server.closeAllConnections();
      await server.close();
      await events.stop();
    },
  };
}

/** Resolves at the first SIGINT or SIGTERM. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
