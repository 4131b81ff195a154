import { crc32 } from 'node:zlib';
import { BLOCK_BYTES } from '../../kernel/deflate-block.ts';
import type { CompressionLevel, FormatOrder, PackedBlock, Packer } from '../archive.ts';
import { countLines } from '../bytes.ts';
import { openFormat } from '../formats/open-format.ts';
import { type DeflateEngine, openEngine } from './engine.ts';

const engines = new Map<CompressionLevel, Promise<DeflateEngine>>();

/** Packs a block in the thread that asks. */
export async function packHere(lines: Uint8Array, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
  const count = countLines(lines);
  if (!format) return { ...(await packed(lines, level)), lines: count };
  const { isPacked, convert } = openFormat(format);
  const { bytes, rows, meta } = convert(lines);
  // Else a row would be lost, or made up.
  if (rows !== count) throw new Error(`${count} lines became ${rows} rows`);
  // What is compressed already gets no smaller, however long it takes.
  return { ...(await packed(bytes, isPacked ? 'fast' : level)), lines: count, meta };
}

async function packed(plain: Uint8Array, level: CompressionLevel): Promise<Omit<PackedBlock, 'lines'>> {
  const engine = engines.get(level) ?? openEngine(level);
  engines.set(level, engine);
  return { plain, packed: deflated(await engine, plain), crc: crc32(plain) };
}

/** A line may make a block longer than an engine takes at once. */
function deflated(engine: DeflateEngine, plain: Uint8Array): Uint8Array {
  if (plain.length <= BLOCK_BYTES) return engine.deflateBlock(plain, false);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < plain.length; at += BLOCK_BYTES) parts.push(engine.deflateBlock(plain.subarray(at, at + BLOCK_BYTES), false));
  return Buffer.concat(parts);
}

/** For small archives: what a thread would cost is more than it brings. */
export const INLINE_PACKER: Packer = { ahead: 1, pack: packHere };
