import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { languageOf } from '../domain/language.ts';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import type { Services } from '../operations/services.ts';
import { currentSession, type OpenSession } from '../operations/sessions.ts';
import type { Api } from './api.ts';
import { sessionToken } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session?: OpenSession;
  }
}

/**
 * Every route registered after this needs a session, and the session's CSRF token when it changes something. Who calls
 * is asked before the body is read: strangers cannot make UDM parse. `anybody`: also who has to set up a second factor before anything else.
 */
export function requireSession(api: Api, services: Services, who: 'complete' | 'anybody' = 'complete'): void {
  api.addHook('onRequest', async (request) => {
    request.session = await sessionOf(services, request);
    if (who === 'complete' && request.session.secondFactor === 'missing') throw new CodedError('second_factor.missing');
    if (request.method !== 'GET' && request.method !== 'HEAD') requireCsrf(request, request.session);
  });
}

/** The session of a request. Error: `sign_in.required`. */
export async function sessionOf(services: Services, request: FastifyRequest): Promise<OpenSession> {
  const token = sessionToken(request);
  const session = token !== null ? await currentSession(services, token) : null;
  if (!session) throw new CodedError('sign_in.required');
  return { ...session, actor: { ...session.actor, origin: request.ip } };
}

/** The actor of a request behind `requireSession`, with the language the request asks for. */
export function actorOfRequest(request: FastifyRequest): Actor {
  if (!request.session) throw new CodedError('sign_in.required');
  return { ...request.session.actor, language: languageOf(request.headers['accept-language']) };
}

export function requireCsrf(request: FastifyRequest, session: OpenSession): void {
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(session.csrfToken);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new CodedError('permission.denied', { field: 'x-csrf-token' });
}
