import { openKernel } from './open-kernel.ts';

/** The most plain bytes of one block. */
export const MOST_BLOCK_BYTES = 327_680;

/** `fast`: one candidate for each match; `balanced`: two, and a look one byte ahead. */
export type KernelLevel = 'fast' | 'balanced';

export interface BlockDeflater {
  /** Raw deflate of one block, sealed by a sync flush or, when it is the last, finished. The result owns its memory. */
  deflateBlock(plain: Uint8Array, last: boolean): Uint8Array;
  /** A block sealed by a sync flush, and its newline bytes; `packed` is good until the next call. */
  sealBlock(plain: Uint8Array): { readonly packed: Uint8Array; readonly lines: number };
}

export async function openDeflate(level: KernelLevel): Promise<BlockDeflater> {
  const kernel = await openKernel();
  const memory = new Uint8Array(kernel.memory.buffer);
  const [plainAt, deflatedAt] = [kernel.plainPointer(), kernel.deflatedPointer()];
  const effort = level === 'fast' ? 0 : 1;
  const deflated = (plain: Uint8Array, last: boolean): Uint8Array => {
    if (plain.length > MOST_BLOCK_BYTES) throw new RangeError(`a block has at most ${MOST_BLOCK_BYTES} bytes, not ${plain.length}`);
    memory.set(plain, plainAt);
    const size = kernel.deflate(plain.length, effort, last ? 1 : 0);
    return memory.subarray(deflatedAt, deflatedAt + size);
  };
  return {
    deflateBlock: (plain, last) => deflated(plain, last).slice(),
    sealBlock(plain) {
      const packed = deflated(plain, false);
      return { packed, lines: kernel.countLines(plain.length) };
    },
  };
}
