import { z } from 'zod';
import { coverageSchema, coverageSourcesSchema, filledSchema, fillOrderSchema, fillPlanSchema, fillRequestSchema } from '../../contract/coverage.ts';
import { listCoverageSources } from '../../operations/coverage-sources.ts';
import { fillGaps, planFill } from '../../operations/fill-coverage.ts';
import { readCoverage } from '../../operations/read-coverage.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { actorOfRequest } from '../session-guard.ts';

const text = z.string().min(1).max(200);
const query = z
  .object({
    source: text,
    type: text,
    entityTypes: text.optional().meta({ description: 'Names, separated by commas; all when left out.' }),
    from: text,
    to: text,
  })
  .strict();

/** The operations read the moments themselves, so that each problem has its own code. */
const moment = z.string().meta({ format: 'date-time' });
const gapsBody = fillRequestSchema.extend({ from: moment, to: moment });
const fillBody = fillOrderSchema.extend({
  gaps: z
    .array(z.object({ from: moment, to: moment }).strict())
    .min(1)
    .max(1_000),
});

export function registerCoverageRoutes(api: Api, services: Services): void {
  api.get(
    '/coverage',
    { schema: { summary: 'Which stretches of time are exported, expired, missing or doubled', querystring: query, response: { 200: coverageSchema } } },
    async (request) => {
      const { entityTypes, ...asked } = request.query;
      return readCoverage(services, actorOfRequest(request), { ...asked, entityTypes: entityTypes?.split(',') });
    },
  );
  api.get(
    '/coverage/sources',
    { schema: { summary: 'The sources whose coverage can be asked, deleted ones too', response: { 200: coverageSourcesSchema } } },
    async (request) => listCoverageSources(services, actorOfRequest(request)),
  );
  api.post(
    '/coverage/gaps',
    { schema: { summary: 'What filling the gaps would run; changes nothing', body: gapsBody, response: { 200: fillPlanSchema } } },
    async (request) => planFill(services, actorOfRequest(request), { ...request.body, job: knownId(request.body.job) }),
  );
  api.post('/coverage/fill', { schema: { summary: 'Run a job for these gaps', body: fillBody, response: { 201: filledSchema } } }, async (request, reply) => {
    reply.code(201);
    return { runs: await fillGaps(services, actorOfRequest(request), { ...request.body, job: knownId(request.body.job) }) };
  });
}
