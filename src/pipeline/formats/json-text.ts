/** Texts of JSON and what they stand for, in bytes. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const REPLACEMENT = 0xfffd;

/** What follows a backslash, and what it stands for. */
const SHORT_ESCAPES: Readonly<Record<number, number>> = {
  [0x22]: 0x22,
  [0x5c]: 0x5c,
  [0x2f]: 0x2f,
  [0x62]: 0x08,
  [0x66]: 0x0c,
  [0x6e]: 0x0a,
  [0x72]: 0x0d,
  [0x74]: 0x09,
};

/** Bytes that are copied one by one: the copy of the platform is faster, but costs something to call. */
const SHORT_COPY = 48;

/** Copies to `out` at `to`, and says where that ends. */
export function copyBytes(bytes: Buffer, start: number, end: number, out: Uint8Array, to: number): number {
  const length = end - start;
  if (length > SHORT_COPY) bytes.copy(out, to, start, end);
  else for (let index = 0; index < length; index += 1) out[to + index] = bytes[start + index] as number;
  return to + length;
}

/**
 * Writes what the text between `start` and `end` (without its quotes) stands for to `out` at `to`, and says where that ends. It is never
 * longer than the text, also when quotes are doubled. Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.
 */
export function decodeText(bytes: Buffer, start: number, end: number, out: Uint8Array, to: number, doubleQuotes = false): number {
  let at = start;
  let written = to;
  for (;;) {
    const found = nextBackslash(bytes, at, end);
    written = copyBytes(bytes, at, found, out, written);
    if (found === end) return written;
    const meant = bytes[found + 1] === LETTER_U ? unitAt(bytes, found + 2) : SHORT_ESCAPES[bytes[found + 1] as number];
    if (meant === undefined) throw notJson();
    at = found + (bytes[found + 1] === LETTER_U ? 6 : 2);
    if (meant === QUOTE && doubleQuotes) out[written++] = QUOTE;
    if (meant < 0x80) out[written++] = meant;
    else {
      const low = isHigh(meant) && bytes[at] === BACKSLASH && bytes[at + 1] === LETTER_U ? unitAt(bytes, at + 2) : 0;
      const pair = isLow(low);
      if (pair) at += 6;
      written = putCodePoint(pair ? codePointOf(meant, low) : isHigh(meant) || isLow(meant) ? REPLACEMENT : meant, out, written);
    }
  }
}

/** Before `end`, or there. */
function nextBackslash(bytes: Buffer, from: number, end: number): number {
  const near = Math.min(end, from + SHORT_COPY);
  for (let at = from; at < near; at += 1) if (bytes[at] === BACKSLASH) return at;
  if (near === end) return end;
  const found = bytes.indexOf(BACKSLASH, near);
  return found === -1 || found > end ? end : found;
}

function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let index = at; index < at + 4; index += 1) unit = unit * 16 + digitOf(bytes[index] ?? 0);
  return unit;
}

function digitOf(byte: number): number {
  const letter = byte | 0x20;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (letter >= 0x61 && letter <= 0x66) return letter - 0x57;
  throw notJson();
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function codePointOf(high: number, low: number): number {
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

function putCodePoint(point: number, out: Uint8Array, to: number): number {
  const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const mark = [0, 0xc0, 0xe0, 0xf0][more] as number;
  out[to] = mark | (point >> (6 * more));
  for (let index = 1; index <= more; index += 1) out[to + index] = 0x80 | ((point >> (6 * (more - index))) & 0x3f);
  return to + more + 1;
}

function notJson(): Error {
  return new Error('a text of a line is not JSON');
}
