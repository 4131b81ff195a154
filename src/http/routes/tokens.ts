import { z } from 'zod';
import { madeTokenSchema, newTokenSchema, tokenListSchema, tokenQuerySchema } from '../../contract/token.ts';
import { createApiToken, listApiTokensFor, revokeToken } from '../../operations/api-tokens.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });

export function registerTokenRoutes(api: Api, services: Services): void {
  api.get(
    '/tokens',
    { schema: { summary: 'API tokens, and the scopes there are', querystring: tokenQuerySchema, response: { 200: tokenListSchema } } },
    async (request) => listApiTokensFor(services, actorOfRequest(request), request.query.of),
  );
  api.post(
    '/tokens',
    { schema: { summary: 'Make an API token; it is shown this once', body: newTokenSchema, response: { 201: madeTokenSchema } } },
    async (request, reply) => {
      reply.code(201);
      return createApiToken(services, actorOfRequest(request), request.body);
    },
  );
  api.delete('/tokens/:id', { schema: { summary: 'Revoke an API token', params, response: { 204: z.undefined() } } }, async (request, reply) => {
    await revokeToken(services, actorOfRequest(request), knownId(request.params.id));
    return reply.code(204).send();
  });
}
