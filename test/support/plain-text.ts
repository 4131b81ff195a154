import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Files that were looked through, and which of them hold one of the texts. */
export interface PlainText {
  readonly found: string[];
  readonly bytes: number;
}

const CHUNK = 1 << 20;
const WINDOW = 3;
/** Shorter ones come about by chance in so many bytes. */
const SHORTEST = 8;

/**
 * Looks for any number of texts of at least eight characters byte by byte: raw, as base64, hex or UTF-16. Whatever the size of files, it holds a
 * megabyte of them.
 */
export class TextSearch {
  readonly #byEnd = new Map<number, Buffer[]>();
  readonly #steps: Uint8Array;
  readonly #shortest: number;
  readonly #longest: number;

  constructor(markers: Iterable<string>) {
    const needles = [...new Set(markers)].flatMap(writtenDown);
    this.#shortest = needles.reduce((least, { length }) => Math.min(least, length), 255);
    this.#longest = needles.reduce((most, { length }) => Math.max(most, length), 0);
    // Wu and Manber: how far one may step on from the three bytes that end here.
    this.#steps = new Uint8Array(1 << (8 * WINDOW)).fill(this.#shortest - WINDOW + 1);
    for (const needle of needles)
      for (let end = WINDOW - 1; end < this.#shortest; end += 1) {
        const window = windowAt(needle, end);
        this.#steps[window] = Math.min(this.#steps[window] as number, this.#shortest - 1 - end);
        if (end === this.#shortest - 1) this.#byEnd.set(window, [...(this.#byEnd.get(window) ?? []), needle]);
      }
  }

  isIn(bytes: Buffer): boolean {
    for (let end = this.#shortest - 1; end < bytes.length; ) {
      const window = windowAt(bytes, end);
      const step = this.#steps[window] as number;
      if (step > 0) {
        end += step;
        continue;
      }
      const from = end - this.#shortest + 1;
      for (const needle of this.#byEnd.get(window) ?? []) if (needle.compare(bytes, from, Math.min(bytes.length, from + needle.length)) === 0) return true;
      end += 1;
    }
    return false;
  }

  /** Every file under the folder; one that goes meanwhile is passed over. */
  async inFolder(folder: string): Promise<PlainText> {
    const found: string[] = [];
    let bytes = 0;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const looked = await this.#inFile(nameOf(entry));
      if (looked.isIn) found.push(path.relative(folder, nameOf(entry)));
      bytes += looked.bytes;
    }
    return { found, bytes };
  }

  async #inFile(file: string): Promise<{ readonly isIn: boolean; readonly bytes: number }> {
    // Any other that cannot be read would be passed over unsearched.
    const handle = await open(file).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : Promise.reject(error)));
    if (!handle) return { isIn: false, bytes: 0 };
    try {
      const block = Buffer.alloc(CHUNK + this.#longest);
      let bytes = 0;
      for (let kept = 0; ; ) {
        const { bytesRead } = await handle.read(block, kept, CHUNK);
        bytes += bytesRead;
        if (bytesRead === 0) return { isIn: false, bytes };
        const end = kept + bytesRead;
        if (this.isIn(block.subarray(0, end))) return { isIn: true, bytes };
        // One may lie across two reads.
        kept = Math.min(end, this.#longest - 1);
        block.copyWithin(0, end - kept, end);
      }
    } finally {
      await handle.close();
    }
  }
}

function nameOf(entry: Dirent): string {
  return path.join(entry.parentPath, entry.name);
}

function windowAt(bytes: Uint8Array, end: number): number {
  return ((bytes[end - 2] as number) << 16) | ((bytes[end - 1] as number) << 8) | (bytes[end] as number);
}

function writtenDown(marker: string): Buffer[] {
  const bytes = Buffer.from(marker);
  // Of base64 the middle, which is the same however the bytes before it fall is not; all three ways are looked for.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift + 1, -4),
  );
  const all = [bytes, Buffer.from(bytes.toString('hex')), Buffer.from(marker, 'utf16le'), ...base64.map((text) => Buffer.from(text))];
  return all.filter(({ length }) => length >= SHORTEST);
}
