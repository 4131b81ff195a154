import { z } from 'zod';

const name = z.string().max(400).meta({ description: 'Signs in with it; capital letters make no difference.' });
const email = z.string().max(400).nullable().meta({ description: 'Where notices go; null: nowhere.' });
const roles = z.array(z.string().max(100)).max(50);

export const newUserSchema = z.object({ name, email: email.optional(), roles }).strict().meta({ id: 'NewUser' });
export const userChangeSchema = z.object({ email }).strict().meta({ id: 'UserChange' });
export const userRolesSchema = z.object({ roles }).strict().meta({ id: 'UserRoles' });

export const userSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string().nullable(),
    roles: z.array(z.string()),
    state: z.enum(['active', 'suspended']),
    mustChangePassword: z.boolean().meta({ description: 'Has not signed in yet with the password that was made for them.' }),
    hasSecondFactor: z.boolean().meta({ description: 'Whether sign-in asks for a code of theirs, too.' }),
    createdAt: z.string(),
    isYou: z.boolean(),
    jobs: z.number().int().meta({ description: 'Jobs that encrypt to a certificate of theirs. They go on whatever becomes of the user.' }),
  })
  .meta({ id: 'User' });

export const userListSchema = z
  .object({
    items: z.array(userSchema),
    quota: z.number().int().meta({ description: 'So many users the tenant may have.' }),
    roles: z.array(z.object({ name: z.string(), actions: z.array(z.string()) })).meta({ description: 'The roles there are, and what each allows.' }),
  })
  .meta({ id: 'UserList' });

/** Shown once: only its hash is kept. */
export const oneTimePasswordSchema = z
  .object({ user: userSchema, password: z.string().meta({ description: 'For one sign-in; it must be changed there.' }) })
  .meta({ id: 'OneTimePassword' });

export const passwordChangeSchema = z
  .object({ present: z.string().max(1024), password: z.string().max(4096) })
  .strict()
  .meta({ id: 'PasswordChange' });

export type NewUser = z.infer<typeof newUserSchema>;
export type UserView = z.infer<typeof userSchema>;
export type UserListView = z.infer<typeof userListSchema>;
export type OneTimePasswordView = z.infer<typeof oneTimePasswordSchema>;
export type PasswordChange = z.infer<typeof passwordChangeSchema>;
