import { useSyncExternalStore } from 'react';

/** What the tray shows of one download; the work behind it is in download.ts, which is loaded with the first one. */
export interface DownloadEntry {
  readonly id: string;
  readonly name: string;
  /** Whose: nobody else is shown it. */
  readonly owner: string;
  /** What else it is, in words. */
  readonly note: string | null;
  readonly state: 'receiving' | 'waiting' | 'paused' | 'done' | 'failed';
  readonly received: number;
  readonly total: number | null;
  /** Bytes a second; null until it is known. */
  readonly speed: number | null;
  readonly secondsLeft: number | null;
  /** No byte for half a minute. */
  readonly stalled: boolean;
  /** It can go on where it stopped. */
  readonly resumable: boolean;
  /** Its hash was checked. */
  readonly checked: boolean;
  readonly error: unknown;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Stops it and leaves nothing behind. */
  readonly cancel: () => void;
  readonly dismiss: () => void;
}

let entries: readonly DownloadEntry[] = [];
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Every download of this page, in the order they began. */
export function useDownloads(): readonly DownloadEntry[] {
  return useSyncExternalStore(subscribe, () => entries);
}

export function putEntry(entry: DownloadEntry): void {
  const known = entries.some((one) => one.id === entry.id);
  entries = known ? entries.map((one) => (one.id === entry.id ? entry : one)) : [...entries, entry];
  for (const listener of listeners) listener();
}

export function dropEntry(id: string): void {
  entries = entries.filter((one) => one.id !== id);
  for (const listener of listeners) listener();
}

/** Something would be lost if the page closed now. */
export function isBusy(entry: DownloadEntry): boolean {
  return entry.state === 'receiving' || entry.state === 'waiting' || entry.state === 'paused';
}
