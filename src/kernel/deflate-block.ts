import { openKernel } from './open-kernel.ts';

/** The most plain bytes of one block. */
export const BLOCK_BYTES = 262_144;

/** `fast`: one candidate for each match; `balanced`: two, and a look one byte ahead. */
export type KernelLevel = 'fast' | 'balanced';

/** Raw deflate of one block, sealed by a sync flush or, when it is the last, finished. The result owns its memory. */
export type DeflateBlock = (plain: Uint8Array, last: boolean) => Uint8Array;

export async function openDeflate(level: KernelLevel): Promise<DeflateBlock> {
  const kernel = await openKernel();
  const memory = new Uint8Array(kernel.memory.buffer);
  const [plainAt, deflatedAt] = [kernel.plainPointer(), kernel.deflatedPointer()];
  const effort = level === 'fast' ? 0 : 1;
  return (plain, last) => {
    if (plain.length > BLOCK_BYTES) throw new RangeError(`a block has at most ${BLOCK_BYTES} bytes, not ${plain.length}`);
    memory.set(plain, plainAt);
    const size = kernel.deflate(plain.length, effort, last ? 1 : 0);
    return memory.slice(deflatedAt, deflatedAt + size);
  };
}
