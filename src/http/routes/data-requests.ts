import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { correctableFieldsSchema } from '../../contract/correctable-field.ts';
import {
  dataRequestDetailsSchema,
  extensionSchema,
  holdListSchema,
  holdSchema,
  identityNoteSchema,
  madeRequestsSchema,
  manyMadeSchema,
  moreIdentifiersSchema,
  newHoldSchema,
  newRequestSchema,
  outdatedExportsSchema,
  reasonSchema,
  receiptDeadlineSchema,
  receiptQuerySchema,
  refusalSchema,
  releasedHoldSchema,
  requestCheckSchema,
  requestFileSchema,
  requestHistorySchema,
  requestListSchema,
  requestQuerySchema,
} from '../../contract/data-request.ts';
import { receiptSchema } from '../../contract/receipt.ts';
import { addIdentifiers } from '../../operations/data-requests/add-identifiers.ts';
import { endInPart } from '../../operations/data-requests/end-in-part.ts';
import { approveRequest, confirmSeveral } from '../../operations/data-requests/approve-request.ts';
import { listCorrectableFields } from '../../operations/data-requests/correctable-fields.ts';
import { extendRequest, refuseRequest, stopRequest } from '../../operations/data-requests/decide-request.ts';
import { listHoldsFor, placeHold, releaseLegalHold } from '../../operations/data-requests/legal-holds.ts';
import { openPackage } from '../../operations/data-requests/open-package.ts';
import { askIdentity, beginRequest, noteIdentity } from '../../operations/data-requests/prove-identity.ts';
import { getReceipt } from '../../operations/data-requests/read-receipt.ts';
import { getRequest, listRequestsFor } from '../../operations/data-requests/read-requests.ts';
import { receiptDeadline } from '../../operations/data-requests/receipt-deadline.ts';
import { requestHistory } from '../../operations/data-requests/request-history.ts';
import { checkRequest, submitRequest, submitRequestFile } from '../../operations/data-requests/submit-requests.ts';
import { withdrawOutdated } from '../../operations/data-requests/withdraw-outdated.ts';
import type { Services } from '../../operations/services.ts';
import type { Api } from '../api.ts';
import { versionOf } from '../if-match.ts';
import { knownId } from '../known-id.ts';
import { refuseIdentifiers } from '../refuse-identifiers.ts';
import { parseRequestFileBytes } from '../request-file.ts';
import { FILE_DESCRIPTION, FILE_TYPE, sendFile } from '../send-file.ts';
import { actorOfRequest, callerOf } from '../session-guard.ts';

const params = z.object({ id: z.string() });
const details = { 200: dataRequestDetailsSchema };
/** A file of 10,000 people with several identifiers each. */
const FILE_BYTES = 16 * 1024 * 1024;

export function registerDataRequestRoutes(api: Api, services: Services): void {
  api.register(async (inner) => {
    const own = inner as unknown as Api;
    own.addHook('onRequest', refuseIdentifiers);
    registerReading(own, services);
    registerPackage(own, services);
    registerSubmitting(own, services);
    registerHandling(own, services);
    registerDeciding(own, services);
    registerOutdated(own, services);
    registerHolds(own, services);
    own.register(async (files) => registerFile(files as unknown as Api, services));
  });
}

function registerReading(api: Api, services: Services): void {
  api.get('/requests', { schema: { summary: 'Data requests', querystring: requestQuerySchema, response: { 200: requestListSchema } } }, async (request) =>
    listRequestsFor(services, actorOfRequest(request), request.query),
  );
  api.get('/requests/:id', { schema: { summary: 'One data request', params, response: details } }, async (request, reply) => {
    const found = await getRequest(services, actorOfRequest(request), knownId(request.params.id));
    reply.header('etag', `"${found.version}"`);
    return found;
  });
  api.get(
    '/requests/:id/history',
    { schema: { summary: 'What was done with a data request, the newest first', params, response: { 200: requestHistorySchema } } },
    async (request) => requestHistory(services, actorOfRequest(request), knownId(request.params.id)),
  );
  api.get(
    '/requests/:id/receipt',
    { schema: { summary: 'The signed receipt of a request that has ended', params, response: { 200: receiptSchema } } },
    async (request) => getReceipt(services, actorOfRequest(request), knownId(request.params.id)),
  );
}

function registerPackage(api: Api, services: Services): void {
  const send = (request: FastifyRequest, id: string, reply: FastifyReply) =>
    sendFile(request, reply, (choose) => openPackage(services, actorOfRequest(request), id, choose, async () => callerOf(services, request)));
  // Of its own, or the server would read the whole file to answer HEAD.
  api.head('/requests/:id/package', { schema: { hide: true, params } }, async (request, reply) => send(request, knownId(request.params.id), reply));
  api.get(
    '/requests/:id/package',
    { schema: { summary: 'Download the encrypted answer to an access request', description: FILE_DESCRIPTION, params, produces: [FILE_TYPE] } },
    async (request, reply) => send(request, knownId(request.params.id), reply),
  );
}

