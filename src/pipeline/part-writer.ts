import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ArchiveFile, ArchiveResult, EntrySummary, PackedBlock, PartFile, PartNumber, PartsRequest } from './archive.ts';
import { Encryptor } from './cms/encryptor.ts';
import { INLINE_PACKER } from './deflate/packer.ts';
import { EntryMeasure, type Totals } from './entry-measure.ts';
import { MANIFEST_NAME, REPORT_NAME, SIGNATURE_NAME } from './entry-name.ts';
import { closingNames, dataEntry, type EntryFacts, jsonBytes, schemaEntry } from './entry-source.ts';
import type { BlockMeta, FileFormat } from './formats/file-format.ts';
import { openFormat } from './formats/open-format.ts';
import { mostClosingBytes, mostEntryBytes, mostFileBytes, mostPackedBytes, SEAL_BYTES } from './part-room.ts';
import { untilAborted } from './until-aborted.ts';
import { verifyStored } from './verify-stored.ts';
import { directoryBytes, readDirectory } from './zip/central-directory.ts';
import { ZipWriter } from './zip/write-zip.ts';

function reportEntry({ reportName = REPORT_NAME }: PartsRequest): EntryFacts {
  return { name: reportName, content: 'report', entityType: null };
}

/** Writes one part: a zip of its own in an envelope of its own. Blocks of a file come one after the other. */
export class PartWriter {
  readonly number: number;
  readonly #request: PartsRequest;
  readonly #totals: Totals;
  readonly #signal: AbortSignal;
  readonly #zip: ZipWriter;
  readonly #encryptor: Encryptor;
  readonly #hash = createHash('sha256');
  readonly #entries: EntrySummary[] = [];
  #file: PartFile | null = null;
  #open: EntryMeasure | null = null;
  #format: FileFormat | null = null;
  #metas: BlockMeta[] = [];
  #rows = 0;
  #fileBytes = 0;
  readonly #batch = new Uint8Array(SEAL_BYTES);
  #batchBytes = 0;
  #end = { zipBytes: 0, directoryBytes: 0 };
  #closing = { names: '', bytes: 0 };

  /** Throws `recipients.required` and `certificate.*`. */
  constructor(number: number, request: PartsRequest, totals: Totals, signal: AbortSignal) {
    this.number = number;
    this.#request = request;
    this.#totals = totals;
    this.#signal = signal;
    this.#zip = new ZipWriter(request.time);
    this.#encryptor = new Encryptor(request.recipients);
  }

  async start(): Promise<void> {
    const opening = this.#request.openPart(this.number);
    try {
      this.#file = await untilAborted(opening, this.#signal);
    } catch (error) {
      // One that opens too late is left at once.
      opening.then((file) => file.discard?.()).catch(() => undefined);
      throw error;
    }
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0 && this.#open === null;
  }

