import { edited, membersOf } from './json-places.ts';
import type { PeopleTable } from './people-rules.ts';
import type { Values } from './row-verdict.ts';

/** A line of an export with other values; every other byte stays. `fields`: the column behind each name of the line. */
export function lineWith(line: string, fields: readonly (readonly [name: string, column: string])[], values: Values, kinds: PeopleTable['kinds']): string {
  const members = membersOf(line);
  const edits = fields.flatMap(([name, column]) => {
    const node = members.get(name);
    const value = values[column];
    if (!node || value === undefined) return [];
    const text = value !== null && kinds[column] === 'json' ? value : JSON.stringify(value);
    return [{ from: node.offset, to: node.offset + node.length, text }];
  });
  return edited(line, edits);
}
