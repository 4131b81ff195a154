import path from 'node:path';
import { CodedError } from '../../errors.ts';
import type { SealedObject, TemporaryObject } from '../storage.ts';
import type { FileOperations, FileWriter } from './file-operations.ts';

interface Places {
  readonly key: string;
  readonly temporary: string;
  readonly target: string;
  /** Folder of all sealed objects. */
  readonly root: string;
  /** Called when the temporary object is no more. */
  readonly ended: () => void;
}

/** So often an object that is being written says that it is not left behind. */
const TOUCH_MS = 10 * 60_000;

/** How often the folder of an object is made anew because another's removal took it away, empty, just before the rename. */
const MOST_RENAMES = 5;

export class LocalTemporaryObject implements TemporaryObject {
  readonly #files: FileOperations;
  readonly #file: FileWriter;
  readonly #places: Places;
  readonly #alive: NodeJS.Timeout;
  #bytes = 0;
  #open = true;

  private constructor(files: FileOperations, file: FileWriter, places: Places) {
    this.#files = files;
    this.#file = file;
    this.#places = places;
    // A source may be silent for longer than what nobody writes to is left alone. A failure shows at the next write.
    this.#alive = setInterval(() => void file.touch().catch(() => {}), TOUCH_MS).unref();
  }

  /** Errors: `disk.full`, `storage.write_failed`. */
  static async create(files: FileOperations, places: Places): Promise<LocalTemporaryObject> {
    try {
      return new LocalTemporaryObject(files, await files.create(places.temporary), places);
    } catch (cause) {
      places.ended();
      return refuse(cause);
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#file.write(chunk).catch(refuse);
    this.#bytes += chunk.byteLength;
  }

  async seal(): Promise<SealedObject> {
    const { key, target, root, ended } = this.#places;
    clearInterval(this.#alive);
    try {
      await this.#file.sync();
      await this.#file.close();
      this.#open = false;
      await this.#rename();
      // A rename is durable only when the folder is synced, and a new folder only when its parent is.
      for (let made = path.dirname(target); made.length >= root.length; made = path.dirname(made)) await this.#files.syncFolder(made);
    } catch (cause) {
      refuse(cause);
    }
    ended();
    return { key, bytes: this.#bytes };
  }

  async discard(): Promise<void> {
    const { temporary, ended } = this.#places;
    clearInterval(this.#alive);
    if (this.#open) await this.#file.close().catch(() => {});
    this.#open = false;
    try {
      await this.#files.unlink(temporary).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw cause;
      });
    } finally {
      // What could not be removed is for the sweep.
      ended();
    }
  }

  async #rename(): Promise<void> {
    const { temporary, target } = this.#places;
    for (let left = MOST_RENAMES; ; left -= 1) {
      await this.#files.makeFolder(path.dirname(target));
      try {
        return await this.#files.rename(temporary, target);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || left === 1) throw cause;
      }
    }
  }
}

function refuse(cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code;
  throw new CodedError(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk.full' : 'storage.write_failed', { value: code, cause });
}
