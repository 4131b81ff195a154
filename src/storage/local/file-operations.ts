import { createReadStream } from 'node:fs';
import { constants, mkdir, open, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/**
 * The one seam between local storage and the disk: every operation on a file or folder of artifacts goes through it. It is passed in, so that
 * a crash campaign can put a disk behind it that loses at a kill what was not synced, or gives back another byte than was written.
 * Errors are those of node:fs, told apart by their `code`.
 */
export interface FileOperations {
  /** With the folders above it; nothing when it is there. */
  makeFolder(folder: string): Promise<void>;
  /** A new file, for its owner alone. It must not be there. */
  create(file: string): Promise<FileWriter>;
  /** Bytes [start, end], both inclusive, or all. Follows no link. */
  read(file: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Takes the place of what has the new name. Durable when the folder is synced. */
  rename(from: string, to: string): Promise<void>;
  /** Durable when the folder is synced. */
  unlink(file: string): Promise<void>;
  /** Only an empty one. */
  removeFolder(folder: string): Promise<void>;
  /** Makes durable which files and folders are in it, and under which names. */
  syncFolder(folder: string): Promise<void>;
  /** What is right in the folder. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  stat(file: string): Promise<FileFacts>;
  /** Free for new files where the folder lies. */
  freeBytes(folder: string): Promise<number>;
}

export interface FileWriter {
  /** All of the bytes, behind those before. */
  write(bytes: Uint8Array): Promise<void>;
  /** It counts as written now, although nothing was. */
  touch(): Promise<void>;
  /** Makes durable what was written; not the file's name. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
}

export interface FileFacts {
  readonly bytes: number;
  /** When it was last written, by the clock of this machine. */
  readonly writtenAt: Date;
}

const READ_AT_ONCE = 256 * 1024;

/** The disk itself. */
export const nodeFiles: FileOperations = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  async create(file) {
    const handle = await open(file, 'wx', 0o600);
    return {
      async write(bytes) {
        for (let done = 0; done < bytes.byteLength; ) done += (await handle.write(bytes, done, bytes.byteLength - done)).bytesWritten;
      },
      async touch() {
        const now = new Date();
        await handle.utimes(now, now);
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  async read(file, range) {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    return createReadStream('', { fd: handle, highWaterMark: READ_AT_ONCE, ...(range ? { start: range.start, end: range.end } : {}) });
  },
  rename,
  unlink: (file) => rm(file),
  removeFolder: (folder) => rmdir(folder),
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async list(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((one) => ({ name: one.name, kind: one.isFile() ? 'file' : one.isDirectory() ? 'folder' : 'other' }));
  },
  async stat(file) {
    const facts = await stat(file);
    return { bytes: facts.size, writtenAt: facts.mtime };
  },
  async freeBytes(folder) {
    const facts = await statfs(folder);
    return facts.bavail * facts.bsize;
  },
};
