/**
 * HMAC-SHA256 (RFC 2104) of short texts with one key, four at a time, one in each lane of a vector. What the key alone gives is reckoned once, so a text of up to 55 bytes costs two
 * compressions, and a call into the platform, which takes longer than they do, none. Texts wait until there are four of as many blocks.
 */

const BLOCK: u32 = 64;
const MOST_BLOCKS: u32 = 4;
/** Of a text; a one and its length follow. */
export const MOST_HASHED: u32 = MOST_BLOCKS * BLOCK - 9;
const LANES: u32 = 4;
/** Of the lanes that wait for each number of blocks. */
const GROUP_BYTES: u32 = 1_024;

const MOST_HASHES: u32 = 32_768;

const rounds: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
  0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
  0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
  0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
  0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const beginning: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
/** From 16 minus some on: so many bytes that stay, and then none. */
const masks: usize = memory.data<u64>([0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_ffff, 0, 0], 16);
/** All in words of the machine, each four times, for the four lanes. */
const schedule: usize = memory.data(64 * 16, 16);
const state: usize = memory.data(8 * 16, 16);
const innerKey: usize = memory.data(8 * 16, 16);
const outerKey: usize = memory.data(8 * 16, 16);

const groups: usize = memory.data(4 * 1_024, 16);
/** Texts that wait, by number of blocks. */
const waiting: usize = memory.data(4 * 4, 16);
/** The first two words of each hash. */
const hashes: usize = memory.data(32_768 * 8, 16);
let hashCount: u32 = 0;

/** The key of 64 bytes that stands at `key`; what was hashed with another is forgotten. */
export function setHashKey(key: usize): void {
  padKey(key, 0x3636_3636, innerKey);
  padKey(key, 0x5c5c_5c5c, outerKey);
  memory.fill(schedule, 0, 1_024);
  memory.fill(waiting, 0, MOST_BLOCKS << 2);
  hashCount = 0;
}

/** Nothing is left of the key, nor of what was hashed with it. */
export function forgetHashKey(): void {
  memory.fill(innerKey, 0, 128);
  memory.fill(outerKey, 0, 128);
  memory.fill(state, 0, 128);
  memory.fill(schedule, 0, 1_024);
  memory.fill(groups, 0, MOST_BLOCKS * GROUP_BYTES);
  memory.fill(waiting, 0, MOST_BLOCKS << 2);
  memory.fill(hashes, 0, MOST_HASHES << 3);
  hashCount = 0;
}

/** Hashes a text of at most `MOST_HASHED` bytes, at once or later. There are 15 bytes behind it that may be read. */
export function hashLater(text: usize, size: u32): void {
  const group = (size + 8) >> 6;
  const count = load<u32>(waiting + (group << 2));
  const lane = groups + group * GROUP_BYTES + (count << 8);
  const end = (group + 1) << 6;
  const whole = size & ~15;
  for (let at: u32 = 0; at < whole; at += 16) v128.store(lane + at, v128.load(text + at));
  v128.store(lane + whole, v128.and(v128.load(text + whole), v128.load(masks + 16 - (size & 15))));
  for (let at = whole + 16; at < end; at += 16) v128.store(lane + at, i64x2.splat(0));
  store<u8>(lane + size, 0x80);
  // The key's block counts, too.
  store<u32>(lane + end - 4, bswap((BLOCK + size) << 3));
  store<u32>(waiting + (group << 2), count + 1);
  if (count + 1 == LANES) hashGroup(group, LANES);
}

/** Hashes what still waits. */
export function hashWaiting(): void {
  for (let group: u32 = 0; group < MOST_BLOCKS; group++) {
    const count = load<u32>(waiting + (group << 2));
    if (count > 0) hashGroup(group, count);
  }
}

/** How many hashes there are at `hashesPointer`; the next ones begin anew. */
export function takeHashes(): u32 {
  const taken = hashCount;
  hashCount = 0;
  return taken;
}

export function hashesPointer(): usize {
  return hashes;
}

/** Whether there is room for one more, and for all that wait. */
export function hasHashRoom(): bool {
  return hashCount + LANES * MOST_BLOCKS < MOST_HASHES;
}

