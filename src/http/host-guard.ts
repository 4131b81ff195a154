import type { FastifyRequest } from 'fastify';
import { CodedError } from '../errors.ts';

/** A forged Host header could steer links and caches: only names UDM is known under are served. Error: `request.header`. */
export function guardHost(request: FastifyRequest, hosts: readonly string[]): void {
  const host = (request.headers.host ?? '').toLowerCase();
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':')[0];
  if (!name || !hosts.includes(name)) throw new CodedError('request.header', { field: 'host' });
  if (request.headers['x-http-method-override'] !== undefined) throw new CodedError('request.header', { field: 'x-http-method-override' });
}
