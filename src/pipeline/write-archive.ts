import type { ArchiveFile, ArchiveRequest, ArchiveResult, Archiver, PackedBlock, PartsRequest, Reading } from './archive.ts';
import { CodedError } from '../errors.ts';
import { ahead } from './deflate/ahead.ts';
import { inBlocks } from './deflate/blocks.ts';
import { INLINE_PACKER } from './deflate/packer.ts';
import { loadFormat, openFormat } from './formats/open-format.ts';
import type { Totals } from './entry-measure.ts';
import { checkEntryNames, linesOf } from './entry-source.ts';
import { PartWriter } from './part-writer.ts';

/**
 * Writes one archive: lines → zip → CMS → sink (format: docs/formats/artifact.md). Nothing plain touches the disk and
 * memory is constant. Batches given by `lines()` must not be changed afterwards.
 * Rejects with the very error of `lines()`, `manifest`, `sink` or `onProgress`, with the reason of the signal, or with
 * `recipients.required` / `certificate.*` before anything is read. The open iterator is closed and the key forgotten then.
 */
export async function writeArchive({ sink, ...request }: ArchiveRequest): Promise<ArchiveResult> {
  const [only] = await writeParts({ ...request, mostBytes: null, openPart: async () => ({ write: sink, whole: async () => undefined }) });
  return only as ArchiveResult;
}

/**
 * The same in as many archives as it takes for none to have more than `mostBytes`. A part ends before the block of lines that would
 * not fit, so for the same lines, level and bound the parts hold the same.
 * Error besides: `run.split_too_small` when a single line does not fit.
 */
export async function writeParts(request: PartsRequest): Promise<readonly ArchiveResult[]> {
  request.signal.throwIfAborted();
  checkEntryNames(request.files, request.reportName);
  // One signal for every way to fail, so that the first failure stops all and is the one that is told.
  const stop = new AbortController();
  const cancel = (): void => stop.abort(request.signal.reason);
  request.signal.addEventListener('abort', cancel, { once: true });
  let parts: Parts | null = null;
  try {
    for (const { format } of request.files) await loadFormat(format);
    parts = new Parts(request, stop);
    await parts.start();
    for await (const piece of packedPieces(request, stop.signal)) await parts.take(piece);
    return await parts.end();
  } catch (error) {
    stop.abort(error);
    parts?.forget();
    throw stop.signal.reason;
  } finally {
    request.signal.removeEventListener('abort', cancel);
    await parts?.discard();
  }
}

/** A block of a file; null behind its last one. */
interface Piece<Block> {
  readonly file: ArchiveFile;
  readonly block: Block | null;
}

/** Blocks are read and packed side by side, also across files, and come in their order; a bounded number is under way. */
async function* packedPieces(request: PartsRequest, signal: AbortSignal): AsyncGenerator<Piece<PackedBlock>> {
  const { files, packer = INLINE_PACKER, level = 'fast' } = request;
  const reading = packer.openReading?.(level, signal) ?? null;
  const packed = async ({ file, block }: Piece<Uint8Array<ArrayBuffer>>) => ({ file, block: block && (await packer.pack(block, level, file.format)) });
  const readHere: ReadHere = (some) => ahead(pieces(some, signal), packer.ahead, packed);
  try {
    for (const section of sectionsOf(files, reading, readHere)) yield* section.planned ?? readHere(section.files);
  } finally {
    await reading?.close();
  }
}

/** The lines of files one after the other, as `lines()` gives them. */
type ReadHere = (files: readonly ArchiveFile[]) => AsyncIterable<Piece<PackedBlock>>;

type Section = { readonly planned: AsyncIterable<Piece<PackedBlock>> } | { readonly planned: null; readonly files: ArchiveFile[] };

/** Files with a plan each for itself, begun at once; the others between them together. */
function sectionsOf(files: readonly ArchiveFile[], reading: Reading | null, readHere: ReadHere): readonly Section[] {
  const sections: Section[] = [];
  for (const file of files) {
    const last = sections.at(-1);
    if (reading && file.plan)
      sections.push({
        planned: ended(
          file,
          reading.read(file.plan, file.format, () => blocksOf(readHere([file]))),
        ),
      });
    else if (last?.planned === null) last.files.push(file);
    else sections.push({ planned: null, files: [file] });
  }
  return sections;
}

