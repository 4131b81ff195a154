import { z } from 'zod';
import { artifactSchema } from './artifact.ts';
import { jobSchema } from './job.ts';
import { causeSchema, phaseSchema, runSchema, runStatusSchema } from './run.ts';

export const attemptSchema = z
  .object({
    attempt: z.number().int(),
    cause: z.enum(['turn', 'crash', 'retry', 'fault']).meta({
      description: 'The run got its turn, its worker died, a person ran it again, or UDM did by itself as the attempt before ended with a temporary cause.',
    }),
    worker: z.string().nullable().meta({ description: 'Machine and process that worked on it.' }),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    outcome: z.enum(['succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'crashed']).nullable().meta({ description: 'Null while it goes on.' }),
    error: causeSchema.nullable(),
    phases: z.array(z.object({ phase: phaseSchema, milliseconds: z.number().int() })).meta({ description: 'In order; the last one is how far it came.' }),
    rows: z.number().int().nullable(),
    bytes: z.number().int().nullable(),
    fileBytes: z.number().int().nullable(),
  })
  .meta({ id: 'Attempt' });

export const runSettingsSchema = jobSchema
  .pick({
    version: true,
    title: true,
    description: true,
    source: true,
    type: true,
    entityTypes: true,
    timeZone: true,
    run: true,
    sentence: true,
    range: true,
    missedRuns: true,
    splitMegabytes: true,
    compression: true,
    format: true,
    csvFormulas: true,
    recipients: true,
  })
  .extend({ rangeSentence: z.string().meta({ description: 'The date range in words.' }) })
  .meta({ id: 'RunSettings' });

export const runTimelineEntrySchema = z
  .object({
    at: z.string(),
    kind: z.enum(['run', 'change']).meta({ description: 'A run of the job, or what somebody did to job, run or certificate.' }),
    runId: z.uuid().nullable(),
    status: runStatusSchema.nullable().meta({ description: 'Of a run.' }),
    action: z.string().nullable().meta({ description: 'Of a change: the action as the audit log names it.' }),
    actor: z.string().nullable().meta({ description: 'User name; null when UDM itself did it.' }),
  })
  .meta({ id: 'RunTimelineEntry' });

export const runDetailsSchema = z
  .object({
    run: runSchema,
    attempts: z.array(attemptSchema).meta({ description: 'The first one first.' }),
    parts: z.array(artifactSchema).meta({ description: 'The files of the run.' }),
    hasManifest: z.boolean().meta({ description: 'Whether `/runs/:id/manifest` answers: published runs have one.' }),
    estimates: z
      .object({
        estimates: z.number().int().meta({ description: 'How many of the newest estimates of the job this tells of.' }),
        held: z.number().int().meta({ description: 'How many of them held the time it then took.' }),
        withinPercent: z.number().int().meta({ description: 'The middles of nine of ten were off by at most so many percent of what the run took in all.' }),
      })
      .nullable()
      .meta({ description: 'What the times left were worth that past runs of the job showed; null without any.' }),
    estimatesOfRun: z
      .array(z.object({ percent: z.number().int(), from: z.number().int(), to: z.number().int(), left: z.number() }))
      .meta({ description: 'Times left that this run showed, at which point of the bar, and the seconds it then took; of runs that succeeded.' }),
    settings: runSettingsSchema.nullable().meta({ description: 'Of the job as they were when the run was made.' }),
    timeline: z.array(runTimelineEntrySchema).meta({ description: 'The runs of the job around this one and the changes between them, newest first.' }),
  })
  .meta({ id: 'RunDetails' });

export const retrySchema = z
  .object({
    retries: z.number().int().min(0).optional().meta({ description: 'How often it had been retried when you decided: sent twice, it is retried once.' }),
  })
  .strict()
  .meta({ id: 'Retry' });

export type AttemptView = z.infer<typeof attemptSchema>;
export type RunSettingsView = z.infer<typeof runSettingsSchema>;
export type RunDetailsView = z.infer<typeof runDetailsSchema>;
export type RunTimelineEntry = z.infer<typeof runTimelineEntrySchema>;
