import { edited, membersOf } from './json-places.ts';
import type { PeopleTable } from './people-rules.ts';
import type { Values } from './row-verdict.ts';

/** As it stands in JSON, it is mere white space: inside strings it is escaped. */
const LINE_BREAK = /[\n\r]/g;

/** A line of an export with other values, one line still; every other byte stays. `fields`: the column behind each name of the line. */
export function lineWith(line: string, fields: readonly (readonly [name: string, column: string])[], values: Values, kinds: PeopleTable['kinds']): string {
  const members = membersOf(line);
  const edits = fields.flatMap(([name, column]) => {
    const node = members.get(name);
    const value = values[column];
    if (!node || value === undefined) return [];
    const text = value !== null && kinds[column] === 'json' ? value.replaceAll(LINE_BREAK, ' ') : JSON.stringify(value);
    return [{ from: node.offset, to: node.offset + node.length, text }];
  });
  return edited(line, edits);
}
