/** A thread that packs blocks: one message in, one out, in order. */
import { parentPort } from 'node:worker_threads';
import { CodedError } from '../../errors.ts';
import type { PackAnswer, PackOrder } from './pack-threads.ts';
import { packHere } from './packer.ts';

if (!parentPort) throw new Error('This module runs in a worker thread.');
const port = parentPort;
port.on('message', async ({ id, plain, level, format }: PackOrder) => {
  try {
    const block = await packHere(plain, level, format);
    // Memory of its own, for what belongs to a pool of Node cannot leave the thread.
    const packed = new Uint8Array(block.packed);
    port.postMessage({ id, block: { ...block, packed } } satisfies PackAnswer, [block.plain.buffer as ArrayBuffer, packed.buffer]);
  } catch (error) {
    // An error is cloned without what it is coded with.
    const coded = error instanceof CodedError && { coded: { code: error.code, value: error.details.value } };
    port.postMessage({ id, ...(coded || { error }) } satisfies PackAnswer);
  }
});
