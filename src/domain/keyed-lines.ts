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
 * Reads such a file line by line. The last line may be half when a machine stopped while it was written, and whoever went on began a new one: a line that
 * cannot be read counts only if the next does not go on where the line before it ended.
 */
export class KeyedLineReader<T> {
  readonly #key: Uint8Array;
  readonly #entryOf: EntryOf<T>;
  readonly #note: (entry: T) => void;
  readonly #badLines: number[] = [];
  #unread: number[] = [];
  #mark = '';
  #lines = 0;

  /** `entryOf` makes an entry of a body and its mark, null: of another kind. `note` is given each that is what was written. */
  constructor(key: Uint8Array, entryOf: EntryOf<T>, note: (entry: T) => void) {
    this.#key = key;
    this.#entryOf = entryOf;
    this.#note = note;
  }

  /** The next line; `isTorn`: the file ends in it without a line break. */
  take(line: string, isTorn = false): void {
    this.#lines += 1;
    if (line === '') return;
    const found = parse(this.#key, line, this.#entryOf);
    if (!found) {
      if (!isTorn) this.#unread.push(this.#lines);
      return;
    }
    if (found.before !== this.#mark) this.#badLines.push(...this.#unread, this.#lines);
    this.#unread = [];
    this.#note(found.entry);
    this.#mark = found.mark;
  }

  end(): Omit<KeyedLinesRead<T>, 'entries'> {
    return { badLines: [...this.#badLines, ...this.#unread], mark: this.#mark };
  }
}

/** Reads a whole file; `entryOf` as of `KeyedLineReader`. */
export function readKeyedLines<T>(key: Uint8Array, text: string, entryOf: EntryOf<T>): KeyedLinesRead<T> {
  const entries: T[] = [];
  const reader = new KeyedLineReader(key, entryOf, (entry) => entries.push(entry));
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  for (const line of lines) reader.take(line);
  reader.take(last, true);
  return { entries, ...reader.end() };
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
