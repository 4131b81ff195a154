import { z } from 'zod';
import { jobSchema } from './job.ts';
import { choiceFilter, instantFilter, listOf, pageQuery, textFilter } from './page.ts';
import { runStatusSchema } from './run.ts';

export const JOB_SORTS = ['createdAt', 'source', 'type', 'title', 'state', 'schedule', 'nextRun', 'status', 'lastRun'] as const;

/** `status` is that of the latest run, `none` when there has been none; `text` is looked for in title and description. */
export const jobFilters = {
  source: textFilter,
  type: textFilter,
  text: textFilter,
  state: choiceFilter(['active', 'suspended']),
  schedule: choiceFilter(['once', 'hourly', 'daily', 'weekly', 'monthly']),
  status: choiceFilter([...runStatusSchema.options, 'none']),
  nextFrom: instantFilter,
  nextTo: instantFilter,
  lastFrom: instantFilter,
  lastTo: instantFilter,
};

export const jobQuerySchema = z.object({ ...pageQuery(JOB_SORTS), ...jobFilters }).strict();
export const jobListSchema = listOf(jobSchema).meta({ id: 'JobList' });

export type JobQuery = z.infer<typeof jobQuerySchema>;
