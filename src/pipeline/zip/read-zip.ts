import type { ByteReader } from '../byte-reader.ts';
import { concat, u16, u32, u64, utf8 } from '../bytes.ts';
import { damaged } from '../damaged.ts';
import type { Primitives } from '../primitives.ts';
import { type DirectoryRecord, readDirectory } from './central-directory.ts';

/** One entry; `data` must be read to its end before the next entry is asked for. */
export interface ZipEntry {
  readonly name: string;
  readonly data: AsyncIterable<Uint8Array>;
}

interface Seen {
  readonly local: Pick<DirectoryRecord, 'name' | 'flags' | 'method' | 'time' | 'offset'>;
  record: DirectoryRecord | null;
}

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const LOCAL_BYTES = 30;
const DEFLATE = 8;
/** What is needed to read an entry: version 2.0. That it takes zip64 is not known when it begins. */
const VERSION = 20;
const SIZES_FOLLOW = 0x0008;
/** Deflate level hints, sizes in a data descriptor, UTF-8 names. */
const KNOWN_FLAGS = 0x0806 | SIZES_FOLLOW;
const MAX_DIRECTORY = 16 * 1024 * 1024;

/**
 * Reads a zip from front to back in constant memory, without random access (APPNOTE.TXT section 4.3).
 * Checks CRC and sizes of every entry, then the central directory against what was seen, then that nothing follows.
 * Throws `file.damaged`.
 */
export async function* readZip(reader: ByteReader, primitives: Pick<Primitives, 'crc32' | 'inflate'>): AsyncGenerator<ZipEntry> {
  const seen: Seen[] = [];
  while (u32(await reader.peek(4), 0) === LOCAL) {
    const entry: Seen = { local: await readLocalHeader(reader), record: null };
    seen.push(entry);
    yield { name: entry.local.name, data: readData(reader, entry, primitives) };
    if (entry.record === null) throw new Error(`${entry.local.name} was not read to its end`);
  }
  await checkDirectory(reader, seen);
}

async function readLocalHeader(reader: ByteReader): Promise<Seen['local']> {
  const offset = reader.position;
  // Copied: what the reader gives is a view that the next read may share.
  const header = Uint8Array.from(await reader.take(LOCAL_BYTES));
  const flags = u16(header, 6);
  const method = u16(header, 8);
  const name = utf8(await reader.take(u16(header, 26)));
  await reader.take(u16(header, 28));
  // CRC and sizes follow the data, so there is nothing of them here.
  const isKnown = u16(header, 4) === VERSION && method === DEFLATE && (flags & ~KNOWN_FLAGS) === 0 && header.subarray(14, 26).every((byte) => byte === 0);
  if (!isKnown || (flags & SIZES_FOLLOW) === 0) throw damaged(`zip header at ${offset}`);
  return { name, flags, method, time: u32(header, 10), offset };
}

async function* readData(reader: ByteReader, entry: Seen, { crc32, inflate }: Pick<Primitives, 'crc32' | 'inflate'>): AsyncGenerator<Uint8Array> {
  const begin = reader.position;
  let crc = 0;
  let bytes = 0;
  for await (const chunk of inflate(reader)) {
    crc = crc32(chunk, crc);
    bytes += chunk.length;
    yield chunk;
  }
  const record = { ...entry.local, crc, bytes, compressedBytes: reader.position - begin };
  await readDescriptor(reader, record);
  entry.record = record;
}

async function readDescriptor(reader: ByteReader, record: DirectoryRecord): Promise<void> {
  const place = `zip entry ${record.name}`;
  const start = await reader.peek(24);
  if (u32(start, 0) !== DESCRIPTOR || u32(start, 4) !== record.crc) throw damaged(place);
  // Nothing in the local header tells whether sizes have 4 or 8 bytes; the sizes that were counted do.
  // The two cannot be mistaken: 8-byte sizes have zeros where after 4-byte sizes the next signature stands.
  const wide = u64(start, 8) === BigInt(record.compressedBytes) && u64(start, 16) === BigInt(record.bytes);
  const narrow = u32(start, 8) === record.compressedBytes && u32(start, 12) === record.bytes;
  if (!wide && !narrow) throw damaged(place);
  await reader.take(wide ? 24 : 16);
}

async function checkDirectory(reader: ByteReader, seen: readonly Seen[]): Promise<void> {
  const begin = reader.position;
  if (await reader.has(MAX_DIRECTORY)) throw damaged('zip directory');
  const parts: Uint8Array[] = [];
  while (await reader.has(1)) parts.push(await reader.takeUpTo(MAX_DIRECTORY));
  const directory = readDirectory(concat(parts), reader.position);
  const { records } = directory;
  const same = records.length === seen.length && records.every((record, index) => isSame(record, seen[index]?.record));
  if (!same || directory.offset !== begin) throw damaged('zip directory');
}

function isSame(record: DirectoryRecord, seen: DirectoryRecord | null | undefined): boolean {
  return (
    seen != null &&
    record.name === seen.name &&
    record.flags === seen.flags &&
    record.method === seen.method &&
    record.time === seen.time &&
    record.crc === seen.crc &&
    record.bytes === seen.bytes &&
    record.compressedBytes === seen.compressedBytes &&
    record.offset === seen.offset
  );
}
