import { z } from 'zod';
import { sampleRequestSchema, sampleSchema, sourceDetailSchema, sourceDraftSchema, sourceListSchema, typeFieldsSchema } from '../../contract/source.ts';
import { timeZoneNames } from '../../domain/time-zone.ts';
import { changeSource, createSource, deleteSource } from '../../operations/change-source.ts';
import { wantSourceReplay } from '../../operations/data-requests/replay-sources.ts';
import { readFields, sampleSource } from '../../operations/sample-source.ts';
import type { Services } from '../../operations/services.ts';
import { getSource, listSourcesFor } from '../../operations/sources.ts';
import type { Api } from '../api.ts';
import { closedSignal } from '../closed-signal.ts';
import { versionOf } from '../if-match.ts';
import { knownId } from '../known-id.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });
/** The operation checks the draft itself, so that every problem has its own code. */
const draftBody = sourceDraftSchema as unknown as z.ZodType<unknown>;
const nameParams = z.object({ name: z.string() });
const typeParams = z.object({ name: z.string(), type: z.string() });

export function registerSourceRoutes(api: Api, services: Services): void {
  api.get('/sources', { schema: { summary: 'Sources with their types', response: { 200: sourceListSchema } } }, async (request) => ({
    items: await listSourcesFor(services, actorOfRequest(request)),
  }));
  registerChanges(api, services);
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

const replaySchema = z
  .object({ erasures: z.number().int().meta({ description: 'Erasures that the ledger knows of and that are repeated in the source.' }) })
  .meta({ id: 'SourceReplay' });

function registerChanges(api: Api, services: Services): void {
  api.post('/sources', { schema: { summary: 'Make a source', body: draftBody, response: { 201: sourceDetailSchema } } }, async (request, reply) => {
    const source = await createSource(services, actorOfRequest(request), request.body);
    reply.code(201).header('location', `/api/sources/${source.id}`).header('etag', `"${source.version}"`);
    return source;
  });
  api.get(
    '/sources/:id',
    { schema: { summary: 'One source, without its password', params, response: { 200: sourceDetailSchema } } },
    async (request, reply) => {
      const source = await getSource(services, actorOfRequest(request), knownId(request.params.id));
      reply.header('etag', `"${source.version}"`);
      return source;
    },
  );
  api.put(
    '/sources/:id',
    { schema: { summary: 'Change a source', params, body: draftBody, response: { 200: sourceDetailSchema } } },
    async (request, reply) => {
      const version = versionOf(request.headers['if-match']);
      const source = await changeSource(services, actorOfRequest(request), knownId(request.params.id), version, request.body);
      reply.header('etag', `"${source.version}"`);
      return source;
    },
  );
  api.delete(
    '/sources/:id',
    { schema: { summary: 'Delete a source; what was exported from it stays', params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await deleteSource(services, actorOfRequest(request), knownId(request.params.id));
      return reply.code(204).send();
    },
  );
  api.post(
    '/sources/:id/replay',
    {
      schema: {
        summary: 'After a restore of the source: erase in it again whom the ledger knows; its runs wait until then',
        params,
        response: { 202: replaySchema },
      },
    },
    async (request, reply) => reply.code(202).send(await wantSourceReplay(services, actorOfRequest(request), knownId(request.params.id))),
  );
}
