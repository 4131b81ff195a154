import type { Column, CsvFormulas } from '../archive.ts';
import { cleanOf } from './clean.ts';
import type { Converted, FileFormat } from './file-format.ts';
import { copyBytes, decodeText } from './json-text.ts';
import { LineScanner, TOKEN } from './line-scanner.ts';

const BLOCK_BYTES = 256 * 1024;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const RETURN = 0x0d;
const NEWLINE = 0x0a;
/** What spreadsheets take for the beginning of a formula: = + - @ tab, line ends; and the apostrophe, so that what was put before can be told. */
const BEGINNINGS: ReadonlySet<number> = new Set([..."=+-@\t\r\n'"].map((sign) => sign.charCodeAt(0)));
/** The same four signs in full width: EF BC and one of these. */
const WIDE_BEGINNINGS: ReadonlySet<number> = new Set([0x9d, 0x8b, 0x8d, 0xa0]);

/**
 * CSV as RFC 4180 says (docs/formats/artifact.md, "CSV"): texts always in quotes, so that an empty one (`""`) and none at all (nothing)
 * differ; numbers, true and false bare; everything nested as JSON text. No object is made of a row: most cells are copied as they stand.
 */
export function openCsv(columns: readonly Column[], formulas: CsvFormulas): FileFormat {
  const scanner = new LineScanner(columns.map((column) => column.name));
  const isJson = columns.map((column) => column.kind === 'json');
  return {
    blockBytes: BLOCK_BYTES,
    isPacked: false,
    head: () => bytesOf(`${columns.map((column) => headerOf(column.name)).join(',')}\r\n`),
    convert: (lines) => convert(lines, scanner, isJson, formulas === 'escape'),
    tail: () => new Uint8Array(),
    mostTailBytes: () => 0,
  };
}

function headerOf(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function convert(lines: Uint8Array, scanner: LineScanner, isJson: readonly boolean[], escapes: boolean): Converted {
  const bytes = cleanOf(lines);
  const writer = new CellWriter(bytes, escapes);
  const { starts, ends, tokens } = scanner;
  scanner.open(bytes);
  let rows = 0;
  for (let at = 0; at < bytes.length; rows += 1) {
    at = scanner.read(at);
    for (let column = 0; column < isJson.length; column += 1) {
      writer.cell(column === 0, tokens[column] as number, starts[column] as number, ends[column] as number, isJson[column] as boolean);
    }
    writer.endRow();
  }
  return { bytes: writer.written(), rows, meta: null };
}

class CellWriter {
  readonly #bytes: Buffer;
  readonly #escapes: boolean;
  readonly #out: Buffer;
  #at = 0;

  constructor(bytes: Buffer, escapes: boolean) {
    this.#bytes = bytes;
    this.#escapes = escapes;
    // A quote may be doubled; what else is added is less than the names that go.
    this.#out = Buffer.allocUnsafeSlow(2 * bytes.length);
  }

  /** In memory of its own. */
  written(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#out.subarray(0, this.#at));
  }

  endRow(): void {
    this.#out[this.#at] = RETURN;
    this.#out[this.#at + 1] = NEWLINE;
    this.#at += 2;
  }

  cell(isFirst: boolean, token: number, start: number, end: number, isJson: boolean): void {
    if (!isFirst) this.#put(COMMA);
    if (token === TOKEN.null) return;
    if (token === TOKEN.number || token === TOKEN.boolean) this.#copy(start, end);
    else if (isJson || token === TOKEN.nested) this.#json(start, end);
    else if (token === TOKEN.text) this.#plain(start, end);
    else this.#text(start + 1, end - 1);
  }

  #put(byte: number): void {
    this.#out[this.#at] = byte;
    this.#at += 1;
  }

  #copy(start: number, end: number): void {
    this.#at = copyBytes(this.#bytes, start, end, this.#out, this.#at);
  }

  /** A text of JSON without a backslash has no quote either, so it is a cell as it stands. */
  #plain(start: number, end: number): void {
    if (this.#escapes && isFormula(this.#bytes, start + 1)) {
      this.#put(QUOTE);
      this.#put(APOSTROPHE);
      this.#copy(start + 1, end);
    } else this.#copy(start, end);
  }

  #text(start: number, end: number): void {
    this.#put(QUOTE);
    const begins = this.#at;
    this.#at = decodeText(this.#bytes, start, end, this.#out, begins, true);
    if (this.#escapes && isFormula(this.#out, begins, this.#at)) {
      this.#out.copyWithin(begins + 1, begins, this.#at);
      this.#out[begins] = APOSTROPHE;
      this.#at += 1;
    }
    this.#put(QUOTE);
  }

  #json(start: number, end: number): void {
    const [bytes, out] = [this.#bytes, this.#out];
    let to = this.#at;
    out[to++] = QUOTE;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) out[to++] = QUOTE;
      out[to++] = byte;
    }
    out[to++] = QUOTE;
    this.#at = to;
  }
}

function isFormula(bytes: Uint8Array, at: number, end = bytes.length): boolean {
  if (at >= end) return false;
  return BEGINNINGS.has(bytes[at] as number) || (bytes[at] === 0xef && bytes[at + 1] === 0xbc && WIDE_BEGINNINGS.has(bytes[at + 2] as number));
}
