import { type DeflateBlock, type KernelLevel, openDeflate } from '../../kernel/deflate-block.ts';

/** UDM's own kernel in WebAssembly. Rejects where the platform lacks SIMD. */
export async function openWasmEngine(level: KernelLevel): Promise<{ readonly name: string; readonly deflateBlock: DeflateBlock }> {
  return { name: `wasm ${level}`, deflateBlock: await openDeflate(level) };
}
