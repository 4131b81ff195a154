import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import fastifySse from '@fastify/sse';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler } from 'fastify-type-provider-zod';
import type { Services } from '../operations/services.ts';
import type { Api, ServerParts } from './api.ts';
import { answerBrokenRequest, handleError } from './error-handler.ts';
import { guardHost } from './host-guard.ts';
import { parseJsonBody } from './json-body.ts';
import { limitRequests } from './limit-requests.ts';
import { registerArtifactRoutes } from './routes/artifacts.ts';
import { registerAuditRoutes } from './routes/audit.ts';
import { registerCertificateRoutes } from './routes/certificates.ts';
import { registerDataRequestRoutes } from './routes/data-requests.ts';
import { registerCoverageRoutes } from './routes/coverage.ts';
import { registerEventRoutes } from './routes/events.ts';
import { registerJobRoutes } from './routes/jobs.ts';
import { registerJobTestRoutes } from './routes/job-test.ts';
import { registerManifestRoutes } from './routes/manifests.ts';
import { registerPasswordRoutes } from './routes/password.ts';
import { registerNoticeRoutes } from './routes/notices.ts';
import { registerRetentionRoutes } from './routes/retention.ts';
import { registerRunRoutes } from './routes/runs.ts';
import { registerFactorRuleRoutes, registerSecondFactorRoutes } from './routes/second-factor.ts';
import { registerOwnSessionRoutes, registerSessionRoutes } from './routes/session.ts';
import { registerSettingsRoutes } from './routes/settings.ts';
import { registerSourceRoutes } from './routes/sources.ts';
import { registerSsoRoutes, registerSsoSettingsRoutes } from './routes/sso.ts';
import { registerSourceTestRoutes } from './routes/source-test.ts';
import { registerSystemRoutes } from './routes/system.ts';
import { registerTokenRoutes } from './routes/tokens.ts';
import { registerUserRoutes } from './routes/users.ts';
import { guardOrigin, registerSecureHeaders } from './secure-headers.ts';
import { requireSession } from './session-guard.ts';
import { validatorCompiler } from './validation.ts';
import { registerWebApp } from './web-app.ts';

const BODY_LIMIT = 1_048_576;
/** How long a client may take to send a request; a download may take as long as it likes. */
const PATIENCE_MS = 30_000;

/** Builds the HTTP door; nothing listens yet. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: parts.patienceMs ?? PATIENCE_MS,
    http: { headersTimeout: parts.patienceMs ?? PATIENCE_MS, connectionsCheckingInterval: Math.min((parts.patienceMs ?? PATIENCE_MS) / 3, 5_000) },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: (parts.trustedProxies ?? []).length > 0 && [...(parts.trustedProxies ?? [])],
    routerOptions: { maxParamLength: 200 },
    // Addresses the router cannot read never reach the error handler below.
    frameworkErrors: (error, request, reply) => handleError(parts.services.log, error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) => handleError(parts.services.log, error, request, reply));
  acceptJsonOnly(server);
  await registerSecureHeaders(server);
  await server.register(cookie);
  // The package types a CommonJS default; the plugin is that default.
  await server.register(fastifySse as unknown as FastifyPluginAsync);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'UDM',
        version: parts.services.version,
        description: 'User Data Management: export your contact-centre data, encrypted to your own certificates.',
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (!parts.hosts) return;
    guardHost(request, parts.hosts);
    guardOrigin(request, parts.hosts);
  });
  logRequests(server, parts.services);
  await server.register(async (api) => registerApi(api as unknown as Api, parts), { prefix: '/api' });
  await registerWebApp(server, parts.webFolder);
  return server;
}

async function registerApi(api: Api, parts: ServerParts): Promise<void> {
  const limits = limitRequests(parts.requestsPerMinute ?? null);
  api.addHook('onRequest', limits.ofAddress);
  registerSystemRoutes(api, parts.services);
  registerSessionRoutes(api, parts.services);
  registerSsoRoutes(api, parts);
  await api.register(async (inner) => {
    const own = inner as unknown as Api;
    requireSession(own, parts.services, limits, 'anybody');
    registerOwnSessionRoutes(own, parts.services);
    registerPasswordRoutes(own, parts.services);
    registerSecondFactorRoutes(own, parts.services);
  });
  await api.register(async (inner) => {
    const guarded = inner as unknown as Api;
    requireSession(guarded, parts.services, limits);
    registerFactorRuleRoutes(guarded, parts.services);
    registerSsoSettingsRoutes(guarded, parts);
    registerSourceRoutes(guarded, parts.services);
    registerCoverageRoutes(guarded, parts.services);
    registerCertificateRoutes(guarded, parts.services);
    registerJobRoutes(guarded, parts.services);
    registerJobTestRoutes(guarded, parts.services);
    registerSourceTestRoutes(guarded, parts.services);
    registerRunRoutes(guarded, parts.services);
    registerManifestRoutes(guarded, parts.services);
    registerRetentionRoutes(guarded, parts.services);
    registerArtifactRoutes(guarded, parts.services);
    registerAuditRoutes(guarded, parts.services);
    registerDataRequestRoutes(guarded, parts.services);
    registerUserRoutes(guarded, parts.services);
    registerTokenRoutes(guarded, parts.services);
    registerSettingsRoutes(guarded, parts.services);
    registerNoticeRoutes(guarded, parts.services);
    registerEventRoutes(guarded, parts);
  });
}

/** JSON is read by our own strict reader; any other content type is refused with 415. */
function acceptJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function logRequests(server: FastifyInstance, services: Services): void {
  server.addHook('onResponse', async (request, reply) => {
    // The route pattern, never the address: addresses may carry what people typed.
    services.log.info({
      event: 'http',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    });
  });
}
