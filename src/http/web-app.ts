import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../errors.ts';
import { sendProblem } from './error-handler.ts';

/** Serves the built web app; any address outside /api that is no file gives its start page. */
export async function registerWebApp(server: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(folder);
  if (built) await serveFiles(server, folder);
  server.setNotFoundHandler((request, reply) => {
    const isPage = built && request.method === 'GET' && !request.url.startsWith('/api/') && !request.url.startsWith('/assets/');
    return isPage ? reply.sendFile('index.html') : sendProblem(reply, new CodedError('not_found'), request.id);
  });
}

async function serveFiles(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    setHeaders: (reply, file) => {
      // Built files carry a hash in their name; the start page names the current ones.
      reply.header('cache-control', file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
