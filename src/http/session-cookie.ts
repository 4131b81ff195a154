import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../operations/limit-attempts.ts';

/**
 * Cookies of sign-in. Over https their names begin with `__Host-`: no other host or path can set or overwrite them, and they never travel in
 * the clear. Plain http, for the machine itself, cannot have that and has other names, so a cookie of one is never taken for the other.
 */

const SESSION = 'udm_session';
const DEVICE = 'udm_device';
/** What was begun at the provider of single sign-on. The way back comes from another site, so it is lax. */
const JOURNEY = 'udm_sso';
const JOURNEY_SECONDS = 600;
const REMEMBERED_SECONDS = 30 * 86_400;
const DEVICE_SECONDS = 180 * 86_400;
const AGENT_LENGTH = 300;

const options = (request: FastifyRequest) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure(request) }) as const;

/** Whether the browser speaks https: to UDM itself, or to a trusted proxy that says so. */
export function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https';
}

function named(request: FastifyRequest, name: string): string {
  return isSecure(request) ? `__Host-${name}` : name;
}

/** The token of the session cookie; null without one. */
export function sessionToken(request: FastifyRequest): string | null {
  return request.cookies[named(request, SESSION)] || null;
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string, isRemembered: boolean): void {
  reply.setCookie(named(request, SESSION), token, { ...options(request), ...(isRemembered && { maxAge: REMEMBERED_SECONDS }) });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(named(request, SESSION), options(request));
}

/** Tells UDM at the next sign-in that this device signed in before; it opens nothing. */
export function setDeviceMark(request: FastifyRequest, reply: FastifyReply, mark: string | null): void {
  if (mark !== null) reply.setCookie(named(request, DEVICE), mark, { ...options(request), maxAge: DEVICE_SECONDS });
}

export function setJourney(request: FastifyRequest, reply: FastifyReply, sealed: string): void {
  reply.setCookie(named(request, JOURNEY), sealed, { ...options(request), sameSite: 'lax', maxAge: JOURNEY_SECONDS });
}

export function journeyOf(request: FastifyRequest): string | null {
  return request.cookies[named(request, JOURNEY)] ?? null;
}

export function clearJourney(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(named(request, JOURNEY), { ...options(request), sameSite: 'lax' });
}

export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    agent: request.headers['user-agent']?.slice(0, AGENT_LENGTH) ?? null,
    device: request.cookies[named(request, DEVICE)] ?? null,
    replaces: sessionToken(request),
  };
}
