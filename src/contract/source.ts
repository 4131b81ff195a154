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
