import { z } from 'zod';

export const newTokenSchema = z
  .object({
    name: z.string().max(400).meta({ description: 'What it is for; shown in lists.' }),
    scopes: z.array(z.string().max(100)).max(50).meta({ description: 'It may do what these and the roles of its owner both allow.' }),
    days: z.number().meta({ description: 'Days until it expires, at most 365.' }),
  })
  .strict()
  .meta({ id: 'NewToken' });

export const tokenSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    owner: z.string(),
    isYours: z.boolean(),
    scopes: z.array(z.string()),
    ending: z.string().meta({ description: 'Its last characters.' }),
    state: z
      .enum(['active', 'blocked', 'expired', 'revoked'])
      .meta({ description: 'blocked: the tenant wants a second factor of its owner, who has none; with one it works again.' }),
    createdAt: z.string(),
    expiresAt: z.string(),
    lastUsedAt: z.string().nullable().meta({ description: 'To within ten minutes; null: never.' }),
  })
  .meta({ id: 'Token' });

export const tokenQuerySchema = z.object({ of: z.enum(['me', 'everybody']).optional() }).strict();

export const tokenListSchema = z
  .object({
    items: z.array(tokenSchema),
    scopes: z.array(z.object({ name: z.string(), actions: z.array(z.string()) })).meta({ description: 'The scopes there are, and what each allows.' }),
  })
  .meta({ id: 'TokenList' });

/** Shown once: only its hash is kept. */
export const madeTokenSchema = z.object({ token: tokenSchema, secret: z.string() }).meta({ id: 'MadeToken' });

export type NewToken = z.infer<typeof newTokenSchema>;
export type TokenView = z.infer<typeof tokenSchema>;
export type TokenListView = z.infer<typeof tokenListSchema>;
export type MadeTokenView = z.infer<typeof madeTokenSchema>;
