/** The columns of a table-like format, out of the JSON Schema of the lines. */

import type { Column, ColumnKind } from '../archive.ts';

type Property = { readonly type?: string | readonly string[]; readonly contentEncoding?: string };

const SCALARS: Readonly<Record<string, ColumnKind>> = { string: 'text', integer: 'integer', number: 'number', boolean: 'boolean' };

/** One for each property, in the order of the schema, which is that of the lines. */
export function columnsOf(schema: Readonly<Record<string, unknown>>): readonly Column[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Property>>;
  return Object.entries(properties).map(([name, property]) => ({ name, kind: kindOf(property) }));
}

function kindOf({ type, contentEncoding }: Property): ColumnKind {
  const [only, ...more] = [type ?? []].flat().filter((one) => one !== 'null');
  if (only === undefined || more.length > 0) return 'json';
  return contentEncoding === 'base64' ? 'bytes' : (SCALARS[only] ?? 'json');
}
