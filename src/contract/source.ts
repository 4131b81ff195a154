import { z } from 'zod';

export const sourceSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    connector: z.string(),
    catalog: z.string(),
    settleSeconds: z.number().int().meta({ description: 'How long after its time a row may become visible.' }),
    types: z.array(z.object({ type: z.string(), entityTypes: z.array(z.string()), hasTime: z.boolean() })),
  })
  .meta({ id: 'Source' });

export const sourceListSchema = z.object({ items: z.array(sourceSchema) }).meta({ id: 'SourceList' });

export type SourceView = z.infer<typeof sourceSchema>;

const fieldSchema = z.object({
  name: z.string().meta({ description: 'As in a line of the file; `attributes[].strValue` is a field of a nested list.' }),
  type: z.string(),
  format: z.string().nullable(),
  title: z.string().nullable().meta({ description: 'What it means.' }),
  nullable: z.boolean(),
  identifies: z.string().nullable().meta({ description: 'What it tells of a person: name, email, phone, customer, contact, address, employee.' }),
  shown: z.boolean().meta({ description: 'Whether a sample shows its values; all others come masked.' }),
});

/** What a line of a type holds, by entity type. */
export const typeFieldsSchema = z
  .object({
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(z.object({ entityType: z.string(), fields: z.array(fieldSchema), attachments: z.array(fieldSchema) })),
  })
  .meta({ id: 'TypeFields' });

export const sampleRequestSchema = z
  .object({ type: z.string(), entityTypes: z.union([z.literal('all'), z.array(z.string()).min(1)]).default('all') })
  .strict()
  .meta({ id: 'SampleRequest' });

/** Shown as it is, or masked: then there is a value of at most `upTo` characters, null of more than 1,000. Null: no value. */
export const sampleCellSchema = z.union([
  z.object({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.object({ upTo: z.number().int().nullable() }),
  z.null(),
]);

export const sampleSchema = z
  .object({
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(
      z.object({ entityType: z.string(), rows: z.array(z.record(z.string(), sampleCellSchema)).meta({ description: 'At most ten, the newest first.' }) }),
    ),
  })
  .meta({ id: 'Sample' });

export type TypeFieldsView = z.infer<typeof typeFieldsSchema>;
export type SampleView = z.infer<typeof sampleSchema>;