async function* blocksOf(read: AsyncIterable<Piece<PackedBlock>>): AsyncGenerator<PackedBlock> {
  for await (const { block } of read) if (block) yield block;
}

async function* ended(file: ArchiveFile, blocks: AsyncIterable<PackedBlock>): AsyncGenerator<Piece<PackedBlock>> {
  for await (const block of blocks) yield { file, block };
  yield { file, block: null };
}

async function* pieces(files: readonly ArchiveFile[], signal: AbortSignal): AsyncGenerator<Piece<Uint8Array<ArrayBuffer>>> {
  for (const file of files) {
    const size = file.format && openFormat(file.format).blockBytes;
    for await (const block of inBlocks(linesOf(file, signal), size)) yield { file, block };
    yield { file, block: null };
  }
}

/** In the thread that asks. */
export const INLINE_ARCHIVER: Archiver = { writeParts };

/** One part after the other: the next is made while the one before is stored. */
class Parts {
  readonly #request: PartsRequest;
  readonly #stop: AbortController;
  readonly #totals: Totals = { rows: 0, plainBytes: 0, fileBytes: 0, filesDone: 0, rowsOfDone: 0 };
  readonly #whole: ArchiveResult[] = [];
  #storing: Promise<void> = Promise.resolve();
  #part: PartWriter;
  #open: ArchiveFile | null = null;

  /** `stop` is aborted when a part cannot be stored. */
  constructor(request: PartsRequest, stop: AbortController) {
    this.#request = request;
    this.#stop = stop;
    this.#part = this.#next();
  }

  start(): Promise<void> {
    return this.#part.start();
  }

  async take({ file, block }: Piece<PackedBlock>): Promise<void> {
    // The end of an entry that is open was counted with its last block.
    const isNew = block !== null || this.#open === null;
    if (isNew && !(await this.#fits(file, block))) await this.#cut(file, block);
    if (block) await this.#part.take(file, block);
    else await this.#close(file);
    // Rows that pack well fill no batch of the file for long.
    this.#request.onProgress({ ...this.#totals });
    this.#open = block ? file : null;
  }

  async #close(file: ArchiveFile): Promise<void> {
    this.#totals.filesDone += 1;
    this.#totals.rowsOfDone = this.#totals.rows;
    await this.#part.close(file);
  }

  async end(): Promise<readonly ArchiveResult[]> {
    await this.#finish(this.#part.number);
    await this.#storing;
    return this.#whole;
  }

  /** Of the part that is being written. */
  forget(): void {
    this.#part.forget();
  }

  /** However it ended. */
  async discard(): Promise<void> {
    await Promise.allSettled([this.#storing, this.#part.discard()]);
  }

  /** Ends the part. It is stored beside what comes next, but never two at once. */
  async #finish(of: number | null): Promise<void> {
    const part = this.#part;
    const result = await part.end(of);
    await this.#storing;
    this.#whole.push(result);
    this.#storing = part.store(result);
    this.#storing.catch((error: unknown) => this.#stop.abort(error));
  }

  #next(): PartWriter {
    return new PartWriter(this.#whole.length + 1, this.#request, this.#totals, this.#stop.signal);
  }

  async #fits(file: ArchiveFile, block: PackedBlock | null): Promise<boolean> {
    const { mostBytes } = this.#request;
    return mostBytes === null || (await this.#part.mostBytesWith(file, block)) <= mostBytes;
  }

  async #cut(file: ArchiveFile, block: PackedBlock | null): Promise<void> {
    if (!this.#part.isEmpty) {
      if (this.#open) await this.#part.close(this.#open);
      await this.#finish(null);
      this.#part = this.#next();
      await this.#part.start();
    }
    if (await this.#fits(file, block)) return;
    throw new CodedError('run.split_too_small', { value: { entry: file.name, bytes: await this.#part.mostBytesWith(file, block) } });
  }
}
