/** Fields, tables and entity types: what the sections of a catalog are made of. */

import { z } from 'zod';

export const identifier = z.string().regex(/^[^\0]{1,63}$/, 'a name of 1 to 63 characters');

/** What a field can tell of a person: the customer, or for `employee` somebody who works there. */
const IDENTIFIERS = ['name', 'email', 'phone', 'customer', 'contact', 'address', 'employee'] as const;

export const fieldSchema = z.strictObject({
  column: identifier,
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object', 'any', 'base64']),
  format: z.enum(['date-time', 'date', 'time', 'uuid']).optional(),
  nullable: z.boolean().default(true),
  title: z.string().optional(),
  /** What the value tells of a person; a sample never shows it. */
  identifies: z.enum(IDENTIFIERS).optional(),
  /** A code out of a closed list, which nobody types: the one kind of text that a sample shows. */
  coded: z.literal(true).optional(),
});
export const filterSchema = z.strictObject({ column: identifier, equals: z.union([z.string(), z.number().int(), z.boolean()]) });

/** One property of a JSON line and the column behind it. */
export type Field = z.infer<typeof fieldSchema>;
/** JSON name to field, in the order of the line. */
export type Fields = Readonly<Record<string, Field>>;
export type RowFilter = z.infer<typeof filterSchema>;
export interface TableReference {
  readonly schema: string;
  readonly table: string;
}
/** `column` of the dependent table holds what `to` of the main table holds. */
export interface Join {
  readonly column: string;
  readonly to: string;
}
/** Rows of another table nested into the line as an array. */
export interface NestedList extends TableReference {
  readonly key: string;
  readonly join: Join;
  readonly title?: string | undefined;
  readonly fields: Fields;
}
export interface Attachments extends TableReference {
  readonly key: string;
  readonly join: Join;
  readonly fields: Fields;
}
/** Everything needed to read one entity type. */
export interface EntityType extends TableReference {
  readonly name: string;
  readonly key: string;
  readonly time: string | null;
  /** Column (timestamptz) that says when the source stored the row; a database may lack it, then late rows are not told. */
  readonly arrival: string | null;
  readonly filter: RowFilter | null;
  readonly fields: Fields;
  readonly lists: Readonly<Record<string, NestedList>>;
  readonly attachments: Attachments | null;
}
