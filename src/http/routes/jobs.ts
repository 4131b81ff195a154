import { z } from 'zod';
import { bulkResultSchema, bulkSchema } from '../../contract/bulk.ts';
import { jobDraftSchema, jobSchema, resumeSchema } from '../../contract/job.ts';
import { jobListSchema, jobQuerySchema } from '../../contract/job-list.ts';
import { wholeText } from '../../contract/page.ts';
import { previewRequestSchema, previewSchema } from '../../contract/preview.ts';
import { runSchema } from '../../contract/run.ts';
import { CodedError } from '../../errors.ts';
import { bulkJobs } from '../../operations/bulk-jobs.ts';
import { createJob } from '../../operations/create-job.ts';
import { removeJob } from '../../operations/delete-job.ts';
import { editJob } from '../../operations/edit-job.ts';
import { previewJob, previewStoredJob } from '../../operations/preview-job.ts';
import { getJob, listJobsFor } from '../../operations/read-jobs.ts';
import { resumeJob } from '../../operations/resume-job.ts';
import { runJobNow } from '../../operations/run-job-now.ts';
import type { Services } from '../../operations/services.ts';
import { suspendJob } from '../../operations/suspend-job.ts';
import { versionOf } from '../if-match.ts';
import { knownId } from '../known-id.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });
/** The operation checks drafts itself, so that every problem has its own code. */
const draftBody = jobDraftSchema as unknown as z.ZodType<unknown>;
const previewBody = previewRequestSchema as unknown as z.ZodType<unknown>;
const previewQuery = z.object({ count: wholeText(1, 100).default(5) }).strict();

export function registerJobRoutes(api: Api, services: Services): void {
  api.post(
    '/jobs/bulk',
    { schema: { summary: 'One act on many jobs, or what it would do', body: bulkSchema, response: { 200: bulkResultSchema } } },
    async (request) => bulkJobs(services, actorOfRequest(request), request.body, idempotencyKey(request.headers['idempotency-key'])),
  );
  api.get('/jobs', { schema: { summary: 'Jobs', querystring: jobQuerySchema, response: { 200: jobListSchema } } }, async (request) =>
    listJobsFor(services, actorOfRequest(request), request.query),
  );
  api.post('/jobs', { schema: { summary: 'Create a job', body: draftBody, response: { 201: jobSchema } } }, async (request, reply) => {
    const job = await createJob(services, actorOfRequest(request), request.body, idempotencyKey(request.headers['idempotency-key']));
    reply.code(201).header('location', `/api/jobs/${job.id}`);
    return job;
  });
  api.post(
    '/jobs/preview',
    { schema: { summary: 'What a job with these settings would do; stores nothing', body: previewBody, response: { 200: previewSchema } } },
    async (request) => previewJob(services, actorOfRequest(request), request.body),
  );
  api.get(
    '/jobs/:id/preview',
    { schema: { summary: 'The next runs of a job', params, querystring: previewQuery, response: { 200: previewSchema } } },
    async (request) => previewStoredJob(services, actorOfRequest(request), knownId(request.params.id), request.query.count),
  );
  api.get('/jobs/:id', { schema: { summary: 'One job', params, response: { 200: jobSchema } } }, async (request, reply) => {
    const job = await getJob(services, actorOfRequest(request), knownId(request.params.id));
    reply.header('etag', `"${job.version}"`);
    return job;
  });
  api.put('/jobs/:id', { schema: { summary: 'Edit a job', params, body: draftBody, response: { 200: jobSchema } } }, async (request) =>
    editJob(services, actorOfRequest(request), knownId(request.params.id), versionOf(request.headers['if-match']), request.body),
  );
  api.delete(
    '/jobs/:id',
    { schema: { summary: 'Delete a job; its runs and artifacts stay', params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await removeJob(services, actorOfRequest(request), knownId(request.params.id));
      return reply.code(204).send();
    },
  );
  api.post('/jobs/:id/suspend', { schema: { summary: 'Suspend a job', params, response: { 200: jobSchema } } }, async (request) =>
    suspendJob(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.post(
    '/jobs/:id/resume',
    { schema: { summary: 'Resume a suspended job', params, body: resumeSchema.optional(), response: { 200: jobSchema } } },
    async (request) => resumeJob(services, actorOfRequest(request), knownId(request.params.id), request.body?.missed),
  );
  api.post('/jobs/:id/run', { schema: { summary: 'Run a job now', params, response: { 201: runSchema } } }, async (request, reply) => {
    reply.code(201);
    return runJobNow(services, actorOfRequest(request), knownId(request.params.id), idempotencyKey(request.headers['idempotency-key']));
  });
}

function idempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(header))
    throw new CodedError('request.header', { field: 'idempotency-key', range: '1 to 200 visible ASCII characters' });
  return header;
}
