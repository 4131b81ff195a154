import type { ContentCipher } from './primitives.ts';

/**
 * The seam between a run and the pipeline. The pipeline knows neither sources nor storage:
 * it takes files made of lines and gives encrypted bytes to a sink.
 */

/** What the lines of a data file are. Late: of rows from before the window of the run (docs/formats/artifact.md, "Late rows"). */
export type LineContent = 'rows' | 'attachments' | 'late_rows' | 'late_attachments';

/** In what a data file is written. */
export type DataFormat = 'jsonl' | 'csv' | 'parquet';

/** What the schema says of every value of a column; `json`: anything else than one scalar type, kept as JSON text. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'boolean' | 'bytes' | 'json';

/** What a source knows of the values of a column beyond the schema; decimals have so many digits in all, and behind the point. */
export type CertainType = 'double' | 'instant' | 'local_time' | 'date' | { readonly digits: number; readonly fraction: number };

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly certain?: CertainType;
}

/** What a cell becomes that a spreadsheet would take for a formula: left as it is, or an apostrophe put before it. */
export type CsvFormulas = 'keep' | 'escape';

/** How lines are turned into another format; plain data, so that it can go to another thread. */
export type FormatOrder = CsvOrder | ParquetOrder;

export interface CsvOrder {
  readonly format: 'csv';
  readonly formulas: CsvFormulas;
  /** In the order of the lines. */
  readonly columns: readonly Column[];
}

export interface ParquetOrder {
  readonly format: 'parquet';
  /** Name of the entry, for errors. */
  readonly entry: string;
  readonly columns: readonly Column[];
  /** Bytes of the lines of one row group. */
  readonly groupBytes: number;
  readonly level: CompressionLevel;
}

/** One data file of the archive; `lines` is asked for when the file's turn comes, never before. */
export interface ArchiveFile {
  /** Entry name, e.g. `Email.jsonl`. */
  readonly name: string;
  readonly entityType: string;
  readonly content: LineContent;
  readonly schemaName: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** By name of a property, where the source is sure. */
  readonly certain?: Readonly<Record<string, CertainType>>;
  /** Left out: the entry holds the lines as they are. */
  readonly format?: FormatOrder;
  /** Newline-terminated JSON in batches of whole lines. */
  lines(): AsyncIterable<Uint8Array>;
  /** How threads read the same lines by themselves; without it, `lines` gives them. */
  readonly plan?: LinePlan;
}

/**
 * A file as ranges of lines, disjoint and in order. `module` exports `openPlanReader(shared, signal)`, which gives a `PlanReader`; what it takes
 * can be cloned, and is as big for many ranges as for few.
 */
export interface LinePlan {
  /** URL of a module. */
  readonly module: string;
  /** What all plans of a run have in common. */
  readonly shared: unknown;
  readonly data: unknown;
  /** How many there are, counted from 0. */
  readonly ranges: number;
}

/** Reads ranges of any plan of its run, one after the other, in the thread that opened it. */
export interface PlanReader {
  /** Batches of whole lines, each good until the next is asked for. */
  read(data: unknown, range: number): AsyncIterable<{ readonly bytes: Uint8Array }>;
  /** In the middle of reading it cancels that in the source; safe to call more than once. */
  close(): Promise<void>;
}

/** What is said about one entry in the manifest. */
export interface EntrySummary {
  readonly name: string;
  readonly content: LineContent | 'schema' | 'report';
  /** Null for what belongs to none. */
  readonly entityType: string | null;
  /** Plain bytes. */
  readonly bytes: number;
  /** Null for entries that are no data. */
  readonly rows: number | null;
  /** Lower-case hex of the plain bytes. */
  readonly sha256: string;
  /** Of data: name of the entry with its JSON Schema. */
  readonly schema?: string;
  /** Of data; left out in files of before there was a choice: JSON Lines. */
  readonly format?: DataFormat;
  /** Of CSV. */
  readonly formulas?: CsvFormulas;
  /** Of a schema: its `$id`, which names its version. */
  readonly schemaId?: string;
}

export interface ArchiveProgress {
  /** Rows read so far, all files together. */
  readonly rows: number;
  /** Plain bytes so far. */
  readonly plainBytes: number;
  /** Encrypted bytes handed to the sink so far. */
  readonly fileBytes: number;
  /** Files that are read to their end, and how many of the rows are theirs. */
  readonly filesDone: number;
  readonly rowsOfDone: number;
}

/** Whom a file is encrypted to, and how; a certificate (PEM) alone means PKCS#1 v1.5 and AES-256-CBC, which every tool opens. */
export type Recipient = string | RecipientOptions;

export interface RecipientOptions {
  /** PEM. */
  readonly certificate: string;
  readonly keyTransport: 'pkcs1' | 'oaep';
  /** Stronger than CBC only if every recipient of the file takes it: a file has one cipher. */
  readonly contentCipher: ContentCipher;
}

