import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { CodedError } from '../../errors.ts';
import type { Storage, TemporaryLeft, TemporaryObject, Trouble } from '../storage.ts';
import { type FileOperations, nodeFiles } from './file-operations.ts';
import { LocalTemporaryObject } from './temporary-object.ts';

/** Keys are made by UDM: segments of lower-case letters, digits, dot and dash, at most four. */
const KEY = /^[a-z0-9][a-z0-9.-]{0,120}(\/[a-z0-9][a-z0-9.-]{0,120}){0,3}$/;
const TEMPORARY = 'temporary';
const SEALED = 'sealed';

/** Artifacts as files below `folder`: `temporary/` while written, `sealed/<key>` when whole and durable. */
export async function openLocalStorage(folder: string, files: FileOperations = nodeFiles): Promise<Storage> {
  for (const room of [TEMPORARY, SEALED]) await files.makeFolder(path.join(folder, room));
  return new LocalStorage(folder, files);
}

class LocalStorage implements Storage {
  readonly #temporary: string;
  readonly #sealed: string;
  readonly #files: FileOperations;
  /** Names of the temporary objects this process writes. */
  readonly #writing = new Set<string>();

  constructor(folder: string, files: FileOperations) {
    this.#temporary = path.join(folder, TEMPORARY);
    this.#sealed = path.join(folder, SEALED);
    this.#files = files;
  }

  async create(key: string): Promise<TemporaryObject> {
    const target = this.#pathOf(key);
    const name = randomBytes(16).toString('hex');
    this.#writing.add(name);
    const ended = () => this.#writing.delete(name);
    const temporary = path.join(this.#temporary, name);
    return LocalTemporaryObject.create(this.#files, { key, temporary, target, root: this.#sealed, ended });
  }

  async read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    return this.#files.read(this.#pathOf(key), range).catch((cause: unknown) => {
      throw isAbsent(cause) ? new CodedError('not_found', { cause }) : unreadable(cause);
    });
  }

  async size(key: string): Promise<number | null> {
    return (await this.#files.stat(this.#pathOf(key)).catch(unlessAbsent))?.bytes ?? null;
  }

  async remove(key: string): Promise<void> {
    const target = this.#pathOf(key);
    try {
      await this.#files.unlink(target).catch(unlessGone);
      // A name that came back after a power cut would be an object that no row knows.
      await this.#files.syncFolder(path.dirname(target)).catch(unlessGone);
    } catch (cause) {
      throw notRemoved(cause);
    }
    // One folder for each run: without its last file it goes too. Whatever keeps it is no harm.
    for (let folder = path.dirname(target); folder.length > this.#sealed.length; folder = path.dirname(folder)) {
      if (!(await this.#removeEmpty(folder))) return;
    }
  }

  async *list(unseen?: Trouble): AsyncIterable<string> {
    yield* this.#listBelow(this.#sealed, '', unseen);
  }

  async listTemporary(): Promise<TemporaryLeft[]> {
    const left: TemporaryLeft[] = [];
    const entries = await this.#files.list(this.#temporary).catch((cause: unknown) => {
      throw unreadable(cause);
    });
    for (const { name } of entries) {
      if (this.#writing.has(name)) continue;
      // It may have been sealed or removed meanwhile.
      const facts = await this.#files.stat(path.join(this.#temporary, name)).catch(() => null);
      if (facts) left.push({ name, ...facts });
    }
    return left;
  }

  async sweepTemporary(untouchedMs: number, only?: ReadonlySet<string>, failed?: Trouble): Promise<number> {
    const now = Date.now();
    let removed = 0;
    for (const { name, writtenAt } of await this.listTemporary()) {
      if (now - writtenAt.getTime() < untouchedMs || (only && !only.has(name))) continue;
      const gone = await this.#files.unlink(path.join(this.#temporary, name)).then(
        () => true,
        (cause: unknown) => {
          if (!isAbsent(cause)) failed?.(name, notRemoved(cause));
          return false;
        },
      );
      if (gone) removed += 1;
    }
    return removed;
  }

  freeBytes(): Promise<number> {
    return this.#files.freeBytes(this.#sealed);
  }

  async *#listBelow(folder: string, prefix: string, unseen: Trouble | undefined): AsyncIterable<string> {
    const entries = await this.#files.list(folder).catch((cause: unknown) => {
      if (isAbsent(cause)) return [];
      const error = unreadable(cause);
      if (!unseen) throw error;
      unseen(prefix, error);
      return [];
    });
    for (const { name, kind } of entries) {
      if (kind === 'folder') yield* this.#listBelow(path.join(folder, name), `${prefix}${name}/`, unseen);
      else yield `${prefix}${name}`;
    }
  }

  #removeEmpty(folder: string): Promise<boolean> {
    return this.#files.removeFolder(folder).then(
      () => true,
      () => false,
    );
  }

  #pathOf(key: string): string {
    if (!KEY.test(key)) throw new CodedError('not_found');
    return path.join(this.#sealed, ...key.split('/'));
  }
}

function isAbsent(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT';
}

function unlessGone(cause: unknown): void {
  if (!isAbsent(cause)) throw cause;
}

/** "Not there" must not be said of what could only not be looked at. */
function unlessAbsent(cause: unknown): null {
  if (isAbsent(cause)) return null;
  throw unreadable(cause);
}

function notRemoved(cause: unknown): CodedError {
  return new CodedError('storage.remove_failed', { value: (cause as NodeJS.ErrnoException).code, cause });
}

function unreadable(cause: unknown): CodedError {
  return new CodedError('storage.unreadable', { value: (cause as NodeJS.ErrnoException).code, cause });
}
