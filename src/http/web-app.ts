import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../errors.ts';
import { sendProblem } from './error-handler.ts';

/** Serves the built web app; any address outside /api that is no file gives its start page. */
export async function registerWebApp(server: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  await server.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    setHeaders: (reply, file) => {
      // Built files carry a hash in their name; the start page names the current ones.
      reply.header('cache-control', file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  server.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/') && !request.url.startsWith('/assets/');
    if (isPage) return reply.sendFile('index.html');
    return sendProblem(reply, new CodedError('not_found'), request.id);
  });
}