function registerSubmitting(api: Api, services: Services): void {
  api.get(
    '/requests/deadline',
    {
      schema: {
        summary: 'By when a request of that day of receipt is to be answered',
        querystring: receiptQuerySchema,
        response: { 200: receiptDeadlineSchema },
      },
    },
    async (request) => receiptDeadline(services, actorOfRequest(request), request.query),
  );
  api.get(
    '/requests/correctable-fields',
    { schema: { summary: 'What a rectification can correct, and in which sources', response: { 200: correctableFieldsSchema } } },
    async (request) => listCorrectableFields(services, actorOfRequest(request)),
  );
  api.post(
    '/requests/check',
    { schema: { summary: 'What submitting would make; nothing is stored', body: newRequestSchema, response: { 200: requestCheckSchema } } },
    async (request) => checkRequest(services, actorOfRequest(request), request.body),
  );
  api.post(
    '/requests',
    { schema: { summary: 'Submit a data request, or one of each kind, for one person', body: newRequestSchema, response: { 201: madeRequestsSchema } } },
    async (request, reply) => {
      reply.code(201);
      return submitRequest(services, actorOfRequest(request), request.body);
    },
  );
}

function registerFile(api: Api, services: Services): void {
  // Read by the operation's own rules: a file has lines and columns.
  const server = api as unknown as FastifyInstance;
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: FILE_BYTES }, (_request, body, done) => done(null, body));
  api.post(
    '/requests/file',
    {
      bodyLimit: FILE_BYTES,
      schema: {
        summary: 'Submit a file of up to 10,000 people: all of them or none',
        description: 'The body is the file itself, as docs/formats/data-requests.md describes it, at most 16 MB.',
        body: requestFileSchema,
        response: { 201: manyMadeSchema },
      },
    },
    async (request, reply) => {
      const actor = actorOfRequest(request);
      reply.code(201);
      return submitRequestFile(services, actor, parseRequestFileBytes((request.body as unknown as Uint8Array | undefined) ?? new Uint8Array()));
    },
  );
}

function registerHandling(api: Api, services: Services): void {
  api.put(
    '/requests/:id/identity',
    { schema: { summary: 'Note how the identity of the person was proved, and begin', params, body: identityNoteSchema, response: details } },
    async (request) => noteIdentity(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  for (const [verb, summary, act] of [
    ['ask-identity', 'The person was asked to prove who they are', askIdentity],
    ['begin', 'Look for the person', beginRequest],
  ] as const)
    api.post(`/requests/:id/${verb}`, { schema: { summary, params, response: details } }, async (request) =>
      act(services, actorOfRequest(request), knownId(request.params.id)),
    );
  // Nobody agrees to what they were not shown.
  const description = 'If-Match names the version that was looked at.';
  for (const [verb, summary, act] of [
    ['approve', 'Agree, as a second person, to what was found', approveRequest],
    ['confirm-several', 'Say, as a second person, that all the people found are meant', confirmSeveral],
  ] as const)
    api.post(`/requests/:id/${verb}`, { schema: { summary, description, params, response: details } }, async (request) =>
      act(services, actorOfRequest(request), knownId(request.params.id), versionOf(request.headers['if-match'])),
    );
  api.post(
    '/requests/:id/identifiers',
    { schema: { summary: 'Add identifiers when those there are lead to several people', params, body: moreIdentifiersSchema, response: details } },
    async (request) => addIdentifiers(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
}

function registerDeciding(api: Api, services: Services): void {
  api.post(
    '/requests/:id/extend',
    { schema: { summary: 'Extend the deadline by two further months, once', params, body: extensionSchema, response: details } },
    async (request) => extendRequest(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  api.post('/requests/:id/refuse', { schema: { summary: 'Refuse a request', params, body: refusalSchema, response: details } }, async (request) =>
    refuseRequest(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  api.post(
    '/requests/:id/end-in-part',
    { schema: { summary: 'End a request of which a part is done and the rest cannot be', params, body: reasonSchema, response: details } },
    async (request) => endInPart(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
  api.post(
    '/requests/:id/stop',
    { schema: { summary: 'Stop a request before anything was changed', params, body: reasonSchema, response: details } },
    async (request) => stopRequest(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
}

function registerOutdated(api: Api, services: Services): void {
  api.post(
    '/requests/:id/withdraw-exports',
    { schema: { summary: 'Withdraw exports that hold the values of before a rectification', params, body: outdatedExportsSchema, response: details } },
    async (request) => withdrawOutdated(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
}

function registerHolds(api: Api, services: Services): void {
  api.get('/holds', { schema: { summary: 'Legal holds', response: { 200: holdListSchema } } }, async (request) =>
    listHoldsFor(services, actorOfRequest(request)),
  );
  api.post('/holds', { schema: { summary: 'Place a legal hold on a person', body: newHoldSchema, response: { 201: holdSchema } } }, async (request, reply) => {
    reply.code(201);
    return placeHold(services, actorOfRequest(request), request.body);
  });
  api.post(
    '/holds/:id/release',
    { schema: { summary: 'Release a legal hold; what it blocked goes on', params, body: reasonSchema, response: { 200: releasedHoldSchema } } },
    async (request) => releaseLegalHold(services, actorOfRequest(request), knownId(request.params.id), request.body),
  );
}
