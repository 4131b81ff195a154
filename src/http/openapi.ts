import type { Services } from '../operations/services.ts';
import { buildServer } from './server.ts';

/** The OpenAPI 3.1 document, made from the routes without a database: routes only close over the services. */
export async function buildOpenApi(version: string): Promise<object> {
  const services = { version } as Services;
  const server = await buildServer({ services, events: { subscribe: () => () => {}, stop: async () => {} }, hosts: null, webFolder: '/nonexistent' });
  await server.ready();
  const document = (server as unknown as { swagger(): object }).swagger();
  await server.close();
  return document;
}
