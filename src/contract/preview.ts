import { z } from 'zod';
import { dateRangeSchema, jobRunSchema, MISSED_RUNS } from './job.ts';

/** What a form knows of a job while it is being filled: the time of it, and what it exports as far as chosen. */
export const previewRequestSchema = z
  .object({
    job: z.uuid().optional().meta({ description: 'The job being edited: its chain goes on, and the answer says what the edit changes.' }),
    source: z.string().optional(),
    type: z.string().optional(),
    entityTypes: z.union([z.literal('all'), z.array(z.string())]).optional(),
    timeZone: z.string().optional(),
    run: jobRunSchema,
    range: dateRangeSchema,
    missedRuns: z.enum(MISSED_RUNS).optional(),
    count: z.number().int().min(1).max(100).optional().meta({ description: 'How many of the next runs; 5 when left out.' }),
  })
  .strict()
  .meta({ id: 'PreviewRequest', checkedBy: 'operation' });

const stretchSchema = z.object({ from: z.string().nullable(), to: z.string().nullable() });

/** Null as an end: from the beginning of time, or from there on for good. */
const editedStretchSchema = stretchSchema.extend({ source: z.string(), type: z.string(), entityTypes: z.array(z.string()) });

export const plannedRunSchema = z
  .object({
    at: z.string(),
    local: z.string().meta({ description: 'What the clocks of the job’s zone show then.' }),
    moved: z.enum(['none', 'gap', 'overlap-first', 'overlap-second']).meta({ description: 'What a clock change did to it.' }),
    window: stretchSchema.nullable().meta({ description: 'Null when there would be nothing to export.' }),
  })
  .meta({ id: 'PlannedRun' });

export const previewSchema = z
  .object({
    sentence: z.string(),
    timeZone: z.string(),
    askedTimeZone: z.string().nullable().meta({ description: 'The name that was sent, when it is a link to timeZone.' }),
    runs: z.array(plannedRunSchema),
    skippedMonths: z.array(z.string()).meta({ description: 'Months of the next year without the day of the job, YYYY-MM.' }),
    start: z.object({ at: z.string(), local: z.string(), moved: z.enum(['none', 'gap', 'overlap-first']) }).nullable(),
    notes: z.array(z.object({ code: z.string(), text: z.string() })).meta({ description: 'What its author should know before saving.' }),
    year: z
      .object({
        from: z.string(),
        to: z.string(),
        twice: z.array(stretchSchema).meta({ description: 'Stretches of data that two runs would cover, at most 100.' }),
        never: z.array(stretchSchema).meta({ description: 'Stretches that no run would cover, at most 100.' }),
        startsNewChain: z.boolean(),
      })
      .nullable()
      .meta({ description: 'A year simulated with these settings, together with what the job has published; null for jobs that run once.' }),
    edit: z
      .object({
        twice: z.array(editedStretchSchema).meta({ description: 'What the edit makes the job export once more, at most 100.' }),
        never: z.array(editedStretchSchema).meta({ description: 'What the job would have exported and after the edit will not, at most 100.' }),
      })
      .nullable()
      .meta({ description: 'What an edit changes in what the job covers; null when no job is edited.' }),
  })
  .meta({ id: 'Preview' });

export type PreviewView = z.infer<typeof previewSchema>;
export type PlannedRunView = z.infer<typeof plannedRunSchema>;
