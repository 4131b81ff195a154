import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { CodedError } from '../../errors.ts';
import type { SealedObject, Storage, TemporaryObject } from '../storage.ts';

/** Keys are made by UDM: segments of lower-case letters, digits, dot and dash, at most four. */
const KEY = /^[a-z0-9][a-z0-9.-]{0,120}(\/[a-z0-9][a-z0-9.-]{0,120}){0,3}$/;
const TEMPORARY = 'temporary';
const SEALED = 'sealed';

/** Artifacts as files below `folder`: `temporary/` while written, `sealed/<key>` when whole and durable. */
export async function openLocalStorage(folder: string): Promise<Storage> {
  for (const room of [TEMPORARY, SEALED]) await mkdir(path.join(folder, room), { recursive: true, mode: 0o700 });
  return new LocalStorage(folder);
}

class LocalStorage implements Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(key: string): Promise<TemporaryObject> {
    const target = this.#pathOf(key);
    const temporary = path.join(this.#folder, TEMPORARY, randomBytes(16).toString('hex'));
    const file = await open(temporary, 'wx', 0o600).catch((cause) => refuse(cause));
    return new LocalTemporaryObject(file, temporary, target, key, path.join(this.#folder, SEALED));
  }

  async read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const target = this.#pathOf(key);
    const file = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: NodeJS.ErrnoException) => {
      throw new CodedError(cause.code === 'ENOENT' ? 'not_found' : 'storage.write_failed', { cause });
    });
    return createReadStream('', { fd: file, highWaterMark: 256 * 1024, ...(range ? { start: range.start, end: range.end } : {}) });
  }

  async size(key: string): Promise<number | null> {
    return (await stat(this.#pathOf(key)).catch(() => null))?.size ?? null;
  }

  async remove(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  async *list(): AsyncIterable<string> {
    const root = path.join(this.#folder, SEALED);
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) yield path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    }
  }

  /** Call it only while no other process writes here: the lock of the data folder says so. */
  async sweepTemporary(): Promise<number> {
    const room = path.join(this.#folder, TEMPORARY);
    const names = await readdir(room);
    for (const name of names) await rm(path.join(room, name), { force: true });
    return names.length;
  }

  async freeBytes(): Promise<number> {
    const facts = await statfs(this.#folder);
    return facts.bavail * facts.bsize;
  }

  #pathOf(key: string): string {
    if (!KEY.test(key)) throw new CodedError('not_found');
    return path.join(this.#folder, SEALED, ...key.split('/'));
  }
}

class LocalTemporaryObject implements TemporaryObject {
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #target: string;
  /** Folder of all sealed objects. */
  readonly #root: string;
  readonly #key: string;
  #bytes = 0;
  #open = true;

  constructor(file: FileHandle, temporary: string, target: string, key: string, root: string) {
    this.#file = file;
    this.#temporary = temporary;
    this.#target = target;
    this.#root = root;
    this.#key = key;
  }

  async write(chunk: Uint8Array): Promise<void> {
    let done = 0;
    try {
      while (done < chunk.byteLength) {
        const { bytesWritten } = await this.#file.write(chunk, done, chunk.byteLength - done);
        done += bytesWritten;
      }
    } catch (cause) {
      refuse(cause);
    }
    this.#bytes += done;
  }

  async seal(): Promise<SealedObject> {
    try {
      await this.#file.sync();
      await this.#file.close();
      this.#open = false;
      const folder = path.dirname(this.#target);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await rename(this.#temporary, this.#target);
      // A rename is durable only when the folder is synced, and a new folder only when its parent is.
      for (let made = folder; made.length >= this.#root.length; made = path.dirname(made)) await syncFolder(made);
    } catch (cause) {
      refuse(cause);
    }
    return { key: this.#key, bytes: this.#bytes };
  }

  async discard(): Promise<void> {
    if (this.#open) await this.#file.close().catch(() => {});
    this.#open = false;
    await rm(this.#temporary, { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function refuse(cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code;
  throw new CodedError(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk.full' : 'storage.write_failed', { value: code, cause });
}
