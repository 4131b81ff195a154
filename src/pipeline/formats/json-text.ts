/** Texts of JSON and what they stand for, in bytes. */

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

/**
 * Writes what the text between `start` and `end` (without its quotes) stands for to `out` at `to`, and says where that ends. It is never
 * longer than the text. Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number {
  let at = start;
  let written = to;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte !== BACKSLASH) {
      out[written] = byte;
      at += 1;
      written += 1;
    } else if (bytes[at + 1] === LETTER_U) {
      const first = unitAt(bytes, at + 2);
      const second = isHigh(first) && bytes[at + 6] === BACKSLASH && bytes[at + 7] === LETTER_U ? unitAt(bytes, at + 8) : 0;
      const pair = isLow(second);
      written = putCodePoint(pair ? codePointOf(first, second) : isHigh(first) || isLow(first) ? REPLACEMENT : first, out, written);
      at += pair ? 12 : 6;
    } else {
      const meant = SHORT_ESCAPES[bytes[at + 1] as number];
      if (meant === undefined) throw notJson();
      out[written] = meant;
      at += 2;
      written += 1;
    }
  }
  return written;
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
