import { z } from 'zod';
import { runSchema } from '../../contract/run.ts';
import { retrySchema, runDetailsSchema } from '../../contract/run-details.ts';
import { textFilter } from '../../contract/page.ts';
import { runListSchema, runQuerySchema } from '../../contract/run-list.ts';
import { runTimelineSchema } from '../../contract/run-timeline.ts';
import { cancelRun } from '../../operations/cancel-run.ts';
import { removeRun } from '../../operations/delete-run.ts';
import { getRunDetails } from '../../operations/read-run-details.ts';
import { readRunTimeline } from '../../operations/read-run-timeline.ts';
import { getRun, listRunsFor } from '../../operations/read-runs.ts';
import { retryRun } from '../../operations/retry-run.ts';
import type { Services } from '../../operations/services.ts';
import { knownId } from '../known-id.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });
const timelineQuery = z.object({ from: z.string(), to: z.string(), job: textFilter, source: textFilter, type: textFilter }).strict();

export function registerRunRoutes(api: Api, services: Services): void {
  api.get('/runs', { schema: { summary: 'Runs, newest first', querystring: runQuerySchema, response: { 200: runListSchema } } }, async (request) => {
    const { query } = request;
    return listRunsFor(services, actorOfRequest(request), query.job === undefined ? query : { ...query, job: knownId(query.job) });
  });
  api.get('/runs/:id', { schema: { summary: 'One run', params, response: { 200: runSchema } } }, async (request) =>
    getRun(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.get(
    '/runs/timeline',
    { schema: { summary: 'Past and planned runs on one axis', querystring: timelineQuery, response: { 200: runTimelineSchema } } },
    async (request) => {
      const { job, ...asked } = request.query;
      return readRunTimeline(services, actorOfRequest(request), { ...asked, job: job && knownId(job) });
    },
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
