import { z } from 'zod';

/** scheduled: waits for its turn. missed, suppressed, skipped: an expected run that did not happen; `error` says why. */
export const runStatusSchema = z.enum([
  'scheduled',
  'queued',
  'running',
  'succeeded',
  'succeeded_no_data',
  'failed',
  'cancelled',
  'missed',
  'suppressed',
  'skipped',
]);
export type RunStatus = z.infer<typeof runStatusSchema>;

export const phaseSchema = z.enum(['waiting', 'connecting', 'counting', 'reading', 'sealing', 'verifying', 'publishing', 'done']);

export const progressSchema = z
  .object({
    phase: phaseSchema,
    rows: z.number().int(),
    rowsEstimated: z.number().int().nullable(),
    bytes: z.number().int().meta({ description: 'Plain bytes read so far.' }),
    fileBytes: z.number().int().meta({ description: 'Encrypted bytes written so far.' }),
    percent: z.number().nullable().meta({ description: '0 to 100, null while the number of rows is unknown.' }),
    secondsLeft: z.number().int().nullable(),
  })
  .meta({ id: 'Progress' });

export const runSchema = z
  .object({
    id: z.uuid(),
    jobId: z.uuid().nullable(),
    jobTitle: z.string(),
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(z.string()).nullable(),
    status: runStatusSchema,
    trigger: z.enum(['start', 'schedule', 'run_now', 'resume', 'backfill', 'retry']),
    window: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
    scheduledAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    attempt: z.number().int(),
    progress: progressSchema,
    cancelRequested: z.boolean(),
    error: z.object({ code: z.string(), text: z.string(), fix: z.string(), value: z.unknown().optional() }).nullable(),
    fileNames: z.array(z.string()),
    fileBytesTotal: z.number().int(),
  })
  .meta({ id: 'Run' });

export const runListSchema = z
  .object({ items: z.array(runSchema), total: z.number().int(), page: z.number().int(), pageSize: z.number().int() })
  .meta({ id: 'RunList' });

export type RunView = z.infer<typeof runSchema>;
export type ProgressView = z.infer<typeof progressSchema>;
