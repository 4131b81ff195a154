import { z } from 'zod';

/** RFC 9457 problem document with UDM's stable codes. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    fix: z.string(),
    requestId: z.string().optional(),
    value: z.unknown().optional(),
    range: z.unknown().optional(),
    errors: z
      .array(
        z.object({
          code: z.string(),
          field: z.string(),
          message: z.string(),
          fix: z.string(),
          value: z.unknown().optional(),
          range: z.unknown().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

export type ProblemDocument = z.infer<typeof problemSchema>;
