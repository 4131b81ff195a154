/** Fields of the objects of a JSON array, found where they stand, without making anything of them. */

import { note, noteWhole } from './notes';

const QUOTE: u32 = 34;
const COMMA: u32 = 44;
const COLON: u32 = 58;
const OPEN_LIST: u32 = 91;
const BACKSLASH: u32 = 92;
const CLOSE_LIST: u32 = 93;
const OPEN: u32 = 123;
const CLOSE: u32 = 125;

const MOST_FIELDS: u32 = 64;
const MOST_RULES: u32 = 64;
/** Of a field: where its name stands and how long it is, and the same of its value in the row that is read. */
const FIELD_BYTES: u32 = 16;
/** Of a rule: what the field is, the field, the field on which it depends or `NONE`, and where what must stand in that stands and how long it is. */
const RULE_BYTES: u32 = 20;
export const NONE: u32 = 0xffff_ffff;

const fields: usize = memory.data(64 * 16, 16);
const rules: usize = memory.data(64 * 20, 16);
let fieldCount: u32 = 0;
let ruleCount: u32 = 0;

export function forgetRows(): void {
  fieldCount = 0;
  ruleCount = 0;
}

/** The fields and rules that are added from now on are those of a column; they stand one behind the other. */
export function fieldsEnd(): u32 {
  return fieldCount;
}

export function rulesEnd(): u32 {
  return ruleCount;
}

/** Returns 0 when there is no room for it. */
export function addField(name: usize, size: u32): u32 {
  if (fieldCount == MOST_FIELDS) return 0;
  const at = fields + fieldCount * FIELD_BYTES;
  store<u32>(at, <u32>name);
  store<u32>(at, size, 4);
  fieldCount++;
  return 1;
}

/** `field` and `when` count from the first field of all columns. Returns 0 when there is no room for it. */
export function addRule(as: u32, field: u32, when: u32, equals: usize, equalsSize: u32): u32 {
  if (ruleCount == MOST_RULES) return 0;
  const at = rules + ruleCount * RULE_BYTES;
  store<u32>(at, as);
  store<u32>(at, field, 4);
  store<u32>(at, when, 8);
  store<u32>(at, <u32>equals, 12);
  store<u32>(at, equalsSize, 16);
  ruleCount++;
  return 1;
}

/**
 * Tells of the fields of the rows that stand in an array of objects of texts, numbers and nulls; of anything else the whole. False when there is no room for one: to be called again then.
 * `firstField` and so on: those of the column.
 */
export function noteRows(column: u32, firstField: u32, lastField: u32, firstRule: u32, lastRule: u32, from: usize, end: usize): bool {
  let at = gapEnd(from, end);
  if (at >= end || load<u8>(at) != OPEN_LIST) return noteWhole(column, from, <u32>(end - from));
  at = gapEnd(at + 1, end);
  while (at < end && load<u8>(at) == OPEN) {
    at = readRow(at + 1, end, firstField, lastField);
    if (at == 0) return noteWhole(column, from, <u32>(end - from));
    if (!noteRow(firstRule, lastRule)) return false;
    at = gapEnd(at, end);
    if (at < end && load<u8>(at) == COMMA) at = gapEnd(at + 1, end);
  }
  return (at < end && load<u8>(at) == CLOSE_LIST) || noteWhole(column, from, <u32>(end - from));
}

/** Finds the fields of the row that begins here. Returns where it ends; 0: it is not simply read. */
function readRow(from: usize, end: usize, firstField: u32, lastField: u32): usize {
  for (let field = firstField; field < lastField; field++) store<u64>(fields + field * FIELD_BYTES, 0, 8);
  let at = gapEnd(from, end);
  while (at < end && load<u8>(at) == QUOTE) {
    const name = at + 1;
    const nameEnd = textEnd(name, end);
    if (nameEnd >= end || load<u8>(nameEnd) != QUOTE) return 0;
    at = gapEnd(nameEnd + 1, end);
    if (at >= end || load<u8>(at) != COLON) return 0;
    at = readValue(gapEnd(at + 1, end), end, fieldOf(name, <u32>(nameEnd - name), firstField, lastField));
    if (at == 0) return 0;
    at = gapEnd(at, end);
    if (at < end && load<u8>(at) == COMMA) at = gapEnd(at + 1, end);
  }
  return at < end && load<u8>(at) == CLOSE ? at + 1 : 0;
}

/** Notes where the value of a field stands; 0: of another. Returns where it ends; 0: it is not simply read. */
function readValue(from: usize, end: usize, field: usize): usize {
  if (from >= end) return 0;
  if (load<u8>(from) == QUOTE) {
    let close = textEnd(from + 1, end);
    while (close < end && load<u8>(close) == BACKSLASH) {
      if (field != 0) return 0;
      close = textEnd(close + 2, end);
    }
    if (close >= end) return 0;
    if (field != 0) {
      store<u32>(field, <u32>(from + 1), 8);
      store<u32>(field, <u32>(close - from - 1), 12);
    }
    return close + 1;
  }
  let at = from;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == OPEN || byte == OPEN_LIST) return 0;
    if (byte == COMMA || byte == CLOSE) break;
  }
  // A null is no value; what else is no text, whoever is told makes one of.
  return field != 0 && load<u32>(from) != 0x6c6c_756e ? 0 : at;
}

function noteRow(firstRule: u32, lastRule: u32): bool {
  for (let number = firstRule; number < lastRule; number++) {
    const rule = rules + number * RULE_BYTES;
    const field = fields + load<u32>(rule, 4) * FIELD_BYTES;
    const value = <usize>load<u32>(field, 8);
    if (value == 0 || !isMet(rule)) continue;
    if (!note(load<u32>(rule), value, load<u32>(field, 12))) return false;
  }
  return true;
}

function isMet(rule: usize): bool {
  const when = load<u32>(rule, 8);
  if (when == NONE) return true;
  const field = fields + when * FIELD_BYTES;
  const value = <usize>load<u32>(field, 8);
  return value != 0 && isSame(value, load<u32>(field, 12), load<u32>(rule, 12), load<u32>(rule, 16));
}

function fieldOf(name: usize, size: u32, firstField: u32, lastField: u32): usize {
  for (let number = firstField; number < lastField; number++) {
    const field = fields + number * FIELD_BYTES;
    if (isSame(name, size, load<u32>(field), load<u32>(field, 4))) return field;
  }
  return 0;
}

function isSame(one: usize, size: u32, other: usize, otherSize: u32): bool {
  if (size != otherSize) return false;
  for (let at: u32 = 0; at < size; at++) if (load<u8>(one + at) != load<u8>(other + at)) return false;
  return true;
}

/** The quote or backslash that comes next, or the end. */
function textEnd(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = v128.or(i8x16.eq(bytes, i8x16.splat(34)), i8x16.eq(bytes, i8x16.splat(92)));
    if (v128.any_true(found)) return min(at + ctz(i8x16.bitmask(found)), end);
  }
  return end;
}

function gapEnd(from: usize, end: usize): usize {
  let at = from;
  while (at < end && (load<u8>(at) == 32 || load<u8>(at) == 9 || load<u8>(at) == 10 || load<u8>(at) == 13)) at++;
  return at;
}
