import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Files that are only added to and that nobody without the key can change unseen: every line is JSON with a mark, keyed over its content and
 * the mark of the line before it, so that a changed, cut, swapped or missing line shows.
 */

export interface KeyedLinesRead<T> {
  readonly entries: readonly T[];
  /** Numbers of the lines (from 1) that are not what was written there, or before which lines are missing. */
  readonly badLines: readonly number[];
  /** The mark of the last line, for the next to name; empty when there is none. */
  readonly mark: string;
}

type EntryOf<T> = (body: Readonly<Record<string, unknown>>, mark: string) => T | null;

/** The line, without its end, and its mark. The order of the names in `body` is part of the format. */
export function keyedLine(key: Uint8Array, before: string, body: object): { line: string; mark: string } {
  const content = { ...body, before };
  const mark = markOf(key, content);
  return { line: JSON.stringify({ ...content, mark }), mark };
}

/**
 * Reads the file; `entryOf` makes an entry of a body and its mark, null: of another kind. The last line may be half when a machine stopped while it was
 * written, and whoever went on began a new one: a line that cannot be read counts only if the next does not go on where the line before it ended.
 */
export function readKeyedLines<T>(key: Uint8Array, text: string, entryOf: EntryOf<T>): KeyedLinesRead<T> {
  const lines = text.split('\n');
  const isTorn = lines.at(-1) !== '';
  const entries: T[] = [];
  const badLines: number[] = [];
  let mark = '';
  let unread: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const found = parse(key, line, entryOf);
    if (!found && isTorn && index === lines.length - 1) continue;
    if (!found) {
      unread.push(index + 1);
      continue;
    }
    if (found.before !== mark) badLines.push(...unread, index + 1);
    unread = [];
    entries.push(found.entry);
    mark = found.mark;
  }
  return { entries, badLines: [...badLines, ...unread], mark };
}

function markOf(key: Uint8Array, content: object): string {
  return createHmac('sha256', key).update(JSON.stringify(content)).digest('hex');
}

function parse<T>(key: Uint8Array, line: string, entryOf: EntryOf<T>): { entry: T; before: string; mark: string } | null {
  try {
    const { before, mark, ...body } = JSON.parse(line) as Record<string, unknown>;
    const wanted = Buffer.from(markOf(key, { ...body, before }));
    const given = Buffer.from(String(mark));
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return null;
    // To the letter: nothing can stand beside what the mark covers.
    if (line !== JSON.stringify({ ...body, before, mark })) return null;
    const entry = entryOf(body, String(mark));
    return entry && { entry, before: String(before), mark: String(mark) };
  } catch {
    return null;
  }
}
