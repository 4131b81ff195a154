import { concat, utf8 } from '../../../../src/pipeline/bytes.ts';
import type { Preview } from './messages.ts';

const MOST_BYTES = 256 * 1024;
const MOST_ROWS = 20;
const MOST_COLUMNS = 30;
const MOST_CHARACTERS = 120;
const NEWLINE = 0x0a;

/** Keeps the beginning of an entry of JSON Lines, enough for a look. */
export class Beginning {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(bytes: Uint8Array): void {
    if (this.#length >= MOST_BYTES) return;
    const part = bytes.slice(0, MOST_BYTES - this.#length);
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** The first whole lines as a table; a column for each field, in the order they appear. */
  preview(): Preview {
    const bytes = concat(this.#parts, this.#length);
    const text = utf8(bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1));
    const lines = text.split('\n', MOST_ROWS).filter((line) => line !== '');
    const objects = lines.map(parse);
    const columns = [...new Set(objects.flatMap((one) => Object.keys(one)))].slice(0, MOST_COLUMNS);
    return { columns, rows: objects.map((one) => columns.map((column) => shown(one[column]))) };
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { '': value };
  } catch {
    return { '': line };
  }
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
