import { z } from 'zod';
import { runStatusSchema } from '../contract/run.ts';

/** A whole number in plain digits. */
export const whole = (low: number, high: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `a whole number from ${low} to ${high}`)
    .transform(Number)
    .pipe(z.number().min(low).max(high))
    .default(otherwise);

/** NUL is no character of a PostgreSQL text, so nothing can hold it. */
const text = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'text without NUL')
  .optional();

/** Query of a list: page, filters and the one sort the list allows. Unknown names are refused. */
export function listQuery<T extends string>(sorts: readonly [T, ...T[]], filters: readonly string[]) {
  const sortNames = sorts.flatMap((name) => [name, `-${name}`]) as [string, ...string[]];
  return z
    .object({
      page: whole(1, 1_000_000, 1),
      pageSize: whole(1, 200, 50),
      sort: z.enum(sortNames).default(`-${sorts[0]}`),
      ...Object.fromEntries(
        filters.map((name) => [name, name === 'status' ? runStatusSchema.optional() : name === 'state' ? z.enum(['active', 'suspended']).optional() : text]),
      ),
    })
    .strict();
}

export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly sort: string;
  readonly [filter: string]: string | number | undefined;
}
