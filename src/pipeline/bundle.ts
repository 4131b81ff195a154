import type { PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** One file of a bundle; `open` is called when its turn comes, never before. */
export interface BundledFile {
  readonly name: string;
  readonly bytes: number;
  readonly time: Date;
  open(): Promise<Readable>;
}

export interface Bundle {
  /** Length of the whole zip, known before its first byte. */
  readonly bytes: number;
  readonly content: Readable;
}

const REGULAR_FILE = 0o100644;

/**
 * Files as one zip, stored as they are: they are encrypted and would not get smaller. Nothing but the bytes on their way is in memory;
 * zip64 where sizes or offsets pass 4 GiB. When a file cannot be opened, or has another length than was said, the content ends with the error.
 * Destroying the content closes the file that is open.
 */
export function writeBundle(files: readonly BundledFile[]): Bundle {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  let current: Readable | null = null;
  const fail = (error: unknown) => void output.destroy(error as Error);
  zip.on('error', fail);
  output.once('close', () => current?.destroy());
  for (const file of files) {
    zip.addReadStreamLazy(file.name, { mtime: file.time, mode: REGULAR_FILE, compress: false, size: file.bytes }, (give) => {
      // yazl may come here once more after the output was closed; then nothing may be opened.
      if (output.destroyed) return;
      file.open().then((stream) => {
        stream.once('error', fail);
        current = stream;
        if (output.destroyed) stream.destroy();
        else give(null, stream);
      }, fail);
    });
  }
  let bytes = -1;
  // The types leave out what the package gives.
  zip.end({ forceZip64Format: false, comment: '' }, ((total: number) => {
    bytes = total;
  }) as () => void);
  return { bytes, content: output };
}
