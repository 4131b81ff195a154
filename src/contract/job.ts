import { z } from 'zod';
import { runSchema } from './run.ts';

export const RANGE_UNITS = ['hour', 'day', 'week', 'month'] as const;

/** Date range of data. "last": rolling, [start of the run minus N units, start of the run). */
export const dateRangeSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }).strict(),
    z.object({ kind: z.literal('last'), count: z.number().int().min(1).max(100_000), unit: z.enum(RANGE_UNITS) }).strict(),
    z.object({ kind: z.literal('fixed'), from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) }).strict(),
  ])
  .meta({ id: 'DateRange' });

/** When a job runs. Only "once, immediately" exists so far. */
export const jobRunSchema = z
  .object({ kind: z.literal('once'), start: z.literal('immediately') })
  .strict()
  .meta({ id: 'JobRun' });

export const jobDraftSchema = z
  .object({
    title: z.string().min(1).max(200),
    description: z.string().max(2000).optional(),
    source: z.string().meta({ description: 'Name of a source, e.g. UCSX.' }),
    type: z.string().meta({ description: 'Type of that source, e.g. Interaction.' }),
    entityTypes: z.union([z.literal('all'), z.array(z.string()).min(1)]),
    run: jobRunSchema,
    range: dateRangeSchema,
    recipients: z.array(z.uuid()).min(1).meta({ description: 'Ids of certificates.' }),
  })
  .strict()
  .meta({ id: 'JobDraft', checkedBy: 'operation' });

export const jobSchema = z
  .object({
    id: z.uuid(),
    version: z.number().int(),
    title: z.string(),
    description: z.string(),
    source: z.string(),
    type: z.string(),
    entityTypes: z.union([z.literal('all'), z.array(z.string())]),
    run: jobRunSchema,
    range: dateRangeSchema,
    recipients: z.array(z.object({ id: z.uuid(), label: z.string(), fingerprint: z.string(), notAfter: z.string() })),
    state: z.enum(['active', 'suspended']),
    owner: z.string(),
    createdAt: z.string(),
    lastRun: runSchema.nullable(),
  })
  .meta({ id: 'Job' });

export const jobListSchema = z
  .object({ items: z.array(jobSchema), total: z.number().int(), page: z.number().int(), pageSize: z.number().int() })
  .meta({ id: 'JobList' });

export type DateRange = z.infer<typeof dateRangeSchema>;
export type JobRun = z.infer<typeof jobRunSchema>;
export type JobDraft = z.infer<typeof jobDraftSchema>;
export type JobView = z.infer<typeof jobSchema>;
