import { crc32 } from 'node:zlib';
import { BLOCK_BYTES } from '../../kernel/deflate-block.ts';
import type { CompressionLevel, FormatOrder, PackedBlock, Packer } from '../archive.ts';
import { countLines } from '../bytes.ts';
import { openFormat } from '../formats/open-format.ts';
import { type DeflateEngine, openEngine } from './engine.ts';

const engines = new Map<CompressionLevel, Promise<DeflateEngine>>();

/** Packs a block in the thread that asks. */
export async function packHere(lines: Uint8Array, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
  const engine = engines.get(level) ?? openEngine(level);
  engines.set(level, engine);
  const count = countLines(lines);
  if (!format) return { plain: lines, packed: deflated(await engine, lines), crc: crc32(lines), lines: count };
  const { bytes, rows, meta } = openFormat(format).convert(lines);
  // Else a row would be lost, or made up.
  if (rows !== count) throw new Error(`${count} lines became ${rows} rows`);
  return { plain: bytes, packed: deflated(await engine, bytes), crc: crc32(bytes), lines: count, meta };
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
