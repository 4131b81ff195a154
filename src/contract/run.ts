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

/** What made the run. */
export const runTriggerSchema = z.enum(['start', 'schedule', 'run_now', 'resume', 'backfill', 'retry']);

export const phaseSchema = z.enum(['waiting', 'connecting', 'counting', 'reading', 'sealing', 'verifying', 'publishing', 'done']);

/** Why there is no time left to tell. */
export const UNKNOWN_TIME = ['too_early', 'more_rows', 'stalled', 'unsteady', 'longer_than_usual'] as const;

export const progressSchema = z
  .object({
    phase: phaseSchema,
    rows: z.number().int(),
    rowsEstimated: z.number().int().nullable().meta({ description: 'In all, corrected as the run goes; null when nobody knows.' }),
    bytes: z.number().int().meta({ description: 'Plain bytes read so far.' }),
    fileBytes: z.number().int().meta({ description: 'Encrypted bytes written so far.' }),
    percent: z
      .number()
      .int()
      .nullable()
      .meta({ description: '0 to 100; never goes back while UDM works on the run, and is 100 when its files are published. Null before its first attempt.' }),
    timeLeft: z
      .object({ from: z.number().int(), to: z.number().int(), basis: z.enum(['this_run', 'past_runs']) })
      .nullable()
      .meta({
        description: 'Seconds it will still take: a range that holds in about eight of ten cases. It rests on its own speed, or on past runs of its job.',
      }),
    timeLeftUnknown: z.enum(UNKNOWN_TIME).nullable().meta({
      description: 'Why a run that is going has no `timeLeft`: there is no ground for one yet; more rows than expected; no new row; the range says nothing.',
    }),
  })
  .meta({ id: 'Progress' });

/** Whose affair a cause is: the source's, the settings' (of the job, its certificates or the source), the machine's UDM runs on, or nobody's. */
export const FAULTS = ['source', 'settings', 'machine', 'nobody'] as const;

export const causeSchema = z
  .object({
    code: z.string(),
    fault: z.enum(FAULTS).meta({ description: 'Who can mend it: the people of the source, of the settings, of the machine; nobody when all is well.' }),
    text: z.string(),
    fix: z.string(),
    value: z.unknown().optional(),
  })
  .meta({ id: 'Cause' });

export const runSchema = z
  .object({
    id: z.uuid(),
    jobId: z.uuid().nullable(),
    jobTitle: z.string(),
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(z.string()).nullable(),
    status: runStatusSchema,
    trigger: runTriggerSchema,
    window: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
    scheduledAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    attempt: z.number().int().meta({ description: 'Attempts made so far.' }),
    retries: z.number().int().meta({ description: 'How often a person ran it again.' }),
    progress: progressSchema,
    retryAt: z.string().nullable().meta({
      description: 'When UDM tries it again by itself, as its last attempt ended with a temporary cause, which `error` tells; null of all others.',
    }),
    cancelRequested: z.boolean(),
    error: causeSchema.nullable(),
    fileNames: z.array(z.string()),
    fileBytesTotal: z.number().int(),
    place: z
      .object({ ahead: z.number().int(), secondsFrom: z.number().int().nullable(), secondsTo: z.number().int().nullable() })
      .nullable()
      .meta({ description: 'Of a run that waits: how many are before it, and in how many seconds its turn may come; null while that is unknown.' }),
    supersededBy: z.uuid().nullable().meta({ description: 'A later run of the job that exported what this one failed or missed to.' }),
    may: z.object({ cancel: z.boolean(), retry: z.boolean(), delete: z.boolean() }).meta({ description: 'What the state rules allow now.' }),
    whyNot: z
      .object({ cancel: z.string().nullable(), retry: z.string().nullable(), delete: z.string().nullable() })
      .meta({ description: 'The code of the refusal of each act that is not allowed now.' }),
  })
  .meta({ id: 'Run' });

export type RunView = z.infer<typeof runSchema>;
export type ProgressView = z.infer<typeof progressSchema>;
