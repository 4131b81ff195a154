import { z } from 'zod';
import { proofSchema, sessionListSchema, sessionSchema, type SessionView, signInSchema } from '../../contract/session.ts';
import { ACTIONS, may } from '../../domain/permission.ts';
import type { Services } from '../../operations/services.ts';
import { endSession, endSessionsEverywhere, type OpenSession, readSessions, signOut } from '../../operations/sessions.ts';
import { proveAgain, signIn } from '../../operations/sign-in.ts';
import type { Api } from '../api.ts';
import { knownId } from '../known-id.ts';
import { clearSessionCookie, originOf, setDeviceMark, setSessionCookie } from '../session-cookie.ts';
import { requireCsrf, sessionOf } from '../session-guard.ts';

export function registerSessionRoutes(api: Api, services: Services): void {
  api.post('/session', { schema: { summary: 'Sign in', body: signInSchema, response: { 200: sessionSchema } } }, async (request, reply) => {
    const { token, session, isRemembered, deviceMark } = await signIn(services, request.body, originOf(request));
    setSessionCookie(request, reply, token, isRemembered);
    setDeviceMark(request, reply, deviceMark);
    return presentSession(session);
  });
  api.get('/session', { schema: { summary: 'Who is signed in', response: { 200: sessionSchema } } }, async (request) =>
    presentSession(await sessionOf(services, request)),
  );
  api.delete('/session', { schema: { summary: 'Sign out', response: { 204: z.undefined() } } }, async (request, reply) => {
    const session = await sessionOf(services, request);
    requireCsrf(request, session);
    await signOut(services, session);
    clearSessionCookie(request, reply);
    return reply.code(204).send();
  });
}

/** Behind the session guard: what one does with one's own sessions. */
export function registerOwnSessionRoutes(api: Api, services: Services): void {
  api.post(
    '/session/proof',
    { schema: { summary: 'Prove again who you are, for acts that demand it', body: proofSchema, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await proveAgain(services, request.session as OpenSession, request.body, originOf(request));
      return reply.code(204).send();
    },
  );
  api.get('/sessions', { schema: { summary: 'Your open sessions', response: { 200: sessionListSchema } } }, async (request) =>
    readSessions(services, request.session as OpenSession),
  );
  api.delete('/sessions', { schema: { summary: 'Sign out everywhere', response: { 204: z.undefined() } } }, async (request, reply) => {
    await endSessionsEverywhere(services, request.session as OpenSession);
    clearSessionCookie(request, reply);
    return reply.code(204).send();
  });
  api.delete(
    '/sessions/:id',
    { schema: { summary: 'End one of your sessions', params: z.object({ id: z.string() }), response: { 204: z.undefined() } } },
    async (request, reply) => {
      await endSession(services, request.session as OpenSession, knownId(request.params.id));
      return reply.code(204).send();
    },
  );
}

/** The session as its own browser may know it. */
export function presentSession(session: OpenSession): SessionView {
  return {
    tenant: session.user.tenantName,
    user: session.user.name,
    roles: [...session.actor.roles],
    timeZone: session.user.timeZone,
    retentionDays: session.user.retentionDays,
    mayExport: may(session.actor, 'exports.see'),
    actions: ACTIONS.filter((action) => may(session.actor, action)),
    mustChangePassword: session.user.mustChangePassword,
    method: session.method,
    secondFactor: session.secondFactor,
    csrfToken: session.csrfToken,
  };
}
