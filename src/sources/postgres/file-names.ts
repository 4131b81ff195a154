/** Whom the rows of one file name, noted by the thread that reads them. */

import { type IdentifierType, normalOf } from '../../domain/data-requests/identifiers.ts';
import { elementsOf, placesIn } from '../../domain/data-requests/json-places.ts';
import { fractionOf } from '../../domain/data-requests/subject-index.ts';
import type { Listener } from '../../kernel/transcoder.ts';
import { keyedHash } from '../../lib/keyed-hash.ts';
import type { NameHashing } from '../source.ts';
import type { NamedValue } from './named-columns.ts';

/** What was noted: null when some rows could not tell. */
export type Marks = Float64Array | null;

/** So many hashes are remembered by all threads together. */
const SEEN = 2 ** 18;

/** What the threads that read a file have in common. Plain data with a key in it. */
export interface NamesShared {
  readonly hashing: NameHashing;
  /** Random. */
  readonly seed: number;
  /** Halves of the hashes of values that one of them was told lately, whichever came last in its place. */
  readonly seen: SharedArrayBuffer;
}

export function newNames(hashing: NameHashing, seed: number): NamesShared {
  return { hashing, seed, seen: new SharedArrayBuffer(SEEN * 8) };
}

export class FileNames implements Listener {
  readonly seed: readonly [number, number];
  readonly #hashing: NameHashing;
  readonly #hash: (text: string) => Buffer;
  readonly #seen: Uint32Array;
  #columns: readonly (NamedValue | null)[] = [];
  #marks = new Float64Array(1_024);
  #count = 0;
  #isBlind = false;

  /** `file`: its number in the snapshot; the columns of another mean something else. */
  constructor({ hashing, seed, seen }: NamesShared, file: number) {
    this.seed = [seed, file];
    this.#hashing = hashing;
    this.#hash = keyedHash(hashing.key);
    this.#seen = new Uint32Array(seen);
  }

  /** For a reading of these columns, the same in all readings of the file. */
  of(columns: readonly (NamedValue | null)[]): Listener {
    this.#columns = columns;
    return this;
  }

  wants(low: number, high: number): boolean {
    const place = (low % SEEN) * 2;
    if (this.#seen[place] === low && this.#seen[place + 1] === high) return false;
    this.#seen[place] = low;
    this.#seen[place + 1] = high;
    return true;
  }

  /** Rows are read that cannot be noted. */
  overlook(): void {
    this.#isBlind = true;
  }

  /** What was noted since it was last asked. */
  take(): Marks {
    const marks = this.#marks.slice(0, this.#count);
    this.#count = 0;
    return this.#isBlind ? null : marks;
  }

  tell(column: number, value: string): void {
    const { types, lists, rows } = this.#columns[column] ?? { types: [], lists: [], rows: [] };
    for (const type of types) this.#add(type, value);
    for (const { path, type } of lists) for (const element of elementsOf(value)) for (const place of placesIn(element, path)) this.#add(type, place.value);
    if (rows.length > 0) this.#addRows(rows, JSON.parse(value) as Record<string, unknown>[]);
  }

  #addRows(rules: NamedValue['rows'], rows: readonly Record<string, unknown>[]): void {
    for (const row of rows)
      for (const { field, type, when } of rules) {
        const value = row[field] ?? null;
        if (value !== null && (when === null || row[when.field] === when.equals)) this.#add(type, String(value));
      }
  }

  #add(type: IdentifierType, value: string): void {
    const { context, region } = this.#hashing;
    const normal = normalOf(type, value, region);
    if (normal === null) return;
    if (this.#count === this.#marks.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[this.#count] = fractionOf(this.#hash(`${context}${type}|${normal}`));
    this.#count += 1;
  }
}
