import type { Sink } from './transfer.ts';

/* Where a browser can put a file that arrives in pieces: where the person says (File System Access), else into the storage that the browser
   keeps for this page, from where it is saved like any other download once it is whole. */

declare global {
  interface Window {
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
  interface FileSystemFileHandle {
    remove?: () => Promise<void>;
  }
}

/** Older than this, a file in the page's storage belongs to a page that was closed. */
const LEFT_BEHIND_MS = 48 * 3_600_000;
const PREFIX = 'udm-download-';
/** What was saved stays in the page's storage while the browser may still ask, or copy: nobody says when it is done. */
const LONGEST_QUESTION_MS = 10 * 60_000;
const SLOWEST_COPY_BYTES_PER_MS = 5_000;

/** Whether this browser can pause and resume, which it cannot by plain http from another machine; else a plain link downloads. */
export function canPause(): boolean {
  if (typeof FileSystemFileHandle === 'undefined' || !('createWritable' in FileSystemFileHandle.prototype)) return false;
  return 'showSaveFilePicker' in window || ('storage' in navigator && 'getDirectory' in navigator.storage);
}

/** Leaves the download of an address to the browser. */
export function saveAddress(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

/**
 * Asks where to save, if the browser can ask; null when the person changed their mind. Must be called from a click. Rejects where the browser
 * gives no storage after all, as in some private windows.
 */
export async function chooseSink(name: string): Promise<Sink | null> {
  if (window.showSaveFilePicker === undefined) return pageStorage(name);
  let chosen: FileSystemFileHandle;
  try {
    chosen = await window.showSaveFilePicker({ suggestedName: name });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    return pageStorage(name);
  }
  return fileSink(chosen, async () => chosen.remove?.()).catch(() => pageStorage(name));
}

async function pageStorage(name: string): Promise<Sink> {
  const folder = await navigator.storage.getDirectory();
  await sweep(folder);
  const kept = `${PREFIX}${Date.now()}-${name}`;
  const handle = await folder.getFileHandle(kept, { create: true });
  const file = await fileSink(handle, () => folder.removeEntry(kept));
  let saved = false;
  return {
    ...file,
    async finish() {
      await file.finish();
      const whole = await handle.getFile();
      const address = URL.createObjectURL(whole);
      saveAddress(address, name);
      saved = true;
      setTimeout(
        () => {
          URL.revokeObjectURL(address);
          void file.discard();
        },
        LONGEST_QUESTION_MS + whole.size / SLOWEST_COPY_BYTES_PER_MS,
      );
    },
    async discard() {
      // Until then the browser may still be reading it.
      if (!saved) await file.discard();
    },
  };
}

async function fileSink(handle: FileSystemFileHandle, remove: () => Promise<void>): Promise<Sink> {
  // Bytes go to a file beside it, which takes its place at the end: nothing half-done ever has the right name.
  let writable: FileSystemWritableFileStream | null = await handle.createWritable();
  const open = () => {
    if (writable === null) throw new DOMException('closed', 'InvalidStateError');
    return writable;
  };
  return {
    write: (chunk, position) => open().write({ type: 'write', position, data: chunk as Uint8Array<ArrayBuffer> }),
    restart: () => open().truncate(0),
    async finish() {
      if (writable !== null) await writable.close();
      writable = null;
    },
    async discard() {
      if (writable !== null) await writable.abort().catch(() => undefined);
      writable = null;
      await remove().catch(() => undefined);
    },
  };
}

async function sweep(folder: FileSystemDirectoryHandle): Promise<void> {
  const names = folder as unknown as { keys(): AsyncIterable<string> };
  for await (const name of names.keys()) {
    const made = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Date.now() - made > LEFT_BEHIND_MS) await folder.removeEntry(name).catch(() => undefined);
  }
}
