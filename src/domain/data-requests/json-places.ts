/** Strings inside a JSON text, found with their place, so that one can be changed and every other byte stays. */

import { type Node, type ParseError, parseTree } from 'jsonc-parser';

export interface Place {
  /** Where the value begins and ends, quotes included. */
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

export interface Edit {
  readonly from: number;
  readonly to: number;
  /** JSON. */
  readonly text: string;
}

/** The elements of a JSON array; none when the text is no JSON, or no array. */
export function elementsOf(text: string | null): readonly Node[] {
  const root = text === null ? null : treeOf(text);
  return root?.type === 'array' ? (root.children ?? []) : [];
}

/** The members of a JSON object with their values. */
export function membersOf(text: string): ReadonlyMap<string, Node> {
  const root = treeOf(text);
  return new Map((root?.type === 'object' ? (root.children ?? []) : []).flatMap(({ children }) => pairOf(children)));
}

/** Strings and numbers at a path like `from.contactId` in a value; `.` is the value itself. A name that stands twice is found twice. */
export function placesIn(node: Node, path: string): Place[] {
  const found = (path === '.' ? [] : path.split('.')).reduce<readonly Node[]>((nodes, name) => nodes.flatMap((one) => valuesOf(one, name)), [node]);
  return found
    .filter(({ type }) => type === 'string' || type === 'number')
    .map(({ offset, length, value }) => ({ from: offset, to: offset + length, value: String(value) }));
}

/** The text with the edits made, which must not overlap; one made twice is made once. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { from, to, text: instead } of [...edits].sort((a, b) => a.from - b.from)) {
    if (from < at) continue;
    result += text.slice(at, from) + instead;
    at = to;
  }
  return result + text.slice(at);
}

/** What is nested deeper than anybody writes it counts as no JSON. */
function treeOf(text: string): Node | null {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text, errors, { disallowComments: true });
    return errors.length === 0 && root ? root : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function valuesOf(node: Node, name: string): Node[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children }) => pairOf(children).flatMap(([key, value]) => (key === name ? [value] : [])));
}

function pairOf(children: readonly Node[] | undefined): [string, Node][] {
  const [key, value] = children ?? [];
  return key && value ? [[String(key.value), value]] : [];
}
