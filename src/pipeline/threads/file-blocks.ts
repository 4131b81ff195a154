import { CodedError } from '../../errors.ts';
import type { FormatOrder, LinePlan, PackedBlock } from '../archive.ts';
import { openFormat } from '../formats/open-format.ts';
import { PlanBlocks } from './plan-blocks.ts';

const BIG_BLOCK_BYTES = 2 ** 20;
/** Where blocks are big, so many ranges are read as one that few blocks come out smaller. */
const RANGES_OF_BIG_BLOCKS = 8;
/** Stretches that were given to threads and not yet written. Memory bounds those with blocks; ranges without rows take none. */
const MOST_BEGUN = 64;

/** What a file is read with. */
export interface FileOrder {
  readonly plan: LinePlan;
  readonly format?: FormatOrder | undefined;
  /** The same lines without readers. */
  readonly otherwise?: (() => AsyncIterable<PackedBlock>) | undefined;
}

/** Why no thread will begin any more of a file. */
interface Ended {
  readonly error: unknown;
  readonly otherwise: FileOrder['otherwise'];
}

/** The packed blocks of a file that threads read: its ranges are given out one after the other, and come in their order. */
export class FileBlocks implements AsyncIterable<PackedBlock> {
  /** Of the file among those of its archive. */
  readonly number: number;
  readonly plan: LinePlan;
  readonly format: FormatOrder | undefined;
  readonly #otherwise: FileOrder['otherwise'];
  readonly #signal: AbortSignal;
  readonly #onTaken: () => void;
  readonly #step: number;
  readonly #begun: PlanBlocks[] = [];
  #next = 0;
  #ended: Ended | null = null;
  #wake: () => void = () => undefined;

  /** `onTaken` is told when a stretch was written. */
  constructor(number: number, { plan, format, otherwise }: FileOrder, signal: AbortSignal, onTaken: () => void) {
    this.number = number;
    this.plan = plan;
    this.format = format;
    this.#otherwise = otherwise;
    this.#signal = signal;
    this.#onTaken = onTaken;
    this.#step = format && openFormat(format).blockBytes > BIG_BLOCK_BYTES ? RANGES_OF_BIG_BLOCKS : 1;
  }

  /** Stretches that no thread has begun. */
  get waiting(): number {
    return Math.ceil((this.plan.ranges - this.#next) / this.#step);
  }

  get canBegin(): boolean {
    return this.waiting > 0 && this.#begun.length < MOST_BEGUN;
  }

  /** The next stretch, for a thread. */
  begin(): PlanBlocks {
    const first = this.#next;
    this.#next = Math.min(first + this.#step, this.plan.ranges);
    const blocks = new PlanBlocks({ first, end: this.#next }, this.#signal);
    this.#begun.push(blocks);
    this.#wake();
    return blocks;
  }

  /** No reader can be had; null: none was asked for. What was not begun is read otherwise if that is possible, unless the fault is not the source's. */
  refuse(error: unknown): void {
    const isOfSource = error === null || (error instanceof CodedError && error.code.startsWith('source.'));
    this.#end({ error: error ?? new Error('no thread may read'), otherwise: this.#next === 0 && isOfSource ? this.#otherwise : undefined });
  }

  /** Nobody takes the blocks any more. */
  discard(): void {
    this.#end({ error: new Error('the archive is not written any more'), otherwise: undefined });
    for (const blocks of this.#begun) blocks.discard();
  }

  /** Rejects with the reason of the signal as soon as it is aborted. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PackedBlock> {
    const onAbort = (): void => this.#wake();
    this.#signal.addEventListener('abort', onAbort);
    try {
      while (this.#begun.length > 0 || this.waiting > 0) {
        this.#signal.throwIfAborted();
        const [blocks] = this.#begun;
        if (blocks) {
          yield* blocks;
          this.#begun.shift();
          this.#onTaken();
        } else if (this.#ended?.otherwise) {
          yield* this.#ended.otherwise();
          return;
        } else if (this.#ended) throw this.#ended.error;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
    }
  }

  #end(ended: Ended): void {
    this.#ended = ended;
    this.#wake();
  }
}
