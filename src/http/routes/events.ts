import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../errors.ts';
import { actorOfToken } from '../../operations/api-tokens.ts';
import type { Services } from '../../operations/services.ts';
import { actorOfSession } from '../../operations/sessions.ts';
import type { Note } from '../../records/run-events.ts';
import type { Api, ServerParts } from '../api.ts';
import { type Listener, openLiveViews } from '../live-views.ts';
import { sessionToken } from '../session-cookie.ts';
import { actorOfRequest, bearerToken } from '../session-guard.ts';
import { openStreamPlaces } from '../stream-places.ts';

const AGAIN_MS = 1_000;

/**
 * A stream of what changes: runs as they go on, and the kinds of things that were made, changed or went. Each run is looked up for the
 * listener, with the rights they have at that moment.
 */
export function registerEventRoutes(api: Api, parts: ServerParts): void {
  const views = openLiveViews(parts.services);
  const places = openStreamPlaces();
  const takePlace = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.raw.once('close', places.take(callerId(request)));
  };
  api.get(
    '/events',
    {
      sse: { kind: 'only' },
      preHandler: [requireEvents, takePlace],
      schema: { summary: 'What changes, as it changes (text/event-stream)', produces: ['text/event-stream'] },
    } as object,
    async (request, reply) => {
      const { tenantId } = actorOfRequest(request);
      const listener = listenerOf(parts.services, request);
      const waiting = new Map<string, Note>();
      let wake = () => {};
      const unsubscribe = parts.events.subscribe(tenantId, (note) => {
        // A slow reader gets each thing once, in its newest state: nothing piles up.
        waiting.set('run' in note ? note.run : note.changed, note);
        wake();
      });
      reply.sse.onClose(() => {
        unsubscribe();
        wake();
      });
      reply.sse.keepAlive();
      // The first bytes open the stream at the reader's side.
      await reply.sse.send({ event: 'ready', data: {} });
      while (reply.sse.isConnected) {
        if (waiting.size === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        const [next] = waiting;
        if (next === undefined) continue;
        waiting.delete(next[0]);
        const event = await views.eventOf(next[1], listener).catch(() => 'later' as const);
        if (event === 'signed out') break;
        if (event === 'later') {
          // Told once the database answers again, after whatever came meanwhile.
          waiting.set(next[0], next[1]);
          await sleep(AGAIN_MS);
        } else if (event) await reply.sse.send(event);
      }
      unsubscribe();
      reply.sse.close();
    },
  );
}

/** The stream ends with the session or token that opened it. */
function listenerOf(services: Services, request: FastifyRequest): Listener {
  const bearer = bearerToken(request);
  if (bearer !== null) return { key: `token ${bearer}`, look: () => actorOfToken(services, bearer, 'look') };
  const token = sessionToken(request) ?? '';
  return { key: `session ${token}`, look: () => actorOfSession(services, token) };
}

function callerId({ tokenActor, session }: FastifyRequest): string {
  const id = tokenActor?.token?.id ?? session?.id;
  if (id === undefined) throw new CodedError('sign_in.required');
  return id;
}

/** The plugin's own refusal would be no problem document. Error: `request.header`. */
async function requireEvents(request: FastifyRequest): Promise<void> {
  const accept = request.headers.accept ?? '*/*';
  if (!/text\/event-stream|text\/\*|\*\/\*/.test(accept)) throw new CodedError('request.header', { field: 'accept', range: 'text/event-stream' });
}
