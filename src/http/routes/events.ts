import type { FastifyRequest } from 'fastify';
import type { RunView } from '../../contract/run.ts';
import { CodedError } from '../../errors.ts';
import { getRun } from '../../operations/read-runs.ts';
import type { Services } from '../../operations/services.ts';
import { currentSession } from '../../operations/sign-in.ts';
import type { Api, ServerParts } from '../api.ts';
import { actorOfRequest, SESSION_COOKIE } from '../session-guard.ts';

/** A stream of runs as they change. Each one is looked up anew for the listener, with the rights they have at that moment. */
export function registerEventRoutes(api: Api, parts: ServerParts): void {
  api.get(
    '/events',
    {
      sse: { kind: 'only' },
      preHandler: requireEvents,
      schema: { summary: 'Runs as they change (text/event-stream)', produces: ['text/event-stream'] },
    } as object,
    async (request, reply) => {
      const { tenantId } = actorOfRequest(request);
      const changed = new Set<string>();
      let wake = () => {};
      const unsubscribe = parts.events.subscribe(tenantId, (runId) => {
        // A slow reader gets each run once, in its newest state: nothing piles up.
        changed.add(runId);
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
        if (changed.size === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        const [runId] = changed;
        if (runId === undefined) continue;
        changed.delete(runId);
        const run = await freshRun(parts.services, request, runId);
        if (run === 'signed out') break;
        if (run) await reply.sse.send({ event: 'run', data: run });
      }
      unsubscribe();
      reply.sse.close();
    },
  );
}

/** The plugin's own refusal would be no problem document. Error: `request.header`. */
async function requireEvents(request: FastifyRequest): Promise<void> {
  const accept = request.headers.accept ?? '*/*';
  if (!/text\/event-stream|text\/\*|\*\/\*/.test(accept)) throw new CodedError('request.header', { field: 'accept', range: 'text/event-stream' });
}

async function freshRun(services: Services, request: FastifyRequest, runId: string): Promise<RunView | 'signed out' | null> {
  const session = await currentSession(services, request.cookies[SESSION_COOKIE] ?? '');
  if (!session) return 'signed out';
  return getRun(services, session.actor, runId).catch(() => null);
}
