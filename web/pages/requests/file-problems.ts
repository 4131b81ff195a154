import type { FieldProblem } from '../../api/client.ts';

/** One thing that is wrong with a file. */
export interface FileProblem {
  /** Number of the entry, from 1; null: of the file as a whole. */
  readonly entry: number | null;
  /** What of the entry; empty: all of it. */
  readonly field: string;
  /** Line and column, where the text itself cannot be read. */
  readonly place: { readonly line: number; readonly column: number } | null;
  readonly problem: FieldProblem;
}

/** `consumers[3].email[0]` is field `email[0]` of entry 4. */
export function fileProblemOf(problem: FieldProblem): FileProblem {
  const { index, rest } = /^consumers\[(?<index>\d+)\]\.?(?<rest>.*)$/.exec(problem.field)?.groups ?? {};
  return {
    entry: index === undefined ? null : Number(index) + 1,
    field: index === undefined ? (problem.field === 'file' ? '' : problem.field) : (rest ?? ''),
    place: placeOf(problem.value),
    problem,
  };
}

function placeOf(value: unknown): FileProblem['place'] {
  if (typeof value !== 'object' || value === null || !('line' in value) || !('column' in value)) return null;
  const { line, column } = value;
  return typeof line === 'number' && typeof column === 'number' ? { line, column } : null;
}

/** The line on which each entry of `consumers` begins, from 1; as far as the text can be read. */
export function linesOfEntries(text: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let key = '';
  let inside: number | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '\n') line += 1;
    else if (letter === '"') {
      const end = endOfString(text, at);
      if (depth === 1) key = text.slice(at + 1, end);
      at = end;
    } else if (letter === '[' || letter === '{') {
      if (letter === '[' && depth === 1 && key === 'consumers') inside = depth + 1;
      else if (inside !== null && depth === inside) lines.push(line);
      depth += 1;
    } else if (letter === ']' || letter === '}') {
      depth -= 1;
      if (inside !== null && depth < inside) inside = null;
    }
  }
  return lines;
}

function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
