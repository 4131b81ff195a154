/** Deflate in independent blocks: any thread makes any block, and the blocks one after the other are one stream. */

import { inflateRawSync } from 'node:zlib';
import type { CompressionLevel } from '../archive.ts';
import { openWasmEngine } from './wasm-engine.ts';
import { openZlibEngine } from './zlib-engine.ts';

export interface DeflateEngine {
  readonly name: string;
  /** Raw deflate of at most 320 KiB, sealed by a sync flush or, when `last`, finished. The result owns its memory. */
  deflateBlock(plain: Uint8Array, last: boolean): Uint8Array;
  /** The same sealed by a sync flush, and the newline bytes in it; `packed` is good until the next call. */
  sealBlock(plain: Uint8Array): { readonly packed: Uint8Array; readonly lines: number };
}

/** Levels of zlib where it is the engine. */
const ZLIB_LEVELS: Readonly<Record<CompressionLevel, number>> = { fast: 1, balanced: 2, small: 6 };

/** The fastest engine that works on this machine; `node:zlib` always does. */
export async function openEngine(level: CompressionLevel): Promise<DeflateEngine> {
  if (level === 'small') return openZlibEngine(ZLIB_LEVELS[level]);
  const engine = await openWasmEngine(level).catch(() => null);
  return engine && works(engine) ? engine : openZlibEngine(ZLIB_LEVELS[level]);
}

function works(engine: DeflateEngine): boolean {
  const block = Buffer.from('{"id":1,"text":"a self-test"}\n'.repeat(200));
  try {
    const stream = Buffer.concat([engine.deflateBlock(block, false), engine.deflateBlock(block, true)]);
    return inflateRawSync(stream).equals(Buffer.concat([block, block]));
  } catch {
    return false;
  }
}
