/** Finds the values of a line of JSON without making objects of them. */

/** What stands between `starts` and `ends`. */
export const TOKEN = { null: 0, text: 1, escapedText: 2, number: 3, boolean: 4, nested: 5 } as const;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
/** Bytes of a text that are looked at one by one. */
const SHORT_TEXT = 24;

/**
 * Reads lines with known properties in a known order, as sources give them: compact save for spaces around values (an object that the
 * source kept as text has its own). After `read`, `starts`, `ends` and `tokens` tell of each column where its value is; of texts with
 * their quotes.
 */
export class LineScanner {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly tokens: Uint8Array;
  readonly #prefixes: readonly Uint8Array[];
  #bytes: Buffer = Buffer.alloc(0);
  #slash = -1;

  constructor(names: readonly string[]) {
    this.#prefixes = names.map((name, index) => Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`));
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
    this.tokens = new Uint8Array(names.length);
  }

  /** From now on lines are read of these bytes. */
  open(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#slash = -1;
  }

  /** Reads the line that begins at `at`, and says where the next one does. Throws when it has other fields than these. */
  read(at: number): number {
    const bytes = this.#bytes;
    let here = at;
    for (let column = 0; column < this.#prefixes.length; column += 1) {
      const prefix = this.#prefixes[column] as Uint8Array;
      for (let index = 0; index < prefix.length; index += 1) if (bytes[here + index] !== prefix[index]) throw unexpectedLine();
      here += prefix.length;
      if (isSpace(bytes[here])) here = this.#spaces(here);
      this.starts[column] = here;
      here = this.#value(here, column);
      this.ends[column] = here;
      if (isSpace(bytes[here])) here = this.#spaces(here);
    }
    if (this.#prefixes.length === 0 && bytes[here] === OPEN) here += 1;
    if (bytes[here] !== CLOSE || bytes[here + 1] !== NEWLINE) throw unexpectedLine();
    return here + 2;
  }

  #spaces(at: number): number {
    let here = at;
    while (isSpace(this.#bytes[here])) here += 1;
    return here;
  }

  /** Where the value that begins at `at` ends. */
  #value(at: number, column: number): number {
    const first = this.#bytes[at];
    if (first === QUOTE) return this.#text(at, column);
    if (first === OPEN || first === OPEN_LIST) return this.#nested(at, column);
    this.tokens[column] = first === LETTER_N ? TOKEN.null : first === LETTER_T || first === LETTER_F ? TOKEN.boolean : TOKEN.number;
    let here = at;
    for (let byte = first; byte !== COMMA && byte !== CLOSE && !isSpace(byte); byte = this.#bytes[here]) {
      if (byte === undefined || byte === QUOTE) throw unexpectedLine();
      here += 1;
    }
    if (here === at) throw unexpectedLine();
    return here;
  }

  #text(at: number, column: number): number {
    const bytes = this.#bytes;
    const short = at + SHORT_TEXT;
    let escaped = false;
    let here = at + 1;
    for (let byte = bytes[here]; byte !== QUOTE; byte = bytes[here]) {
      if (byte === undefined) throw unexpectedLine();
      if (here > short) {
        // The search of the platform is faster, but costs something to call.
        const quote = bytes.indexOf(QUOTE, here);
        const slash = this.#nextSlash(here);
        if (quote === -1) throw unexpectedLine();
        escaped ||= slash < quote;
        here = slash < quote ? slash + 2 : quote;
      } else if (byte === BACKSLASH) {
        escaped = true;
        here += 2;
      } else here += 1;
    }
    this.tokens[column] = escaped ? TOKEN.escapedText : TOKEN.text;
    return here + 1;
  }

  /** Looked for once, however many texts are before it. */
  #nextSlash(from: number): number {
    if (this.#slash < from) {
      const found = this.#bytes.indexOf(BACKSLASH, from);
      this.#slash = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#slash;
  }

  #nested(at: number, column: number): number {
    const bytes = this.#bytes;
    let depth = 0;
    let here = at;
    do {
      const byte = bytes[here];
      if (byte === undefined) throw unexpectedLine();
      if (byte === QUOTE) here = this.#text(here, column);
      else {
        if (byte === OPEN || byte === OPEN_LIST) depth += 1;
        else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
        here += 1;
      }
    } while (depth > 0);
    this.tokens[column] = TOKEN.nested;
    return here;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN;
}

/** A fault of the program; nothing of the line is told. */
function unexpectedLine(): Error {
  return new Error('a line has other fields than its schema says');
}
