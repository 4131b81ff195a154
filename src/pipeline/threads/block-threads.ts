import { Worker } from 'node:worker_threads';
import { CodedError } from '../../errors.ts';
import type { CompressionLevel, FormatOrder, LinePlan, PackedBlock, Packer, Reading } from '../archive.ts';
import { INLINE_PACKER } from '../deflate/packer.ts';
import { openFormat } from '../formats/open-format.ts';
import type { ReadOrder } from './block-worker.ts';
import { Calls } from './calls.ts';
import { PlanBlocks } from './plan-blocks.ts';
import { type BankBlock, newBank, takeFromBank } from './bank.ts';

/** While one block is packed the next must lie ready, and one more be on its way. */
const AHEAD_PER_THREAD = 3;
/** A plan is read into one bank while the writer still takes the blocks of the plan before from the other. */
const BANKS = 2;
/** A block this small is packed sooner than it is handed over. */
const SMALL_BYTES = 32 * 1024;
const BIG_BLOCK_BYTES = 2 ** 20;
const PLANS_OF_BIG_BLOCKS = 8;

/**
 * So many threads that pack blocks and read plans for all archives, each plan in the next thread that is free, archive by archive in turn. They
 * start when they are needed. One that dies fails what it had with `run.thread_ended`, and is replaced.
 */
export class BlockThreads implements Packer {
  readonly ahead: number;
  readonly #threads: (Thread | null)[];
  readonly #readings: Planned[] = [];
  #last = 0;

  constructor(count: number) {
    this.ahead = count * AHEAD_PER_THREAD;
    this.#threads = Array.from({ length: count }, () => null);
  }

  pack(plain: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
    if (plain.length < SMALL_BYTES) return INLINE_PACKER.pack(plain, level, format);
    const [first = 0, ...others] = this.#threads.keys();
    const load = (at: number) => this.#threads[at]?.waiting ?? 0;
    return this.#thread(others.reduce((least, at) => (load(at) < load(least) ? at : least), first)).pack(plain, level, format);
  }

  openReading(level: CompressionLevel, signal: AbortSignal): Reading {
    this.#last += 1;
    const id = this.#last;
    const planned: Planned = { id, level, waiting: [], begun: new Set() };
    this.#readings.push(planned);
    return {
      read: (plans, format) => {
        const all = stretches(plans, format).map((stretch) => new PlanBlocks(stretch, format, signal));
        planned.waiting.push(...all);
        this.#dispatch();
        return oneAfterTheOther(all);
      },
      close: () => this.#close(planned),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread?.end()));
  }

  #thread(at: number): Thread {
    const thread =
      this.#threads[at] ??
      new Thread(() => {
        if (this.#threads[at] === thread) this.#threads[at] = null;
      });
    this.#threads[at] = thread;
    return thread;
  }

  /** Gives plans to the threads that are free. */
  #dispatch(): void {
    for (const at of this.#threads.keys()) {
      if (this.#threads[at]?.isFree === false) continue;
      const reading = this.#readings.find((one) => one.waiting.length > 0);
      const blocks = reading?.waiting.shift();
      if (!reading || !blocks) return;
      // Another archive has its turn next.
      this.#readings.splice(this.#readings.indexOf(reading), 1);
      this.#readings.push(reading);
      reading.begun.add(blocks);
      this.#thread(at).read(reading.id, blocks, reading.level, () => this.#dispatch());
    }
  }

  async #close(planned: Planned): Promise<void> {
    this.#readings.splice(this.#readings.indexOf(planned), 1);
    for (const blocks of planned.begun) blocks.discard();
    await Promise.allSettled(this.#threads.map((thread) => thread?.close(planned.id)));
  }
}

interface Planned {
  readonly id: number;
  readonly level: CompressionLevel;
  readonly waiting: PlanBlocks[];
  readonly begun: Set<PlanBlocks>;
}

/** What is read as one: a plan, or where blocks are big so many that few of them come out smaller. */
function stretches(plans: readonly LinePlan[], format: FormatOrder | undefined): (readonly LinePlan[])[] {
  const count = format && openFormat(format).blockBytes > BIG_BLOCK_BYTES ? PLANS_OF_BIG_BLOCKS : 1;
  return Array.from({ length: Math.ceil(plans.length / count) }, (_, at) => plans.slice(at * count, (at + 1) * count));
}

async function* oneAfterTheOther(all: readonly PlanBlocks[]): AsyncGenerator<PackedBlock> {
  for (const blocks of all) yield* blocks;
}

interface Bank {
  readonly number: number;
  readonly memory: SharedArrayBuffer;
  isTold: boolean;
  isUsed: boolean;
}

/** What a thread makes lives as long as its block: with more room it would only be collected later. */
const YOUNG_MEGABYTES = 8;

class Thread {
  readonly #worker = new Worker(new URL('./block-worker.ts', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
  readonly #calls = new Calls(this.#worker, { block: (id: number, block: BankBlock | PackedBlock) => this.#take(id, block) });
  readonly #banks: Bank[] = [];
  readonly #going = new Map<number, { readonly blocks: PlanBlocks; readonly bank: Bank }>();
  #isReading = false;
  #last = 0;

  constructor(onGone: () => void) {
    let cause: unknown = null;
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', () => {
      onGone();
      this.#calls.end(new CodedError('run.thread_ended', { cause }));
    });
  }

  get waiting(): number {
    return this.#calls.waiting;
  }

  get isFree(): boolean {
    return !this.#isReading && (this.#banks.length < BANKS || this.#banks.some((bank) => !bank.isUsed));
  }

  pack(plain: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
    return this.#calls.call('pack', [plain, level, format], [plain.buffer]);
  }

  /** `onFree` is told when another plan may be read. */
  read(reading: number, blocks: PlanBlocks, level: CompressionLevel, onFree: () => void): void {
    const bank = this.#banks.find((one) => !one.isUsed) ?? this.#addBank();
    bank.isUsed = true;
    this.#isReading = true;
    this.#last += 1;
    const id = this.#last;
    this.#going.set(id, { blocks, bank });
    const order: ReadOrder = { id, reading, plans: blocks.plans, level, format: blocks.format, bank: bank.number, memory: bank.isTold ? null : bank.memory };
    bank.isTold = true;
    const over = (): void => {
      this.#going.delete(id);
      bank.isUsed = false;
      onFree();
    };
    this.#calls
      .call('read', [order])
      .then(
        () => blocks.end(over),
        (error: unknown) => blocks.fail(error, over),
      )
      .finally(() => {
        this.#isReading = false;
        onFree();
      });
  }

  async close(reading: number): Promise<void> {
    await this.#calls.call('close', [reading]);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #addBank(): Bank {
    const bank: Bank = { number: this.#banks.length, memory: newBank(), isTold: false, isUsed: false };
    this.#banks.push(bank);
    return bank;
  }

  #take(id: number, block: BankBlock | PackedBlock): Promise<void> {
    const going = this.#going.get(id);
    if (!going) return Promise.resolve();
    const { crc, packedCrc, lines, meta } = block;
    const { plain, packed } = 'at' in block ? takeFromBank(going.bank.memory, block) : block;
    return new Promise((release) => going.blocks.add({ plain, packed, crc, packedCrc, lines, meta: meta ?? null, release }));
  }
}
