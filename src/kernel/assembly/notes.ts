/**
 * Values that are told beside the lines, each once, or again after many others: what was seen lately is remembered by its hash. Nothing is told of a
 * value that is seen again, so most rows cost one look at a table. Of what is new the keyed hash may be made at once.
 */

import { writeForm } from './forms';
import { hashLater, hasHashRoom, MOST_HASHED } from './keyed-hashes';

/** Room for the longest value that the output holds. */
const NOTES: u32 = 393_216;
/** Before the bytes of a note, which end at a multiple of 8. */
const HEAD: u32 = 8;
/** Of two hashes each. */
const SEEN_SETS: u32 = 65_536;
/** Set in the column that then stands in a note instead of what it is: the whole value, in which something stands that is not simply read. */
const WHOLE: u32 = 0x8000_0000;
/** What a value may be. */
const MOST_MEANINGS: u32 = 32;
/** Of a meaning: how it is hashed, and the size of what stands before the value in what is hashed. */
const MEANING_BYTES: u32 = 8;
const MOST_BEFORE: u32 = 128;

const QUOTE: u32 = 34;
const BACKSLASH: u32 = 92;
const COLON: u32 = 58;

/** Of every note: what it is, size, bytes. */
const notes: usize = memory.data(393_216 + 64, 16);
const seen: usize = memory.data(65_536 * 16, 16);
const meanings: usize = memory.data(32 * 8, 16);
const before: usize = memory.data(32 * 128, 16);
const text: usize = memory.data(512, 16);

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

/** Nothing was seen yet, and nothing is left of what was told. The seed is random: nobody can make two values that are taken for one. */
export function forgetSeen(low: u32, high: u32): void {
  memory.fill(seen, 0, SEEN_SETS << 4);
  seed = ((<u64>high) << 32) | low;
  memory.fill(notes, 0, NOTES + 64);
  memory.fill(text, 0, 512);
  notesEnd = notes;
}

/** No value is hashed here from now on. */
export function tellAll(): void {
  memory.fill(before, 0, MOST_MEANINGS * MOST_BEFORE);
  memory.fill(meanings, 0, MOST_MEANINGS * MEANING_BYTES);
}

/** From now on a value that is this is hashed in this form behind the text of `size` bytes that stands at `from`. Returns 0 when there is no room for it. */
export function hashMeaning(meaning: u32, form: u32, from: usize, size: u32): u32 {
  if (meaning >= MOST_MEANINGS || size > MOST_BEFORE) return 0;
  store<u32>(meanings + meaning * MEANING_BYTES, form);
  store<u32>(meanings + meaning * MEANING_BYTES, size, 4);
  memory.copy(before + meaning * MOST_BEFORE, from, size);
  return 1;
}

/** Hashes a value, if it is one that is hashed and simply spelled. */
function hashValue(meaning: u32, from: usize, size: u32): bool {
  const form = load<u32>(meanings + meaning * MEANING_BYTES);
  const sizeBefore = load<u32>(meanings + meaning * MEANING_BYTES, 4);
  if (form == 0 || sizeBefore + size >= MOST_HASHED) return false;
  const textBefore = before + meaning * MOST_BEFORE;
  for (let part: u32 = 0; part < sizeBefore; part += 16) v128.store(text + part, v128.load(textBefore + part));
  const end = writeForm(form, from, size, text + sizeBefore);
  if (end == 0) return false;
  hashLater(text, <u32>(end - text));
  return true;
}

/** Hashes or tells of a value if it is new, as everything that it is (a bit of `as` each); false when there is no room for it. */
export function note(as: u32, from: usize, size: u32): bool {
  for (let rest = as; rest != 0; rest &= rest - 1) if (!noteAs(ctz(rest), from, size)) return false;
  return true;
}

/** Tells of the whole value of a column, in which something is not simply read; false when there is no room for it. */
export function noteWhole(column: u32, from: usize, size: u32): bool {
  return noteAs(column | WHOLE, from, size);
}

function noteAs(meaning: u32, from: usize, size: u32): bool {
  if (notesEnd + HEAD + size > notes + NOTES || !hasHashRoom()) return false;
  if (size == 0) return true;
  const hash = hashOf(meaning, from, size);
  if (!isNew(hash) || (meaning < MOST_MEANINGS && hashValue(meaning, from, size))) return true;
  store<u32>(notesEnd, meaning);
  store<u32>(notesEnd, size, 4);
  if (size > 64) memory.copy(notesEnd + HEAD, from, size);
  else for (let at: u32 = 0; at < size; at += 16) v128.store(notesEnd + HEAD + at, v128.load(from + at));
  notesEnd += (HEAD + size + 7) & ~7;
  return true;
}

/**
 * Tells of every text and number that a JSON text has under a name, wherever it stands. `inString`: the JSON is itself written as a string of JSON.
 * False when there is no room for one: to be called again then.
 */
export function noteMembers(column: u32, as: u32, name: usize, nameSize: u32, from: usize, end: usize, inString: bool): bool {
  const first = i8x16.splat(load<u8>(name));
  const last = i8x16.splat(load<u8>(name + nameSize - 1));
  for (let at = from; at + nameSize < end; at += 16) {
    const found = v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + nameSize - 1), last));
    for (let mask = <u32>i8x16.bitmask(found); mask != 0; mask &= mask - 1) {
      const place = at + ctz(mask);
      if (place == from || place + nameSize >= end || load<u8>(place - 1) != QUOTE || memory.compare(place, name, nameSize) != 0) continue;
      const state = noteMember(as, place + nameSize, end, inString);
      if (state == WHOLE) return noteWhole(column, from, <u32>(end - from));
      if (state == 0) return false;
    }
  }
  return true;
}

/** Behind a name. 1: done; 0: no room; WHOLE: it is not simply read. */
function noteMember(as: u32, from: usize, end: usize, inString: bool): u32 {
  let at = quoteEnd(from, end, inString);
  if (at == 0) return 1;
  at = spaceEnd(at, end, inString);
  if (at >= end || load<u8>(at) != COLON) return 1;
  at = spaceEnd(at + 1, end, inString);
  const begin = quoteEnd(at, end, inString);
  if (begin == 0) return noteNumber(as, at, end);
  let close = begin;
  while (close < end && load<u8>(close) != QUOTE) close++;
  if (close >= end) return 1;
  const valueEnd = inString ? close - 1 : close;
  for (let byte = begin; byte < valueEnd; byte++) if (load<u8>(byte) == BACKSLASH) return WHOLE;
  return note(as, begin, <u32>(valueEnd - begin)) ? 1 : 0;
}

function noteNumber(as: u32, from: usize, end: usize): u32 {
  let at = from;
  while (at < end && isOfNumber(load<u8>(at))) at++;
  return note(as, from, <u32>(at - from)) ? 1 : 0;
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

function hashOf(meaning: u32, from: usize, size: u32): u64 {
  const end = from + size;
  let hash = mixed(seed ^ ((<u64>meaning << 32) | size));
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
