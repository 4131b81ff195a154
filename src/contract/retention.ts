import { z } from 'zod';

export const retentionSchema = z
  .object({
    halt: z
      .object({
        id: z.number().int(),
        cause: z.enum(['leap', 'went_back']).meta({
          description: 'leap: the clock left that of the machine by more than an hour; went_back: over a stop of UDM it went back.',
        }),
        expectedAt: z.string().meta({ description: 'What the clock should have shown, or showed when it was last seen.' }),
        foundAt: z.string().meta({ description: 'What it showed.' }),
      })
      .nullable()
      .meta({ description: 'Why no expired file is deleted from storage until somebody agrees; null: retention works.' }),
    filesWaiting: z.number().int().meta({ description: 'Files of expired artifacts that are in storage still.' }),
    mayAgree: z.boolean(),
  })
  .meta({ id: 'Retention' });

export const retentionAgreementSchema = z
  .object({ halt: z.number().int().meta({ description: 'The halt that is agreed to, by its id.' }) })
  .strict()
  .meta({ id: 'RetentionAgreement' });

export type RetentionView = z.infer<typeof retentionSchema>;
