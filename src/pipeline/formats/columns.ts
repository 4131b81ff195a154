/** The columns of a table-like format, out of the JSON Schema of the lines. */

import type { ArchiveFile, CertainType, Column, ColumnKind } from '../archive.ts';

type Property = { readonly type?: string | readonly string[]; readonly contentEncoding?: string };

const SCALARS: Readonly<Record<string, ColumnKind>> = { string: 'text', integer: 'integer', number: 'number', boolean: 'boolean' };

/** One for each property, in the order of the schema, which is that of the lines. */
export function columnsOf({ schema, certain = {} }: Pick<ArchiveFile, 'schema' | 'certain'>): readonly Column[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Property>>;
  return Object.entries(properties).map(([name, property]) => {
    const kind = kindOf(property);
    const type = certain[name];
    return { name, kind, ...(type !== undefined && fits(kind, type) && { certain: type }) };
  });
}

/** The schema is what was promised; the source may only be surer than it. */
function fits(kind: ColumnKind, type: CertainType): boolean {
  if (type === 'double') return kind === 'number';
  return typeof type === 'object' ? kind === 'number' || kind === 'integer' : kind === 'text';
}

function kindOf({ type, contentEncoding }: Property): ColumnKind {
  const [only, ...more] = [type ?? []].flat().filter((one) => one !== 'null');
  if (only === undefined || more.length > 0) return 'json';
  return contentEncoding === 'base64' ? 'bytes' : (SCALARS[only] ?? 'json');
}
