import { z } from 'zod';

/** How many rows match; `exact: false` means that at least so many do: counting stops there. */
export const totalSchema = z.object({ count: z.number().int(), exact: z.boolean() }).meta({ id: 'Total' });
const place = z.string().nullable();

/** One page of a list. `next` and `previous` are what `cursor` takes to get the page after or before; null where there is none. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: totalSchema, next: place, previous: place });
}

/** One page as the doors give it. */
export interface PageView<Item> {
  readonly items: Item[];
  readonly total: { readonly count: number; readonly exact: boolean };
  readonly next: string | null;
  readonly previous: string | null;
}

/** The most rows that one page has. */
export const MOST_ROWS = 100;

/** A whole number in plain digits, as a query carries it. */
export const wholeText = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `a whole number from ${low} to ${high}`)
    .transform(Number)
    .pipe(z.number().min(low).max(high));

/** NUL is no character of a PostgreSQL text, so nothing can hold it. */
const heldText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'text without NUL');
export const textFilter = heldText.optional();

/** One value, or several with commas between. */
export function choiceFilter<const Value extends string>(values: readonly Value[]) {
  const allowed = `one or several, with commas between, of: ${values.join(', ')}`;
  return z
    .string()
    .max(1000)
    .transform((text, context) => {
      const chosen = text.split(',') as Value[];
      if (!chosen.every((one) => values.includes(one))) context.addIssue({ code: 'custom', message: allowed });
      return chosen;
    })
    .meta({ description: allowed })
    .optional();
}

const INSTANT = 'a date and time with offset, e.g. 2026-03-01T00:00:00Z';
/** What the database reads of that: years from 1, offsets below 16 hours, at most nanoseconds. */
const READABLE = /^(?!0000)[^.]+(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):\d\d)$/;
export const instantFilter = z.iso
  .datetime({ offset: true, error: INSTANT, abort: true })
  .refine((text) => READABLE.test(text), INSTANT)
  .optional();
export const amountFilter = wholeText(0, 999_999_999_999_999).optional();
export const idFilter = heldText.optional();

/** What every list takes: how many rows, from where, in which order (`-` in front: descending). */
export function pageQuery<const Sort extends string>(sorts: readonly [Sort, ...Sort[]]) {
  const names = sorts.flatMap((name) => [name, `-${name}`]) as [string, ...string[]];
  return {
    limit: wholeText(1, MOST_ROWS).default(50),
    cursor: z.string().min(1).max(4000).optional().meta({ description: '"next" or "previous" of an earlier answer in the same order.' }),
    sort: z.enum(names).optional(),
  };
}
