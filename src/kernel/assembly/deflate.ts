/**
 * Raw deflate of one block of at most 320 KiB, independent of what stood before it: greedy matches through a hash table, then
 * one dynamic block, or stored ones where that is shorter. All but the last end with a sync flush, so that they can be joined.
 */
import { makeCodes, makeLengths } from './huffman';

/** A block of lines ends with the one that reaches 256 KiB, so it is somewhat longer. */
const BLOCK: u32 = 327_680;
const FARTHEST: u32 = 32_768;
const LONGEST: u32 = 258;
const HASH_BITS: u32 = 16;
/** Four literals and what is left of a byte fit in 64 bits, so the bits are written once in four literals. */
const MOST_BITS: u32 = 14;
const LITERALS: u32 = 286;
const DISTANCES: u32 = 30;
const END_OF_BLOCK: u32 = 256;

const plain: usize = memory.data(327_680 + 64, 16);
const sealed: usize = memory.data(327_680 + 4_096, 16);
/** Where a hash was last seen, two places each (the first alone is used at the fast level). */
const table: usize = memory.data(65_536 * 8, 16);
/** Literals before a match (u32), its length (u16), its distance less one (u16). */
const sequences: usize = memory.data(81_924 * 8, 16);
const literalCounts: usize = memory.data(288 * 4, 16);
const moreCounts: usize = memory.data(288 * 4, 16);
const distanceCounts: usize = memory.data(32 * 4, 16);
/** Lengths of the codes of literals, then of distances. */
const lengths: usize = memory.data(320, 16);
const literalCodes: usize = memory.data(288 * 4, 16);
const distanceCodes: usize = memory.data(32 * 4, 16);
/** Of every length of a match: code and extra bits | how many bits << 24. */
const matchCodes: usize = memory.data(260 * 4, 16);
/** Of every length of a match: its symbol less 257. */
const lengthSymbols: usize = memory.data(260, 16);
const runCounts: usize = memory.data(32 * 4, 16);
const runLengths: usize = memory.data(32, 16);
const runCodes: usize = memory.data(32 * 4, 16);
/** Symbols of the run-length code of `lengths`: symbol | extra << 8. */
const runs: usize = memory.data(320 * 2, 16);
const lengthBases: usize = memory.data<u8>([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 255]);
const lengthExtras: usize = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]);
const runOrder: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** Number of the first byte of the block; places of older blocks are smaller, so the table need not be cleared. */
let base: u32 = 0;
let sequenceCount: u32 = 0;
let lastLiterals: u32 = 0;
let extraBits: u32 = 0;
let bits: u64 = 0;
let bitCount: u32 = 0;
let out: usize = 0;

/** Where the plain bytes are put, at most 327,680. */
export function plainPointer(): usize {
  return plain;
}

/** Where the deflated bytes stand afterwards. */
export function deflatedPointer(): usize {
  return sealed;
}

/** How many of the plain bytes end a line. */
export function countLines(size: u32): u32 {
  memory.fill(plain + size, 0, 16);
  const breaks = i8x16.splat(10);
  let count: u32 = 0;
  for (let at = plain, end = plain + size; at < end; at += 16) count += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), breaks)));
  return count;
}

/** Deflates the plain bytes; returns how many came out. `level` 0: one place for each hash; 1: two, and a look one byte ahead. */
export function deflate(size: u32, level: u32, last: u32): u32 {
  out = sealed;
  bits = 0;
  bitCount = 0;
  if (size > 0) {
    prepare(size);
    if (level == 0) findFast(size);
    else findBalanced(size);
    writeBlock(size, last);
  } else if (last) put(3, 10);
  if (last) alignBits();
  else syncFlush();
  return <u32>(out - sealed);
}

function prepare(size: u32): void {
  // The first time, and after 4 GB.
  if (base == 0 || base > 0xff00_0000) {
    memory.fill(table, 0, 65_536 * 8);
    base = FARTHEST + 1;
    makeLengthSymbols();
  } else base += BLOCK + FARTHEST;
  memory.fill(literalCounts, 0, 288 * 4);
  memory.fill(moreCounts, 0, 288 * 4);
  memory.fill(distanceCounts, 0, 32 * 4);
  store<u32>(literalCounts + (END_OF_BLOCK << 2), 1);
  memory.fill(plain + size, 0, 32);
  sequenceCount = 0;
  extraBits = 0;
}

