import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { addressBlock } from '../domain/attempt-limits.ts';
import { CodedError } from '../errors.ts';

/**
 * How often the API may be asked, counted in this process: each caller who is known by themselves, and each address as a whole, since many people
 * may share one. Errors: `request.too_many` with the wait.
 */
export interface RequestLimits {
  /** Before anything is looked at. */
  ofAddress(request: FastifyRequest): Promise<void>;
  /** `id`: of the session, or of the API token, whose script must not stand in the way of its person. */
  ofCaller(id: string): Promise<void>;
}

const MINUTE = 60;
/** Callers that one address may hold. */
const CALLERS = 10;

/** `perMinute`: of one caller; null: no limit. */
export function limitRequests(perMinute: number | null): RequestLimits {
  if (perMinute === null) return { ofAddress: async () => {}, ofCaller: async () => {} };
  const addresses = new RateLimiterMemory({ points: perMinute * CALLERS, duration: MINUTE });
  const callers = new RateLimiterMemory({ points: perMinute, duration: MINUTE });
  return {
    ofAddress: (request) => take(addresses, addressBlock(request.ip)),
    ofCaller: (id) => take(callers, id),
  };
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new CodedError('request.too_many', { retryAfterSeconds: Math.max(Math.ceil(error.msBeforeNext / 1_000), 1) });
  }
}
