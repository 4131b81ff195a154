import { z } from 'zod';

const claim = z.string().min(1).max(100);

/** How people of a tenant sign in with the account of their company. */
export const ssoSettingsSchema = z
  .object({
    issuer: z.string().max(500).meta({ description: 'Address of the OpenID Connect provider; https.' }),
    clientId: z.string().min(1).max(200),
    clientSecret: z
      .string()
      .min(1)
      .max(1000)
      .nullable()
      .optional()
      .meta({ description: 'Write-only. Left out: as it was; null: a public client without one.' }),
    nameClaim: claim.default('preferred_username').meta({ description: 'Claim that names the user; dots lead into objects.' }),
    roleClaim: claim.default('roles').meta({ description: 'Claim that names what the person is, as a text or a list; dots lead into objects.' }),
    roles: z
      .record(z.string().min(1).max(200), z.string().max(50))
      .refine((roles) => Object.keys(roles).length <= 100, 'at most 100')
      .meta({ description: 'Value of that claim → role of UDM. Who has none of them is shown Access Denied.' }),
  })
  .strict()
  .meta({ id: 'SsoSettings' });

export type SsoSettings = z.infer<typeof ssoSettingsSchema>;

export const ssoSchema = z
  .object({
    settings: z
      .object({
        issuer: z.string(),
        clientId: z.string(),
        hasSecret: z.boolean(),
        nameClaim: z.string(),
        roleClaim: z.string(),
        roles: z.record(z.string(), z.string()),
      })
      .nullable(),
    redirectUri: z.string().nullable().meta({ description: 'To be registered at the provider; null while UDM_PUBLIC_URL is not set.' }),
  })
  .meta({ id: 'Sso' });

export type SsoView = z.infer<typeof ssoSchema>;

export const ssoStartSchema = z
  .object({
    tenant: z.string().max(200).optional(),
    next: z.string().max(2000).optional().meta({ description: 'Page to go to afterwards.' }),
    fresh: z.enum(['yes']).optional().meta({ description: 'The provider asks who is there, though it knows.' }),
  })
  .strict();
