import { z } from 'zod';
import { refuseProblems } from '../../errors.ts';
import type { TlsMode } from '../network/secure.ts';
import type { SourceWriter } from '../source.ts';

const settingsSchema = z.strictObject({
  host: z.string().min(1).max(255),
  port: z.number().int().min(1).max(65_535).default(5_432),
  user: z.string().min(1).max(63),
  database: z.string().min(1).max(63),
  tls: z.enum(['off', 'required', 'verified']).default('off'),
  caCertificate: z.string().nullable().default(null),
});

type Stored = z.infer<typeof settingsSchema>;

/** How to reach a PostgreSQL that holds data. The password never appears in errors or logs. */
export interface PostgresSettings extends Readonly<Omit<Stored, 'tls' | 'caCertificate'>> {
  readonly password: string;
  /** An account that may change rows, used for that alone. Null or left out: there is none. */
  readonly writer?: SourceWriter | null;
  /** Left out: off. */
  readonly tls?: TlsMode;
  /** PEM; null or left out: the CAs that Node and the system trust. */
  readonly caCertificate?: string | null;
  /** Hosts, addresses and networks it may be on; empty or left out: anywhere. */
  readonly hosts?: readonly string[];
}

/** Reads the stored settings of a source; `source.invalid` names all that is wrong with them. */
export function readPostgresSettings(
  settings: Readonly<Record<string, unknown>>,
  password: string,
  hosts: readonly string[],
  writer: SourceWriter | null = null,
): PostgresSettings {
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) return { ...parsed.data, password, hosts, writer };
  const problems = parsed.error.issues.map((issue) => ({ code: 'source.invalid', field: issue.path.join('.') || 'settings', range: issue.message }) as const);
  refuseProblems('source.invalid', problems);
  throw parsed.error;
}
