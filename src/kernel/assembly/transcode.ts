/**
 * Binary COPY of PostgreSQL → the JSON of its own row_to_json, one line a row. Bytes come in as they stand on the wire; values
 * of variable length are passed through piece by piece, so memory does not grow with them.
 */

import { BASE64, BOOL, DATE, INT2, INT4, JSONB, TEXT, UUID } from './kinds';
import { hashMeaning, note, noteMembers } from './notes';
import { addField, addRule, fieldsEnd, forgetRows, NONE, noteRows, rulesEnd } from './rows';
import { writeShort } from './short-values';

const BATCH: u32 = 262_144;
const OUTPUT: u32 = BATCH + 65_536;
const MOST_COLUMNS: u32 = 1_664;

// What transcode() returns.
const HUNGRY: u32 = 0;
const BATCH_READY: u32 = 1;
const OUTPUT_FULL: u32 = 2;
const BROKEN: u32 = 3;
const NOTES_FULL: u32 = 4;
/** Inside: go on. */
const GO_ON: u32 = 5;

// What is told of a column beside the lines.
const NOTED_VALUE: u32 = 1;
const NOTED_MEMBERS: u32 = 2;
const NOTED_HIDDEN: u32 = 3;
const NOTED_ROWS: u32 = 4;
/** Of a text that is noted as it stands on the wire, all of which is there at once. */
const MOST_NOTED: u32 = 4_000;
/** Of what is known of a column. */
const COLUMN_BYTES: u32 = 48;

const raw: usize = memory.data(65_536 + 64, 16);
const input: usize = memory.data(65_536 + 4_096 + 64, 16);
const output: usize = memory.data(262_144 + 65_536 + 512, 16);
/**
 * Of every column: kind, where its prefix stands and how long it is, what of it is noted, the same of the name of noted members, as what it is noted, and its first field and rule of rows
 * and those behind its last.
 */
const columns: usize = memory.data(1_664 * 48, 16);
/** `{"name":` of the first column, `,"name":` of the others. */
const prefixes: usize = memory.data(131_072, 16);
const base64Pairs: usize = memory.data(4_096 * 2, 16);
const alphabet: usize = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107,
  108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 43, 47,
]);

let columnCount: u32 = 0;
let prefixEnd: usize = 0;
let inputAt: usize = 0;
let inputEnd: usize = 0;
let out: usize = 0;
/** Bytes left of the message being read, and whether they are data. */
let messageLeft: u32 = 0;
let messageIsData: bool = false;
/** Bytes there are of a message's head, which is a code and a length. */
let headBytes: u32 = 0;
let head: u64 = 0;
let begun: bool = false;
let ended: bool = false;
/** -1: between two rows. */
let column: i32 = -1;
/** Bytes left of a value that comes in pieces; -1: none is open. */
let valueLeft: i32 = -1;
let rows: u32 = 0;
/** Where an open value that is noted begins in the output; 0: part of it was taken already. */
let valueFrom: usize = 0;
/** Whether a value since the last batch was too long to be noted. */
let torn: bool = false;

/** Where bytes of the wire are put, at most 65,536, before `feed`. */
export function rawPointer(): usize {
  return raw;
}

/** Where the name of a column is put before `addColumn`. */
export function namePointer(): usize {
  return output;
}

/** Forgets columns and bytes. */
export function reset(): void {
  columnCount = 0;
  prefixEnd = prefixes;
  inputAt = input;
  inputEnd = input;
  out = output;
  messageLeft = 0;
  headBytes = 0;
  head = 0;
  begun = false;
  ended = false;
  column = -1;
  valueLeft = -1;
  rows = 0;
  torn = false;
  forgetRows();
  if (load<u16>(base64Pairs) == 0) {
    for (let pair: u32 = 0; pair < 4_096; pair++) {
      store<u8>(base64Pairs + (pair << 1), load<u8>(alphabet + (pair >> 6)));
      store<u8>(base64Pairs + (pair << 1), load<u8>(alphabet + (pair & 63)), 1);
    }
  }
}

/** Adds a column; its prefix of `size` bytes stands at `namePointer`. Returns 0 when there is no room for it. */
export function addColumn(kind: u32, size: u32): u32 {
  if (columnCount == MOST_COLUMNS || size > 256 || prefixEnd + size > prefixes + 131_072 - 32) return 0;
  const at = columns + columnCount * COLUMN_BYTES;
  store<u32>(at, kind);
  store<u32>(at, <u32>prefixEnd, 4);
  store<u32>(at, size, 8);
  store<u32>(at, 0, 12);
  memory.copy(prefixEnd, output, size);
  prefixEnd += size;
  columnCount++;
  return 1;
}

