import { z } from 'zod';

/** What a rectification can correct, as the catalogs of the sources say. */
export const correctableFieldsSchema = z
  .object({
    items: z.array(
      z.object({
        field: z.string().meta({ description: 'As a correction names it.' }),
        comparedAs: z.string().nullable().meta({ description: 'The kind of identifier by whose rules an old value is compared; null: letter by letter.' }),
        sources: z.array(
          z.object({
            name: z.string(),
            mayChange: z.boolean().meta({ description: 'UDM has an account that may write there; else the request would stand still.' }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'CorrectableFields' });

export type CorrectableField = z.infer<typeof correctableFieldsSchema>['items'][number];
