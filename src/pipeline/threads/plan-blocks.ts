import type { PackedBlock } from '../archive.ts';

/** Ranges of a plan, read as one. */
export interface Stretch {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** The packed blocks of ranges that are read as one, from the thread that makes them to the writer. */
export class PlanBlocks implements AsyncIterable<PackedBlock> {
  readonly stretch: Stretch;
  readonly #signal: AbortSignal;
  #waiting: PackedBlock[] = [];
  /** Gives back the memory of a block that is waiting or being written. */
  readonly #held = new Set<() => void>();
  #isOver = false;
  #isDiscarded = false;
  #failure: { readonly error: unknown } | null = null;
  #whenFree: () => void = () => undefined;
  #wake: () => void = () => undefined;

  constructor(stretch: Stretch, signal: AbortSignal) {
    this.stretch = stretch;
    this.#signal = signal;
  }

  add(block: PackedBlock): void {
    const release = (): void => {
      if (!this.#held.delete(release)) return;
      block.release?.();
      this.#tellFree();
    };
    this.#held.add(release);
    if (this.#isDiscarded) release();
    else this.#waiting.push({ ...block, release });
    this.#wake();
  }

  /** There are no more; `whenFree` is told once the last is released. */
  end(whenFree: () => void): void {
    this.#isOver = true;
    this.#whenFree = whenFree;
    this.#tellFree();
    this.#wake();
  }

  fail(error: unknown, whenFree: () => void): void {
    this.#failure = { error };
    this.end(whenFree);
  }

  /** Nobody takes them any more. */
  discard(): void {
    this.#isDiscarded = true;
    this.#waiting = [];
    for (const release of this.#held) release();
  }

  /** Rejects with the reason of the signal as soon as it is aborted. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PackedBlock> {
    const onAbort = (): void => this.#wake();
    this.#signal.addEventListener('abort', onAbort);
    try {
      for (;;) {
        this.#signal.throwIfAborted();
        const block = this.#waiting.shift();
        if (block) yield block;
        else if (this.#failure) throw this.#failure.error;
        else if (this.#isOver) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
    }
  }

  #tellFree(): void {
    if (!this.#isOver || this.#held.size > 0) return;
    const told = this.#whenFree;
    this.#whenFree = () => undefined;
    told();
  }
}