function hashGroup(group: u32, count: u32): void {
  const lanes = groups + group * GROUP_BYTES;
  memory.copy(state, innerKey, 128);
  for (let block: u32 = 0; block <= group; block++) {
    fillSchedule(lanes + (block << 6));
    compress();
  }
  memory.copy(schedule, state, 128);
  v128.store(schedule + 128, i32x4.splat(0x8000_0000));
  memory.fill(schedule + 144, 0, 96);
  v128.store(schedule + 240, i32x4.splat((64 + 32) << 3));
  memory.copy(state, outerKey, 128);
  compress();
  for (let lane: u32 = 0; lane < count; lane++) {
    const hash = hashes + (hashCount << 3);
    store<u32>(hash, load<u32>(state + (lane << 2)));
    store<u32>(hash, load<u32>(state + 16 + (lane << 2)), 4);
    hashCount++;
  }
  store<u32>(waiting + (group << 2), 0);
}

function padKey(key: usize, pad: u32, to: usize): void {
  for (let word: usize = 0; word < 16; word++) v128.store(schedule + (word << 4), i32x4.splat(bswap(load<u32>(key + (word << 2))) ^ pad));
  for (let word: usize = 0; word < 8; word++) v128.store(state + (word << 4), v128.load32_splat(beginning + (word << 2)));
  compress();
  memory.copy(to, state, 128);
}

/** Sixteen words of the blocks of four lanes, a word of each in a vector. */
function fillSchedule(block: usize): void {
  for (let part: usize = 0; part < 64; part += 16) {
    const first = bigEndian(v128.load(block + part));
    const second = bigEndian(v128.load(block + part, 256));
    const third = bigEndian(v128.load(block + part, 512));
    const fourth = bigEndian(v128.load(block + part, 768));
    const low = i32x4.shuffle(first, second, 0, 4, 1, 5);
    const lowOther = i32x4.shuffle(third, fourth, 0, 4, 1, 5);
    const high = i32x4.shuffle(first, second, 2, 6, 3, 7);
    const highOther = i32x4.shuffle(third, fourth, 2, 6, 3, 7);
    const to = schedule + (part << 2);
    v128.store(to, i64x2.shuffle(low, lowOther, 0, 2));
    v128.store(to, i64x2.shuffle(low, lowOther, 1, 3), 16);
    v128.store(to, i64x2.shuffle(high, highOther, 0, 2), 32);
    v128.store(to, i64x2.shuffle(high, highOther, 1, 3), 48);
  }
}

// @ts-ignore: decorator
@inline
function bigEndian(words: v128): v128 {
  return i8x16.shuffle(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

// @ts-ignore: decorator
@inline
function turned(word: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(word, bits), i32x4.shl(word, 32 - bits));
}

/** The compression of SHA-256 (FIPS 180-4) of `schedule` into `state`. */
function compress(): void {
  for (let at = schedule + 256; at < schedule + 1_024; at += 16) {
    const near = v128.load(at - 32);
    const far = v128.load(at - 240);
    const nearMixed = v128.xor(v128.xor(turned(near, 17), turned(near, 19)), i32x4.shr_u(near, 10));
    const farMixed = v128.xor(v128.xor(turned(far, 7), turned(far, 18)), i32x4.shr_u(far, 3));
    v128.store(at, i32x4.add(i32x4.add(nearMixed, v128.load(at - 112)), i32x4.add(farMixed, v128.load(at - 256))));
  }
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  let e = v128.load(state, 64);
  let f = v128.load(state, 80);
  let g = v128.load(state, 96);
  let h = v128.load(state, 112);
  for (let round: usize = 0; round < 64; round++) {
    const word = i32x4.add(v128.load(schedule + (round << 4)), v128.load32_splat(rounds + (round << 2)));
    const chosen = v128.bitselect(f, g, e);
    const eMixed = v128.xor(v128.xor(turned(e, 6), turned(e, 11)), turned(e, 25));
    const first = i32x4.add(i32x4.add(h, word), i32x4.add(eMixed, chosen));
    const most = v128.or(v128.and(a, b), v128.and(c, v128.or(a, b)));
    const aMixed = v128.xor(v128.xor(turned(a, 2), turned(a, 13)), turned(a, 22));
    h = g;
    g = f;
    f = e;
    e = i32x4.add(d, first);
    d = c;
    c = b;
    b = a;
    a = i32x4.add(first, i32x4.add(aMixed, most));
  }
  add(state, a);
  add(state + 16, b);
  add(state + 32, c);
  add(state + 48, d);
  add(state + 64, e);
  add(state + 80, f);
  add(state + 96, g);
  add(state + 112, h);
}

// @ts-ignore: decorator
@inline
function add(to: usize, word: v128): void {
  v128.store(to, i32x4.add(v128.load(to), word));
}