/** What is noted of the last column, as what (a bit each); the name of members, of `size` bytes, stands at `namePointer`. Returns 0 when there is no room for it. */
export function noteColumn(noted: u32, as: u32, size: u32): u32 {
  const name = keep(size);
  if (name == 0) return 0;
  const at = columns + (columnCount - 1) * COLUMN_BYTES;
  store<u32>(at, noted, 12);
  store<u32>(at, <u32>name, 16);
  store<u32>(at, size, 20);
  store<u32>(at, as, 24);
  store<u32>(at, fieldsEnd(), 28);
  store<u32>(at, fieldsEnd(), 32);
  store<u32>(at, rulesEnd(), 36);
  store<u32>(at, rulesEnd(), 40);
  return 1;
}

/** A field of the rows of the last column, which is looked at; its name stands at `namePointer`. Returns 0 when there is no room for it. */
export function noteField(size: u32): u32 {
  const name = keep(size);
  if (name == 0 || addField(name, size) == 0) return 0;
  store<u32>(columns + (columnCount - 1) * COLUMN_BYTES, fieldsEnd(), 32);
  return 1;
}

/** What a field of the last column is, by number; `when`: number of the field in which what stands at `namePointer` must stand, or `NONE`. Returns 0 when there is no room for it. */
export function noteRule(as: u32, field: u32, when: u32, size: u32): u32 {
  const at = columns + (columnCount - 1) * COLUMN_BYTES;
  const equals = keep(size);
  const first = load<u32>(at, 28);
  if (equals == 0 || addRule(as, first + field, when == NONE ? NONE : first + when, equals, size) == 0) return 0;
  store<u32>(at, rulesEnd(), 40);
  return 1;
}

/** How a value that is this is hashed; what is hashed before it, of `size` bytes, stands at `namePointer`. Returns 0 when there is no room for it. */
export function hashAs(meaning: u32, form: u32, size: u32): u32 {
  return hashMeaning(meaning, form, output, size);
}

/** Keeps what stands at `namePointer`. Returns where; 0: there is no room. */
function keep(size: u32): usize {
  if (size > 256 || prefixEnd + size > prefixes + 131_072 - 32) return 0;
  const kept = prefixEnd;
  memory.copy(kept, output, size);
  prefixEnd += size;
  return kept;
}

/** Whether a value of the lines since the last call was too long to be noted. */
export function takeTorn(): u32 {
  const taken = torn ? 1 : 0;
  torn = false;
  return taken;
}

/** Rows finished since the last batch was taken. */
export function takeRows(): u32 {
  const taken = rows;
  rows = 0;
  return taken;
}

export function outputPointer(): usize {
  return output;
}

/** How many bytes stand in the output; the next ones begin anew. */
export function takeOutput(): u32 {
  const size = <u32>(out - output);
  out = output;
  valueFrom = 0;
  return size;
}

/** Whether the end of the rows was seen and nothing is left over. */
export function isComplete(): u32 {
  return ended && inputAt == inputEnd && headBytes == 0 && messageLeft == 0 ? 1 : 0;
}

/**
 * Takes `size` bytes of the wire out of their messages. Returns how many it took: fewer, when a message begins that is neither data
 * nor one of those that may stand between (CopyOutResponse, notice, parameter, notification).
 */
export function feed(size: u32): u32 {
  if (inputAt > input) {
    memory.copy(input, inputAt, inputEnd - inputAt);
    inputEnd -= inputAt - input;
    inputAt = input;
  }
  let at = raw;
  const end = raw + size;
  while (at < end) {
    if (messageLeft > 0) {
      const taken = min(messageLeft, <u32>(end - at));
      if (messageIsData) {
        memory.copy(inputEnd, at, taken);
        inputEnd += taken;
      }
      at += taken;
      messageLeft -= taken;
      continue;
    }
    const code = <u32>load<u8>(at);
    if (headBytes == 0) {
      // d; H, N, S, A
      if (code != 100 && code != 72 && code != 78 && code != 83 && code != 65) break;
      messageIsData = code == 100;
      if (at + 5 <= end) {
        messageLeft = bswap(load<u32>(at, 1)) - 4;
        at += 5;
        continue;
      }
    }
    head = (head << 8) | code;
    at++;
    headBytes++;
    if (headBytes == 5) {
      messageLeft = <u32>head - 4;
      headBytes = 0;
      head = 0;
    }
  }
  return <u32>(at - raw);
}

