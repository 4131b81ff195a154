/** Whom the rows of one file name, noted by the thread that reads them. */

import { IDENTIFIER_TYPES, type IdentifierType, normalOf } from '../../domain/data-requests/identifiers.ts';
import { elementsOf, placesIn } from '../../domain/data-requests/json-places.ts';
import { fractionOf, fractionOfWords } from '../../domain/data-requests/subject-index.ts';
import { forgetListener } from '../../kernel/open-transcoder.ts';
import type { HashForm, Hashing, Listener } from '../../kernel/transcoder.ts';
import { keyedHash } from '../../lib/keyed-hash.ts';
import type { NameHashing } from '../source.ts';
import { FIRST_LIST, type NamedPlace } from './named-columns.ts';

/** What was noted: null when some rows could not tell. */
export type Marks = Float64Array<ArrayBuffer> | null;

/** For a file of which little is marked. */
const FEW_MARKS = 1_024;
/** So many are worth handing over. */
const MANY_MARKS = 500_000;

/** What the kernel makes of identifiers that are simply spelled: the same as `normalOf`. */
const FORMS: Readonly<Record<IdentifierType, HashForm>> = {
  email: 'address',
  phone: 'number',
  whatsapp: 'wholeNumber',
  twitter: 'handle',
  facebook: 'handle',
  instagram: 'handle',
  customer_id: 'asItIs',
  contact_id: 'asItIs',
  account_number: 'asItIs',
  external_id: 'asItIs',
};

/** What the threads that read a file have in common. Plain data with a key in it. */
export interface NamesShared {
  readonly hashing: NameHashing;
  /** Random. */
  readonly seed: number;
}

export class FileNames implements Listener {
  readonly seed: readonly [number, number];
  readonly #hashing: NameHashing;
  readonly #hash: (text: string) => Buffer;
  readonly hashing: Hashing;
  #lists: readonly (readonly NamedPlace[])[] = [];
  #marks = new Float64Array(FEW_MARKS);
  #count = 0;
  #isBlind = false;

  /** `file`: its number in the snapshot; the columns of another mean something else. */
  constructor({ hashing, seed }: NamesShared, file: number) {
    this.seed = [seed, file];
    this.#hashing = hashing;
    this.#hash = keyedHash(hashing.key);
    this.hashing = { key: hashing.key, meanings: IDENTIFIER_TYPES.map((type) => ({ form: FORMS[type], prefix: prefixOf(hashing, type) })) };
  }

  /** For a reading with these lists, the same in all readings of the file. */
  of(lists: readonly (readonly NamedPlace[])[]): Listener {
    this.#lists = lists;
    return this;
  }

  /** Rows are read that cannot be noted. */
  overlook(): void {
    this.#isBlind = true;
  }

  /** Whether so much was noted that it should be taken before the file ends. */
  get isFull(): boolean {
    return this.#count >= MANY_MARKS;
  }

  /** What was noted since it was last asked; no more memory is kept here than at the beginning. */
  take(): Marks {
    const marks = new Float64Array(this.#marks.buffer.transfer(this.#count * Float64Array.BYTES_PER_ELEMENT));
    this.#marks = new Float64Array(FEW_MARKS);
    this.#count = 0;
    return this.#isBlind ? null : marks;
  }

  /** Nothing more is read of the file in this thread. */
  close(): void {
    forgetListener(this);
  }

  tell(meaning: number, value: string): void {
    const type = IDENTIFIER_TYPES[meaning];
    if (type) this.#addAs(type, value);
    for (const { path, type: one } of this.#lists[meaning - FIRST_LIST] ?? [])
      for (const element of elementsOf(unquoted(value))) for (const place of placesIn(element, path)) this.#addAs(one, place.value);
  }

  tellHashes(words: Uint32Array): void {
    this.#room(words.length / 2);
    for (let at = 0; at < words.length; at += 2) {
      this.#marks[this.#count] = fractionOfWords(words[at] as number, words[at + 1] as number);
      this.#count += 1;
    }
  }

  #addAs(type: IdentifierType, value: string): void {
    const normal = normalOf(type, value, this.#hashing.region);
    if (normal === null) return;
    this.#room(1);
    this.#marks[this.#count] = fractionOf(this.#hash(`${prefixOf(this.#hashing, type)}${normal}`));
    this.#count += 1;
  }

  #room(more: number): void {
    if (this.#count + more <= this.#marks.length) return;
    const larger = new Float64Array(Math.max(this.#count * 2, this.#count + more));
    larger.set(this.#marks);
    this.#marks = larger;
  }
}

/** The text that a string of JSON is; other JSON is left as it is. */
function unquoted(json: string): string {
  if (!json.startsWith('"')) return json;
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

function prefixOf({ context }: NameHashing, type: IdentifierType): string {
  return `${context}${type}|`;
}
