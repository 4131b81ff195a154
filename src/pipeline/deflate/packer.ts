import { crc32 } from 'node:zlib';
import { BLOCK_BYTES } from '../../kernel/deflate-block.ts';
import type { CompressionLevel, PackedBlock, Packer } from '../archive.ts';
import { countLines } from '../bytes.ts';
import { type DeflateEngine, openEngine } from './engine.ts';

const engines = new Map<CompressionLevel, Promise<DeflateEngine>>();

/** Packs a block in the thread that asks. */
export async function packHere(plain: Uint8Array, level: CompressionLevel): Promise<PackedBlock> {
  const engine = engines.get(level) ?? openEngine(level);
  engines.set(level, engine);
  return { plain, packed: deflated(await engine, plain), crc: crc32(plain), lines: countLines(plain) };
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
