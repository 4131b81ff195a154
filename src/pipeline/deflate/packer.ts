import { crc32 } from 'node:zlib';
import { MOST_BLOCK_BYTES } from '../../kernel/deflate-block.ts';
import type { CompressionLevel, FormatOrder, PackedBlock, Packer } from '../archive.ts';
import { concat, countLines } from '../bytes.ts';
import { freeMemory } from '../free-memory.ts';
import { loadFormat, openFormat } from '../formats/open-format.ts';
import { type DeflateEngine, openEngine } from './engine.ts';

const engines = new Map<CompressionLevel, Promise<DeflateEngine>>();

/** The engine of this thread; loads the format, too. */
export async function engineOf(level: CompressionLevel, format?: FormatOrder): Promise<DeflateEngine> {
  await loadFormat(format);
  // What is compressed already gets no smaller, however long it takes.
  const effort = format && openFormat(format).isPacked ? 'fast' : level;
  const engine = engines.get(effort) ?? openEngine(effort);
  engines.set(effort, engine);
  return engine;
}

export interface Packed extends PackedBlock {
  readonly plain: Uint8Array<ArrayBuffer>;
}

/** Packs a block in the thread that asks; `packed` is good until the next block of the engine. */
export function packWith(engine: DeflateEngine, lines: Uint8Array<ArrayBuffer>, format?: FormatOrder): Packed {
  if (!format) return { plain: lines, ...sealed(engine, lines), crc: crc32(lines) };
  const count = countLines(lines);
  const { bytes, rows, meta } = openFormat(format).convert(lines);
  // Else a row would be lost, or made up.
  if (rows !== count) throw new Error(`${count} lines became ${rows} rows`);
  return { plain: bytes, ...sealed(engine, bytes), crc: crc32(bytes), lines: count, meta };
}

function sealed(engine: DeflateEngine, plain: Uint8Array): Pick<PackedBlock, 'packed' | 'packedCrc' | 'lines'> {
  const block = plain.length <= MOST_BLOCK_BYTES ? engine.sealBlock(plain) : sealedInPieces(engine, plain);
  return { ...block, packedCrc: crc32(block.packed) };
}

/** A line may make a block longer than an engine takes at once. */
function sealedInPieces(engine: DeflateEngine, plain: Uint8Array): Pick<PackedBlock, 'packed' | 'lines'> {
  const parts: Uint8Array[] = [];
  let lines = 0;
  for (let at = 0; at < plain.length; at += MOST_BLOCK_BYTES) {
    const part = engine.sealBlock(plain.subarray(at, at + MOST_BLOCK_BYTES));
    parts.push(part.packed.slice());
    lines += part.lines;
  }
  const packed = concat(parts);
  for (const part of parts) if (part !== packed) freeMemory(part);
  return { packed, lines };
}

/** For small archives: what a thread would cost is more than it brings. */
export const INLINE_PACKER: Packer = {
  ahead: 1,
  async pack(plain, level, format) {
    const block = packWith(await engineOf(level, format), plain, format);
    return { ...block, packed: block.packed.slice() };
  },
};
