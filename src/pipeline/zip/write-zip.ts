import { crcOfParts } from './crc-of-parts.ts';

/** A block of an entry: raw deflate without a final block, and what it says of the plain bytes. */
export interface Deflated {
  readonly packed: Uint8Array;
  readonly plain: { readonly length: number };
  readonly crc: number;
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  packedBytes: number;
  bytes: number;
}

/** Ends a stream of deflate blocks: an empty one that is marked as the last. */
export const FINAL_BLOCK = Uint8Array.of(0x03, 0x00);
/** What version 2.0 can read, and what takes 4.5 (zip64). */
const PLAIN_VERSION = 20;
const ZIP64_VERSION = 45;
const MADE_BY = (3 << 8) | ZIP64_VERSION;
/** Sizes after the data, names in UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;
const REGULAR_FILE = 0o100644 << 16;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;
const FIRST_DOS_YEAR = 1980;

/**
 * The bytes of a zip around blocks that are deflated already (APPNOTE.TXT 4.3): `open`, any number of `add`, `close` for each entry, `end`
 * at last; each gives the bytes to write next. Data descriptors; zip64 where an entry or its offset needs it. Memory: the names.
 */
export class ZipWriter {
  readonly #time: Date;
  readonly #entries: Entry[] = [];
  #length = 0;

  /** `time` is that of every entry. */
  constructor(time: Date) {
    this.#time = time;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  open(name: string): Buffer {
    const entry = { name: Buffer.from(name), offset: this.#length, crc: 0, packedBytes: 0, bytes: 0 };
    this.#entries.push(entry);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(PLAIN_VERSION, 4);
    header.writeUInt16LE(FLAGS, 6);
    header.writeUInt16LE(DEFLATE, 8);
    header.writeUInt32LE(dosTime(this.#time), 10);
    header.writeUInt16LE(entry.name.length, 26);
    const extra = unixTime(this.#time);
    header.writeUInt16LE(extra.length, 28);
    return this.#counted(Buffer.concat([header, entry.name, extra]));
  }

  add({ packed, plain, crc }: Deflated): Uint8Array {
    const entry = this.#current();
    entry.crc = crcOfParts(entry.crc, crc, plain.length);
    entry.bytes += plain.length;
    entry.packedBytes += packed.length;
    return this.#counted(packed);
  }

  close(): Buffer {
    const entry = this.#current();
    entry.packedBytes += FINAL_BLOCK.length;
    return this.#counted(Buffer.concat([FINAL_BLOCK, descriptor(entry)]));
  }

  end(): Buffer {
    const records = Buffer.concat(this.#entries.map((entry) => centralRecord(entry, this.#time)));
    return Buffer.concat([records, endRecords(this.#entries.length, records.length, this.#length)]);
  }

  #current(): Entry {
    const entry = this.#entries.at(-1);
    if (!entry) throw new Error('no entry is open');
    return entry;
  }

  #counted<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
    this.#length += bytes.length;
    return bytes;
  }
}

function descriptor({ crc, packedBytes, bytes }: Entry): Buffer {
  const wide = packedBytes >= FULL_32 || bytes >= FULL_32;
  const record = Buffer.alloc(wide ? 24 : 16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc, 4);
  if (wide) {
    record.writeBigUInt64LE(BigInt(packedBytes), 8);
    record.writeBigUInt64LE(BigInt(bytes), 16);
  } else {
    record.writeUInt32LE(packedBytes, 8);
    record.writeUInt32LE(bytes, 12);
  }
  return record;
}

function centralRecord({ name, offset, crc, packedBytes, bytes }: Entry, time: Date): Buffer {
  const wide = packedBytes >= FULL_32 || bytes >= FULL_32 || offset >= FULL_32;
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(MADE_BY, 4);
  record.writeUInt16LE(wide ? ZIP64_VERSION : PLAIN_VERSION, 6);
  record.writeUInt16LE(FLAGS, 8);
  record.writeUInt16LE(DEFLATE, 10);
  record.writeUInt32LE(dosTime(time), 12);
  record.writeUInt32LE(crc, 16);
  record.writeUInt32LE(wide ? FULL_32 : packedBytes, 20);
  record.writeUInt32LE(wide ? FULL_32 : bytes, 24);
  record.writeUInt16LE(name.length, 28);
  const extra = Buffer.concat([unixTime(time), ...(wide ? [zip64Extra([bytes, packedBytes, offset])] : [])]);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(REGULAR_FILE >>> 0, 38);
  record.writeUInt32LE(wide ? FULL_32 : offset, 42);
  return Buffer.concat([record, name, extra]);
}

function zip64Extra(numbers: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  for (const [at, one] of numbers.entries()) extra.writeBigUInt64LE(BigInt(one), 4 + 8 * at);
  return extra;
}

function endRecords(count: number, length: number, offset: number): Buffer {
  const wide = count >= FULL_16 || length >= FULL_32 || offset >= FULL_32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  for (const at of [8, 10]) end.writeUInt16LE(wide ? FULL_16 : count, at);
  end.writeUInt32LE(wide ? FULL_32 : length, 12);
  end.writeUInt32LE(wide ? FULL_32 : offset, 16);
  if (!wide) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(MADE_BY, 12);
  record.writeUInt16LE(ZIP64_VERSION, 14);
  for (const at of [24, 32]) record.writeBigUInt64LE(BigInt(count), at);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}

/** Date in the upper half, time in the lower, to two seconds; UTC, as the zip knows no zone. */
function dosTime(time: Date): number {
  const year = Math.max(time.getUTCFullYear() - FIRST_DOS_YEAR, 0);
  const date = (year << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return ((date << 16) | clock) >>> 0;
}

/** Extended timestamp (Info-ZIP): seconds since 1970 say it exactly. */
function unixTime(time: Date): Buffer {
  const extra = Buffer.alloc(9);
  extra.writeUInt16LE(0x5455, 0);
  extra.writeUInt16LE(5, 2);
  extra.writeUInt8(1, 4);
  extra.writeUInt32LE(Math.floor(time.getTime() / 1_000) >>> 0, 5);
  return extra;
}
