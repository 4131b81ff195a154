import { z } from 'zod';
import { amountFilter, choiceFilter, idFilter, instantFilter, listOf, pageQuery, textFilter } from './page.ts';
import { runSchema, runStatusSchema, runTriggerSchema } from './run.ts';

export const RUN_SORTS = [
  'scheduledAt',
  'source',
  'type',
  'title',
  'status',
  'window',
  'startedAt',
  'duration',
  'rows',
  'size',
  'trigger',
  'fileName',
] as const;

/**
 * Ranges of time include their start and not their end; of amounts, both. `windowFrom` and `windowTo` are about the end of the window, by which it is sorted too. `text` is looked for
 * in the title; a file's name and a run's id are found by how they begin. `view=attention`: what went wrong and was not made good since.
 */
export const runFilters = {
  job: idFilter,
  source: textFilter,
  type: textFilter,
  text: textFilter,
  status: choiceFilter(runStatusSchema.options),
  trigger: choiceFilter(runTriggerSchema.options),
  view: z.enum(['attention']).optional(),
  windowFrom: instantFilter,
  windowTo: instantFilter,
  scheduledFrom: instantFilter,
  scheduledTo: instantFilter,
  startedFrom: instantFilter,
  startedTo: instantFilter,
  durationMin: amountFilter.meta({ description: 'Seconds.' }),
  durationMax: amountFilter.meta({ description: 'Seconds.' }),
  rowsMin: amountFilter,
  rowsMax: amountFilter,
  sizeMin: amountFilter.meta({ description: 'Bytes.' }),
  sizeMax: amountFilter.meta({ description: 'Bytes.' }),
};

export const runQuerySchema = z.object({ ...pageQuery(RUN_SORTS), ...runFilters }).strict();
export const runListSchema = listOf(runSchema).meta({ id: 'RunList' });

export type RunQuery = z.infer<typeof runQuerySchema>;
