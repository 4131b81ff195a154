import { z } from 'zod';
import { refuseProblems } from '../../errors.ts';

const settingsSchema = z.strictObject({
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).default(5_432),
  user: z.string().min(1).max(63),
  database: z.string().min(1).max(63),
});

/** How to reach a PostgreSQL that holds data. The password never appears in errors or logs. */
export type PostgresSettings = Readonly<z.infer<typeof settingsSchema>> & { readonly password: string };

/** Reads the stored settings of a source; `source.invalid` names all that is wrong with them. */
export function readPostgresSettings(settings: Readonly<Record<string, unknown>>, password: string): PostgresSettings {
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) return { ...parsed.data, password };
  const problems = parsed.error.issues.map((issue) => ({ code: 'source.invalid', field: issue.path.join('.') || 'settings', range: issue.message }) as const);
  refuseProblems('source.invalid', problems);
  throw parsed.error;
}
