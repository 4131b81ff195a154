import { CodedError } from '../errors.ts';
import type { Actor } from './permission.ts';

/** How long a session lives, and how long a proof of who acts counts as fresh. */

export interface SessionLength {
  /** From sign-in to its end, whatever happens. */
  readonly hours: number;
  /** Without any request. */
  readonly idleMinutes: number;
}

const USUAL: SessionLength = { hours: 12, idleMinutes: 120 };
/** Chosen by the person, on a machine of their own. */
const REMEMBERED: SessionLength = { hours: 30 * 24, idleMinutes: 7 * 24 * 60 };

export const FRESH_MINUTES = 10;

export function sessionLength(isRemembered: boolean): SessionLength {
  return isRemembered ? REMEMBERED : USUAL;
}

/**
 * For acts that a stolen session must not do. The operator of the machine has proved more than a password; a token proves nobody's presence.
 * Errors: `sign_in.fresh_required`, `token.person_required`.
 */
export function requireFresh(actor: Actor): void {
  if (actor.token) throw new CodedError('token.person_required');
  if (actor.kind !== 'operator' && actor.isFresh !== true) throw new CodedError('sign_in.fresh_required', { range: `${FRESH_MINUTES} minutes` });
}
