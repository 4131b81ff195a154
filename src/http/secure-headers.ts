import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError } from '../errors.ts';
import { isSecure } from './session-cookie.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * What browsers are told on every answer: nothing inline runs or styles (a style tag needs the nonce of its page), nobody frames UDM, no type
 * is guessed, no address is passed on; and over https, to come by https alone from now on.
 */
export async function registerSecureHeaders(server: FastifyInstance): Promise<void> {
  await server.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  server.addHook('onRequest', async (request, reply) => {
    if (isSecure(request)) reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
  });
}

const POLICY: Record<string, string[]> = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'worker-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
  'form-action': ["'self'"],
};

/**
 * A page of another site must not change anything, with or without a session. Browsers say where a request comes from; programs need not.
 * `hosts`: the names UDM is known under. Error: `permission.denied`.
 */
export function guardOrigin(request: FastifyRequest, hosts: readonly string[]): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const isOwn = origin === undefined || (URL.canParse(origin) && hosts.includes(new URL(origin).hostname));
  if (!isOwn || request.headers['sec-fetch-site'] === 'cross-site') throw new CodedError('permission.denied', { field: 'origin' });
}
