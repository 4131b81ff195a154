/** Values of fixed length as row_to_json shows them: numbers, uuids, dates and times. */
import { DATE, INT2, INT4, INT8, TIMESTAMP, TIMESTAMPTZ, UUID } from './kinds';

const DAY: i64 = 86_400_000_000;

const scratch: usize = memory.data(64, 16);
const dayText: usize = memory.data(32, 16);

let out: usize = 0;
let cachedDay: i64 = i64.MIN_VALUE;
let cachedDaySize: u32 = 0;

/** Writes the value that stands at `at` to `to`; returns where it ends. */
export function writeShort(kind: u32, at: usize, to: usize): usize {
  out = to;
  if (kind == TIMESTAMPTZ || kind == TIMESTAMP) writeTimestamp(bswap(load<i64>(at)), kind == TIMESTAMPTZ);
  else if (kind == INT4) writeNumber(<i64>bswap(load<i32>(at)));
  else if (kind == INT8) writeNumber(bswap(load<i64>(at)));
  else if (kind == INT2) writeNumber(<i64>bswap(load<i16>(at)));
  else if (kind == UUID) writeUuid(at);
  else if (kind == DATE) writeDate(bswap(load<i32>(at)));
  else if (load<u8>(at) != 0) {
    store<u32>(out, 0x6575_7274);
    out += 4;
  } else {
    store<u32>(out, 0x736c_6166);
    store<u8>(out, 101, 4);
    out += 5;
  }
  return out;
}

function writeNumber(value: i64): void {
  let rest = value < 0 ? 0 - <u64>value : <u64>value;
  if (value < 0) putByte(45);
  let at = scratch + 32;
  do {
    at--;
    store<u8>(at, <u8>(48 + rest % 10));
    rest /= 10;
  } while (rest != 0);
  const size = scratch + 32 - at;
  memory.copy(out, at, size);
  out += size;
}

function writeUuid(at: usize): void {
  const bytes = v128.load(at);
  const digits = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);
  const high = i8x16.swizzle(digits, i8x16.shr_u(bytes, 4));
  const low = i8x16.swizzle(digits, v128.and(bytes, i8x16.splat(15)));
  v128.store(scratch, i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(scratch, i8x16.shuffle(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  putByte(34);
  store<u64>(out, load<u64>(scratch));
  store<u8>(out, 45, 8);
  store<u32>(out, load<u32>(scratch, 8), 9);
  store<u8>(out, 45, 13);
  store<u32>(out, load<u32>(scratch, 12), 14);
  store<u8>(out, 45, 18);
  store<u32>(out, load<u32>(scratch, 16), 19);
  store<u8>(out, 45, 23);
  store<u64>(out, load<u64>(scratch, 20), 24);
  store<u32>(out, load<u32>(scratch, 28), 32);
  store<u8>(out, 34, 36);
  out += 37;
}

function writeTimestamp(value: i64, zone: bool): void {
  if (value == i64.MAX_VALUE || value == i64.MIN_VALUE) {
    writeInfinity(value < 0);
    return;
  }
  let day = value / DAY;
  let rest = value % DAY;
  if (rest < 0) {
    rest += DAY;
    day--;
  }
  putByte(34);
  const beforeChrist = writeDay(day);
  putByte(84);
  const seconds = <u32>(rest / 1_000_000);
  put2(seconds / 3_600);
  putByte(58);
  put2((seconds / 60) % 60);
  putByte(58);
  put2(seconds % 60);
  writeFraction(<u32>(rest % 1_000_000));
  if (zone) {
    store<u32>(out, 0x3a30_302b);
    store<u16>(out, 0x3030, 4);
    out += 6;
  }
  endDay(beforeChrist);
}

function writeFraction(micros: u32): void {
  if (micros == 0) return;
  let digits: u32 = 6;
  while (micros % 10 == 0) {
    micros /= 10;
    digits--;
  }
  putByte(46);
  putPadded(micros, digits);
}

function writeDate(value: i32): void {
  if (value == i32.MAX_VALUE || value == i32.MIN_VALUE) {
    writeInfinity(value < 0);
    return;
  }
  putByte(34);
  endDay(writeDay(value));
}

function endDay(beforeChrist: bool): void {
  if (beforeChrist) {
    putByte(32);
    putByte(66);
    putByte(67);
  }
  putByte(34);
}

function writeInfinity(negative: bool): void {
  putByte(34);
  if (negative) putByte(45);
  store<u64>(out, 0x7974_696e_6966_6e69);
  out += 8;
  putByte(34);
}

/** Writes a day counted from 2000-01-01; returns whether its year is before Christ. Rows in order of time repeat the day. */
function writeDay(day: i64): bool {
  if (day == cachedDay) {
    v128.store(out, v128.load(dayText));
    out += cachedDaySize;
    return false;
  }
  const start = out;
  // Days since 0000-03-01 in eras of 400 years (Hinnant, "chrono-compatible low-level date algorithms").
  const days = day + 730_425;
  const era = (days >= 0 ? days : days - 146_096) / 146_097;
  const dayOfEra = days - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * dayOfYear + 2) / 153;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const shown = <u32>(year > 0 ? year : 1 - year);
  putPadded(shown, digitsOf(shown));
  putByte(45);
  put2(<u32>month);
  putByte(45);
  put2(<u32>(dayOfYear - (153 * shifted + 2) / 5 + 1));
  if (year <= 0) return true;
  cachedDay = day;
  cachedDaySize = <u32>(out - start);
  v128.store(dayText, v128.load(start));
  return false;
}

function digitsOf(year: u32): u32 {
  let digits: u32 = 4;
  for (let rest = year / 10_000; rest != 0; rest /= 10) digits++;
  return digits;
}

function putPadded(value: u32, digits: u32): void {
  for (let at = digits; at > 0; at--) {
    store<u8>(out + at - 1, <u8>(48 + (value % 10)));
    value /= 10;
  }
  out += digits;
}

// @ts-ignore: decorator
@inline
function put2(value: u32): void {
  store<u16>(out, <u16>(((48 + (value % 10)) << 8) | (48 + value / 10)));
  out += 2;
}

// @ts-ignore: decorator
@inline
function putByte(byte: u32): void {
  store<u8>(out, <u8>byte);
  out++;
}
