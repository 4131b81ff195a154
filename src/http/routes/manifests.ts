import { z } from 'zod';
import { signingKeyListSchema } from '../../contract/signing-key.ts';
import { getRunManifest } from '../../operations/run-manifest.ts';
import type { Services } from '../../operations/services.ts';
import { listSigningKeysFor } from '../../operations/signing-keys.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });

/** What proves files: the signed manifests of runs, and the public keys to check them with. */
export function registerManifestRoutes(api: Api, services: Services): void {
  api.get(
    '/runs/:id/manifest',
    { schema: { summary: 'The signed manifest of a published run, to the byte', params, produces: ['application/json'] } },
    async (request, reply) => {
      const { name, body, sha256 } = await getRunManifest(services, actorOfRequest(request), knownId(request.params.id));
      return reply.type('application/json').header('etag', `"${sha256}"`).header('content-disposition', `attachment; filename="${name}"`).send(body);
    },
  );
  api.get(
    '/runs/:id/manifest/signature',
    { schema: { summary: 'The detached signature of the manifest of a run', params, produces: ['application/octet-stream'] } },
    async (request, reply) => {
      const { name, signature } = await getRunManifest(services, actorOfRequest(request), knownId(request.params.id));
      return reply.type('application/octet-stream').header('content-disposition', `attachment; filename="${name}.sig"`).send(signature);
    },
  );
  api.get('/signing-keys/pem', { schema: { summary: 'The same as one PEM file', produces: ['application/x-pem-file'] } }, async (request, reply) => {
    const keys = await listSigningKeysFor(services, actorOfRequest(request));
    return reply
      .type('application/x-pem-file')
      .header('content-disposition', 'attachment; filename="udm-signing-key.pem"')
      .send(keys.map((key) => key.publicKey).join(''));
  });
  api.get(
    '/signing-keys',
    { schema: { summary: 'Public keys that UDM signs with, the one in use first', response: { 200: signingKeyListSchema } } },
    async (request) => ({ items: await listSigningKeysFor(services, actorOfRequest(request)) }),
  );
}
