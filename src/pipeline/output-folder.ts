import { type FileHandle, lstat, mkdir, mkdtemp, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CodedError } from '../errors.ts';
import { isTooManyOpen } from './encrypted-file.ts';

const OWNER_ONLY = 0o600;

/** Files appear in the folder all together at the end, or not at all; nothing that is there is ever overwritten. */
export class OutputFolder {
  readonly #path: string;
  readonly #temporary: string;
  /** The topmost folder that had to be made, if any. */
  readonly #made: string | undefined;
  readonly #names: string[] = [];
  #published: string[] = [];

  private constructor(path: string, temporary: string, made: string | undefined) {
    this.#path = path;
    this.#temporary = temporary;
    this.#made = made;
  }

  /** Opens the folder and makes it where needed. Throws `file.unwritable`, `file.too_many_open`, `disk.full`. */
  static async open(outDir: string): Promise<OutputFolder> {
    const path = resolve(outDir);
    return await coded(path, async () => {
      const made = await mkdir(path, { recursive: true });
      return new OutputFolder(path, await mkdtemp(join(path, '.udm-decrypt-')), made);
    });
  }

  /** Starts a file under a name that the caller has found safe. Throws `file.exists` if the final name is taken. */
  async create(name: string): Promise<OutputFile> {
    const target = join(this.#path, name);
    if (await isTaken(target)) throw new CodedError('file.exists', { value: target });
    this.#names.push(name);
    return await coded(this.#path, async () => new OutputFile(await open(join(this.#temporary, name), 'wx', OWNER_ONLY), this.#path));
  }

  /** Gives all files their names. Throws `file.exists`; then none of them stays. */
  async publish(): Promise<void> {
    for (const name of this.#names) {
      const target = join(this.#path, name);
      await coded(target, async () => {
        // rename() overwrites; the placeholder makes sure that what it overwrites is ours.
        await (await open(target, 'wx', OWNER_ONLY)).close();
        this.#published.push(target);
        await rename(join(this.#temporary, name), target);
      });
    }
    await rm(this.#temporary, { recursive: true, force: true });
  }

  /** Removes everything that was written, and the folders that were made for it. */
  async discard(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
    for (const target of this.#published) await rm(target, { force: true });
    if (this.#made === undefined) return;
    for (let folder = this.#path; folder.length >= this.#made.length; folder = dirname(folder)) {
      // Somebody else may have put something there meanwhile; that stays.
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }
}

/** One file that is being written. */
export class OutputFile {
  readonly #handle: FileHandle;
  readonly #folder: string;
  /** What is being written while the next bytes are made. */
  #writing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle, folder: string) {
    this.#handle = handle;
    this.#folder = folder;
  }

  /** Appends bytes, which must not change afterwards; waits for those before only. Throws `disk.full`, `file.unwritable`, of those before, too. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#writing;
    this.#writing = coded(this.#folder, () => writeAll(this.#handle, bytes));
    // Told by the next write, or by the end.
    this.#writing.catch(() => undefined);
  }

  /** Throws what `write` throws. */
  async close(): Promise<void> {
    try {
      await this.#writing;
    } finally {
      await this.#handle.close();
    }
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

async function isTaken(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

async function coded<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'EEXIST') throw new CodedError('file.exists', { value: path, cause });
    if (isTooManyOpen(cause)) throw new CodedError('file.too_many_open', { value: path, cause });
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new CodedError('disk.full', { value: path, cause });
    throw new CodedError('file.unwritable', { value: path, cause });
  }
}
