import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { languageOf } from '../domain/language.ts';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { actorOfToken } from '../operations/api-tokens.ts';
import type { Services } from '../operations/services.ts';
import { currentSession, type OpenSession } from '../operations/sessions.ts';
import type { Api } from './api.ts';
import type { RequestLimits } from './limit-requests.ts';
import { sessionToken } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session?: OpenSession;
    /** Set when an API token asks. */
    tokenActor?: Actor;
  }
}

/**
 * Every route registered after this needs an API token, or a session and its CSRF token when it changes something. Who calls
 * is asked before the body is read: strangers cannot make UDM parse. `anybody`: also who has to
 * set up a second factor before anything else; but no token, for it is their own account.
 */
export function requireSession(api: Api, services: Services, limits: RequestLimits, who: 'complete' | 'anybody' = 'complete'): void {
  api.addHook('onRequest', async (request) => {
    const token = bearerToken(request);
    if (token !== null) {
      // No CSRF token: a browser sends this header for no page but one that knows the token.
      request.tokenActor = await callerOf(services, request);
      await limits.ofCaller(request.tokenActor.token?.id ?? request.tokenActor.userId);
      if (who === 'anybody') throw new CodedError('token.person_required');
      return;
    }
    request.session = await sessionOf(services, request);
    await limits.ofCaller(request.session.id);
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

/** The API token of a request; null without one. It is never taken from a cookie or an address, which others may see or send. */
export function bearerToken(request: FastifyRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Who asks, as things are at this moment: by token when there is one, else by session. Error: `sign_in.required`. */
export async function callerOf(services: Services, request: FastifyRequest): Promise<Actor> {
  const token = bearerToken(request);
  if (token === null) return (await sessionOf(services, request)).actor;
  const actor = await actorOfToken(services, token);
  if (!actor) throw new CodedError('sign_in.required');
  return { ...actor, origin: request.ip };
}

/** The actor of a request behind `requireSession`, with the language the request asks for. */
export function actorOfRequest(request: FastifyRequest): Actor {
  const actor = request.tokenActor ?? request.session?.actor;
  if (!actor) throw new CodedError('sign_in.required');
  return { ...actor, language: languageOf(request.headers['accept-language']) };
}

export function requireCsrf(request: FastifyRequest, session: OpenSession): void {
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(session.csrfToken);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new CodedError('permission.denied', { field: 'x-csrf-token' });
}
