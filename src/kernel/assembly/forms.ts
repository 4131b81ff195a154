/**
 * The one form in which spellings of a value are equal, of values that are simply spelled: in printable ASCII, without what takes a closer look. The others are told as they are, and whoever
 * is told makes the form; where a form is made here it must be the same.
 */

// How a value is made equal to its other spellings; the same numbers stand in transcoder.ts. 0: it is told.
const AS_IT_IS: u32 = 1;
const ADDRESS: u32 = 2;
const NUMBER: u32 = 3;
const WHOLE_NUMBER: u32 = 4;
const HANDLE: u32 = 5;

const SPACE: u32 = 32;
const PLUS: u32 = 43;
const MINUS: u32 = 45;
const POINT: u32 = 46;
const SLASH: u32 = 47;
const ZERO: u32 = 48;
const COLON: u32 = 58;
const LESS: u32 = 60;
const GREATER: u32 = 62;
const AT: u32 = 64;
const BRACKET: u32 = 91;
const DELETE: u32 = 127;

/** Writes the form of a value behind its last letter at `to`, no more bytes than the value has and one. Returns its end; 0: it is to be told. */
export function writeForm(form: u32, from: usize, size: u32, to: usize): usize {
  const end = from + size;
  // In brackets stands what is no value.
  if (size == 0 || load<u8>(from) == BRACKET) return 0;
  if (form == AS_IT_IS) return writeText(from, end, to);
  if (form == ADDRESS) return writeAddress(from, end, to);
  if (form == NUMBER) return writeNumber(from, end, to);
  if (form == WHOLE_NUMBER) return isWholeNumber(from, end) ? writeDigits(from, end, to) : writeNumber(from, end, to);
  if (form == HANDLE) return writeHandle(from, end, to);
  return 0;
}

function writeText(from: usize, end: usize, to: usize): usize {
  if (load<u8>(from) == SPACE || load<u8>(end - 1) == SPACE) return 0;
  let out = to;
  for (let at = from; at < end; at++, out++) {
    const byte = <u32>load<u8>(at);
    if (byte < SPACE || byte >= DELETE) return 0;
    store<u8>(out, <u8>byte);
  }
  return out;
}

/** In lower case. */
function writeAddress(from: usize, end: usize, to: usize): usize {
  let out = to;
  for (let at = from; at < end; at++, out++) {
    const byte = <u32>load<u8>(at);
    if (byte <= SPACE || byte >= DELETE || byte == LESS || byte == GREATER || byte == COLON) return 0;
    store<u8>(out, <u8>lower(byte));
  }
  return out;
}

/** With its country: a plus, or two zeros for it, and its digits, without what is written between them. */
function writeNumber(from: usize, end: usize, to: usize): usize {
  const first = <u32>load<u8>(from);
  if (first != PLUS && (first != ZERO || from + 2 > end || load<u8>(from, 1) != ZERO)) return 0;
  return writeDigits(first == PLUS ? from + 1 : from + 2, end, to);
}

function writeDigits(from: usize, end: usize, to: usize): usize {
  store<u8>(to, <u8>PLUS);
  let out = to + 1;
  for (let at = from; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (isDigit(byte)) {
      store<u8>(out, <u8>byte);
      out++;
    } else if (byte != SPACE && byte != MINUS && byte != POINT && byte != SLASH) return 0;
  }
  return out == to + 1 ? 0 : out;
}

/** Digits enough for a number with its country. */
function isWholeNumber(from: usize, end: usize): bool {
  const size = end - from;
  if (size < 8 || size > 15 || load<u8>(from) == ZERO) return false;
  for (let at = from; at < end; at++) if (!isDigit(load<u8>(at))) return false;
  return true;
}

/** In lower case, without the signs before it; not the address of a page. */
function writeHandle(from: usize, end: usize, to: usize): usize {
  let at = from;
  while (at < end && load<u8>(at) == AT) at++;
  let out = to;
  for (; at < end; at++, out++) {
    const byte = <u32>load<u8>(at);
    if (byte <= SPACE || byte >= DELETE || byte == SLASH) return 0;
    store<u8>(out, <u8>lower(byte));
  }
  return out == to ? 0 : out;
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - ZERO < 10;
}

// @ts-ignore: decorator
@inline
function lower(byte: u32): u32 {
  return byte - 65 < 26 ? byte | 32 : byte;
}
