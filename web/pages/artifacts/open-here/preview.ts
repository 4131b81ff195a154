import { concat, utf8 } from '../../../../src/pipeline/bytes.ts';
import type { Preview } from './messages.ts';

const MOST_BYTES = 256 * 1024;
const MOST_ROWS = 20;
const MOST_COLUMNS = 30;
const MOST_CHARACTERS = 120;
const NEWLINE = 0x0a;

/** A field of CSV and what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;

/** Whether the page can show what is inside. */
export function isShown(name: string): boolean {
  return /\.(jsonl|csv)$/.test(name);
}

/** Keeps the beginning of an entry of JSON Lines or CSV, enough for a look. */
export class Beginning {
  readonly #isCsv: boolean;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(name: string) {
    this.#isCsv = name.endsWith('.csv');
  }

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
    if (this.#isCsv) return ofCsv(text);
    const lines = text.split('\n', MOST_ROWS).filter((line) => line !== '');
    const objects = lines.map(parse);
    const columns = [...new Set(objects.flatMap((one) => Object.keys(one)))].slice(0, MOST_COLUMNS);
    return { columns, rows: objects.map((one) => columns.map((column) => shown(one[column]))) };
  }
}

/** The first whole records. */
function ofCsv(text: string): Preview {
  const [columns = [], ...rows] = records(text);
  return { columns: columns.slice(0, MOST_COLUMNS), rows: rows.map((cells) => cells.slice(0, MOST_COLUMNS).map(shown)) };
}

function records(text: string): string[][] {
  const found: string[][] = [];
  let cells: string[] = [];
  CELL.lastIndex = 0;
  // It begins anew where it does not fit: a field that is cut is the last one.
  for (let match = CELL.exec(text); match !== null && found.length <= MOST_ROWS; match = CELL.exec(text)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    found.push(cells);
    cells = [];
  }
  return found;
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
