import { z } from 'zod';

export const signInSchema = z
  .object({
    tenant: z.string().max(200).optional().meta({ description: 'Tenant name; may also stand before the user name as tenant\\user.' }),
    user: z.string().max(400),
    password: z.string().max(1024),
    code: z.string().max(40).optional().meta({ description: 'Second factor: six digits of the authenticator app, or a recovery code.' }),
    remember: z.boolean().optional().meta({ description: 'A session of 30 days instead of 12 hours, for a device of your own.' }),
  })
  .strict()
  .meta({ id: 'SignIn' });

/** Shown once more before an act that a stolen session must not do. */
export const proofSchema = z
  .object({ password: z.string().max(1024).optional(), code: z.string().max(40).optional() })
  .strict()
  .refine(({ password, code }) => (password === undefined) !== (code === undefined), { path: ['password'], message: 'either password or code' })
  .meta({ id: 'SessionProof' });

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
    method: z.enum(['password', 'sso']).meta({ description: 'How the session was begun.' }),
    secondFactor: z.enum(['on', 'off', 'missing']).meta({ description: 'missing: the tenant wants one, and until it is set up nothing else can be done.' }),
    mustChangePassword: z.boolean().meta({ description: 'Nothing else can be done before the password is changed.' }),
    csrfToken: z.string().meta({ description: 'Send it as x-csrf-token with every request that changes something.' }),
  })
  .meta({ id: 'Session' });

export type SessionView = z.infer<typeof sessionSchema>;

export const sessionListSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        method: z.enum(['password', 'sso']),
        createdAt: z.string(),
        lastUsedAt: z.string(),
        expiresAt: z.string().meta({ description: 'It ends earlier when nobody uses it.' }),
        isRemembered: z.boolean(),
        address: z.string().nullable(),
        agent: z.string().nullable().meta({ description: 'What the browser or program called itself at sign-in.' }),
        isThis: z.boolean().meta({ description: 'The session that asks.' }),
      }),
    ),
  })
  .meta({ id: 'SessionList' });

export type SessionList = z.infer<typeof sessionListSchema>;