/** How much time goes into making a file small. */
export type CompressionLevel = 'fast' | 'balanced' | 'small';

/** A block of an entry, ready for the zip. */
export interface PackedBlock {
  readonly plain: Uint8Array;
  /** Raw deflate without a final block. */
  readonly packed: Uint8Array;
  /** Of the plain bytes. */
  readonly crc: number;
  /** Of the packed ones. Both are looked at again once the block was written: it lies in memory that threads share. */
  readonly packedCrc: number;
  /** Lines that it was made of. */
  readonly lines: number;
  /** What the tail of the format must know of it. */
  readonly meta?: BigInt64Array | null;
  /** Told when the bytes are used no more; then they may change. */
  readonly release?: () => void;
}

/** Turns blocks into packed ones: in this thread, or in others. */
export interface Packer {
  /** So many blocks may be asked for before the first is taken; more brings nothing. */
  readonly ahead: number;
  /** Takes the memory of `plain` along, and gives it back with the result. With a format, the lines become what `plain` of the result is. */
  pack(plain: Uint8Array<ArrayBuffer>, level: CompressionLevel, format?: FormatOrder): Promise<PackedBlock>;
  /** Where there are threads: reading of plans that lasts for an archive. */
  openReading?(level: CompressionLevel, signal: AbortSignal): Reading;
}

export interface Reading {
  /**
   * Begins at once, as far as threads and memory allow; the blocks come in order. Where the source refuses every reader before a range was begun,
   * the blocks are those of `otherwise`; without it, the source's error comes out.
   */
  read(plan: LinePlan, format?: FormatOrder, otherwise?: () => AsyncIterable<PackedBlock>): AsyncIterable<PackedBlock>;
  /** Ends it, also in the middle. */
  close(): Promise<void>;
}

/** Writes archives, here or in another thread. */
export interface Archiver {
  writeParts(request: PartsRequest): Promise<readonly ArchiveResult[]>;
}

export interface ArchiveRequest {
  readonly files: readonly ArchiveFile[];
  /** At least one. */
  readonly recipients: readonly Recipient[];
  /** Makes `report.html`, the entry after data and schemas, from the entries before it; ends with a newline. */
  readonly report: (entries: readonly EntrySummary[], part: PartNumber) => string | Promise<string>;
  /** Another name for that entry. */
  readonly reportName?: string;
  /** Makes what `manifest.json`, the last entry but one, says, from the entries before it; `recipientInfosSha256` is added to it. */
  readonly manifest: (entries: readonly EntrySummary[], part: PartNumber) => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** The signature of the bytes of `manifest.json`, the last entry. */
  readonly sign: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** Modification time of every entry. */
  readonly time: Date;
  /** Takes encrypted bytes in order; its promise is the back-pressure, and then their memory may change. */
  readonly sink: (chunk: Uint8Array) => Promise<void>;
  readonly onProgress: (progress: ArchiveProgress) => void;
  readonly signal: AbortSignal;
  /** What deflates the blocks; left out: this thread does. */
  readonly packer?: Packer;
  /** Left out: `fast`. */
  readonly level?: CompressionLevel;
}

/** Which part of a run a file is, counted from 1. */
export interface PartNumber {
  readonly number: number;
  /** How many there are; known in the last one only, null in those before it. */
  readonly of: number | null;
}

/** Where the bytes of one part go. */
export interface PartFile {
  /** Takes encrypted bytes in order; its promise is the back-pressure, and then their memory may change. */
  readonly write: (chunk: Uint8Array) => Promise<void>;
  /** Told when all of the part is written, part by part; meanwhile the next is written, but none is told before it is done. */
  readonly whole: (part: ArchiveResult) => Promise<void>;
  /** Called at last, however it ended. */
  readonly discard?: () => Promise<void>;
}

export interface PartsRequest extends Omit<ArchiveRequest, 'sink'> {
  /** The most bytes of one file; null: one file holds all. */
  readonly mostBytes: number | null;
  readonly openPart: (number: number) => Promise<PartFile>;
}

export interface ArchiveResult {
  readonly part: PartNumber;
  readonly entries: readonly EntrySummary[];
  readonly rows: number;
  /** Length and lower-case hex SHA-256 of the encrypted file. */
  readonly fileBytes: number;
  readonly fileSha256: string;
  /**
   * Checks the stored file, read back from storage: its bytes, its envelope with all recipients, and, with the content key, that the directory at
   * its end opens. The key is there until `whole` of the part has ended; afterwards this checks all but the directory.
   */
  readonly verifyStored: (stored: AsyncIterable<Uint8Array>, signal?: AbortSignal) => Promise<void>;
}
