import { z } from 'zod';
import {
  certificateChallengeSchema,
  certificateProofSchema,
  certificateProvenSchema,
  certificateChangeSchema,
  certificateListSchema,
  certificateSchema,
  certificateUploadSchema,
} from '../../contract/certificate.ts';
import { addCertificate, changeCertificate, listCertificatesFor, removeCertificate } from '../../operations/certificates.ts';
import { challengeCertificate, proveCertificate } from '../../operations/prove-certificate.ts';
import type { Services } from '../../operations/services.ts';
import { closedSignal } from '../closed-signal.ts';
import { knownId } from '../known-id.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

const params = z.object({ id: z.string() });

export function registerCertificateRoutes(api: Api, services: Services): void {
  api.get('/certificates', { schema: { summary: 'Certificates of the tenant', response: { 200: certificateListSchema } } }, async (request) => ({
    items: await listCertificatesFor(services, actorOfRequest(request)),
  }));
  api.post(
    '/certificates',
    { schema: { summary: 'Upload a certificate', body: certificateUploadSchema, response: { 201: certificateSchema } } },
    async (request, reply) => {
      reply.code(201);
      return addCertificate(services, actorOfRequest(request), request.body);
    },
  );
  api.put(
    '/certificates/:id',
    {
      schema: {
        summary: 'Rename a certificate, or change how files are encrypted to it',
        params,
        body: certificateChangeSchema,
        response: { 200: certificateSchema },
      },
    },
    async (request) => changeCertificate(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  api.post(
    '/certificates/:id/challenge',
    { schema: { summary: 'A small encrypted file that proves who can open it', params, response: { 200: certificateChallengeSchema } } },
    async (request, reply) => challengeCertificate(services, actorOfRequest(request), knownId(request.params.id), closedSignal(reply)),
  );
  api.post(
    '/certificates/:id/proof',
    { schema: { summary: 'The word inside the file of a challenge', params, body: certificateProofSchema, response: { 200: certificateProvenSchema } } },
    async (request) => proveCertificate(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  api.delete('/certificates/:id', { schema: { summary: 'Delete a certificate', params, response: { 204: z.undefined() } } }, async (request, reply) => {
    await removeCertificate(services, actorOfRequest(request), knownId(request.params.id));
    return reply.code(204).send();
  });
}
