import { z } from 'zod';
import type { Services } from '../../operations/services.ts';
import { databaseNow } from '../../records/clock.ts';
import type { Api } from '../api.ts';

const healthSchema = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

/** What anybody may ask: whether UDM lives, and what its API looks like. */
export function registerSystemRoutes(api: Api, services: Services): void {
  api.get('/health', { schema: { summary: 'Whether UDM and its database answer', response: { 200: healthSchema } } }, async () => {
    await databaseNow(services.database);
    return { status: 'ok' as const, version: services.version };
  });
  api.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('application/json').serializer((value: unknown) => JSON.stringify(value));
    return (api as unknown as { swagger(): object }).swagger();
  });
}
