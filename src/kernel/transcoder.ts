/** From the wire of PostgreSQL to lines of JSON: the interface of the kernel and of its twin. */

/** How a column stands in binary COPY; the numbers are those of assembly/kinds.ts. */
export const COLUMN_KINDS = {
  bool: 0,
  int2: 1,
  int4: 2,
  int8: 3,
  uuid: 4,
  date: 5,
  timestamp: 6,
  /** Shown in UTC. */
  timestamptz: 7,
  text: 8,
  /** JSON as text, copied as it is save for raw line breaks, which become spaces. */
  json: 9,
  jsonb: 10,
  /** bytea, as a string in base64. */
  base64: 11,
} as const;

export type ColumnKind = keyof typeof COLUMN_KINDS;

export interface Column {
  /** A name that needs no escape in JSON. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** What of it is told beside the lines: its values; or, of JSON (also in a text), every text and number that has this name in it, wherever it stands. */
  readonly noted?: 'values' | { readonly member: string };
  /** It stands in no line and is there to be noted: values of a text column, of at most 4,000 bytes. */
  readonly hidden?: boolean;
}

/**
 * Is told values of noted columns, by number of the column: each value of a column once, or again after many others. Lines are handed over after their values
 * are told. What it was told is remembered from one transcoder to the next.
 */
export interface Listener {
  /** Random: nobody can make two values that are taken for one. With another, the same value has another hash. */
  readonly seed: readonly [low: number, high: number];
  /** Whether a new value of this hash is to be told; somebody else may have been told. */
  wants(low: number, high: number): boolean;
  tell(column: number, value: string): void;
}

/** Whole lines. */
export interface Batch {
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Of bytes that are lent: gives their memory back. Others own it. */
  readonly release?: () => void;
}

/** Makes of every row of a `COPY … TO STDOUT (FORMAT binary)` the very bytes of `row_to_json`, and a line end. */
export interface Transcoder {
  /**
   * Takes bytes of the wire, from CopyOutResponse on, however they are cut, and hands over the batches that are ready. Returns how many
   * it took: fewer than given when a message begins that does not belong to the rows, such as CopyDone or an error.
   * Throws when the rows are not of the columns that were told.
   */
  push(wire: Uint8Array, take: (batch: Batch) => void): number;
  /** The lines that are left, after the last byte; null: none. Throws when the rows are cut. */
  finish(): Batch | null;
}

/** What stands before a value: `{"name":` or `,"name":`. */
export function prefixOf(column: Column, index: number): Uint8Array {
  return Buffer.from(`${index === 0 ? '{' : ','}"${column.name}":`);
}

/** Neither name nor row of the source is told. */
export function unexpectedRows(): Error {
  return new Error('the rows are not those of the columns that were asked for');
}
