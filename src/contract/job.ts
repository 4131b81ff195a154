import { z } from 'zod';
import { runSchema } from './run.ts';

export const RANGE_UNITS = ['hour', 'day', 'week', 'month'] as const;
export const MISSED_RUNS = ['all', 'latest', 'none'] as const;
export const FORMATS = ['jsonl', 'csv', 'parquet'] as const;
export const CSV_FORMULAS = ['keep', 'escape'] as const;
export const COMPRESSIONS = ['fast', 'balanced', 'small'] as const;
/** In MB of 1,048,576 bytes. */
export const SPLIT_MEGABYTES = { min: 1, max: 4_096 } as const;

/** An instant with offset, or a local time in the job's zone; which instant a local time became stands in the answer. */
export const momentSchema = z
  .union([
    z.iso.datetime({ offset: true }),
    z.object({ local: z.string().meta({ description: 'YYYY-MM-DDTHH:MM on the clocks of the job’s zone.' }) }).strict(),
  ])
  .meta({ id: 'Moment' });

/**
 * Date range of data, for a run scheduled at T. last: [T - N units, T), or with `calendar` the last N whole units of the job's
 * zone that ended by T. since_previous: from the end of what was published to T less the source's settle lag;
 * `dataFrom` is where the first one begins: the start of the job, all available data, or an instant.
 */
export const dateRangeSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }).strict(),
    z.object({ kind: z.literal('since_previous'), dataFrom: z.union([z.enum(['start', 'all']), momentSchema]).default('start') }).strict(),
    z
      .object({ kind: z.literal('last'), count: z.number().int().min(1).max(100_000), unit: z.enum(RANGE_UNITS), calendar: z.boolean().default(false) })
      .strict(),
    z.object({ kind: z.literal('fixed'), from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) }).strict(),
  ])
  .meta({ id: 'DateRange' });

const bounds = {
  start: z.union([z.literal('now'), momentSchema]).default('now'),
  end: momentSchema.nullable().default(null),
};
const time = z.string().meta({ description: 'HH:MM on the clocks of the job’s zone.' });

/** When a job runs (product.md section 2). Hourly: the local clock hours 0, N, 2N … of each day, at a minute. */
export const jobRunSchema = z
  .union([
    z.object({ kind: z.literal('once'), start: z.literal('immediately') }).strict(),
    z.object({ kind: z.literal('once'), at: momentSchema }).strict(),
    z.object({ kind: z.literal('hourly'), every: z.number().int().min(1).max(23), minute: z.number().int().min(0).max(59), ...bounds }).strict(),
    z.object({ kind: z.literal('daily'), time, ...bounds }).strict(),
    z
      .object({
        kind: z.literal('weekly'),
        weekdays: z.array(z.number().int().min(1).max(7)).min(1).meta({ description: 'ISO 8601: Monday is 1, Sunday 7.' }),
        time,
        ...bounds,
      })
      .strict(),
    z.object({ kind: z.literal('monthly'), day: z.union([z.number().int().min(1).max(31), z.literal('last')]), time, ...bounds }).strict(),
  ])
  .meta({ id: 'JobRun' });

/** The same as stored: every moment is a UTC instant. */
export const storedRunSchema = z
  .union([
    z.object({ kind: z.literal('once'), start: z.literal('immediately') }),
    z.object({ kind: z.literal('once'), at: z.string() }),
    z.object({ kind: z.literal('hourly'), every: z.number(), minute: z.number(), start: z.string(), end: z.string().nullable() }),
    z.object({ kind: z.literal('daily'), time: z.string(), start: z.string(), end: z.string().nullable() }),
    z.object({ kind: z.literal('weekly'), weekdays: z.array(z.number()), time: z.string(), start: z.string(), end: z.string().nullable() }),
    z.object({
      kind: z.literal('monthly'),
      day: z.union([z.number(), z.literal('last')]),
      time: z.string(),
      start: z.string(),
      end: z.string().nullable(),
    }),
  ])
  .meta({ id: 'StoredRun' });

export const storedRangeSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('all') }),
    z.object({ kind: z.literal('since_previous'), dataFrom: z.string().meta({ description: '"start", "all", or an instant in UTC.' }) }),
    z.object({ kind: z.literal('last'), count: z.number(), unit: z.enum(RANGE_UNITS), calendar: z.boolean() }),
    z.object({ kind: z.literal('fixed'), from: z.string(), to: z.string() }),
  ])
  .meta({ id: 'StoredRange' });

