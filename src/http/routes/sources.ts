import { z } from 'zod';
import { sourceListSchema } from '../../contract/source.ts';
import { timeZoneNames } from '../../domain/time-zone.ts';
import type { Services } from '../../operations/services.ts';
import { listSourcesFor } from '../../operations/sources.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

export function registerSourceRoutes(api: Api, services: Services): void {
  api.get('/sources', { schema: { summary: 'Sources with their types', response: { 200: sourceListSchema } } }, async (request) => ({
    items: await listSourcesFor(services, actorOfRequest(request)),
  }));
  api.get(
    '/time-zones',
    { schema: { summary: 'Names of time zones a job can have', response: { 200: z.object({ items: z.array(z.string()) }).meta({ id: 'TimeZones' }) } } },
    async () => ({ items: [...timeZoneNames()] }),
  );
}
