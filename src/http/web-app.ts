import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CodedError } from '../errors.ts';
import { sendProblem } from './error-handler.ts';

const START_PAGE = 'index.html';
/** Where the start page keeps the nonce for the style tags its scripts make. */
const NONCE_PLACE = '<meta name="csp-nonce" content="" />';

/** Serves the built web app; any address outside /api that is no file gives its start page. */
export async function registerWebApp(server: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(folder);
  const sendPage = built ? startPage(path.join(folder, START_PAGE)) : null;
  if (sendPage) await serveFiles(server, folder, sendPage);
  server.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/') && !request.url.startsWith('/assets/');
    return sendPage && isPage ? sendPage(reply) : sendProblem(reply, new CodedError('not_found'), request.id);
  });
}

/** The start page, each time with the nonce of its answer. */
function startPage(file: string): (reply: FastifyReply) => FastifyReply {
  const page = readFileSync(file, 'utf8');
  if (!page.includes(NONCE_PLACE)) throw new Error(`${file} has no place for the nonce.`);
  return (reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page.replace(NONCE_PLACE, `<meta name="csp-nonce" content="${reply.cspNonce.style}" />`));
}

async function serveFiles(server: FastifyInstance, folder: string, sendPage: (reply: FastifyReply) => FastifyReply): Promise<void> {
  server.get('/', { schema: { hide: true } as object }, async (_request, reply) => sendPage(reply));
  await server.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    globIgnore: [START_PAGE],
    setHeaders: (reply, file) => {
      // Built files carry a hash in their name; the start page names the current ones.
      reply.header('cache-control', file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
