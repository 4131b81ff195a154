/** Whom all files of a snapshot name: gathered from whoever reads them, this thread or others. */

import { randomInt, randomUUID } from 'node:crypto';
import { threadId } from 'node:worker_threads';
import { SubjectSet } from '../../domain/data-requests/subject-index.ts';
import type { NamedPeople, NameHashing } from '../source.ts';
import { FileNames, type Marks, type NamesShared } from './file-names.ts';

/** Far longer than a thread needs to tell what it has noted already. */
const PATIENCE_MS = 60_000;

/** For threads that read ranges of files. */
export interface RangeNamesShared extends NamesShared {
  /** The thread that is told `RangeNames`. */
  readonly thread: number;
  readonly id: string;
}

/** A message for the thread that has the snapshot. */
export interface RangeNames {
  readonly snapshot: string;
  readonly file: number;
  readonly marks: Marks;
}

/** Those of this thread that may still be told something. */
const open = new Map<string, SnapshotNames>();

export class SnapshotNames implements NamedPeople {
  readonly shared: RangeNamesShared;
  readonly #signal: AbortSignal;
  /** Ranges, or whole files, that are not told yet; by file. */
  readonly #missing: Map<number, number>;
  readonly #subjects = new SubjectSet();
  readonly #opened: FileNames[] = [];
  #isBlind = false;
  #wake: () => void = () => undefined;

  /** `files`: numbers of those with rows that name people. */
  constructor(files: readonly number[], hashing: NameHashing, signal: AbortSignal) {
    this.#signal = signal;
    this.#missing = new Map(files.map((file) => [file, 1]));
    this.shared = { hashing, seed: randomInt(2 ** 32), thread: threadId, id: randomUUID() };
    // Not by a channel that all have in common: the first message of one loads a library that takes a tenth of a second.
    if (open.size === 0) process.on('workerMessage', tellSnapshot);
    open.set(this.shared.id, this);
  }

  /** The file may be read in so many ranges. */
  expectRanges(file: number, ranges: number): void {
    if (this.#missing.has(file)) this.#missing.set(file, ranges);
  }

  /** For a file that is read in one go; `fileRead` follows. Null: it names nobody. */
  openFile(file: number): FileNames | null {
    if (!this.#missing.has(file)) return null;
    const names = new FileNames(this.shared, file);
    this.#opened.push(names);
    return names;
  }

  /** Takes what is noted of a file that goes on, when it is much, so that what is there twice goes early. */
  fileGoesOn(names: FileNames): void {
    if (names.isFull) this.#take(names.take());
  }

  fileRead(file: number, marks: Marks): void {
    this.#take(marks);
    this.#missing.delete(file);
    this.#wake();
  }

  /** By a thread that reads one of the ranges. */
  rangeRead({ file, marks }: RangeNames): void {
    this.#take(marks);
    const left = (this.#missing.get(file) ?? 1) - 1;
    if (left > 0) this.#missing.set(file, left);
    else this.#missing.delete(file);
    this.#wake();
  }

  async index(): Promise<Buffer | null> {
    const patience = AbortSignal.any([this.#signal, AbortSignal.timeout(PATIENCE_MS)]);
    const onAbort = (): void => this.#wake();
    patience.addEventListener('abort', onAbort, { once: true });
    try {
      while (this.#missing.size > 0) {
        this.#signal.throwIfAborted();
        if (patience.aborted) throw new Error(`whom ${this.#missing.size} files name was not told`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      patience.removeEventListener('abort', onAbort);
    }
    return this.#isBlind ? null : this.#subjects.encode();
  }

  close(): void {
    for (const names of this.#opened) names.close();
    open.delete(this.shared.id);
    if (open.size === 0) process.off('workerMessage', tellSnapshot);
  }

  #take(marks: Marks): void {
    if (marks) this.#subjects.add(marks);
    else this.#isBlind = true;
  }
}

function tellSnapshot(message: unknown): void {
  const told = message as Partial<RangeNames> | null;
  if (typeof told?.snapshot === 'string') open.get(told.snapshot)?.rangeRead(told as RangeNames);
}
