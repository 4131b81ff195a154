import { createHash } from 'node:crypto';
import type { EntrySummary, PackedBlock } from './archive.ts';
import type { EntryFacts } from './entry-source.ts';

/** Running totals of all that is written. */
export interface Totals {
  rows: number;
  plainBytes: number;
  fileBytes: number;
  /** Files whose last row is among them, and the rows of these. */
  filesDone: number;
  rowsOfDone: number;
}

const NEWLINE = 0x0a;

/** Measures the entry that is being written. */
export class EntryMeasure {
  readonly #entry: EntryFacts;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #rows = 0;
  #last = NEWLINE;

  constructor(entry: EntryFacts) {
    this.#entry = entry;
  }

  take({ plain, lines }: PackedBlock): void {
    this.#hash.update(plain);
    this.#bytes += plain.length;
    this.#last = plain[plain.length - 1] ?? NEWLINE;
    this.#rows += lines;
  }

  summary(): EntrySummary {
    // Else the row count would be short by one.
    const { format = 'jsonl' } = this.#entry;
    if (format === 'jsonl' && this.#last !== NEWLINE) throw new Error(`${this.#entry.name} does not end with a newline`);
    return {
      ...this.#entry,
      bytes: this.#bytes,
      rows: this.#entry.content === 'schema' || this.#entry.content === 'report' ? null : this.#rows,
      sha256: this.#hash.digest('hex'),
    };
  }
}
