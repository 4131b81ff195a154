import { Readable } from 'node:stream';
import type { z } from 'zod';
import { type JobTestEvent, jobTestRequestSchema, proofAnswerSchema, proofSchema } from '../../contract/job-test.ts';
import { checkProof } from '../../operations/check-proof.ts';
import type { Services } from '../../operations/services.ts';
import { testJob, type TestProgress } from '../../operations/test-job.ts';
import type { Api } from '../api.ts';
import { closedSignal } from '../closed-signal.ts';
import { problemDocument } from '../error-handler.ts';
import { actorOfRequest } from '../session-guard.ts';

/** The operation checks the draft itself, so that every problem has its own code. */
const testBody = jobTestRequestSchema as unknown as z.ZodType<unknown>;

export function registerJobTestRoutes(api: Api, services: Services): void {
  api.post(
    '/jobs/test',
    {
      schema: {
        summary: 'Try settings up to an encrypted file, step by step: one JobTestEvent a line, as it happens; stores nothing',
        body: testBody,
        produces: ['application/x-ndjson'],
      },
    },
    async (request, reply) => {
      const progress = testJob(services, actorOfRequest(request), request.body, closedSignal(reply));
      // What is refused before the first step is a problem document like any other.
      const first = await progress.next();
      return reply.type('application/x-ndjson').send(Readable.from(linesOf(first, progress, request.id)));
    },
  );
  api.post(
    '/jobs/test/proof',
    { schema: { summary: 'Whether a word is the one inside the file of a test', body: proofSchema, response: { 200: proofAnswerSchema } } },
    async (request) => checkProof(services, actorOfRequest(request), request.body),
  );
}

async function* linesOf(first: IteratorResult<TestProgress, void>, progress: AsyncGenerator<TestProgress, void>, requestId: string): AsyncGenerator<string> {
  try {
    for (let step = first; !step.done; step = await progress.next()) yield `${JSON.stringify(eventOf(step.value, requestId))}\n`;
  } finally {
    // Whoever asked may have gone before the last step: what the test holds open is let go.
    await progress.return();
  }
}

function eventOf(progress: TestProgress, requestId: string): JobTestEvent {
  if (progress.state === 'end') {
    const { ok, file } = progress;
    return { event: 'end', ok, file: file && { ...file, content: file.bytes.toString('base64'), bytes: file.bytes.length } };
  }
  const { step, state } = progress;
  if (state === 'failed') return { event: 'step', step, state, problem: problemDocument(progress.error, requestId) };
  return { event: 'step', step, state, ...(state === 'ok' && { facts: { ...progress.facts } }) };
}
