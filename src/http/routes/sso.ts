import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ssoSchema, ssoSettingsSchema, ssoStartSchema } from '../../contract/sso.ts';
import { CodedError } from '../../errors.ts';
import { type Log, reasonOf } from '../../lib/log.ts';
import { readSsoSettings, removeSsoSettings, setSsoSettings } from '../../operations/sso-settings.ts';
import { leaveForProvider, returnFromProvider } from '../../operations/sso-sign-in.ts';
import type { Api, ServerParts } from '../api.ts';
import { clearJourney, journeyOf, originOf, setJourney, setSessionCookie } from '../session-cookie.ts';
import { actorOfRequest } from '../session-guard.ts';

/** To the provider and back: a browser comes by itself, so what goes wrong is shown by the sign-in page. */
export function registerSsoRoutes(api: Api, { services, publicUrl = null }: ServerParts): void {
  api.get('/sso/start', { schema: { summary: 'Sign in with the account of your company', querystring: ssoStartSchema } }, async (request, reply) => {
    const { tenant, next, fresh } = request.query;
    // A page of another site must not sign anybody in, say to a tenant of its own: the person begins at the sign-in page.
    if (request.headers['sec-fetch-site'] === 'cross-site') return reply.redirect(`/sign-in?next=${encodeURIComponent(ownPath(next))}`, 303);
    await orToSignIn(services.log, request, reply, async () => {
      const wish = { tenant: tenant?.trim() || 'default', next: ownPath(next), isFresh: fresh === 'yes' };
      const { address, sealed } = await leaveForProvider(services, wish, publicUrl);
      setJourney(request, reply, sealed);
      return address;
    });
  });
  api.get('/sso/callback', { schema: { summary: 'Where the provider sends people back to' } }, async (request, reply) => {
    await orToSignIn(services.log, request, reply, async () => {
      const sealed = journeyOf(request);
      clearJourney(request, reply);
      const cut = request.url.indexOf('?');
      const came = { sealed, search: cut < 0 ? '' : request.url.slice(cut), origin: originOf(request) };
      const { token, next } = await returnFromProvider(services, came, publicUrl);
      setSessionCookie(request, reply, token, false);
      return next;
    });
  });
}

/** Behind the session guard: the settings of the tenant. */
export function registerSsoSettingsRoutes(api: Api, { services, publicUrl = null }: ServerParts): void {
  api.get('/sso', { schema: { summary: 'Single sign-on of the tenant', response: { 200: ssoSchema } } }, async (request) =>
    readSsoSettings(services, actorOfRequest(request), publicUrl),
  );
  api.put('/sso', { schema: { summary: 'Set single sign-on up', body: ssoSettingsSchema, response: { 200: ssoSchema } } }, async (request) => {
    const actor = actorOfRequest(request);
    await setSsoSettings(services, actor, request.body);
    return readSsoSettings(services, actor, publicUrl);
  });
  api.delete('/sso', { schema: { summary: 'Take single sign-on away', response: { 204: z.undefined() } } }, async (request, reply) => {
    await removeSsoSettings(services, actorOfRequest(request));
    return reply.code(204).send();
  });
}

async function orToSignIn(log: Log, request: FastifyRequest, reply: FastifyReply, work: () => Promise<string>): Promise<void> {
  reply.header('referrer-policy', 'no-referrer');
  const target = await work().catch((error: unknown) => {
    if (!(error instanceof CodedError)) throw error;
    log.warn({ event: 'sso.failed', requestId: request.id, code: error.code, reason: reasonOf(error.details.cause) });
    return `/sign-in?problem=${encodeURIComponent(error.code)}`;
  });
  reply.redirect(target, 303);
}

/** Only a path of this app, written as browsers read it: they leave tabs and line ends out, and an address from elsewhere must not send people away. */
function ownPath(next = '/'): string {
  const here = 'http://udm.invalid';
  if (!next.startsWith('/') || !URL.canParse(next, here)) return '/';
  const { origin, pathname, search, hash } = new URL(next, here);
  return origin === here && !pathname.startsWith('//') && !/^\/(sign-in|api)\b/.test(pathname) ? `${pathname}${search}${hash}` : '/';
}
