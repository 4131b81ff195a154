/** Huffman codes of bounded length for the dynamic blocks of deflate (RFC 1951, section 3.2). */

/** Sorted keys: frequency << 9 | symbol. */
const keys: usize = memory.data(320 * 4, 16);
/** Frequencies of the symbols in use, then what the tree makes of them, then their depths. */
const nodes: usize = memory.data(320 * 4, 16);
/** How many symbols have each length. */
const counts: usize = memory.data(64 * 4, 16);
const nextCodes: usize = memory.data(64 * 4, 16);

/**
 * Lengths (u8) of an optimal prefix code for `size` frequencies (u32), none above `most` bits, and at least two symbols, since
 * some readers refuse a code with fewer.
 */
export function makeLengths(frequencies: usize, size: u32, most: u32, lengths: usize): void {
  memory.fill(lengths, 0, size);
  let used = collect(frequencies, size);
  for (let symbol: u32 = 0; used < 2; symbol++) {
    if (load<u32>(frequencies + (symbol << 2)) != 0) continue;
    store<u32>(keys + (used << 2), (1 << 9) | symbol);
    used++;
  }
  sortKeys(used);
  for (let at: u32 = 0; at < used; at++) store<u32>(nodes + (at << 2), load<u32>(keys + (at << 2)) >> 9);
  makeDepths(used);
  memory.fill(counts, 0, 64 * 4);
  for (let at: u32 = 0; at < used; at++) increase(counts + (min(load<u32>(nodes + (at << 2)), most) << 2), 1);
  shorten(most);
  // The rarest symbols come first and get the longest codes.
  let at: u32 = 0;
  for (let bits = most; bits > 0; bits--) {
    for (let left = load<u32>(counts + (bits << 2)); left > 0; left--) {
      store<u8>(lengths + (load<u32>(keys + (at << 2)) & 511), <u8>bits);
      at++;
    }
  }
}

/** Canonical codes, bits reversed as deflate sends them: code | length << 24. */
export function makeCodes(lengths: usize, size: u32, codes: usize): void {
  memory.fill(counts, 0, 64 * 4);
  for (let symbol: u32 = 0; symbol < size; symbol++) increase(counts + (<u32>load<u8>(lengths + symbol) << 2), 1);
  store<u32>(counts, 0);
  let code: u32 = 0;
  for (let bits: u32 = 1; bits <= 15; bits++) {
    code = (code + load<u32>(counts + ((bits - 1) << 2))) << 1;
    store<u32>(nextCodes + (bits << 2), code);
  }
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const bits = <u32>load<u8>(lengths + symbol);
    if (bits == 0) {
      store<u32>(codes + (symbol << 2), 0);
      continue;
    }
    const next = load<u32>(nextCodes + (bits << 2));
    store<u32>(nextCodes + (bits << 2), next + 1);
    store<u32>(codes + (symbol << 2), reversed(next, bits) | (bits << 24));
  }
}

function collect(frequencies: usize, size: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const frequency = load<u32>(frequencies + (symbol << 2));
    if (frequency == 0) continue;
    store<u32>(keys + (used << 2), (frequency << 9) | symbol);
    used++;
  }
  return used;
}

/** Shell sort: at most 286 keys. */
function sortKeys(size: u32): void {
  for (let gap: u32 = 121; gap > 0; gap = gap == 121 ? 40 : gap == 40 ? 13 : gap == 13 ? 4 : gap == 4 ? 1 : 0) {
    for (let at = gap; at < size; at++) {
      const key = load<u32>(keys + (at << 2));
      let hole = at;
      while (hole >= gap && load<u32>(keys + ((hole - gap) << 2)) > key) {
        store<u32>(keys + (hole << 2), load<u32>(keys + ((hole - gap) << 2)));
        hole -= gap;
      }
      store<u32>(keys + (hole << 2), key);
    }
  }
}

/** Turns `nodes` from sorted frequencies into depths, in place (Moffat and Katajainen, 1995). */
function makeDepths(size: u32): void {
  joinNodes(size);
  // Parents become depths of inner nodes.
  store<u32>(nodes + ((size - 2) << 2), 0);
  for (let next = <i32>size - 3; next >= 0; next--) {
    const parent = load<u32>(nodes + (<u32>next << 2));
    store<u32>(nodes + (<u32>next << 2), load<u32>(nodes + (parent << 2)) + 1);
  }
  // Depths of inner nodes become depths of leaves.
  let available: u32 = 1;
  let depth: u32 = 0;
  let root = <i32>size - 2;
  let next = <i32>size - 1;
  while (available > 0) {
    let inner: u32 = 0;
    while (root >= 0 && load<u32>(nodes + (<u32>root << 2)) == depth) {
      inner++;
      root--;
    }
    while (available > inner) {
      store<u32>(nodes + (<u32>next << 2), depth);
      next--;
      available--;
    }
    available = 2 * inner;
    depth++;
  }
}

function joinNodes(size: u32): void {
  store<u32>(nodes, load<u32>(nodes) + load<u32>(nodes + 4));
  let root: u32 = 0;
  let leaf: u32 = 2;
  for (let next: u32 = 1; next < size - 1; next++) {
    let sum: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const takesRoot = leaf >= size || (root < next && load<u32>(nodes + (root << 2)) < load<u32>(nodes + (leaf << 2)));
      if (takesRoot) {
        sum += load<u32>(nodes + (root << 2));
        store<u32>(nodes + (root << 2), next);
        root++;
      } else {
        sum += load<u32>(nodes + (leaf << 2));
        leaf++;
      }
    }
    store<u32>(nodes + (next << 2), sum);
  }
}

/** After lengths above the limit were cut to it: makes longer codes of shorter ones until the code is a prefix code again. */
function shorten(most: u32): void {
  let total: u32 = 0;
  for (let bits: u32 = 1; bits <= most; bits++) total += load<u32>(counts + (bits << 2)) << (most - bits);
  while (total > <u32>1 << most) {
    increase(counts + (most << 2), -1);
    for (let bits = most - 1; bits > 0; bits--) {
      if (load<u32>(counts + (bits << 2)) == 0) continue;
      increase(counts + (bits << 2), -1);
      increase(counts + ((bits + 1) << 2), 2);
      break;
    }
    total--;
  }
}

// @ts-ignore: decorator
@inline
function increase(at: usize, by: i32): void {
  store<u32>(at, load<u32>(at) + by);
}

function reversed(code: u32, bits: u32): u32 {
  let result: u32 = 0;
  for (let left = bits; left > 0; left--) {
    result = (result << 1) | (code & 1);
    code >>= 1;
  }
  return result;
}
