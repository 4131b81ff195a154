import { z } from 'zod';
import { runListSchema, runSchema } from '../../contract/run.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { getRun, listRunsFor } from '../../operations/read-runs.ts';
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
  api.post('/runs/:id/cancel', { schema: { summary: 'Cancel a run', params, response: { 202: runSchema } } }, async (request, reply) => {
    reply.code(202);
    return cancelRun(services, actorOfRequest(request), knownId(request.params.id));
  });
}