export const jobDraftSchema = z
  .object({
    title: z.string().min(1).max(200),
    description: z.string().max(2000).optional(),
    source: z.string().meta({ description: 'Name of a source, e.g. UCSX.' }),
    type: z.string().meta({ description: 'Type of that source, e.g. Interaction.' }),
    entityTypes: z.union([z.literal('all'), z.array(z.string()).min(1)]),
    timeZone: z.string().optional().meta({ description: 'IANA name; the tenant’s when left out.' }),
    run: jobRunSchema,
    range: dateRangeSchema,
    missedRuns: z.enum(MISSED_RUNS).optional().meta({ description: 'What to do about runs that UDM missed; "latest" when left out.' }),
    splitMegabytes: z
      .number()
      .int()
      .min(SPLIT_MEGABYTES.min)
      .max(SPLIT_MEGABYTES.max)
      .nullable()
      .optional()
      .meta({ description: 'Most MB (1,048,576 bytes) of one file; what is more goes into further ones. Null, or left out: a single file.' }),
    compression: z.enum(COMPRESSIONS).optional().meta({ description: 'How much time goes into making the file small; "fast" when left out.' }),
    format: z.enum(FORMATS).optional().meta({ description: 'In what the data are written; the values are the same in each. "jsonl" when left out.' }),
    csvFormulas: z.enum(CSV_FORMULAS).optional().meta({
      description:
        'Of CSV: "escape" puts an apostrophe before texts that a spreadsheet would take for formulas, so they differ from the source; "keep" leaves them. "keep" when left out.',
    }),
    recipients: z.array(z.uuid()).min(1).meta({ description: 'Ids of certificates.' }),
  })
  .strict()
  .meta({ id: 'JobDraft', checkedBy: 'operation' });

/** Against the job's own schedule. catching_up and late heal by themselves, action_required does not; idle: nothing is scheduled. */
export const freshnessSchema = z.enum(['on_time', 'catching_up', 'late', 'action_required', 'idle']).meta({ id: 'Freshness' });
export const freshnessReasonSchema = z
  .enum([
    'as_planned',
    'first_run',
    'running',
    'cancelled',
    'backlog',
    'running_after_failure',
    'tries_again',
    'waiting',
    'not_planned',
    'failed_heals',
    'missed_heals',
    'cancelled_heals',
    'failed',
    'failing',
    'window_failed',
    'window_missed',
    'certificate_expired',
    'certificate_expires',
    'suspended',
    'done',
    'ended',
  ])
  .meta({ id: 'FreshnessReason' });

export const jobSchema = z
  .object({
    id: z.uuid(),
    version: z.number().int(),
    title: z.string(),
    description: z.string(),
    source: z.string(),
    type: z.string(),
    entityTypes: z.union([z.literal('all'), z.array(z.string())]),
    timeZone: z.string(),
    run: storedRunSchema,
    range: storedRangeSchema,
    missedRuns: z.enum(MISSED_RUNS),
    splitMegabytes: z.number().int().nullable().meta({ description: 'Most MB of one file; null: a single file.' }),
    compression: z.enum(COMPRESSIONS),
    format: z.enum(FORMATS),
    csvFormulas: z.enum(CSV_FORMULAS),
    recipients: z.array(z.object({ id: z.uuid(), label: z.string(), fingerprint: z.string(), notAfter: z.string() })),
    state: z.enum(['active', 'suspended']),
    may: z
      .object({ edit: z.boolean(), suspend: z.boolean(), resume: z.boolean(), delete: z.boolean(), runNow: z.boolean() })
      .meta({ description: 'What the state rules allow now.' }),
    whyNot: z
      .object({ edit: z.string().nullable(), resume: z.string().nullable(), delete: z.string().nullable(), runNow: z.string().nullable() })
      .meta({ description: 'The code of the refusal of each act that is not allowed now.' }),
    freshness: freshnessSchema,
    freshnessReason: z
      .object({ code: freshnessReasonSchema, run: z.uuid().nullable(), cause: z.string().nullable(), at: z.string().nullable() })
      .meta({ description: 'Why: the run it is about, the code of what ended it, and the instant it is about.' }),
    sentence: z.string().meta({ description: 'The schedule in words.' }),
    nextRunAt: z.string().nullable(),
    exportedUpTo: z.string().nullable().meta({ description: 'since_previous: the end of what was published; null before the first run.' }),
    suppressedRuns: z.number().int().meta({ description: 'Runs suppressed by the present suspension; resume asks what to do about them.' }),
    owner: z.string(),
    createdAt: z.string(),
    lastRun: runSchema.nullable(),
    notes: z
      .array(z.object({ code: z.string(), text: z.string() }))
      .optional()
      .meta({ description: 'In the answer to creating or editing: what its author should know, e.g. the months that are skipped.' }),
  })
  .meta({ id: 'Job' });

export const resumeSchema = z
  .object({ missed: z.enum(MISSED_RUNS).optional().meta({ description: 'Which suppressed runs to run now; the job’s own policy when left out.' }) })
  .strict()
  .meta({ id: 'Resume' });

export type DateRange = z.infer<typeof storedRangeSchema>;
export type JobRun = z.infer<typeof storedRunSchema>;
export type JobDraft = z.input<typeof jobDraftSchema>;
export type JobView = z.infer<typeof jobSchema>;
