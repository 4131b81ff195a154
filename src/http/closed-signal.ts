import type { FastifyReply } from 'fastify';
import { CodedError } from '../errors.ts';

/** Aborted as soon as whoever asked has gone, so that nothing is read for nobody. */
export function closedSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new CodedError('request.abandoned')));
  return gone.signal;
}