function makeLengthSymbols(): void {
  let symbol: u32 = 0;
  for (let length: u32 = 3; length <= LONGEST; length++) {
    while (symbol < 28 && length - 3 >= <u32>load<u8>(lengthBases + symbol + 1)) symbol++;
    store<u8>(lengthSymbols + length, <u8>symbol);
  }
}

// @ts-ignore: decorator
@inline
function hashOf(at: usize): u32 {
  // Five bytes: four alone find too many short matches from afar, which cost more than their literals.
  return <u32>(((load<u64>(at) << 24) * 0x9e37_79b1_85eb_ca87) >> (64 - HASH_BITS));
}

// @ts-ignore: decorator
@inline
function matchLength(one: usize, other: usize, end: usize): u32 {
  const start = one;
  const stop = min(end, one + LONGEST);
  while (one < stop) {
    const difference = load<u64>(one) ^ load<u64>(other);
    if (difference != 0) {
      one += <usize>(ctz(difference) >> 3);
      break;
    }
    one += 8;
    other += 8;
  }
  return <u32>(min(one, stop) - start);
}

function findFast(size: u32): void {
  const end = plain + size;
  const stop = size > 16 ? end - 8 : plain;
  const toPlace = base - <u32>plain;
  let at = plain;
  let literal = plain;
  while (at < stop) {
    const slot = table + (hashOf(at) << 3);
    const place = <u32>at + toPlace;
    const found = load<u32>(slot);
    store<u32>(slot, place);
    if (place - found <= FARTHEST) {
      const before = <usize>(found - toPlace);
      if (load<u32>(before) == load<u32>(at)) {
        const length = matchLength(at + 4, before + 4, min(end, at + LONGEST)) + 4;
        addSequence(literal, at, length, place - found);
        const next = at + length;
        if (at + 1 < stop) store<u32>(table + (hashOf(at + 1) << 3), place + 1);
        if (next - 2 < stop) store<u32>(table + (hashOf(next - 2) << 3), place + length - 2);
        at = next;
        literal = next;
        continue;
      }
    }
    // What does not compress is passed over ever faster.
    at += 1 + ((at - literal) >> 9);
  }
  lastLiterals = <u32>(end - literal);
  countLiterals(literal, end);
}

function findBalanced(size: u32): void {
  const end = plain + size;
  const stop = size > 16 ? end - 8 : plain;
  let at = plain;
  let literal = plain;
  while (at < stop) {
    let match = bestMatch(at, end);
    if (match == 0) {
      at += 1 + ((at - literal) >> 9);
      continue;
    }
    while (<u32>match < 32 && at + 1 < stop) {
      const next = bestMatch(at + 1, end);
      if (<u32>next <= <u32>match) break;
      match = next;
      at++;
    }
    const length = <u32>match;
    addSequence(literal, at, length, <u32>(match >> 32));
    for (let inside = at + 2; inside < min(stop, at + length); inside += 2) insert(inside);
    at += length;
    literal = at;
  }
  lastLiterals = <u32>(end - literal);
  countLiterals(literal, end);
}

/** Length | distance << 32 of the longer of two candidates; 0: there is none. */
function bestMatch(at: usize, end: usize): u64 {
  const toPlace = base - <u32>plain;
  const slot = table + (hashOf(at) << 3);
  const place = <u32>at + toPlace;
  const both = load<u64>(slot);
  store<u64>(slot, (both << 32) | place);
  let best: u32 = 0;
  let distance: u32 = 0;
  for (let way = 0; way < 2; way++) {
    const found = <u32>(both >> (way << 5));
    if (found < base || place - found > FARTHEST) break;
    const before = <usize>(found - toPlace);
    if (load<u32>(before) != load<u32>(at)) continue;
    const length = matchLength(at + 4, before + 4, min(end, at + LONGEST)) + 4;
    if (length <= best) continue;
    best = length;
    distance = place - found;
  }
  return best | (<u64>distance << 32);
}

// @ts-ignore: decorator
@inline
function insert(at: usize): void {
  const slot = table + (hashOf(at) << 3);
  store<u64>(slot, (load<u64>(slot) << 32) | (<u32>at + base - <u32>plain));
}

// @ts-ignore: decorator
@inline
function addSequence(literal: usize, at: usize, length: u32, distance: u32): void {
  const sequence = sequences + (sequenceCount << 3);
  store<u32>(sequence, <u32>(at - literal));
  store<u32>(sequence, length | ((distance - 1) << 16), 4);
  sequenceCount++;
  countLiterals(literal, at);
  const symbol = <u32>load<u8>(lengthSymbols + length);
  increase(literalCounts + ((257 + symbol) << 2));
  increase(distanceCounts + (distanceSymbol(distance - 1) << 2));
}

