import type { Fields, TableReference } from '../catalogs/catalog.ts';
import type { CertainType } from '../source.ts';
import { placeOf, type SourceFacts } from './inspect.ts';

const CERTAIN: Readonly<Record<string, CertainType>> = {
  timestamptz: 'instant',
  timestamp: 'local_time',
  date: 'date',
  float4: 'double',
  float8: 'double',
  int2: 'double',
  int4: 'double',
  int8: { digits: 19, fraction: 0 },
};
/** What PostgreSQL adds to the modifier of a type. */
const HEADER = 4;

/** What the columns of the table say of the fields, beyond what the catalog does. */
export function certainTypes(table: TableReference, fields: Fields, facts: SourceFacts): Readonly<Record<string, CertainType>> {
  const of = facts.get(placeOf(table));
  const found = Object.entries(fields).flatMap(([name, { column, type }]): [string, CertainType][] => {
    const sqlType = of?.types.get(column);
    // An integer of the catalog is one in Parquet, too; what a column has beyond 64 bits alone needs more.
    const certain = sqlType === 'numeric' ? decimalOf(of?.modifiers.get(column)) : type === 'integer' ? null : CERTAIN[sqlType ?? ''];
    return certain ? [[name, certain]] : [];
  });
  return Object.fromEntries(found);
}

/** Of numeric(12, 2); null without a bound, or with one that is no plain number of digits behind the point. */
function decimalOf(modifier = -1): CertainType | null {
  if (modifier < HEADER) return null;
  const [digits, low] = [(modifier - HEADER) >> 16, (modifier - HEADER) & 0x7ff];
  // Eleven bits with a sign.
  const fraction = (low ^ 0x400) - 0x400;
  return fraction >= 0 && fraction <= digits ? { digits, fraction } : null;
}
