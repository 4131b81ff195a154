/**
 * The subject index of a run: which people its files hold, without saying who they are. A set of keyed hashes of identifiers,
 * written as a Golomb-coded set (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007): the hashes are spread evenly
 * over [0, count · 2^remainder), sorted, and the gaps stored in Rice code, in about `remainder` + 1.5 bits each. Who asks for one identifier that is
 * not in it is told by mistake that it is once in 2^remainder times; one that is in it is always found.
 *
 * Layout: `USX1`, remainder bits (1 byte), count (4 bytes, big-endian), then the gaps, most significant bit first: the quotient as so many ones
 * and a zero, the remainder in its bits.
 */

const MAGIC = Buffer.from('USX1');
const HEADER = 9;
/** Wrongly found: one in 65,536. */
const REMAINDER_BITS = 16;
const MOST = 2 ** 32 - 1;
/** So many are worth sorting. */
const MOST_WAITING = 500_000;

/** A keyed hash of 7 bytes or more as the set takes it: its first 53 bits as a number in [0, 1). */
export function fractionOf(hash: Uint8Array): number {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return fractionOfWords(view.getUint32(0), (view.getUint16(4) << 16) | (view.getUint8(6) << 8));
}

/** The same of the first two words, of 32 bits, of a hash. */
export function fractionOfWords(first: number, second: number): number {
  return (first * 2 ** 21 + (second >>> 11)) / 2 ** 53;
}

/** The set of these fractions; equal ones count once. */
export function encodeSubjects(fractions: Iterable<number>): Buffer {
  // Where one lies follows from how many there are, so they are counted first.
  return encodeDistinct(distinct(Float64Array.from(fractions)));
}

/** They are sorted, each there once. */
function encodeDistinct(subjects: Float64Array): Buffer {
  if (subjects.length > MOST) throw new RangeError(`${subjects.length} subjects do not fit in one index`);
  const range = subjects.length * 2 ** REMAINDER_BITS;
  // The quotients are as many as there are subjects at most, all together.
  const bits = new BitWriter(HEADER + Math.ceil((subjects.length * (REMAINDER_BITS + 2)) / 8));
  let before = 0;
  for (const fraction of subjects) {
    const position = Math.floor(fraction * range);
    bits.rice(position - before);
    before = position;
  }
  const made = bits.end();
  MAGIC.copy(made);
  made.writeUInt8(REMAINDER_BITS, MAGIC.length);
  made.writeUInt32BE(subjects.length, MAGIC.length + 1);
  return made;
}

/** Gathers fractions, many of them double, in about the memory of those that are not. */
export class SubjectSet {
  /** Sorted, each once. */
  #known = new Float64Array(0);
  #waiting: Float64Array[] = [];
  #count = 0;

  add(fractions: Float64Array): void {
    if (fractions.length === 0) return;
    this.#waiting.push(fractions);
    this.#count += fractions.length;
    if (this.#count > Math.max(MOST_WAITING, this.#known.length)) this.#merge();
  }

  encode(): Buffer {
    this.#merge();
    return encodeDistinct(this.#known);
  }

  #merge(): void {
    const all = new Float64Array(this.#known.length + this.#count);
    all.set(this.#known);
    let at = this.#known.length;
    for (const some of this.#waiting) {
      all.set(some, at);
      at += some.length;
    }
    // Not kept while all are sorted.
    this.#known = new Float64Array(0);
    this.#waiting = [];
    this.#count = 0;
    this.#known = distinct(all);
  }
}

/** Whether the set holds any of them. Throws a `RangeError` when the bytes are no subject index or are cut. */
export function holdsSubject(index: Uint8Array, fractions: Iterable<number>): boolean {
  for (const _ of subjectsHeld(index, fractions)) return true;
  return false;
}

/** Those of them that the set holds, in no order; reads the set once. Throws as `holdsSubject`. */
export function* subjectsHeld(index: Uint8Array, fractions: Iterable<number>): Generator<number> {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
  if (bytes.length < HEADER || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new RangeError('no subject index');
  const remainder = bytes.readUInt8(MAGIC.length);
  const count = bytes.readUInt32BE(MAGIC.length + 1);
  const range = count * 2 ** remainder;
  const wanted = Float64Array.from(fractions).sort();
  const positionOf = (at: number): number => Math.floor((wanted[at] as number) * range);
  const bits = new BitReader(bytes, HEADER);
  let position = 0;
  let next = 0;
  for (let read = 0; read < count && next < wanted.length; read++) {
    position += bits.rice(remainder);
    while (next < wanted.length && positionOf(next) < position) next++;
    for (; next < wanted.length && positionOf(next) === position; next++) yield wanted[next] as number;
  }
}

/** Sorted, each once. They are spread evenly, so each is put near its place at once, and only neighbours are compared: a third of what sorting takes. */
function distinct(fractions: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const sorted = nearTheirPlaces(fractions);
  let count = 0;
  for (let at = 0; at < sorted.length; at++) {
    const one = sorted[at] as number;
    let place = count;
    while (place > 0 && (sorted[place - 1] as number) > one) place--;
    if (place > 0 && sorted[place - 1] === one) continue;
    for (let later = count; later > place; later--) sorted[later] = sorted[later - 1] as number;
    sorted[place] = one;
    count++;
  }
  return sorted.slice(0, count);
}

/** By the first bits of each. */
function nearTheirPlaces(fractions: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const count = fractions.length;
  const ends = new Uint32Array(count + 1);
  for (let at = 0; at < count; at++) {
    const place = Math.floor((fractions[at] as number) * count);
    ends[place] = (ends[place] as number) + 1;
  }
  for (let place = 1; place < count; place++) ends[place] = (ends[place] as number) + (ends[place - 1] as number);
  const placed = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const one = fractions[at] as number;
    const place = Math.floor(one * count);
    const end = (ends[place] as number) - 1;
    ends[place] = end;
    placed[end] = one;
  }
  return placed;
}

class BitWriter {
  readonly #bytes: Buffer;
  #at = HEADER;
  /** The last bits, fewer than 8 of which are not written. */
  #bits = 0;
  #count = 0;

  /** There is room for all of them. */
  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
  }

  rice(value: number): void {
    let quotient = Math.floor(value / 2 ** REMAINDER_BITS);
    for (; quotient >= 8; quotient -= 8) this.#put(0xff, 8);
    this.#put((1 << (quotient + 1)) - 2, quotient + 1);
    this.#put(value % 2 ** REMAINDER_BITS, REMAINDER_BITS);
  }

  end(): Buffer {
    if (this.#count > 0) this.#put(0, 8 - this.#count);
    return this.#bytes.subarray(0, this.#at);
  }

  /** At most 16. */
  #put(bits: number, count: number): void {
    this.#bits = ((this.#bits & 0xff) << count) | bits;
    this.#count += count;
    for (; this.#count >= 8; this.#at++) {
      this.#count -= 8;
      this.#bytes[this.#at] = this.#bits >>> this.#count;
    }
  }
}

class BitReader {
  readonly #bytes: Buffer;
  #bit: number;

  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    this.#bit = from * 8;
  }

  rice(remainder: number): number {
    let quotient = 0;
    while (this.#next() === 1) quotient++;
    let value = 0;
    for (let bit = 0; bit < remainder; bit++) value = value * 2 + this.#next();
    return quotient * 2 ** remainder + value;
  }

  #next(): number {
    const byte = this.#bytes[this.#bit >>> 3];
    if (byte === undefined) throw new RangeError('the subject index is cut');
    return (byte >>> (7 - (this.#bit++ & 7))) & 1;
  }
}