// @ts-ignore: decorator
@inline
function countLiterals(from: usize, to: usize): void {
  // Two tables, so that one count need not wait for the one before it.
  while (from + 1 < to) {
    increase(literalCounts + (<u32>load<u8>(from) << 2));
    increase(moreCounts + (<u32>load<u8>(from, 1) << 2));
    from += 2;
  }
  if (from < to) increase(literalCounts + (<u32>load<u8>(from) << 2));
}

// @ts-ignore: decorator
@inline
function increase(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** Of a distance less one. */
// @ts-ignore: decorator
@inline
function distanceSymbol(distance: u32): u32 {
  if (distance < 4) return distance;
  const top = 31 - clz(distance);
  return (top << 1) | ((distance >> (top - 1)) & 1);
}

function writeBlock(size: u32, last: u32): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    const at = literalCounts + (symbol << 2);
    store<u32>(at, load<u32>(at) + load<u32>(moreCounts + (symbol << 2)));
  }
  makeLengths(literalCounts, LITERALS, MOST_BITS, lengths);
  let literals = LITERALS;
  while (load<u8>(lengths + literals - 1) == 0) literals--;
  makeLengths(distanceCounts, DISTANCES, MOST_BITS, lengths + literals);
  let distances = DISTANCES;
  while (load<u8>(lengths + literals + distances - 1) == 0) distances--;
  makeCodes(lengths, literals, literalCodes);
  makeCodes(lengths + literals, distances, distanceCodes);
  const runCount = makeRuns(literals + distances);
  if (bodyBits(literals, distances) + headBits(runCount) >= (size << 3) + 40 * (size / 65_535 + 1)) {
    writeStored(size, last);
    return;
  }
  put(last | 4, 3);
  writeHead(literals, distances, runCount);
  makeMatchCodes();
  writeBody();
}

function bodyBits(literals: u32, distances: u32): u32 {
  let sum: u32 = 0;
  for (let symbol: u32 = 0; symbol < literals; symbol++) {
    const extra: u32 = symbol > 256 ? load<u8>(lengthExtras + symbol - 257) : 0;
    sum += load<u32>(literalCounts + (symbol << 2)) * (<u32>load<u8>(lengths + symbol) + extra);
  }
  for (let symbol: u32 = 0; symbol < distances; symbol++) {
    const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
    sum += load<u32>(distanceCounts + (symbol << 2)) * (<u32>load<u8>(lengths + literals + symbol) + extra);
  }
  return sum;
}

/** Writes the lengths of the codes as runs and makes the code of those; returns how many runs. */
function makeRuns(size: u32): u32 {
  memory.fill(runCounts, 0, 32 * 4);
  let made: u32 = 0;
  let at: u32 = 0;
  while (at < size) {
    const length = <u32>load<u8>(lengths + at);
    let run: u32 = 1;
    while (at + run < size && load<u8>(lengths + at + run) == length) run++;
    at += run;
    if (length != 0) {
      made = addRun(made, length, 0);
      run--;
    }
    while (run >= 3) {
      const taken = min(run, <u32>(length != 0 ? 6 : 138));
      if (length != 0) made = addRun(made, 16, taken - 3);
      else made = taken < 11 ? addRun(made, 17, taken - 3) : addRun(made, 18, taken - 11);
      run -= taken;
    }
    for (; run > 0; run--) made = addRun(made, length, 0);
  }
  makeLengths(runCounts, 19, 7, runLengths);
  makeCodes(runLengths, 19, runCodes);
  return made;
}

function addRun(made: u32, symbol: u32, extra: u32): u32 {
  store<u16>(runs + (made << 1), <u16>(symbol | (extra << 8)));
  increase(runCounts + (symbol << 2));
  return made + 1;
}

function orderedRunLengths(): u32 {
  let count: u32 = 19;
  while (count > 4 && load<u8>(runLengths + <u32>load<u8>(runOrder + count - 1)) == 0) count--;
  return count;
}

function runExtraBits(symbol: u32): u32 {
  return symbol == 16 ? 2 : symbol == 17 ? 3 : symbol == 18 ? 7 : 0;
}

function headBits(runCount: u32): u32 {
  let sum = 17 + 3 * orderedRunLengths();
  for (let at: u32 = 0; at < runCount; at++) {
    const symbol = <u32>load<u16>(runs + (at << 1)) & 255;
    sum += <u32>load<u8>(runLengths + symbol) + runExtraBits(symbol);
  }
  return sum;
}

