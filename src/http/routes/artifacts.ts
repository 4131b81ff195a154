import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { artifactSchema, bundleSchema, withdrawalSchema } from '../../contract/artifact.ts';
import { artifactListSchema, artifactQuerySchema } from '../../contract/artifact-list.ts';
import { runSchema } from '../../contract/run.ts';
import { getArtifact, listArtifactsFor } from '../../operations/artifacts.ts';
import { bundleArtifacts } from '../../operations/bundle-artifacts.ts';
import { deleteArtifact } from '../../operations/delete-artifact.ts';
import { openRange } from '../../operations/open-artifact.ts';
import { runWindowAgain } from '../../operations/run-window-again.ts';
import { withdrawArtifact } from '../../operations/withdraw-artifact.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { FILE_DESCRIPTION, FILE_TYPE, sendFile } from '../send-file.ts';
import { actorOfRequest, callerOf } from '../session-guard.ts';

const params = z.object({ id: z.string() });

export function registerArtifactRoutes(api: Api, services: Services): void {
  api.get('/artifacts', { schema: { summary: 'Artifacts', querystring: artifactQuerySchema, response: { 200: artifactListSchema } } }, async (request) => {
    const { query } = request;
    const ids = { ...(query.run !== undefined && { run: knownId(query.run) }), ...(query.job !== undefined && { job: knownId(query.job) }) };
    return listArtifactsFor(services, actorOfRequest(request), { ...query, ...ids });
  });
  api.get('/artifacts/:id', { schema: { summary: 'One artifact', params, response: { 200: artifactSchema } } }, async (request) =>
    getArtifact(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.delete(
    '/artifacts/:id',
    { schema: { summary: 'Delete the file of an artifact; its row stays', params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await deleteArtifact(services, actorOfRequest(request), knownId(request.params.id));
      return reply.code(204).send();
    },
  );
  api.post(
    '/artifacts/:id/run-again',
    { schema: { summary: 'Run the window of an expired or deleted artifact again', params, response: { 201: runSchema } } },
    async (request, reply) => {
      reply.code(201);
      return runWindowAgain(services, actorOfRequest(request), knownId(request.params.id));
    },
  );
  api.post(
    '/artifacts/:id/withdraw',
    {
      schema: {
        summary: 'Take back an artifact that should not have been made or handed out',
        description: 'Nothing of it is served any more, downloads that are under way are cut, its file is deleted; its row stays and says so.',
        params,
        body: withdrawalSchema,
        response: { 200: artifactSchema },
      },
    },
    async (request) => withdrawArtifact(services, actorOfRequest(request), knownId(request.params.id), request.body.reason),
  );
  api.post(
    '/artifacts/bundle',
    { schema: { summary: 'Download up to 100 files as one zip', body: bundleSchema, produces: ['application/zip'] } },
    async (request, reply) => {
      const askWho = async () => callerOf(services, request);
      const { name, bytes, content } = await bundleArtifacts(
        services,
        askWho,
        request.body.ids.map((id) => id.toLowerCase()),
      );
      return reply.type('application/zip').header('content-length', bytes).header('content-disposition', `attachment; filename="${name}"`).send(content);
    },
  );
  registerContent(api, services);
}

function registerContent(api: Api, services: Services): void {
  // Of its own, or the server would read the whole file to answer HEAD.
  api.head('/artifacts/:id/content', { schema: { hide: true, params } }, async (request, reply) =>
    sendContent(services, request, knownId(request.params.id), reply),
  );
  api.get(
    '/artifacts/:id/content',
    {
      schema: {
        summary: 'Download the encrypted file',
        description: FILE_DESCRIPTION,
        params,
        produces: [FILE_TYPE],
      },
    },
    async (request, reply) => sendContent(services, request, knownId(request.params.id), reply),
  );
}

async function sendContent(services: Services, request: FastifyRequest, id: string, reply: FastifyReply): Promise<FastifyReply> {
  return sendFile(request, reply, async (choose) => {
    const { artifact, ...opened } = await openRange(services, actorOfRequest(request), id, choose, async () => callerOf(services, request));
    return { file: artifact, ...opened };
  });
}
