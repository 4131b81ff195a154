import { z } from 'zod';
import { runListSchema, runSchema } from '../../contract/run.ts';
import { retrySchema, runDetailsSchema } from '../../contract/run-details.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { removeRun } from '../../operations/delete-run.ts';
import { getRunDetails } from '../../operations/read-run-details.ts';
import { getRun, listRunsFor } from '../../operations/read-runs.ts';
import { retryRun } from '../../operations/retry-run.ts';
import type { Services } from '../../operations/services.ts';
import { knownId } from '../known-id.ts';
import { type ListQuery, listQuery } from '../page-query.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });
const query = listQuery(['scheduledAt'], ['job', 'status', 'source', 'type', 'text']);

export function registerRunRoutes(api: Api, services: Services): void {
  api.get('/runs', { schema: { summary: 'Runs, newest first', querystring: query, response: { 200: runListSchema } } }, async (request) => {
    const filter = request.query as ListQuery & { job?: string };
    return listRunsFor(services, actorOfRequest(request), filter.job ? { ...filter, job: knownId(filter.job) } : filter);
  });
  api.get('/runs/:id', { schema: { summary: 'One run', params, response: { 200: runSchema } } }, async (request) =>
    getRun(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.get(
    '/runs/:id/details',
    { schema: { summary: 'One run with its attempts, phases, parts, settings and what happened around it', params, response: { 200: runDetailsSchema } } },
    async (request) => getRunDetails(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.post(
    '/runs/:id/retry',
    { schema: { summary: 'Run it again for the same window', params, body: retrySchema.optional(), response: { 202: runSchema } } },
    async (request, reply) => {
      reply.code(202);
      return retryRun(services, actorOfRequest(request), knownId(request.params.id), request.body?.retries);
    },
  );
  api.delete(
    '/runs/:id',
    { schema: { summary: 'Take a run that has ended out of History; its files stay', params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await removeRun(services, actorOfRequest(request), knownId(request.params.id));
      return reply.code(204).send();
    },
  );
  api.post('/runs/:id/cancel', { schema: { summary: 'Cancel a run', params, response: { 202: runSchema } } }, async (request, reply) => {
    reply.code(202);
    return cancelRun(services, actorOfRequest(request), knownId(request.params.id));
  });
}
