import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canPause, chooseSink } from './sinks.ts';
import type { Sink } from './transfer.ts';

/** A browser's storage of the page, as far as downloads ask for it. */
class Folder {
  readonly files = new Map<string, number>();
  keys = () => this.files.keys();
  removeEntry = async (name: string) => void this.files.delete(name);
  async getFileHandle(name: string) {
    this.files.set(name, 0);
    return new Handle(this.files, name);
  }
}

class Handle {
  readonly #files: Map<string, number>;
  readonly #name: string;
  constructor(files: Map<string, number>, name: string) {
    this.#files = files;
    this.#name = name;
  }
  async createWritable() {
    const write = async ({ position, data }: { position: number; data: Uint8Array }) => void this.#files.set(this.#name, position + data.length);
    return { write, close: async () => {}, abort: async () => {}, truncate: async () => {} };
  }
  getFile = async () => ({ size: this.#files.get(this.#name) });
}

class HandleWithoutWriting {}

const link = { href: '', download: '', click: vi.fn() };
let folder: Folder;

beforeEach(() => {
  vi.useFakeTimers();
  folder = new Folder();
  link.click.mockClear();
  vi.stubGlobal('window', {});
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => folder } });
  vi.stubGlobal('FileSystemFileHandle', Handle);
  vi.stubGlobal('document', { createElement: () => link });
  vi.stubGlobal('URL', { createObjectURL: () => 'blob:file', revokeObjectURL: () => {} });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('whether a browser can pause', () => {
  it('is so with a storage that it can write to, and not without', () => {
    expect(canPause()).toBe(true);
    vi.stubGlobal('FileSystemFileHandle', HandleWithoutWriting);
    expect(canPause()).toBe(false);
    // By plain http from another machine there is neither.
    vi.stubGlobal('FileSystemFileHandle', undefined);
    vi.stubGlobal('navigator', {});
    expect(canPause()).toBe(false);
  });
});

describe('where a download goes', () => {
  it('is nowhere when the browser refuses its storage: the caller is told', async () => {
    vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.reject(new DOMException('private', 'SecurityError')) } });
    await expect(chooseSink('file')).rejects.toThrow('private');
  });

  it('is nowhere when the person changes their mind, and the page’s storage when what they chose cannot be written', async () => {
    vi.stubGlobal('window', { showSaveFilePicker: () => Promise.reject(new DOMException('no', 'AbortError')) });
    expect(await chooseSink('file')).toBeNull();
    vi.stubGlobal('window', { showSaveFilePicker: async () => ({ createWritable: () => Promise.reject(new DOMException('locked', 'AbortError')) }) });
    expect(await chooseSink('file')).not.toBeNull();
    expect(folder.files.size).toBe(1);
  });
});

describe('the page’s storage', () => {
  const begun = async (): Promise<Sink> => {
    const sink = (await chooseSink('file')) as Sink;
    await sink.write(new Uint8Array(6_000_000), 0);
    expect([...folder.files.values()]).toEqual([6_000_000]);
    return sink;
  };

  it('keeps a saved file while the browser may still copy it, and not longer', async () => {
    const sink = await begun();
    await sink.finish();
    expect(link).toMatchObject({ href: 'blob:file', download: 'file' });
    expect(link.click).toHaveBeenCalledOnce();
    await sink.discard();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(folder.files.size).toBe(1);
    await vi.advanceTimersByTimeAsync(6_000_000 / 5_000);
    expect(folder.files.size).toBe(0);
  });

  it('forgets what is discarded at once, also in browsers whose files cannot remove themselves', async () => {
    const sink = await begun();
    await sink.discard();
    expect(folder.files.size).toBe(0);
  });
});
