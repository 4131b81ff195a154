import { type BlockDeflater, type KernelLevel, openDeflate } from '../../kernel/deflate-block.ts';

/** UDM's own kernel in WebAssembly. Rejects where the platform lacks SIMD. */
export async function openWasmEngine(level: KernelLevel): Promise<BlockDeflater & { readonly name: string }> {
  return { name: `wasm ${level}`, ...(await openDeflate(level)) };
}
