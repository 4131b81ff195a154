import { z } from 'zod';
import { runSchema } from './run.ts';

/** covered: in one live artifact (or proved empty); twice: in more than one; expired: only in expired ones; never: in none. */
export const COVERAGE_STATES = ['covered', 'twice', 'expired', 'never'] as const;

export const coverageStretchSchema = z
  .object({
    from: z.string().nullable().meta({ description: 'Null: from the beginning of time.' }),
    to: z.string().nullable(),
    state: z.enum(COVERAGE_STATES),
    runs: z.array(z.uuid()).meta({ description: 'The runs that cover it, at most 10.' }),
  })
  .meta({ id: 'CoverageStretch' });

/** run: a run waits for it or is reading it; chain: the next run of an active job goes on there; paused: a suspended job would. */
export const coverageAheadSchema = z
  .object({ from: z.string().nullable(), to: z.string().nullable(), by: z.enum(['run', 'chain', 'paused']), run: z.uuid().nullable() })
  .meta({ id: 'CoverageAhead' });

export const coverageSchema = z
  .object({
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(z.string()),
    from: z.string(),
    to: z.string(),
    stretches: z.array(coverageStretchSchema).meta({ description: 'In order, without a gap, from `from` to `to`.' }),
    ahead: z
      .array(coverageAheadSchema)
      .meta({ description: 'What will be exported without anybody’s doing, and what a suspended job holds back; at most 1,000.' }),
    settledTo: z.string().meta({ description: 'Up to here the source has all its rows; what comes later is not missing yet.' }),
    complete: z.boolean().meta({ description: 'Nothing of it is "never" or "expired".' }),
    exactlyOnce: z.boolean().meta({ description: 'All of it is "covered".' }),
  })
  .meta({ id: 'Coverage' });

export const coverageSourcesSchema = z
  .object({
    items: z.array(
      z.object({
        source: z.string().meta({ description: 'By which its coverage is asked: the name; of a deleted one with the minute (UTC) it was deleted.' }),
        deletedAt: z.string().nullable(),
        types: z.array(z.object({ type: z.string(), hasTime: z.boolean() })),
      }),
    ),
  })
  .meta({ id: 'CoverageSources' });
export type CoverageSourcesView = z.infer<typeof coverageSourcesSchema>;

export const fillRequestSchema = z
  .object({
    job: z.uuid().meta({ description: 'The job whose settings the runs take; its source, type and entity types are looked at.' }),
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    states: z
      .array(z.enum(['never', 'expired']))
      .min(1)
      .default(['never']),
  })
  .strict()
  .meta({ id: 'FillRequest' });

/** `gaps` are what `fill` would run: show them first, then send them back to queue exactly these. */
export const fillPlanSchema = z
  .object({ job: z.uuid(), jobTitle: z.string(), gaps: z.array(z.object({ from: z.string(), to: z.string() })) })
  .meta({ id: 'FillPlan' });

export const fillOrderSchema = z
  .object({
    job: z.uuid(),
    gaps: z
      .array(z.object({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) }))
      .min(1)
      .max(1_000),
  })
  .strict()
  .meta({ id: 'FillOrder' });

export const filledSchema = z.object({ runs: z.array(runSchema) }).meta({ id: 'Filled' });

export type CoverageView = z.infer<typeof coverageSchema>;
export type FillPlanView = z.infer<typeof fillPlanSchema>;
