import { z } from 'zod';
import { sessionSchema, type SessionView, signInSchema } from '../../contract/session.ts';
import { ACTIONS, may } from '../../domain/permission.ts';
import type { Services } from '../../operations/services.ts';
import { type OpenSession, signIn, signOut } from '../../operations/sign-in.ts';
import type { Api } from '../api.ts';
import { requireCsrf, SESSION_COOKIE, sessionOf } from '../session-guard.ts';

const COOKIE = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

export function registerSessionRoutes(api: Api, services: Services): void {
  api.post('/session', { schema: { summary: 'Sign in', body: signInSchema, response: { 200: sessionSchema } } }, async (request, reply) => {
    const { token, session } = await signIn(services, request.body);
    reply.setCookie(SESSION_COOKIE, token, { ...COOKIE, secure: request.protocol === 'https' });
    return presentSession(session);
  });
  api.get('/session', { schema: { summary: 'Who is signed in', response: { 200: sessionSchema } } }, async (request) =>
    presentSession(await sessionOf(services, request)),
  );
  api.delete('/session', { schema: { summary: 'Sign out', response: { 204: z.undefined() } } }, async (request, reply) => {
    const session = await sessionOf(services, request);
    requireCsrf(request, session);
    await signOut(services, session);
    reply.clearCookie(SESSION_COOKIE, COOKIE);
    return reply.code(204).send();
  });
}

function presentSession(session: OpenSession): SessionView {
  return {
    tenant: session.user.tenantName,
    user: session.user.name,
    roles: [...session.actor.roles],
    timeZone: session.user.timeZone,
    retentionDays: session.user.retentionDays,
    mayExport: may(session.actor, 'exports.see'),
    actions: ACTIONS.filter((action) => may(session.actor, action)),
    csrfToken: session.csrfToken,
  };
}