function writeHead(literals: u32, distances: u32, runCount: u32): void {
  const ordered = orderedRunLengths();
  put(literals - 257, 5);
  put(distances - 1, 5);
  put(ordered - 4, 4);
  for (let at: u32 = 0; at < ordered; at++) put(load<u8>(runLengths + <u32>load<u8>(runOrder + at)), 3);
  for (let at: u32 = 0; at < runCount; at++) {
    const run = <u32>load<u16>(runs + (at << 1));
    putCode(load<u32>(runCodes + ((run & 255) << 2)));
    put(run >> 8, runExtraBits(run & 255));
  }
}

function makeMatchCodes(): void {
  for (let length: u32 = 3; length <= LONGEST; length++) {
    const symbol = <u32>load<u8>(lengthSymbols + length);
    const code = load<u32>(literalCodes + ((257 + symbol) << 2));
    const size = code >> 24;
    const extra = length - 3 - <u32>load<u8>(lengthBases + symbol);
    store<u32>(matchCodes + (length << 2), (code & 0xff_ffff) | (extra << size) | ((size + <u32>load<u8>(lengthExtras + symbol)) << 24));
  }
}

function writeBody(): void {
  let from = plain;
  const stop = sequences + (sequenceCount << 3);
  for (let sequence = sequences; sequence < stop; sequence += 8) {
    const count = load<u32>(sequence);
    const match = load<u32>(sequence, 4);
    writeLiterals(from, count);
    writeMatch(match & 0xffff, match >> 16);
    from += count + (match & 0xffff);
  }
  writeLiterals(from, lastLiterals);
  putCode(load<u32>(literalCodes + (END_OF_BLOCK << 2)));
}

// @ts-ignore: decorator
@inline
function writeLiterals(from: usize, count: u32): void {
  let held = bits;
  let size = bitCount;
  let at = out;
  const end = from + count;
  while (from + 4 <= end) {
    for (let next: usize = 0; next < 4; next++) {
      const code = load<u32>(literalCodes + (<u32>load<u8>(from + next) << 2));
      held |= <u64>(code & 0xff_ffff) << size;
      size += code >> 24;
    }
    store<u64>(at, held);
    at += size >> 3;
    held >>= size & 56;
    size &= 7;
    from += 4;
  }
  while (from < end) {
    const code = load<u32>(literalCodes + (<u32>load<u8>(from) << 2));
    held |= <u64>(code & 0xff_ffff) << size;
    size += code >> 24;
    from++;
  }
  store<u64>(at, held);
  at += size >> 3;
  bits = held >> (size & 56);
  bitCount = size & 7;
  out = at;
}

// @ts-ignore: decorator
@inline
function writeMatch(length: u32, distance: u32): void {
  let held = bits;
  let size = bitCount;
  const code = load<u32>(matchCodes + (length << 2));
  held |= <u64>(code & 0xff_ffff) << size;
  size += code >> 24;
  const symbol = distanceSymbol(distance);
  const far = load<u32>(distanceCodes + (symbol << 2));
  held |= <u64>(far & 0xff_ffff) << size;
  size += far >> 24;
  const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
  held |= <u64>(distance & ((1 << extra) - 1)) << size;
  size += extra;
  store<u64>(out, held);
  out += size >> 3;
  bits = held >> (size & 56);
  bitCount = size & 7;
}

function writeStored(size: u32, last: u32): void {
  let from = plain;
  let left = size;
  while (left > 0) {
    const taken = min(left, 65_535);
    left -= taken;
    put(left == 0 ? last : 0, 3);
    alignBits();
    store<u16>(out, <u16>taken);
    store<u16>(out, <u16>~taken, 2);
    memory.copy(out + 4, from, taken);
    out += 4 + taken;
    from += taken;
  }
}

function syncFlush(): void {
  put(0, 3);
  alignBits();
  store<u32>(out, 0xffff_0000);
  out += 4;
}

function putCode(code: u32): void {
  put(code & 0xff_ffff, code >> 24);
}

/** At most 32 bits. */
function put(value: u32, size: u32): void {
  bits |= <u64>value << bitCount;
  bitCount += size;
  store<u64>(out, bits);
  out += bitCount >> 3;
  bits >>= bitCount & 56;
  bitCount &= 7;
}

function alignBits(): void {
  if (bitCount == 0) return;
  store<u8>(out, <u8>bits);
  out++;
  bits = 0;
  bitCount = 0;
}
