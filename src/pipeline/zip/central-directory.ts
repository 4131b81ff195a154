import { u16, u32, u64, utf8 } from '../bytes.ts';
import { damaged } from '../damaged.ts';

/** What the central directory says about one entry. Sizes and offset in bytes. */
export interface DirectoryRecord {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  /** Date and time as they stand there. */
  readonly time: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

export interface Directory {
  /** Where it begins in the zip, in bytes. */
  readonly offset: number;
  readonly records: readonly DirectoryRecord[];
}

interface EndRecord {
  readonly count: number;
  readonly length: number;
  readonly offset: number;
  /** Where the end records begin, counted from the start of the tail. */
  readonly at: number;
}

const RECORD = 0x02014b50;
const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const RECORD_BYTES = 46;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56;
const LOCATOR_BYTES = 20;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;
const ZIP64_EXTRA = 0x0001;
const MADE_BY_UNIX = 3;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;

/** Upper bound of the bytes that the central directory of these names needs (with zip64 and time extras). */
export function directoryBytes(names: readonly string[]): number {
  const records = names.reduce((sum, name) => sum + RECORD_BYTES + 64 + new TextEncoder().encode(name).length, 0);
  return records + END_BYTES + ZIP64_END_BYTES + LOCATOR_BYTES;
}

/**
 * Reads the central directory of a zip from its last bytes (APPNOTE.TXT sections 4.3.12 to 4.3.16).
 * `total` is the length of the whole zip in bytes. Throws `file.damaged` if anything does not fit to the byte.
 */
export function readDirectory(tail: Uint8Array, total: number): Directory {
  const end = readEnd(tail, total);
  const begin = end.offset - (total - tail.length);
  if (begin < 0 || begin + end.length !== end.at) throw damaged('zip directory');
  const records: DirectoryRecord[] = [];
  let at = begin;
  while (at < end.at) {
    const { record, next } = readRecord(tail, at, end.at);
    records.push(record);
    at = next;
  }
  if (at !== end.at || records.length !== end.count) throw damaged('zip directory');
  return { offset: end.offset, records };
}

function readEnd(tail: Uint8Array, total: number): EndRecord {
  const at = tail.length - END_BYTES;
  // Without a comment the record stands exactly at the end; UDM writes none.
  if (at < 0 || u32(tail, at) !== END || u16(tail, at + 20) !== 0) throw damaged('zip end');
  if (u32(tail, at + 4) !== 0 || u16(tail, at + 8) !== u16(tail, at + 10)) throw damaged('zip end');
  const count = u16(tail, at + 10);
  const length = u32(tail, at + 12);
  const offset = u32(tail, at + 16);
  if (count !== FULL_16 && length !== FULL_32 && offset !== FULL_32) return { count, length, offset, at };
  return readZip64End(tail, at, total);
}

function readZip64End(tail: Uint8Array, endAt: number, total: number): EndRecord {
  const locator = endAt - LOCATOR_BYTES;
  const at = locator - ZIP64_END_BYTES;
  if (at < 0 || u32(tail, locator) !== ZIP64_LOCATOR || u32(tail, at) !== ZIP64_END) throw damaged('zip64 end');
  const disks = [u32(tail, locator + 4), u32(tail, at + 16), u32(tail, at + 20)];
  const sound =
    exact64(tail, locator + 8) === total - tail.length + at &&
    u32(tail, locator + 16) === 1 &&
    disks.every((disk) => disk === 0) &&
    exact64(tail, at + 4) === ZIP64_END_BYTES - 12 &&
    exact64(tail, at + 24) === exact64(tail, at + 32);
  if (!sound) throw damaged('zip64 end');
  return { count: exact64(tail, at + 32), length: exact64(tail, at + 40), offset: exact64(tail, at + 48), at };
}

function readRecord(tail: Uint8Array, at: number, limit: number): { record: DirectoryRecord; next: number } {
  if (at + RECORD_BYTES > limit || u32(tail, at) !== RECORD) throw damaged('zip directory');
  const nameAt = at + RECORD_BYTES;
  const extraAt = nameAt + u16(tail, at + 28);
  const next = extraAt + u16(tail, at + 30);
  if (next > limit || u16(tail, at + 32) !== 0 || u16(tail, at + 34) !== 0) throw damaged('zip directory');
  refuseLinks(tail, at);
  const sizes = readSizes(tail, at, tail.subarray(extraAt, next));
  const record = {
    name: utf8(tail.subarray(nameAt, extraAt)),
    flags: u16(tail, at + 8),
    method: u16(tail, at + 10),
    time: u32(tail, at + 12),
    crc: u32(tail, at + 16),
    ...sizes,
  };
  return { record, next };
}

function refuseLinks(tail: Uint8Array, at: number): void {
  const type = (u32(tail, at + 38) >>> 16) & FILE_TYPE_MASK;
  if (tail[at + 5] === MADE_BY_UNIX && type !== 0 && type !== REGULAR_FILE) throw damaged('zip entry that is no file');
}

function readSizes(tail: Uint8Array, at: number, extra: Uint8Array): Pick<DirectoryRecord, 'bytes' | 'compressedBytes' | 'offset'> {
  const wide = wideFields(extra);
  let used = 0;
  // The zip64 extra holds, in this order, just those fields that are full in the record.
  const field = (position: number): number => {
    const value = u32(tail, position);
    if (value !== FULL_32) return value;
    if (wide === null || used + 8 > wide.length) throw damaged('zip64 sizes');
    used += 8;
    return exact64(wide, used - 8);
  };
  const bytes = field(at + 24);
  const compressedBytes = field(at + 20);
  return { bytes, compressedBytes, offset: field(at + 42) };
}

function wideFields(extra: Uint8Array): Uint8Array | null {
  let at = 0;
  while (at + 4 <= extra.length) {
    const end = at + 4 + u16(extra, at + 2);
    if (end > extra.length) throw damaged('zip extra field');
    if (u16(extra, at) === ZIP64_EXTRA) return extra.subarray(at + 4, end);
    at = end;
  }
  return null;
}

/** A 64-bit number; beyond 2^53 no such file can exist, so it is damage. */
function exact64(bytes: Uint8Array, at: number): number {
  const value = u64(bytes, at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('zip64 number');
  return Number(value);
}
