import type { CompressionLevel, FormatOrder, PackedBlock, Packer, Reading } from '../archive.ts';
import { INLINE_PACKER } from '../deflate/packer.ts';
import { BlockThread } from './block-thread.ts';
import { FileBlocks } from './file-blocks.ts';

/** While one block is packed the next must lie ready, and one more be on its way. */
const AHEAD_PER_THREAD = 3;
/** A block this small is packed sooner than it is handed over. */
const SMALL_BYTES = 32 * 1024;

/**
 * So many threads that pack blocks and read plans for all archives, archive by archive in turn. They start when they are needed. One that
 * dies fails what it had with `run.thread_ended`, and is replaced.
 */
export class BlockThreads implements Packer {
  readonly ahead: number;
  readonly #threads: (BlockThread | null)[];
  readonly #mostReaders: number;
  readonly #archives: ArchiveReading[] = [];
  #last = 0;

  /** At most `mostReaders` of the threads read for one archive, each on a connection of its own; with 0, none does. */
  constructor(count: number, mostReaders = count) {
    this.ahead = count * AHEAD_PER_THREAD;
    this.#mostReaders = Math.min(count, mostReaders);
    this.#threads = Array.from({ length: count }, () => null);
  }

  pack(plain: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock> {
    if (plain.length < SMALL_BYTES) return INLINE_PACKER.pack(plain, level, format);
    return this.#thread(this.#leastBy((thread) => thread?.waiting ?? 0)).pack(plain, level, format);
  }

  openReading(level: CompressionLevel, signal: AbortSignal): Reading {
    this.#last += 1;
    const archive = new ArchiveReading(this.#last, level);
    this.#archives.push(archive);
    return {
      read: (plan, format, otherwise) => {
        const blocks = new FileBlocks(archive.files.length, { plan, format, otherwise }, signal, () => this.#dispatch());
        archive.files.push(blocks);
        this.#dispatch();
        return blocks;
      },
      close: () => this.#close(archive),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread?.end()));
  }

  #thread(at: number): BlockThread {
    const thread =
      this.#threads[at] ??
      new BlockThread(() => {
        if (this.#threads[at] === thread) this.#threads[at] = null;
        for (const archive of this.#archives) archive.lose(thread);
      });
    this.#threads[at] = thread;
    return thread;
  }

  /** Place of the thread of which there is the least. */
  #leastBy(load: (thread: BlockThread | null) => number, of: readonly number[] = [...this.#threads.keys()]): number {
    const loads = of.map((at) => load(this.#threads[at] ?? null));
    return of[loads.indexOf(Math.min(...loads))] ?? 0;
  }

  /** Gives stretches to the threads that are free, and opens readers where there is more to read. */
  #dispatch(): void {
    for (const thread of this.#threads) {
      const archive = thread && this.#archives.find((one) => one.isOpenIn(thread) && one.nextFile && thread.isFreeFor(one.id));
      const file = archive?.nextFile;
      if (!thread || !archive || !file) continue;
      // Another archive has its turn next.
      this.#archives.splice(this.#archives.indexOf(archive), 1);
      this.#archives.push(archive);
      thread.read(archive.id, file, file.begin(), archive.level, () => this.#dispatch());
    }
    for (const archive of this.#archives) {
      while (archive.wantsReader(this.#mostReaders)) this.#openReader(archive);
      archive.refuseWithout(this.#mostReaders);
    }
  }

  #openReader(archive: ArchiveReading): void {
    const places = [...this.#threads.keys()].filter((at) => !archive.knows(this.#threads[at] ?? null));
    const thread = this.#thread(this.#leastBy((one) => one?.readers ?? 0, places));
    void archive.open(thread).then(() => this.#dispatch());
  }

  async #close(archive: ArchiveReading): Promise<void> {
    this.#archives.splice(this.#archives.indexOf(archive), 1);
    await archive.close();
    this.#dispatch();
  }
}

/** The files of one archive that threads read, and the readers it has. */
class ArchiveReading {
  readonly id: number;
  readonly level: CompressionLevel;
  readonly files: FileBlocks[] = [];
  /** A reader that the source refused is not asked for again. */
  readonly #readers = new Map<BlockThread, 'opening' | 'open' | 'refused'>();
  /** Of the last refusal. */
  #error: unknown = null;

  constructor(id: number, level: CompressionLevel) {
    this.id = id;
    this.level = level;
  }

  /** No other before the ranges of this one are begun: its blocks would hold the memory that these need, and be waited for in vain. */
  get nextFile(): FileBlocks | undefined {
    const file = this.files.find((one) => one.waiting > 0);
    return file?.canBegin ? file : undefined;
  }

  isOpenIn(thread: BlockThread): boolean {
    return this.#readers.get(thread) === 'open';
  }

  knows(thread: BlockThread | null): boolean {
    return thread !== null && this.#readers.has(thread);
  }

  /** Whether there is more to read than the readers that are being opened will take at once. */
  wantsReader(most: number): boolean {
    if (this.#readers.size >= most) return false;
    return this.files.reduce((sum, file) => sum + file.waiting, 0) > this.#count('opening');
  }

  /** What one reader is refused, the others read. */
  async open(thread: BlockThread): Promise<void> {
    const plan = this.files[0]?.plan;
    if (!plan) return;
    this.#readers.set(thread, 'opening');
    try {
      await thread.open(this.id, plan);
      this.#readers.set(thread, 'open');
    } catch (error) {
      this.#readers.set(thread, 'refused');
      this.#error = error;
    }
  }

  /** When all readers that there may be are refused, nobody else can read the files. */
  refuseWithout(most: number): void {
    if (this.#readers.size < most || this.#count('opening') + this.#count('open') > 0) return;
    for (const file of this.files) file.refuse(this.#error);
  }

  /** The thread is gone. */
  lose(thread: BlockThread): void {
    if (this.isOpenIn(thread)) this.#readers.delete(thread);
  }

  async close(): Promise<void> {
    for (const file of this.files) file.discard();
    await Promise.allSettled([...this.#readers.keys()].map((thread) => thread.close(this.id)));
  }

  #count(state: 'opening' | 'open'): number {
    return [...this.#readers.values()].filter((one) => one === state).length;
  }
}
