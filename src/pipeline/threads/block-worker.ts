/** A thread that makes packed blocks: of plain ones it is given, or of plans that it reads by itself. */
import { parentPort } from 'node:worker_threads';
import type { CompressionLevel, FormatOrder, LinePlan, PackedBlock, PlanReader } from '../archive.ts';
import { inBlocks } from '../deflate/blocks.ts';
import { engineOf, packWith } from '../deflate/packer.ts';
import { openFormat } from '../formats/open-format.ts';
import { Calls, Moved } from './calls.ts';
import { BANK_SLOTS, fitsSlot, putInSlot, type SlotBlock } from './slots.ts';

/** Of a plan's blocks that fit in no slot, so much is ahead of the writer, or one. */
const MOST_MOVED_BYTES = 24 * 2 ** 20;

/** Plans to read. */
export interface ReadOrder {
  readonly id: number;
  /** Of the archive it is for: its reader is kept until `close`. */
  readonly reading: number;
  /** Read as one stretch of lines. */
  readonly plans: readonly LinePlan[];
  readonly level: CompressionLevel;
  readonly format: FormatOrder | undefined;
  readonly bank: SharedArrayBuffer;
}

/** What the asker offers: takes a block, and answers when its memory may be used again. */
export type BlockOffer = (id: number, block: SlotBlock | PackedBlock) => Promise<void>;

interface PlanModule {
  openPlanReader(shared: unknown, signal: AbortSignal): Promise<PlanReader>;
}

/** A reader that is being opened, or is open. */
interface Open {
  readonly stop: AbortController;
  reader: Promise<PlanReader> | null;
  isOpen: boolean;
  isOver: boolean;
}

if (!parentPort) throw new Error('This module runs in a worker thread.');
const readings = new Map<number, Open>();
const calls = new Calls(parentPort, { pack, read, close });

async function pack(lines: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<Moved> {
  const block = packWith(await engineOf(level, format), lines, format);
  const packed = new Uint8Array(block.packed);
  return new Moved({ ...block, packed } satisfies PackedBlock, [block.plain.buffer, packed.buffer]);
}

async function read({ id, reading, plans, level, format, bank }: ReadOrder): Promise<void> {
  const engine = await engineOf(level, format);
  const open = readings.get(reading) ?? { stop: new AbortController(), reader: null, isOpen: false, isOver: false };
  readings.set(reading, open);
  const room = new Room();
  for await (const lines of inBlocks(bytesOf(open, plans), format && openFormat(format).blockBytes)) {
    await give(id, packWith(engine, lines, format), bank, room);
    if (open.isOver) throw left();
  }
}

/** Waits until there is room for the block. */
async function give(id: number, { plain, packed, ...facts }: ReturnType<typeof packWith>, bank: SharedArrayBuffer, room: Room): Promise<void> {
  if (!fitsSlot(plain, packed)) {
    const own = new Uint8Array(packed);
    const bytes = plain.length + own.length;
    await room.forBytes(bytes);
    const given = calls.call('block', [id, { plain, packed: own, ...facts } satisfies PackedBlock], [plain.buffer, own.buffer]);
    return released(given, () => room.addBytes(bytes));
  }
  const slot = await room.slot();
  putInSlot(bank, slot, plain, packed);
  const block: SlotBlock = { slot, plainBytes: plain.length, packedBytes: packed.length, ...facts };
  released(calls.call('block', [id, block]), () => room.addSlot(slot));
}

function released(given: Promise<unknown>, then: () => void): void {
  given.then(then, () => undefined);
}

async function readerOf(open: Open, { module, shared }: LinePlan): Promise<PlanReader> {
  open.reader ??= import(module).then(({ openPlanReader }: PlanModule) => openPlanReader(shared, open.stop.signal));
  const reader = await open.reader;
  open.isOpen = true;
  return reader;
}

async function* bytesOf(open: Open, plans: readonly LinePlan[]): AsyncGenerator<Uint8Array> {
  for (const plan of plans) for await (const { bytes } of (await readerOf(open, plan)).read(plan.data)) yield bytes;
}

/** Ends reading for an archive; what is being read is cancelled in the source. */
async function close(reading: number): Promise<void> {
  const open = readings.get(reading);
  readings.delete(reading);
  if (!open) return;
  open.isOver = true;
  if (!open.isOpen) open.stop.abort(left());
  const reader = await open.reader?.catch(() => null);
  await reader?.close();
}

function left(): Error {
  return new Error('the archive is not written any more');
}

/** What is free of the bank of a plan, and of the memory for its blocks that fit in no slot. */
class Room {
  readonly #slots = Array.from({ length: BANK_SLOTS }, (_, slot) => slot);
  #bytes = MOST_MOVED_BYTES;
  #wake: () => void = () => undefined;

  async slot(): Promise<number> {
    for (;;) {
      const slot = this.#slots.pop();
      if (slot !== undefined) return slot;
      await this.#change();
    }
  }

  addSlot(slot: number): void {
    this.#slots.push(slot);
    this.#wake();
  }

  /** One of any size, if it is the only one. */
  async forBytes(bytes: number): Promise<void> {
    while (this.#bytes < bytes && this.#bytes < MOST_MOVED_BYTES) await this.#change();
    this.#bytes -= bytes;
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
