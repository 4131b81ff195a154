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

/** Whether this browser can pause and resume; else a plain link downloads. */
export function canPause(): boolean {
  return 'showSaveFilePicker' in window || ('storage' in navigator && 'getDirectory' in navigator.storage);
}

/** Asks where to save, if the browser can ask; null when the person changed their mind. Must be called from a click. */
export async function chooseSink(name: string): Promise<Sink | null> {
  if (window.showSaveFilePicker === undefined) return pageStorage(name);
  try {
    return fileSink(await window.showSaveFilePicker({ suggestedName: name }), async () => undefined);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    return pageStorage(name);
  }
}

async function pageStorage(name: string): Promise<Sink> {
  const folder = await navigator.storage.getDirectory();
  await sweep(folder);
  const kept = `${PREFIX}${Date.now()}-${name}`;
  const handle = await folder.getFileHandle(kept, { create: true });
  return fileSink(handle, async () => saveAs(await handle.getFile(), name));
}

async function fileSink(handle: FileSystemFileHandle, saved: () => Promise<void>): Promise<Sink> {
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
      await saved();
    },
    async discard() {
      if (writable !== null) await writable.abort().catch(() => undefined);
      writable = null;
      await handle.remove?.().catch(() => undefined);
    },
  };
}

function saveAs(file: File, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the file over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function sweep(folder: FileSystemDirectoryHandle): Promise<void> {
  const names = folder as unknown as { keys(): AsyncIterable<string> };
  for await (const name of names.keys()) {
    const made = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Date.now() - made > LEFT_BEHIND_MS) await folder.removeEntry(name).catch(() => undefined);
  }
}
