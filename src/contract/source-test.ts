import { z } from 'zod';
import { problemSchema } from './problem.ts';
import { sampleSchema, sourceDraftSchema } from './source.ts';

/** In the order in which they are tried. */
export const SOURCE_STEPS = ['settings', 'resolve', 'connect', 'tls', 'sign_in', 'server', 'rights', 'tables', 'writer', 'sample'] as const;
export type SourceStep = (typeof SOURCE_STEPS)[number];

export const sourceTestRequestSchema = z
  .object({
    source: z.uuid().optional().meta({ description: 'A stored source; with a draft, the one that the draft changes.' }),
    draft: sourceDraftSchema.optional().meta({ description: 'Settings that are not stored; left out: those of the source.' }),
  })
  .strict()
  .meta({ id: 'SourceTestRequest', checkedBy: 'operation' });

const stepSchema = z.object({
  event: z.literal('step'),
  step: z.enum(SOURCE_STEPS),
  state: z.enum(['running', 'ok', 'failed', 'skipped']).meta({ description: 'skipped: what it needs has failed.' }),
  milliseconds: z.number().int().optional(),
  problem: problemSchema.optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

const endSchema = z.object({
  event: z.literal('end'),
  ok: z.boolean(),
  sample: sampleSchema.omit({ source: true }).nullable().meta({ description: 'The newest ten rows of one entity type, masked; null when none was read.' }),
});

/** One line of the answer (application/x-ndjson). */
export const sourceTestEventSchema = z.discriminatedUnion('event', [stepSchema, endSchema]).meta({ id: 'SourceTestEvent' });
export type SourceTestEvent = z.infer<typeof sourceTestEventSchema>;