/** Goes on until it needs more bytes, a batch of whole lines is full, or (in a long line) the output is, or the notes are. */
export function transcode(): u32 {
  if (!begun) {
    if (inputEnd - inputAt < 19) return HUNGRY;
    if (!hasHeader(inputAt)) return BROKEN;
    inputAt += 19;
    begun = true;
  }
  while (true) {
    if (column < 0) {
      if (out - output >= <usize>BATCH) return BATCH_READY;
      if (ended) return inputAt == inputEnd ? HUNGRY : BROKEN;
      if (inputEnd - inputAt < 2) return HUNGRY;
      const count = <u32>bswap(load<u16>(inputAt));
      if (count == 0xffff) ended = true;
      else if (count == columnCount) column = 0;
      else return BROKEN;
      inputAt += 2;
      continue;
    }
    if (valueLeft >= 0) {
      const passed = passValue();
      if (passed != GO_ON) return passed;
      continue;
    }
    if (<u32>column == columnCount) {
      store<u16>(out, 0x0a7d);
      out += 2;
      rows++;
      column = -1;
      continue;
    }
    if (!hasRoom()) return OUTPUT_FULL;
    const state = beginValue();
    if (state != GO_ON) return state;
  }
}

/** PGCOPY\n\xff\r\n\0, no flags, no extension. */
function hasHeader(at: usize): bool {
  return load<u64>(at) == 0xff0a_5950_4f43_4750 && load<u16>(at, 8) == 0x0a0d && load<u8>(at, 10) == 0 && load<u64>(at, 11) == 0;
}

// @ts-ignore: decorator
@inline
function hasRoom(): bool {
  return out + 1_024 <= output + OUTPUT;
}

/** Writes the column's name and a short value whole, or opens a long one. */
function beginValue(): u32 {
  const available = <u32>(inputEnd - inputAt);
  if (available < 4) return HUNGRY;
  const size = bswap(load<u32>(inputAt));
  const plan = columns + <u32>column * COLUMN_BYTES;
  const kind = load<u32>(plan);
  const noted = load<u32>(plan, 12);
  if (noted == NOTED_HIDDEN) return passHidden(load<u32>(plan, 24), size, available);
  if (size == 0xffff_ffff) {
    writePrefix(plan);
    store<u32>(out, 0x6c6c_756e);
    out += 4;
    inputAt += 4;
    column++;
    return GO_ON;
  }
  if (kind < TEXT) {
    if (size != sizeOf(kind)) return BROKEN;
    if (available < 4 + size) return HUNGRY;
    writePrefix(plan);
    out = writeShort(kind, inputAt + 4, out);
    inputAt += 4 + size;
    column++;
    return GO_ON;
  }
  if (noted == NOTED_VALUE && kind == TEXT) {
    if (size > MOST_NOTED) torn = true;
    else if (available < 4 + size) return HUNGRY;
    else if (!note(load<u32>(plan, 24), inputAt + 4, size)) return NOTES_FULL;
  }
  if (kind == JSONB) {
    if (size < 1) return BROKEN;
    if (available < 5) return HUNGRY;
    if (load<u8>(inputAt, 4) != 1) return BROKEN;
    inputAt++;
  }
  writePrefix(plan);
  inputAt += 4;
  valueLeft = <i32>(kind == JSONB ? size - 1 : size);
  if (kind == TEXT || kind == BASE64) putByte(34);
  valueFrom = out;
  return GO_ON;
}

/** Stands in no line. */
function passHidden(as: u32, size: u32, available: u32): u32 {
  if (size != 0xffff_ffff) {
    if (size > MOST_NOTED) return BROKEN;
    if (available < 4 + size) return HUNGRY;
    if (!note(as, inputAt + 4, size)) return NOTES_FULL;
    inputAt += size;
  }
  inputAt += 4;
  column++;
  return GO_ON;
}

function sizeOf(kind: u32): u32 {
  if (kind == BOOL) return 1;
  if (kind == INT2) return 2;
  if (kind == INT4 || kind == DATE) return 4;
  return kind == UUID ? 16 : 8;
}

// @ts-ignore: decorator
@inline
function writePrefix(plan: usize): void {
  const from = <usize>load<u32>(plan, 4);
  const size = load<u32>(plan, 8);
  v128.store(out, v128.load(from));
  v128.store(out, v128.load(from, 16), 16);
  if (size > 32) memory.copy(out + 32, from + 32, size - 32);
  out += size;
}

/** Passes on what is there of an open value. */
function passValue(): u32 {
  const plan = columns + <u32>column * COLUMN_BYTES;
  const kind = load<u32>(plan);
  const room = <u32>(output + OUTPUT - 256 - out) / 6;
  const size = min(min(<u32>valueLeft, <u32>(inputEnd - inputAt)), room);
  if (kind == TEXT) passText(size);
  else if (kind == BASE64) {
    const taken = size == <u32>valueLeft ? size : size - (size % 3);
    if (taken == 0 && valueLeft > 0) return hasRoom() ? HUNGRY : OUTPUT_FULL;
    passBase64(taken);
  } else passVerbatim(size);
  if (valueLeft > 0) return size > 0 ? GO_ON : hasRoom() ? HUNGRY : OUTPUT_FULL;
  if (!noteValue(plan, kind)) return NOTES_FULL;
  if (kind == TEXT || kind == BASE64) putByte(34);
  valueLeft = -1;
  column++;
  return GO_ON;
}

