/** Memory that a thread fills with packed blocks and another reads, so that a block is neither copied from thread to thread nor left to be collected. */
import type { PackedBlock } from '../archive.ts';
import { MOST_BLOCK_BYTES } from '../../kernel/deflate-block.ts';

/** Blocks that one plan may be ahead of the writer: those of some 4 MiB. */
export const BANK_SLOTS = 18;
/** Raw deflate of a block at its worst. */
const MOST_PACKED_BYTES = MOST_BLOCK_BYTES + 4_096;
const SLOT_BYTES = MOST_BLOCK_BYTES + MOST_PACKED_BYTES;

/** A block in a slot of a bank. */
export interface SlotBlock extends Pick<PackedBlock, 'crc' | 'lines' | 'meta'> {
  readonly slot: number;
  readonly plainBytes: number;
  readonly packedBytes: number;
}

/** What is not touched takes no memory of the machine. */
export function newBank(): SharedArrayBuffer {
  return new SharedArrayBuffer(BANK_SLOTS * SLOT_BYTES);
}

export function fitsSlot(plain: Uint8Array, packed: Uint8Array): boolean {
  return plain.length <= MOST_BLOCK_BYTES && packed.length <= MOST_PACKED_BYTES;
}

export function putInSlot(bank: SharedArrayBuffer, slot: number, plain: Uint8Array, packed: Uint8Array): void {
  new Uint8Array(bank, slot * SLOT_BYTES, plain.length).set(plain);
  new Uint8Array(bank, slot * SLOT_BYTES + MOST_BLOCK_BYTES, packed.length).set(packed);
}

export function takeFromSlot(bank: SharedArrayBuffer, { slot, plainBytes, packedBytes }: SlotBlock): { plain: Uint8Array; packed: Uint8Array } {
  return {
    plain: new Uint8Array(bank, slot * SLOT_BYTES, plainBytes),
    packed: new Uint8Array(bank, slot * SLOT_BYTES + MOST_BLOCK_BYTES, packedBytes),
  };
}
