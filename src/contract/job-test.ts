import { z } from 'zod';
import { jobDraftSchema } from './job.ts';
import { problemSchema } from './problem.ts';

/** In the order in which they are tried. */
export const TEST_STEPS = ['settings', 'recipients', 'source', 'tables', 'rows', 'sample', 'encrypt'] as const;

export const jobTestRequestSchema = z
  .object({ draft: jobDraftSchema, job: z.uuid().optional().meta({ description: 'The job being edited.' }) })
  .strict()
  .meta({ id: 'JobTestRequest', checkedBy: 'operation' });

const stepSchema = z.object({
  event: z.literal('step'),
  step: z.enum(TEST_STEPS),
  state: z.enum(['running', 'ok', 'failed', 'skipped']).meta({ description: 'skipped: what it needs has failed.' }),
  problem: problemSchema.optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

const endSchema = z.object({
  event: z.literal('end'),
  ok: z.boolean(),
  file: z
    .object({
      name: z.string(),
      content: z.string().meta({ description: 'The encrypted file, base64. It holds a proof word, and no row of the source.' }),
      bytes: z.number().int(),
      sha256: z.string(),
      proof: z.string().meta({ description: 'To be sent back together with the word.' }),
    })
    .nullable(),
});

/** One line of the answer (application/x-ndjson). */
export const jobTestEventSchema = z.discriminatedUnion('event', [stepSchema, endSchema]).meta({ id: 'JobTestEvent' });

export const proofSchema = z
  .object({ proof: z.string().max(2_000), word: z.string().max(200).meta({ description: 'The word that stands inside the file.' }) })
  .strict()
  .meta({ id: 'Proof' });

export const proofAnswerSchema = z.object({ opened: z.boolean() }).meta({ id: 'ProofAnswer' });

export type JobTestEvent = z.infer<typeof jobTestEventSchema>;
export type TestStep = (typeof TEST_STEPS)[number];
