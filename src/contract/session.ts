import { z } from 'zod';

export const signInSchema = z
  .object({
    tenant: z.string().max(200).optional().meta({ description: 'Tenant name; may also stand before the user name as tenant\\user.' }),
    user: z.string().max(400),
    password: z.string().max(1024),
  })
  .strict()
  .meta({ id: 'SignIn' });

/** The signed-in person, as every page needs it. */
export const sessionSchema = z
  .object({
    tenant: z.string(),
    user: z.string(),
    roles: z.array(z.string()),
    timeZone: z.string().meta({ description: 'IANA zone of the tenant.' }),
    retentionDays: z.number().int(),
    mayExport: z.boolean(),
    actions: z.array(z.string()).meta({ description: 'What the roles allow, on some source at least where an action is about data.' }),
    csrfToken: z.string().meta({ description: 'Send it as x-csrf-token with every request that changes something.' }),
  })
  .meta({ id: 'Session' });

export type SessionView = z.infer<typeof sessionSchema>;
