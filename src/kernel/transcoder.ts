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
  readonly noted?: Noted;
  /** It stands in no line and is there to be noted: values of a text column, of at most 4,000 bytes. */
  readonly hidden?: boolean;
}

/** What of a column is told beside the lines, and what it is: numbers below `MOST_MEANINGS`, which the listener knows. */
export type Noted =
  /** Its values, each as all of these. */
  | { readonly values: readonly number[] }
  /** Of JSON (also in a text), every text and number that has this name in it, wherever it stands. */
  | { readonly member: string; readonly as: number }
  /** Of JSON that is an array of objects, these fields of each. */
  | { readonly rows: readonly NotedField[] };

export interface NotedField {
  readonly field: string;
  readonly as: number;
  /** Only where another field is this text. */
  readonly when: { readonly field: string; readonly equals: string } | null;
}

export const MOST_MEANINGS = 32;

/**
 * Is told values of noted columns, by what they are: each value once, or again after many others. Lines are handed over after their values
 * are told. What it was told is remembered from one transcoder to the next.
 */
export interface Listener {
  /** Random: nobody can make two values that are taken for one. */
  readonly seed: readonly [low: number, high: number];
  /** What is hashed before it is told; null: nothing. The same as long as the listener lives. */
  readonly hashing: Hashing | null;
  tell(meaning: number, value: string): void;
  /** Instead of values: the first two words (of 32 bits) of the keyed hash of each, good until the call returns. */
  tellHashes(words: Uint32Array): void;
}

/** HMAC-SHA256 of values that are simply spelled; the others are told as they are. */
export interface Hashing {
  /** Of at most 64 bytes. */
  readonly key: Uint8Array;
  /** By what the values are; null: they are told. */
  readonly meanings: readonly (HashedMeaning | null)[];
}

export interface HashedMeaning {
  readonly form: HashForm;
  /** What is hashed before the form of the value, of at most 128 bytes. */
  readonly prefix: string;
}

/** In which form a value is hashed, so that some spellings of it are equal; the numbers are those of assembly/forms.ts. */
export const HASH_FORMS = {
  asItIs: 1,
  /** In lower case. */
  address: 2,
  /** A phone number with its country: a plus and its digits. */
  number: 3,
  /** The same, and its digits alone. */
  wholeNumber: 4,
  /** In lower case without the signs @ before it. */
  handle: 5,
} as const;

export type HashForm = keyof typeof HASH_FORMS;

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
