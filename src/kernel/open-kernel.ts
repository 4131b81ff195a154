/** The compiled kernel: src/kernel/assembly, built by `npm run kernel`. One instance serves one thing at a time. */

import { readFile } from 'node:fs/promises';

/** What the module exports. Numbers are offsets and lengths in its memory. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  plainPointer(): number;
  deflatedPointer(): number;
  countLines(size: number): number;
  deflate(size: number, level: number, last: number): number;
  rawPointer(): number;
  namePointer(): number;
  outputPointer(): number;
  reset(): void;
  addColumn(kind: number, size: number): number;
  noteColumn(noted: number, as: number, size: number): number;
  noteField(size: number): number;
  noteRule(as: number, field: number, when: number, size: number): number;
  notesPointer(): number;
  takeNotes(): number;
  tellAll(): void;
  forgetHashKey(): void;
  setHashKey(pointer: number): void;
  hashAs(meaning: number, form: number, size: number): number;
  hashWaiting(): void;
  hashesPointer(): number;
  takeHashes(): number;
  takeTorn(): number;
  forgetSeen(low: number, high: number): void;
  feed(size: number): number;
  transcode(): number;
  takeRows(): number;
  takeOutput(): number;
  isComplete(): number;
}

/** As much of the platform's WebAssembly as is used here; its types come only with those of a browser. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(compiled: object, imports: object): Promise<{ readonly exports: unknown }>;
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
let compiled: Promise<object> | null = null;

/** A fresh instance with memory of its own. Rejects where the platform lacks WebAssembly with SIMD. */
export async function openKernel(): Promise<KernelExports> {
  compiled ??= readFile(new URL('./kernel.wasm', import.meta.url)).then((bytes) => wasm.compile(bytes));
  const { exports } = await wasm.instantiate(await compiled, { env: { abort } });
  return exports as KernelExports;
}

function abort(): never {
  throw new Error('the kernel stopped');
}
