/** The section `people` of a catalog as it is written: where each table names people, and what is done with its rows on request. */

import { z } from 'zod';
import { IDENTIFIER_TYPES } from '../../domain/data-requests/identifiers.ts';
import { ROLES } from '../../domain/data-requests/people-rules.ts';

const column = z.string().min(1).max(63);
/** `.` or names with points between. */
const jsonPath = z.string().regex(/^(?:\.|[^.\s]+(?:\.[^.\s]+)*)$/, 'a path like from.contactId');
const when = z.strictObject({ column, equals: z.union([z.string(), z.number().int(), z.boolean()]).transform(String) }).nullable();
const type = z.enum(IDENTIFIER_TYPES);
const values = z.record(column, z.string().nullable());

const identifier = z.strictObject({
  column,
  type,
  role: z.enum(ROLES),
  when: when.default(null),
  list: jsonPath.nullable().default(null),
  personal: z.array(jsonPath).default([]),
  beside: z.array(column).default([]),
});
const messages = z.strictObject({
  column,
  when: when.default(null),
  author: z.strictObject({ path: jsonPath, type }),
  owner: z.strictObject({ path: jsonPath, equals: z.string() }).nullable().default(null),
  personal: z.array(jsonPath).min(1),
});
const peopleTable = z.strictObject({
  subject: z.boolean().default(false),
  identifiers: z.array(identifier).min(1),
  messages: messages.nullable().default(null),
  house: column.nullable().default(null),
  children: z.array(z.strictObject({ table: z.string(), column, to: column, change: values.nullable().default(null) })).default([]),
  erase: z.enum(['delete', 'anonymise']),
  ownerFields: values.default({}),
  ground: z.string().min(1).nullable().default(null),
  rectify: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name like firstName'),
        column,
        when: when.default(null),
        type: type.nullable().default(null),
      }),
    )
    .default([]),
});

/** By name of a table, or of a list in it, such as `contact.attributes`. */
export const peopleSchema = z.record(z.string().regex(/^[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)?$/, 'a name like contact.attributes'), peopleTable);
export type PeopleFile = z.infer<typeof peopleSchema>;
