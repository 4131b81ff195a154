import { closeSync, linkSync, mkdirSync, openSync, readSync, renameSync, rmdirSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type FileOperations, nodeFiles } from '../../../src/storage/local/file-operations.ts';

/** What is left out on purpose, to see that the campaign finds it. */
export interface DiskBugs {
  /** Syncing a file does nothing. */
  readonly noFileSync?: boolean;
  /** Syncing a folder does nothing. */
  readonly noFolderSync?: boolean;
  /** What is read back is what was meant to be written. */
  readonly noReadBack?: boolean;
}

/** Hears of each operation; `run` does it. */
export type Pass = <T>(event: string, run: () => Promise<T>) => Promise<T>;

/** A disk that forgets at a power cut what was not synced: bytes of files, and the names that folders have. */
export interface LossyDisk {
  readonly files: FileOperations;
  /** The power goes: whatever this process did and did not sync is undone, at once. */
  lose(): void;
  /** Changes one byte of the next file that is sealed, between writing and reading back. */
  flipNext(): void;
}

interface Undo {
  readonly folder: string;
  /** Of a new file. */
  readonly file?: string;
  readonly undo: () => void;
  /** The folder was synced. */
  readonly settled?: () => void;
}

/** A file that this process wrote; `path` follows its name. */
interface Written {
  path: string;
  written: number;
  synced: number;
}

/** `attic`: a folder on the same disk, for what vanishes at a cut until that is certain. */
export function lossyDisk(attic: string, pass: Pass, bugs: DiskBugs = {}): LossyDisk {
  const names: Undo[] = [];
  const written: Written[] = [];
  const flipped = new Map<string, { at: number; byte: number }>();
  let flips = 0;
  let removed = 0;
  mkdirSync(attic, { recursive: true });
  const settle = (folder: string) => {
    for (let at = names.length - 1; at >= 0; at -= 1) if (names[at]?.folder === folder) names.splice(at, 1)[0]?.settled?.();
  };

  const files: FileOperations = {
    ...nodeFiles,
    // Small as it may be, it is not what UDM wants to keep free that is tried here.
    freeBytes: async () => 1e12,
    makeFolder: (folder) =>
      pass('file:makeFolder', async () => {
        const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (let one = folder; made !== undefined && one.length >= made.length; one = path.dirname(one)) {
          names.push({ folder: path.dirname(one), undo: () => rmdirSync(one) });
        }
      }),
    create: (file) =>
      pass('file:create', async () => {
        const writer = await nodeFiles.create(file);
        const state: Written = { path: file, written: 0, synced: 0 };
        written.push(state);
        names.push({ folder: path.dirname(file), file, undo: () => rmSync(file, { force: true }) });
        return {
          write: (bytes) =>
            pass('file:write', async () => {
              await writer.write(bytes);
              state.written += bytes.byteLength;
            }),
          sync: () =>
            pass('file:sync', async () => {
              if (bugs.noFileSync) return;
              await writer.sync();
              state.synced = state.written;
            }),
          touch: () => writer.touch(),
          close: () => writer.close(),
        };
      }),
    rename: (from, to) =>
      pass('file:rename', async () => {
        if (flips > 0) {
          flips -= 1;
          flipped.set(to, flipByte(from));
        }
        renameSync(from, to);
        const state = written.find((one) => one.path === from);
        if (state) state.path = to;
        // Its first name is of no matter any more.
        const first = names.findIndex((one) => one.file === from);
        if (first >= 0) names.splice(first, 1);
        // The file lies under one of both names, or under none: gone from the new one is the worst.
        names.push({ folder: path.dirname(to), undo: () => rmSync(to, { force: true }) });
      }),
    unlink: (file) =>
      pass('file:unlink', async () => {
        removed += 1;
        const kept = path.join(attic, `${process.pid}-${removed}`);
        linkSync(file, kept);
        rmSync(file);
        // Under its old name again: an object that nobody expects.
        const undo = () => renameSync(kept, file);
        names.push({ folder: path.dirname(file), undo, settled: () => rmSync(kept, { force: true }) });
      }),
    syncFolder: (folder) =>
      pass('file:syncFolder', async () => {
        if (bugs.noFolderSync) return;
        await nodeFiles.syncFolder(folder);
        settle(folder);
      }),
    read: (file, range) =>
      pass('file:read', async () => {
        const flip = flipped.get(file);
        if (!bugs.noReadBack || !flip) return nodeFiles.read(file, range);
        return Readable.from([original(file, flip)], { objectMode: false });
      }),
  };
  return {
    files,
    lose() {
      for (const { undo } of names.reverse()) ignoringAbsence(undo);
      for (const one of written) if (one.synced < one.written) ignoringAbsence(() => truncateSync(one.path, one.synced));
    },
    flipNext() {
      flips += 1;
    },
  };
}

/** Gives where, and the byte that stood there. */
function flipByte(file: string): { at: number; byte: number } {
  const at = Math.floor(statSync(file).size / 2);
  const handle = openSync(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    readSync(handle, byte, 0, 1, at);
    writeSync(handle, Buffer.of((byte[0] as number) ^ 1), 0, 1, at);
    return { at, byte: byte[0] as number };
  } finally {
    closeSync(handle);
  }
}

function original(file: string, { at, byte }: { at: number; byte: number }): Buffer {
  const bytes = Buffer.alloc(statSync(file).size);
  const handle = openSync(file, 'r');
  readSync(handle, bytes, 0, bytes.length, 0);
  closeSync(handle);
  bytes[at] = byte;
  return bytes;
}

function ignoringAbsence(act: () => void): void {
  try {
    act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
