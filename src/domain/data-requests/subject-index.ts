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
  return (view.getUint32(0) * 2 ** 21 + (((view.getUint16(4) << 8) | view.getUint8(6)) >>> 3)) / 2 ** 53;
}

/** The set of these fractions; equal ones count once. */
export function encodeSubjects(fractions: Iterable<number>): Buffer {
  // Where one lies follows from how many there are, so they are counted first.
  const subjects = distinct(Float64Array.from(fractions));
  if (subjects.length > MOST) throw new RangeError(`${subjects.length} subjects do not fit in one index`);
  const range = subjects.length * 2 ** REMAINDER_BITS;
  const bits = new BitWriter(HEADER + Math.ceil((subjects.length * (REMAINDER_BITS + 2)) / 8));
  let before = 0;
  for (const fraction of subjects) {
    const position = Math.floor(fraction * range);
    bits.rice(position - before, REMAINDER_BITS);
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
    return encodeSubjects(this.#known);
  }

  #merge(): void {
    const all = new Float64Array(this.#known.length + this.#count);
    all.set(this.#known);
    let at = this.#known.length;
    for (const some of this.#waiting) {
      all.set(some, at);
      at += some.length;
    }
    this.#known = distinct(all);
    this.#waiting = [];
    this.#count = 0;
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

function distinct(fractions: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  return fractions.sort().filter((one, index, all) => one !== all[index - 1]);
}

class BitWriter {
  #bytes: Buffer;
  #bit: number;

  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
    this.#bit = HEADER * 8;
  }

  rice(value: number, remainder: number): void {
    const quotient = Math.floor(value / 2 ** remainder);
    this.#room(quotient + 1 + remainder);
    for (let one = 0; one < quotient; one++) this.#put(1);
    this.#put(0);
    for (let bit = remainder - 1; bit >= 0; bit--) this.#put((value >>> bit) & 1);
  }

  end(): Buffer {
    return this.#bytes.subarray(0, Math.ceil(this.#bit / 8));
  }

  #room(bits: number): void {
    const needed = Math.ceil((this.#bit + bits) / 8);
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }

  #put(bit: number): void {
    if (bit === 1) this.#bytes[this.#bit >>> 3] = (this.#bytes[this.#bit >>> 3] as number) | (0x80 >>> (this.#bit & 7));
    this.#bit++;
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
