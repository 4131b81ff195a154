import { Readable } from 'node:stream';
import type { z } from 'zod';
import { type SourceTestEvent, sourceTestRequestSchema } from '../../contract/source-test.ts';
import type { Services } from '../../operations/services.ts';
import { type SourceTestProgress, testSource } from '../../operations/test-source.ts';
import type { Api } from '../api.ts';
import { closedSignal } from '../closed-signal.ts';
import { problemDocument } from '../error-handler.ts';
import { actorOfRequest } from '../session-guard.ts';

/** The operation checks the draft itself, so that every problem has its own code. */
const testBody = sourceTestRequestSchema as unknown as z.ZodType<unknown>;

export function registerSourceTestRoutes(api: Api, services: Services): void {
  api.post(
    '/sources/test',
    {
      schema: {
        summary: 'Try the way to a source, stored or not, up to a masked sample: one SourceTestEvent a line, as it happens; stores nothing',
        body: testBody,
        produces: ['application/x-ndjson'],
      },
    },
    async (request, reply) => {
      const progress = testSource(services, actorOfRequest(request), request.body, closedSignal(reply));
      // What is refused before the first step is a problem document like any other.
      const first = await progress.next();
      return reply.type('application/x-ndjson').send(Readable.from(linesOf(first, progress, request.id)));
    },
  );
}

async function* linesOf(
  first: IteratorResult<SourceTestProgress, void>,
  progress: AsyncGenerator<SourceTestProgress, void>,
  requestId: string,
): AsyncGenerator<string> {
  try {
    for (let step = first; !step.done; step = await progress.next()) yield `${JSON.stringify(eventOf(step.value, requestId))}\n`;
  } finally {
    // Whoever asked may have gone before the last step: what the test holds open is let go.
    await progress.return();
  }
}

function eventOf(progress: SourceTestProgress, requestId: string): SourceTestEvent {
  if (progress.state === 'end') return { event: 'end', ok: progress.ok, sample: progress.sample };
  if (progress.state === 'failed') {
    const { error, ...step } = progress;
    return { event: 'step', ...step, problem: problemDocument(error, requestId) };
  }
  return { event: 'step', ...progress, ...(progress.state === 'ok' && { facts: { ...progress.facts } }) };
}
