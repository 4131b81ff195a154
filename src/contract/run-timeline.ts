import { z } from 'zod';
import { runStatusSchema } from './run.ts';

export const timelineRunSchema = z
  .object({
    id: z.uuid(),
    jobTitle: z.string(),
    source: z.string(),
    type: z.string(),
    status: runStatusSchema,
    scheduledAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'TimelineRun' });

export const plannedRunSchema = z
  .object({
    jobId: z.uuid(),
    jobTitle: z.string(),
    source: z.string(),
    type: z.string(),
    at: z.string(),
    window: z.object({ from: z.string().nullable(), to: z.string().nullable() }).nullable().meta({ description: 'A forecast; null: nothing to export.' }),
  })
  .meta({ id: 'PlannedTimelineRun' });

export const runTimelineSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    now: z.string().meta({ description: 'The clock of the server: what is left of it has happened, what is right of it is planned.' }),
    runs: z.array(timelineRunSchema).meta({ description: 'In order; empty when there are more than 2,000: then `buckets` tell of them.' }),
    buckets: z
      .array(
        z.object({ from: z.string(), to: z.string(), count: z.number().int(), statuses: z.record(z.string(), z.number().int()), longestSeconds: z.number() }),
      )
      .meta({ description: 'Stretches of equal length with how many runs of which status they hold, when there are more than 2,000.' }),
    planned: z
      .array(plannedRunSchema)
      .meta({ description: 'What active jobs will run, by their schedules: of each job the first 50 in the range, of all at most 1,000.' }),
    plannedCut: z.boolean().meta({ description: 'There is more planned than is told.' }),
  })
  .meta({ id: 'RunTimeline' });

export type RunTimelineView = z.infer<typeof runTimelineSchema>;
export type PlannedTimelineRun = z.infer<typeof plannedRunSchema>;
