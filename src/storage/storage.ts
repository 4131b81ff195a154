/** Where artifacts rest. An object is first written under a temporary name, then sealed: visible, whole, durable. */

import type { Readable } from 'node:stream';
import type { CodedError } from '../errors.ts';

export interface SealedObject {
  readonly key: string;
  readonly bytes: number;
}

export interface TemporaryObject {
  /** Appends bytes; resolves when the store takes more (back-pressure). */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the object durable under its key: file sync, rename, folder sync. */
  seal(): Promise<SealedObject>;
  /** Removes it; safe to call more than once and after seal (then it does nothing). */
  discard(): Promise<void>;
}

/** What an attempt left that died while it wrote. */
export interface TemporaryLeft {
  readonly name: string;
  readonly bytes: number;
  readonly writtenAt: Date;
}

/** Told of what could not be looked at or removed, where the rest goes on. */
export type Trouble = (name: string, error: CodedError) => void;

export interface Storage {
  /** Starts an object. Fails with `storage.write_failed` or `disk.full`. */
  create(key: string): Promise<TemporaryObject>;
  /** Reads bytes [start, end] inclusive, or all. Fails with `not_found` when there is no such object, else `storage.unreadable`. */
  read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Length in bytes, or null when there is no such object. Fails with `storage.unreadable`. */
  size(key: string): Promise<number | null>;
  /** Durably; nothing when there is no such object. Fails with `storage.remove_failed`. */
  remove(key: string): Promise<void>;
  /**
   * Keys of all sealed objects, and the names of whatever else somebody put among them. A folder that cannot be looked at is told to `unseen` and
   * passed over; without it the list fails with `storage.unreadable`.
   */
  list(unseen?: Trouble): AsyncIterable<string>;
  /** Temporary objects that this process does not write. */
  listTemporary(): Promise<readonly TemporaryLeft[]>;
  /**
   * Removes temporary objects that this process does not write and that were not written to for so long, `only` those of these names; returns how many. What cannot be
   * removed is told to `failed` and stays. Call it only while no other process writes here, or with a span in which a living one would have written.
   */
  sweepTemporary(untouchedMs: number, only?: ReadonlySet<string>, failed?: Trouble): Promise<number>;
  /** Bytes free for new objects. */
  freeBytes(): Promise<number>;
}
