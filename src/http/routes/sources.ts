import { z } from 'zod';
import { sampleRequestSchema, sampleSchema, sourceListSchema, typeFieldsSchema } from '../../contract/source.ts';
import { timeZoneNames } from '../../domain/time-zone.ts';
import { readFields, sampleSource } from '../../operations/sample-source.ts';
import type { Services } from '../../operations/services.ts';
import { listSourcesFor } from '../../operations/sources.ts';
import type { Api } from '../api.ts';
import { closedSignal } from '../closed-signal.ts';
import { actorOfRequest } from '../session-guard.ts';

const nameParams = z.object({ name: z.string() });
const typeParams = z.object({ name: z.string(), type: z.string() });

export function registerSourceRoutes(api: Api, services: Services): void {
  api.get('/sources', { schema: { summary: 'Sources with their types', response: { 200: sourceListSchema } } }, async (request) => ({
    items: await listSourcesFor(services, actorOfRequest(request)),
  }));
  api.get(
    '/sources/:name/types/:type/fields',
    { schema: { summary: 'The fields of a type, and which of them tell of a person', params: typeParams, response: { 200: typeFieldsSchema } } },
    async (request) => readFields(services, actorOfRequest(request), request.params.name, request.params.type),
  );
  api.post(
    '/sources/:name/sample',
    { schema: { summary: 'The newest rows of a type, masked', params: nameParams, body: sampleRequestSchema, response: { 200: sampleSchema } } },
    async (request, reply) => sampleSource(services, actorOfRequest(request), request.params.name, request.body, closedSignal(reply)),
  );
  api.get(
    '/time-zones',
    { schema: { summary: 'Names of time zones a job can have', response: { 200: z.object({ items: z.array(z.string()) }).meta({ id: 'TimeZones' }) } } },
    async () => ({ items: [...timeZoneNames()] }),
  );
}
