/**
 * Values that are told beside the lines, each once, or again after many others: what was seen lately is remembered by its hash. Nothing is told of a
 * value that is seen again, so most rows cost one look at a table.
 */

/** Room for the longest value that the output holds. */
const NOTES: u32 = 393_216;
/** Before the bytes of a note. */
const HEAD: u32 = 16;
/** Of two hashes each. */
const SEEN_SETS: u32 = 65_536;
/** Set in the column of a note: the whole value, in which something stands that is not simply read. */
const WHOLE: u32 = 0x8000_0000;

const QUOTE: u32 = 34;
const BACKSLASH: u32 = 92;
const COLON: u32 = 58;

/** Of every note: column, size, hash, bytes. */
const notes: usize = memory.data(393_216 + 64, 16);
const seen: usize = memory.data(65_536 * 16, 16);

let notesEnd: usize = notes;
let seed: u64 = 0;

export function notesPointer(): usize {
  return notes;
}

/** How many bytes of notes there are; the next ones begin anew. */
export function takeNotes(): u32 {
  const size = <u32>(notesEnd - notes);
  notesEnd = notes;
  return size;
}

/** Nothing was seen yet. The seed is random: nobody can make two values that are taken for one. */
export function forgetSeen(low: u32, high: u32): void {
  memory.fill(seen, 0, SEEN_SETS << 4);
  seed = ((<u64>high) << 32) | low;
  notesEnd = notes;
}

/** Tells of a value if it is new; false when there is no room for it. */
export function note(column: u32, from: usize, size: u32): bool {
  if (notesEnd + HEAD + size > notes + NOTES) return false;
  if (size == 0) return true;
  const hash = hashOf(column, from, size);
  if (!isNew(hash)) return true;
  store<u32>(notesEnd, column);
  store<u32>(notesEnd, size, 4);
  store<u64>(notesEnd, hash, 8);
  memory.copy(notesEnd + HEAD, from, size);
  notesEnd += HEAD + size;
  return true;
}

/**
 * Tells of every text and number that a JSON text has under a name, wherever it stands. `inString`: the JSON is itself written as a string of JSON.
 * False when there is no room for one: to be called again then.
 */
export function noteMembers(column: u32, name: usize, nameSize: u32, from: usize, end: usize, inString: bool): bool {
  const first = i8x16.splat(load<u8>(name));
  const last = i8x16.splat(load<u8>(name + nameSize - 1));
  for (let at = from; at + nameSize < end; at += 16) {
    const found = v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + nameSize - 1), last));
    for (let mask = <u32>i8x16.bitmask(found); mask != 0; mask &= mask - 1) {
      const place = at + ctz(mask);
      if (place == from || place + nameSize >= end || load<u8>(place - 1) != QUOTE || memory.compare(place, name, nameSize) != 0) continue;
      const state = noteMember(column, place + nameSize, end, inString);
      if (state == WHOLE) return note(column | WHOLE, from, <u32>(end - from));
      if (state == 0) return false;
    }
  }
  return true;
}

/** Behind a name. 1: done; 0: no room; WHOLE: it is not simply read. */
function noteMember(column: u32, from: usize, end: usize, inString: bool): u32 {
  let at = quoteEnd(from, end, inString);
  if (at == 0) return 1;
  at = spaceEnd(at, end, inString);
  if (at >= end || load<u8>(at) != COLON) return 1;
  at = spaceEnd(at + 1, end, inString);
  const begin = quoteEnd(at, end, inString);
  if (begin == 0) return noteNumber(column, at, end);
  let close = begin;
  while (close < end && load<u8>(close) != QUOTE) close++;
  if (close >= end) return 1;
  const valueEnd = inString ? close - 1 : close;
  for (let byte = begin; byte < valueEnd; byte++) if (load<u8>(byte) == BACKSLASH) return WHOLE;
  return note(column, begin, <u32>(valueEnd - begin)) ? 1 : 0;
}

function noteNumber(column: u32, from: usize, end: usize): u32 {
  let at = from;
  while (at < end && isOfNumber(load<u8>(at))) at++;
  return note(column, from, <u32>(at - from)) ? 1 : 0;
}

/** Digits, signs, point and exponent. */
function isOfNumber(byte: u32): bool {
  return byte - 48 < 10 || byte == 43 || byte == 45 || byte == 46 || (byte | 32) == 101;
}

/** Behind the quote that stands here; 0: there is none. */
function quoteEnd(at: usize, end: usize, inString: bool): usize {
  if (!inString) return at < end && load<u8>(at) == QUOTE ? at + 1 : 0;
  return at + 1 < end && load<u8>(at) == BACKSLASH && load<u8>(at, 1) == QUOTE ? at + 2 : 0;
}

function spaceEnd(from: usize, end: usize, inString: bool): usize {
  let at = from;
  while (at < end) {
    const byte = <u32>load<u8>(at);
    if (byte == 32 || byte == 9 || byte == 10 || byte == 13) at++;
    else if (inString && byte == BACKSLASH && isSpaceLetter(load<u8>(at, 1))) at += 2;
    else break;
  }
  return at;
}

/** n, r, t */
function isSpaceLetter(byte: u32): bool {
  return byte == 110 || byte == 114 || byte == 116;
}

function hashOf(column: u32, from: usize, size: u32): u64 {
  const end = from + size;
  let hash = mixed(seed ^ ((<u64>column << 32) | size));
  let at = from;
  for (; at + 8 <= end; at += 8) hash = mixed(hash ^ load<u64>(at));
  if (at < end) hash = mixed(hash ^ (load<u64>(at) & ((<u64>1 << ((<u64>(end - at)) << 3)) - 1)));
  // Nothing stands for nothing.
  return hash == 0 ? 1 : hash;
}

function isNew(hash: u64): bool {
  const set = seen + (<usize>(hash >> 48) << 4);
  const front = load<u64>(set);
  if (front == hash) return false;
  const back = load<u64>(set, 8);
  store<u64>(set, hash);
  store<u64>(set, front, 8);
  return back != hash;
}

function mixed(value: u64): u64 {
  let mixing = value;
  mixing = (mixing ^ (mixing >> 32)) * 0xd6e8_feb8_6659_fd93;
  mixing = (mixing ^ (mixing >> 32)) * 0xd6e8_feb8_6659_fd93;
  return mixing ^ (mixing >> 32);
}