  /** The most bytes that the finished file could have with this block (null: with the empty entry of the file). */
  async mostBytesWith(file: ArchiveFile, block: PackedBlock | null): Promise<number> {
    const format = this.#open ? this.#format : formatOf(file);
    const opens = this.#open === null ? mostEntryBytes(file.name, format?.head().length ?? 0) : 0;
    const tail = format ? mostPackedBytes(format.mostTailBytes(this.#metas.length + 1)) : 0;
    const schema = this.#hasEntry(file.schemaName) ? 0 : mostEntryBytes(file.schemaName, jsonBytes(file.schema).length);
    const names = [...this.#entries.map((entry) => entry.name), file.name, file.schemaName, ...closingNames(this.#request.reportName)];
    const zip = this.#zip.length + opens + (block?.packed.length ?? 0) + tail + schema + (await this.#mostClosing(file)) + directoryBytes(names);
    return mostFileBytes(this.#encryptor.headBytes, zip);
  }

  async take(file: ArchiveFile, block: PackedBlock): Promise<void> {
    await this.#begin(file);
    if (block.meta) this.#metas.push(block.meta);
    await this.#add(block);
    block.release?.();
  }

  /** Ends the entry of the file, an empty one if there were no blocks, and adds its schema where it is new. */
  async close(file: ArchiveFile): Promise<void> {
    await this.#begin(file);
    await this.#frame(this.#format?.tail(this.#metas));
    this.#metas = [];
    if (this.#open) this.#entries.push(this.#open.summary());
    this.#open = null;
    await this.#put(this.#zip.close());
    if (this.#hasEntry(file.schemaName)) return;
    this.#entries.push(await this.#putWhole(schemaEntry(file), jsonBytes(file.schema)));
  }

  /** Ends the archive; `of` is the number of parts when this is the last one. */
  async end(of: number | null): Promise<ArchiveResult> {
    const part: PartNumber = { number: this.number, of };
    await this.#putClosing(part);
    await this.#put(this.#directory());
    await this.#flush();
    await this.#write(this.#encryptor.final());
    const { mostBytes } = this.#request;
    if (mostBytes !== null && this.#fileBytes > mostBytes) throw new Error(`part ${this.number} has ${this.#fileBytes} bytes, more than ${mostBytes}`);
    return this.#result(part);
  }

  /** Hands the ended part to the store, which can check what it has with the content key; then that is forgotten, and the part is left. */
  async store(result: ArchiveResult): Promise<void> {
    try {
      await untilAborted(this.#opened().whole(result), this.#signal);
    } finally {
      this.#encryptor.forget();
      await this.discard();
    }
  }

  /** However it ended; safe to call more than once. */
  async discard(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.discard?.();
  }

  forget(): void {
    this.#encryptor.forget();
  }

  #hasEntry(name: string): boolean {
    return this.#entries.some((entry) => entry.name === name);
  }

  /** Made once per set of entries: it does not grow with the bytes. */
  async #mostClosing(file: ArchiveFile): Promise<number> {
    const names = [...this.#entries.map((entry) => entry.name), file.name, file.schemaName];
    const key = names.join('/');
    if (this.#closing.names !== key) {
      this.#closing = {
        names: key,
        bytes: await mostClosingBytes(this.#request, [...this.#entries, dataEntry(file), schemaEntry(file), reportEntry(this.#request)]),
      };
    }
    return this.#closing.bytes;
  }

  async #begin(file: ArchiveFile): Promise<void> {
    if (this.#open !== null) return;
    this.#open = new EntryMeasure(dataEntry(file));
    this.#format = formatOf(file);
    await this.#put(this.#zip.open(file.name));
    await this.#frame(this.#format?.head());
  }

  /** What a format has before and behind its blocks: no rows. */
  async #frame(bytes: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    if (!bytes || bytes.length === 0) return;
    await this.#add({ ...(await this.#packed(bytes)), lines: 0 });
  }

  /** To the entry that is open. */
  async #add(block: PackedBlock): Promise<void> {
    this.#open?.take(block);
    this.#totals.plainBytes += block.plain.length;
    this.#totals.rows += block.lines;
    this.#rows += block.lines;
    await this.#put(this.#zip.add(block));
    requireUnchanged(block);
  }

  #packed(plain: Uint8Array<ArrayBuffer>): Promise<PackedBlock> {
    const { packer = INLINE_PACKER, level = 'fast' } = this.#request;
    return packer.pack(plain, level);
  }

  async #putWhole(entry: EntryFacts, plain: Uint8Array<ArrayBuffer>): Promise<EntrySummary> {
    const measure = new EntryMeasure(entry);
    measure.take(await this.#putBytes(entry.name, plain));
    return measure.summary();
  }

  async #putBytes(name: string, plain: Uint8Array<ArrayBuffer>): Promise<PackedBlock> {
    await this.#put(this.#zip.open(name));
    const block = await this.#packed(plain);
    await this.#put(this.#zip.add(block));
    requireUnchanged(block);
    await this.#put(this.#zip.close());
    return block;
  }

  async #putClosing(part: PartNumber): Promise<void> {
    const { report, manifest, sign } = this.#request;
    this.#entries.push(await this.#putWhole(reportEntry(this.#request), new TextEncoder().encode(await report(this.#entries, part))));
    const { recipientInfosSha256 } = this.#encryptor;
    const text = jsonBytes({ ...(await manifest(this.#entries, part)), recipientInfosSha256 });
    // Their memory goes along to be packed.
    const signature = Uint8Array.from(await sign(text));
    await this.#putBytes(MANIFEST_NAME, text);
    await this.#putBytes(SIGNATURE_NAME, signature);
  }

  /** Of all entries, in their order. */
  #names(): string[] {
    return [...this.#entries.map((entry) => entry.name), MANIFEST_NAME, SIGNATURE_NAME];
  }

  /** The end of the zip, read as every reader will read it before anybody relies on it. */
  #directory(): Uint8Array {
    const before = this.#zip.length;
    const bytes = this.#zip.end();
    this.#end = { zipBytes: before + bytes.length, directoryBytes: bytes.length };
    const listed = readDirectory(bytes, before + bytes.length).records.map((record) => record.name);
    if (listed.join('/') !== this.#names().join('/')) throw new Error(`the zip lists ${listed.join(', ')}`);
    return bytes;
  }

  /** Copied at once: the memory may be used again. */
  async #put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const taken = bytes.subarray(at, at + SEAL_BYTES - this.#batchBytes);
      this.#batch.set(taken, this.#batchBytes);
      this.#batchBytes += taken.length;
      at += taken.length;
      if (this.#batchBytes === SEAL_BYTES) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const chunk = this.#encryptor.update(this.#batch.subarray(0, this.#batchBytes));
    this.#batchBytes = 0;
    await this.#write(chunk);
  }

  async #write(chunk: Uint8Array): Promise<void> {
    this.#signal.throwIfAborted();
    if (chunk.length === 0) return;
    this.#hash.update(chunk);
    // The chunk may be handed on to another thread, and is empty then.
    const { length } = chunk;
    await untilAborted(this.#opened().write(chunk), this.#signal);
    this.#fileBytes += length;
    this.#totals.fileBytes += length;
    this.#request.onProgress({ ...this.#totals });
  }

  #opened(): PartFile {
    if (!this.#file) throw new Error('the part was not started');
    return this.#file;
  }

  #result(part: PartNumber): ArchiveResult {
    const [fileBytes, fileSha256] = [this.#fileBytes, this.#hash.digest('hex')];
    const { signal } = this.#request;
    const verify: ArchiveResult['verifyStored'] = (stored, stop = signal) =>
      verifyStored(stored, { fileBytes, fileSha256, signal: stop, envelope: { ...this.#end, names: this.#names(), encryptor: this.#encryptor } });
    return { part, entries: this.#entries, rows: this.#rows, fileBytes, fileSha256, verifyStored: verify };
  }
}

/**
 * What was hashed and written is what was packed. Without this, memory that was used again too soon would make a file that nobody can open,
 * and its read-back would find it right. Throws an uncoded error, for it is a fault of the program; the run fails.
 */
function requireUnchanged({ plain, crc, packed, packedCrc }: PackedBlock): void {
  if (crc32(plain) !== crc || crc32(packed) !== packedCrc) throw new Error('a block changed while it was written');
}

function formatOf({ format }: ArchiveFile): FileFormat | null {
  return format ? openFormat(format) : null;
}
