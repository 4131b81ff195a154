import { Worker } from 'node:worker_threads';
import { CodedError } from '../../errors.ts';
import type { CompressionLevel, FormatOrder, LinePlan, PackedBlock } from '../archive.ts';
import { freeMemory } from '../free-memory.ts';
import { type BankBlock, newBank, takeFromBank } from './bank.ts';
import type { ReadOrder } from './block-worker.ts';
import { Calls } from './calls.ts';
import type { FileBlocks } from './file-blocks.ts';
import type { PlanBlocks } from './plan-blocks.ts';

/** A stretch is read into one bank while the writer still takes the blocks of the one before from the other. */
const BANKS = 2;
/** What a thread makes lives as long as its block: with more room it would only be collected later. */
const YOUNG_MEGABYTES = 4;

interface Bank {
  readonly number: number;
  readonly memory: SharedArrayBuffer;
  isTold: boolean;
  /** The archive whose blocks lie in it. */
  user: number | null;
}

/** An archive for which the thread reads. */
interface Reader {
  isReading: boolean;
  /** Files whose plan it knows. */
  readonly told: Set<number>;
}

/** One thread that packs and reads, seen from the one that asks. */
export class BlockThread {
  readonly #worker = new Worker(new URL('./block-worker.ts', import.meta.url), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES } });
  readonly #calls = new Calls(this.#worker, { block: (id: number, block: BankBlock | PackedBlock) => this.#take(id, block) });
  readonly #banks: Bank[] = [];
  readonly #readers = new Map<number, Reader>();
  readonly #going = new Map<number, { readonly blocks: PlanBlocks; readonly bank: Bank }>();
  #last = 0;
  #lastBank = 0;

  /** `onGone`: the thread has ended; what was asked of it fails with `run.thread_ended`. */
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

  /** Answers that are waited for. */
  get waiting(): number {
    return this.#calls.waiting;
  }

  /** Archives for which it has a reader, or opens one. */
  get readers(): number {
    return this.#readers.size;
  }

  /**
   * Whether it can read for the archive now. An archive that is not written on keeps the banks it has; another gets one of its own then, so
   * that none waits for another's memory.
   */
  isFreeFor(archive: number): boolean {
    const reader = this.#readers.get(archive);
    if (!reader || reader.isReading) return false;
    return this.#banks.length < BANKS || this.#banks.some(({ user }) => user === null) || this.#banks.every(({ user }) => user !== archive);
  }

  async pack(plain: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
    const block = await this.#calls.call<PackedBlock>('pack', [plain, level, format], [plain.buffer]);
    return { ...block, release: () => freeBlock(block) };
  }

  /** Opens a reader for the archive; rejects with the error of the source. */
  async open(archive: number, { module, shared }: LinePlan): Promise<void> {
    this.#readers.set(archive, { isReading: false, told: new Set() });
    try {
      await this.#calls.call('open', [archive, module, shared]);
    } catch (error) {
      this.#readers.delete(archive);
      throw error;
    }
  }

  /** `onFree` is told when another stretch may be read. */
  read(archive: number, file: FileBlocks, blocks: PlanBlocks, level: CompressionLevel, onFree: () => void): void {
    const reader = this.#readers.get(archive) as Reader;
    const bank = this.#banks.find(({ user }) => user === null) ?? this.#addBank();
    bank.user = archive;
    reader.isReading = true;
    this.#last += 1;
    const id = this.#last;
    this.#going.set(id, { blocks, bank });
    const { number, plan, format } = file;
    const { first, end } = blocks.stretch;
    const facts = { id, archive, file: number, first, end, level, format, bank: bank.number };
    const order: ReadOrder = { ...facts, data: reader.told.has(number) ? null : { plan: plan.data }, memory: bank.isTold ? null : bank.memory };
    reader.told.add(number);
    bank.isTold = true;
    const over = (): void => {
      this.#going.delete(id);
      bank.user = null;
      this.#forgetSpareBanks();
      onFree();
    };
    this.#calls
      .call('read', [order])
      .then(
        () => blocks.end(over),
        (error: unknown) => blocks.fail(error, over),
      )
      .finally(() => {
        reader.isReading = false;
        onFree();
      });
  }

  /** Reads no more for the archive. */
  async close(archive: number): Promise<void> {
    if (!this.#readers.delete(archive)) return;
    await this.#calls.call('close', [archive]);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #addBank(): Bank {
    this.#lastBank += 1;
    const bank: Bank = { number: this.#lastBank, memory: newBank(), isTold: false, user: null };
    this.#banks.push(bank);
    return bank;
  }

  #forgetSpareBanks(): void {
    for (const bank of this.#banks.filter(({ user }) => user === null)) {
      if (this.#banks.length <= BANKS) return;
      this.#banks.splice(this.#banks.indexOf(bank), 1);
      this.#calls.call('forget', [bank.number]).catch(() => undefined);
    }
  }

  #take(id: number, block: BankBlock | PackedBlock): Promise<void> {
    const going = this.#going.get(id);
    if (!going) return Promise.resolve();
    const { crc, packedCrc, lines, meta } = block;
    const { plain, packed } = 'at' in block ? takeFromBank(going.bank.memory, block) : block;
    return new Promise((resolve) => {
      const release = (): void => {
        if (!('at' in block)) freeBlock(block);
        resolve();
      };
      going.blocks.add({ plain, packed, crc, packedCrc, lines, meta: meta ?? null, release });
    });
  }
}

/** In memory of its own. */
function freeBlock({ plain, packed }: PackedBlock): void {
  freeMemory(plain);
  freeMemory(packed);
}