/** Notes of a value that is whole what is noted of its column; false when there is no room. */
function noteValue(plan: usize, kind: u32): bool {
  const noted = load<u32>(plan, 12);
  if (noted == 0 || (noted == NOTED_VALUE && kind == TEXT)) return true;
  if (valueFrom == 0) {
    torn = true;
    return true;
  }
  const as = load<u32>(plan, 24);
  if (noted == NOTED_VALUE) return note(as, valueFrom, <u32>(out - valueFrom));
  if (noted == NOTED_ROWS) return noteRows(<u32>column, load<u32>(plan, 28), load<u32>(plan, 32), load<u32>(plan, 36), load<u32>(plan, 40), valueFrom, out);
  // A type over text that the kernel does not know comes as JSON, too: a string of it.
  const inString = kind == TEXT || load<u8>(valueFrom) == 34;
  return noteMembers(<u32>column, as, load<u32>(plan, 16), load<u32>(plan, 20), valueFrom, out, inString);
}

function passText(size: u32): void {
  let from = inputAt;
  let to = out;
  const end = from + size;
  while (from < end) {
    const bytes = v128.load(from);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(34)), i8x16.eq(bytes, i8x16.splat(92))),
      i8x16.lt_u(bytes, i8x16.splat(32)),
    );
    v128.store(to, bytes);
    const clean = min(<u32>(end - from), v128.any_true(special) ? <u32>ctz(i8x16.bitmask(special)) : 16);
    from += clean;
    to += clean;
    if (clean < 16 && from < end) {
      to = escape(<u32>load<u8>(from), to);
      from++;
    }
  }
  inputAt = end;
  out = to;
  valueLeft -= <i32>size;
}

function escape(byte: u32, to: usize): usize {
  let letter: u32 = 0;
  if (byte == 34 || byte == 92) letter = byte;
  else if (byte == 10) letter = 110;
  else if (byte == 13) letter = 114;
  else if (byte == 9) letter = 116;
  else if (byte == 8) letter = 98;
  else if (byte == 12) letter = 102;
  if (letter != 0) {
    store<u16>(to, <u16>(92 | (letter << 8)));
    return to + 2;
  }
  store<u32>(to, 0x3030_755c);
  store<u8>(to, <u8>(48 + (byte >> 4)), 4);
  const low = byte & 15;
  store<u8>(to, <u8>(low < 10 ? 48 + low : 87 + low), 5);
  return to + 6;
}

/** A line break inside JSON is mere white space; left alone, it would tear the line in two. */
function passVerbatim(size: u32): void {
  const end = inputAt + size;
  const space = i8x16.splat(32);
  for (let from = inputAt, to = out; from < end; from += 16, to += 16) {
    const bytes = v128.load(from);
    const breaks = v128.or(i8x16.eq(bytes, i8x16.splat(10)), i8x16.eq(bytes, i8x16.splat(13)));
    v128.store(to, v128.bitselect(space, bytes, breaks));
  }
  inputAt = end;
  out += size;
  valueLeft -= <i32>size;
}

/** Three bytes at a time; fewer only at the very end of the value. */
function passBase64(size: u32): void {
  let from = inputAt;
  let to = out;
  const end = from + size;
  while (from + 3 <= end) {
    const three = bswap(load<u32>(from)) >> 8;
    store<u16>(to, load<u16>(base64Pairs + ((three >> 12) << 1)));
    store<u16>(to, load<u16>(base64Pairs + ((three & 4_095) << 1)), 2);
    from += 3;
    to += 4;
  }
  if (from < end) {
    const two = from + 1 < end;
    const bits = (<u32>load<u8>(from) << 16) | (two ? <u32>load<u8>(from, 1) << 8 : 0);
    store<u16>(to, load<u16>(base64Pairs + ((bits >> 12) << 1)));
    store<u8>(to, two ? load<u8>(alphabet + ((bits >> 6) & 63)) : 61, 2);
    store<u8>(to, 61, 3);
    to += 4;
  }
  inputAt = end;
  out = to;
  valueLeft -= <i32>size;
}

// @ts-ignore: decorator
@inline
function putByte(byte: u32): void {
  store<u8>(out, <u8>byte);
  out++;
}
