/** A thread that makes packed blocks: of plain ones it is given, or of ranges that it reads by itself. */
import { parentPort } from 'node:worker_threads';
import type { CompressionLevel, FormatOrder, PackedBlock, PlanReader } from '../archive.ts';
import { inBlocks } from '../deflate/blocks.ts';
import { engineOf, type Packed, packWith } from '../deflate/packer.ts';
import { openFormat } from '../formats/open-format.ts';
import { Calls, Moved } from './calls.ts';
import { type BankBlock, BankRing } from './bank.ts';
import { keepCompiled } from './keep-compiled.ts';

/** Of a stretch's blocks that fit in no bank, so much is ahead of the writer, or one. */
const MOST_MOVED_BYTES = 24 * 2 ** 20;

/** Ranges to read as one stretch of lines. */
export interface ReadOrder {
  readonly id: number;
  /** Its reader is open. */
  readonly archive: number;
  /** Number of the file in the archive; its plan comes along the first time. */
  readonly file: number;
  readonly data: { readonly plan: unknown } | null;
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
  readonly level: CompressionLevel;
  readonly format: FormatOrder | undefined;
  /** Number of the bank; its memory comes along the first time. */
  readonly bank: number;
  readonly memory: SharedArrayBuffer | null;
}

/** What the asker offers: takes a block, and answers when its memory may be used again. */
export type BlockOffer = (id: number, block: BankBlock | PackedBlock) => Promise<void>;

interface PlanModule {
  openPlanReader(shared: unknown, signal: AbortSignal): Promise<PlanReader>;
}

/** A reader that is being opened, or is open. */
interface Open {
  readonly stop: AbortController;
  readonly reader: Promise<PlanReader>;
  readonly plans: Map<number, unknown>;
  isOpen: boolean;
  isOver: boolean;
}

if (!parentPort) throw new Error('This module runs in a worker thread.');
const archives = new Map<number, Open>();
const banks = new Map<number, SharedArrayBuffer>();
const calls = new Calls(parentPort, { pack, open, read, close, forget });

async function pack(lines: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<Moved> {
  const block = packWith(await engineOf(level, format), lines, format);
  const packed = new Uint8Array(block.packed);
  keepCompiled();
  return new Moved({ ...block, packed } satisfies PackedBlock, [block.plain.buffer, packed.buffer]);
}

async function open(archive: number, module: string, shared: unknown): Promise<void> {
  const stop = new AbortController();
  const reader = import(module).then(({ openPlanReader }: PlanModule) => {
    stop.signal.throwIfAborted();
    return openPlanReader(shared, stop.signal);
  });
  const one: Open = { stop, reader, plans: new Map(), isOpen: false, isOver: false };
  // Known before anything is waited for, so that a close in between finds it.
  archives.set(archive, one);
  try {
    await reader;
    one.isOpen = true;
  } catch (error) {
    archives.delete(archive);
    throw error;
  }
}

async function read({ id, archive, file, data, first, end, level, format, bank, memory }: ReadOrder): Promise<void> {
  // Taken in once: to be told of it again would count as so much garbage.
  if (memory) banks.set(bank, memory);
  const open = archives.get(archive);
  if (!open) throw left();
  if (data) open.plans.set(file, data.plan);
  const [ring, moving] = [new BankRing(banks.get(bank) as SharedArrayBuffer), new Moving()];
  const engine = await engineOf(level, format);
  const size = format && openFormat(format).blockBytes;
  for await (const lines of inBlocks(bytesOf(open, file, first, end), size, true)) {
    await ring.room();
    if (open.isOver) throw left();
    // From here on at once: another order may pack with the same engine while this one waits.
    const block = packWith(engine, lines, format);
    if (BankRing.fits(block.plain, block.packed)) putAway(id, block, ring);
    // The lines are lent.
    else await handOver(id, block.plain === lines ? { ...block, plain: lines.slice() } : block, moving);
  }
  keepCompiled();
}

/** The asker uses the bank no more. */
function forget(bank: number): void {
  banks.delete(bank);
}

function putAway(id: number, { plain, packed, ...facts }: Packed, ring: BankRing): void {
  const block: BankBlock = { at: ring.put(plain, packed), plainBytes: plain.length, packedBytes: packed.length, ...facts };
  released(calls.call('block', [id, block]), () => ring.giveBack());
}

/** What fits in no bank goes as it is, once there is room. */
async function handOver(id: number, { plain, packed, ...facts }: Packed, moving: Moving): Promise<void> {
  // Of a long block it is already; of others it is the kernel's.
  const own = (packed.byteLength === packed.buffer.byteLength ? packed : packed.slice()) as Uint8Array<ArrayBuffer>;
  const bytes = plain.length + own.length;
  await moving.roomFor(bytes);
  const block: PackedBlock = { plain, packed: own, ...facts };
  released(calls.call('block', [id, block], [plain.buffer, own.buffer]), () => moving.end(bytes));
}

function released(given: Promise<unknown>, then: () => void): void {
  given.then(then, () => undefined);
}

async function* bytesOf(open: Open, file: number, first: number, end: number): AsyncGenerator<Uint8Array> {
  const [reader, plan] = [await open.reader, open.plans.get(file)];
  for (let range = first; range < end; range += 1) {
    if (open.isOver) throw left();
    for await (const { bytes } of reader.read(plan, range)) yield bytes;
  }
}

/** Ends reading for an archive; what is being read is cancelled in the source. */
async function close(archive: number): Promise<void> {
  const open = archives.get(archive);
  archives.delete(archive);
  if (!open) return;
  open.isOver = true;
  if (!open.isOpen) open.stop.abort(left());
  const reader = await open.reader.catch(() => null);
  await reader?.close();
}

function left(): Error {
  return new Error('the archive is not written any more');
}

/** Blocks of a stretch that lie in no bank, and are not yet written. */
class Moving {
  #bytes = 0;
  #wake: () => void = () => undefined;

  /** A single one may have any size. */
  async roomFor(bytes: number): Promise<void> {
    while (this.#bytes > 0 && this.#bytes + bytes > MOST_MOVED_BYTES)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#bytes += bytes;
  }

  end(bytes: number): void {
    this.#bytes -= bytes;
    this.#wake();
  }
}
