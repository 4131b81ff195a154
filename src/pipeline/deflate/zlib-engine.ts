import { constants, deflateRawSync } from 'node:zlib';
import { countLines } from '../bytes.ts';
import type { BlockDeflater } from '../../kernel/deflate-block.ts';

const CHUNK_BYTES = 256 * 1024;

/** The zlib inside Node, at a level of zlib. It works everywhere. */
export function openZlibEngine(level: number): BlockDeflater & { readonly name: string } {
  const options = { level, memLevel: 9, chunkSize: CHUNK_BYTES };
  const deflateBlock = (plain: Uint8Array, last: boolean): Uint8Array =>
    deflateRawSync(plain, { ...options, finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH });
  return { name: `zlib ${level}`, deflateBlock, sealBlock: (plain) => ({ packed: deflateBlock(plain, false), lines: countLines(plain) }) };
}
