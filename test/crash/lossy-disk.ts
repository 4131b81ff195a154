import path from 'node:path';
import { Readable } from 'node:stream';
import type { FileOperations } from '../../src/storage/local/file-operations.ts';

/** A disk in memory that forgets at a power cut whatever was not synced: bytes of files, and names in folders. */

interface File {
  readonly kind: 'file';
  bytes: Buffer;
  durable: Buffer;
  writtenAt: Date;
}
interface Folder {
  readonly kind: 'folder';
  entries: Map<string, File | Folder>;
  durable: Map<string, File | Folder>;
}

export class LossyDisk {
  readonly #root: Folder = newFolder();
  readonly #pretends = new Set<'file' | 'folder'>();
  #operationsLeft = Number.POSITIVE_INFINITY;
  operations = 0;

  /** From now on it only says that it synced them. */
  pretend(what: 'file' | 'folder'): void {
    this.#pretends.add(what);
  }

  /** From the operation after so many on, everything fails, as the machine is dead. */
  dieAfter(operations: number): void {
    this.#operationsLeft = operations;
  }

  /** The machine starts again with what was durable. */
  powerCut(): void {
    this.#operationsLeft = Number.POSITIVE_INFINITY;
    forget(this.#root);
  }

  readonly files: FileOperations = {
    makeFolder: (folder) =>
      this.#does(() => {
        let at = this.#root;
        for (const name of partsOf(folder)) {
          const next = at.entries.get(name) ?? newFolder();
          at.entries.set(name, next);
          at = requireFolder(next);
        }
      }),
    create: (file) =>
      this.#does(() => {
        const { folder, name } = this.#placeOf(file);
        if (folder.entries.has(name)) throw failure('EEXIST');
        const made: File = { kind: 'file', bytes: Buffer.alloc(0), durable: Buffer.alloc(0), writtenAt: new Date() };
        folder.entries.set(name, made);
        return {
          write: (bytes) =>
            this.#does(() => {
              made.bytes = Buffer.concat([made.bytes, bytes]);
            }),
          touch: () =>
            this.#does(() => {
              made.writtenAt = new Date();
            }),
          sync: () =>
            this.#does(() => {
              if (!this.#pretends.has('file')) made.durable = made.bytes;
            }),
          close: () => this.#does(() => {}),
        };
      }),
    read: (file, range) => this.#does(() => Readable.from([this.#file(file).bytes.subarray(range?.start ?? 0, range ? range.end + 1 : undefined)])),
    rename: (from, to) =>
      this.#does(() => {
        const [source, target] = [this.#placeOf(from), this.#placeOf(to)];
        target.folder.entries.set(target.name, this.#file(from));
        source.folder.entries.delete(source.name);
      }),
    unlink: (file) =>
      this.#does(() => {
        this.#file(file);
        const { folder, name } = this.#placeOf(file);
        folder.entries.delete(name);
      }),
    removeFolder: (folder) =>
      this.#does(() => {
        if (this.#folder(folder).entries.size > 0) throw failure('ENOTEMPTY');
        const place = this.#placeOf(folder);
        place.folder.entries.delete(place.name);
      }),
    syncFolder: (folder) =>
      this.#does(() => {
        const found = this.#folder(folder);
        if (!this.#pretends.has('folder')) found.durable = new Map(found.entries);
      }),
    list: (folder) => this.#does(() => [...this.#folder(folder).entries].map(([name, { kind }]) => ({ name, kind }))),
    stat: (file) =>
      this.#does(() => {
        const found = this.#file(file);
        return { bytes: found.bytes.length, writtenAt: found.writtenAt };
      }),
    freeBytes: () => this.#does(() => 1024 ** 4),
  };

  async #does<T>(operation: () => T): Promise<T> {
    if (this.#operationsLeft <= 0) throw failure('EIO');
    this.#operationsLeft -= 1;
    this.operations += 1;
    return operation();
  }

  #folder(place: string): Folder {
    let at = this.#root;
    for (const name of partsOf(place)) at = requireFolder(at.entries.get(name));
    return at;
  }

  #placeOf(file: string): { folder: Folder; name: string } {
    return { folder: this.#folder(path.dirname(file)), name: path.basename(file) };
  }

  #file(file: string): File {
    const { folder, name } = this.#placeOf(file);
    const found = folder.entries.get(name);
    if (found?.kind !== 'file') throw failure('ENOENT');
    return found;
  }
}

function newFolder(): Folder {
  return { kind: 'folder', entries: new Map(), durable: new Map() };
}

function forget(folder: Folder): void {
  folder.entries = new Map(folder.durable);
  for (const entry of folder.entries.values()) {
    if (entry.kind === 'folder') forget(entry);
    else entry.bytes = entry.durable;
  }
}

function requireFolder(entry: File | Folder | undefined): Folder {
  if (entry?.kind !== 'folder') throw failure('ENOENT');
  return entry;
}

function partsOf(place: string): string[] {
  return place.split('/').filter((part) => part !== '');
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
