import { z } from 'zod';
import { artifactListSchema, artifactSchema } from '../../contract/artifact.ts';
import { getArtifact, listArtifactsFor, openArtifact } from '../../operations/artifacts.ts';
import type { Services } from '../../operations/services.ts';
import { knownId } from '../known-id.ts';
import { type ListQuery, listQuery } from '../page-query.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });
const query = listQuery(['createdAt', 'fileName', 'bytes'], ['run', 'job', 'source', 'type', 'text']);

export function registerArtifactRoutes(api: Api, services: Services): void {
  api.get('/artifacts', { schema: { summary: 'Artifacts', querystring: query, response: { 200: artifactListSchema } } }, async (request) => {
    const filter = request.query as ListQuery & { run?: string; job?: string };
    const ids = { ...(filter.run ? { run: knownId(filter.run) } : {}), ...(filter.job ? { job: knownId(filter.job) } : {}) };
    return listArtifactsFor(services, actorOfRequest(request), { ...filter, ...ids });
  });
  api.get('/artifacts/:id', { schema: { summary: 'One artifact', params, response: { 200: artifactSchema } } }, async (request) =>
    getArtifact(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.get(
    '/artifacts/:id/content',
    { schema: { summary: 'Download the encrypted file', params, produces: ['application/pkcs7-mime'] } },
    async (request, reply) => {
      const { artifact, content } = await openArtifact(services, actorOfRequest(request), knownId(request.params.id));
      return reply
        .type('application/pkcs7-mime')
        .header('content-length', artifact.bytes)
        .header('etag', `"${artifact.sha256}"`)
        .header('content-disposition', `attachment; filename="${artifact.fileName}"`)
        .send(content);
    },
  );
}
