import { constants, deflateRawSync } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;

interface ZlibEngine {
  readonly name: string;
  deflateBlock(plain: Uint8Array, last: boolean): Uint8Array;
}

/** The zlib inside Node, at a level of zlib. It works everywhere. */
export function openZlibEngine(level: number): ZlibEngine {
  const options = { level, memLevel: 9, chunkSize: CHUNK_BYTES };
  return {
    name: `zlib ${level}`,
    deflateBlock: (plain, last) => deflateRawSync(plain, { ...options, finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH }),
  };
}
