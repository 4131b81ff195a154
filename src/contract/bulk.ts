import { z } from 'zod';
import { MISSED_RUNS } from './job.ts';
import { jobFilters } from './job-list.ts';

export const BULK_ACTIONS = ['suspend', 'resume', 'delete', 'run'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** So many jobs may be named one by one; a filter has no limit. */
export const MOST_NAMED = 1_000;

/**
 * One act on many jobs: on those that are named, or on every one that a filter of the list finds. A dry run says what would happen.
 * The act itself needs an Idempotency-Key and works for a bounded time: while `left` is not 0, send the same request with the same key
 * again. What it works on is settled by the first request.
 */
export const bulkSchema = z
  .object({
    action: z.enum(BULK_ACTIONS),
    selection: z.object({ ids: z.array(z.uuid()).min(1).max(MOST_NAMED).optional(), filter: z.object(jobFilters).strict().optional() }).strict(),
    missed: z.enum(MISSED_RUNS).optional().meta({ description: 'Of "resume": which suppressed runs to run now; each job’s own policy when left out.' }),
    dryRun: z.boolean().default(false),
    fingerprint: z.string().max(100).optional().meta({ description: 'Of the dry run. With a filter it is needed: jobs that came or went meanwhile refuse.' }),
  })
  .strict()
  .meta({ id: 'BulkRequest' });

export const bulkResultSchema = z
  .object({
    action: z.enum(BULK_ACTIONS),
    dryRun: z.boolean(),
    total: z.number().int().meta({ description: 'Jobs selected.' }),
    done: z.number().int().meta({ description: 'Of a dry run: how many would be.' }),
    left: z.number().int().meta({ description: 'Not dealt with yet; 0 when all is over.' }),
    skipped: z
      .array(
        z.object({
          code: z.string(),
          text: z.string(),
          fix: z.string(),
          count: z.number().int(),
          jobs: z.array(z.object({ id: z.uuid(), title: z.string() })).meta({ description: 'The first few.' }),
        }),
      )
      .meta({ description: 'What is left out and why, the most frequent reason first.' }),
    suppressedRuns: z.number().int().meta({ description: 'Of a dry run of "resume": runs that these jobs’ suspensions suppressed.' }),
    fingerprint: z.string(),
  })
  .meta({ id: 'BulkResult' });

export type BulkRequest = z.output<typeof bulkSchema>;
export type BulkView = z.infer<typeof bulkResultSchema>;
