import { sourceListSchema } from '../../contract/source.ts';
import type { Services } from '../../operations/services.ts';
import { listSourcesFor } from '../../operations/sources.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

export function registerSourceRoutes(api: Api, services: Services): void {
  api.get('/sources', { schema: { summary: 'Sources with their types', response: { 200: sourceListSchema } } }, async (request) => ({
    items: await listSourcesFor(services, actorOfRequest(request)),
  }));
}
