/** Memory that one thread fills with packed blocks and another reads: a block is neither copied from thread to thread nor left to be collected. */
import type { PackedBlock } from '../archive.ts';

/** The blocks that one plan may be ahead of the writer. */
export const BANK_BYTES = 5 * 2 ** 20;
/** Bigger blocks would find the rest of the memory too small too often. */
const MOST_BLOCK_BYTES = 2 ** 20;

/** A block in a bank: its plain bytes, and behind them the packed ones. */
export interface BankBlock extends Pick<PackedBlock, 'crc' | 'packedCrc' | 'lines' | 'meta'> {
  readonly at: number;
  readonly plainBytes: number;
  readonly packedBytes: number;
}

export function newBank(): SharedArrayBuffer {
  return new SharedArrayBuffer(BANK_BYTES);
}

export function takeFromBank(bank: SharedArrayBuffer, { at, plainBytes, packedBytes }: BankBlock): { plain: Uint8Array; packed: Uint8Array } {
  return { plain: new Uint8Array(bank, at, plainBytes), packed: new Uint8Array(bank, at + plainBytes, packedBytes) };
}

/** Where the blocks of a plan lie in its bank, one behind the other and round again. They are given back in the order in which they came. */
export class BankRing {
  readonly #bytes: Uint8Array;
  /** Of those that are not given back, the oldest first. */
  readonly #held: { readonly at: number; readonly end: number }[] = [];
  #wake: () => void = () => undefined;

  constructor(bank: SharedArrayBuffer) {
    this.#bytes = new Uint8Array(bank);
  }

  static fits(plain: Uint8Array, packed: Uint8Array): boolean {
    return plain.length + packed.length <= MOST_BLOCK_BYTES;
  }

  /** Waits until a block of any size that fits has room. */
  async room(): Promise<void> {
    while (this.#placeFor(MOST_BLOCK_BYTES) === null)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  /** Call it when there is room. Returns where the block lies. */
  put(plain: Uint8Array, packed: Uint8Array): number {
    const size = plain.length + packed.length;
    const at = this.#placeFor(size);
    if (at === null) throw new Error('the bank is full');
    this.#bytes.set(plain, at);
    this.#bytes.set(packed, at + plain.length);
    this.#held.push({ at, end: at + size });
    return at;
  }

  /** The oldest block is used no more. */
  giveBack(): void {
    this.#held.shift();
    this.#wake();
  }

  #placeFor(size: number): number | null {
    const [first, last] = [this.#held[0], this.#held.at(-1)];
    if (!first || !last) return 0;
    if (last.at < first.at) return last.end + size <= first.at ? last.end : null;
    if (last.end + size <= this.#bytes.length) return last.end;
    return size <= first.at ? 0 : null;
  }
}
