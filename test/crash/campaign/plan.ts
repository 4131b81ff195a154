/** What is done to a worker in one case, and what is told of it. */

/** Where in the life of a run and its file, in their order. */
export const POINTS = ['claim', 'open', 'read', 'write', 'seal', 'verify', 'publish', 'expire', 'purge'] as const;
export type Point = (typeof POINTS)[number];

/**
 * kill: the process dies at once and its disk forgets what was not synced. pause: it stands still for longer than its lease, then goes on.
 * cut: the connection of this statement breaks. flip: a byte of the next file changes between writing and reading back. fill: the small file system
 * that the artifacts lie on is full for a moment.
 */

export type Blow = 'kill' | 'pause' | 'cut' | 'flip' | 'fill';

export interface Plan {
  readonly blow: Blow;
  /** The event of the attempt that it happens at, counted from 0; a flip happens at the seal. */
  readonly event: number;
  /** during: the statement has been sent, its answer has not come. */
  readonly when: 'before' | 'during' | 'after';
  /** A second blow, so many events after the first: while the run is put off, ended or tidied up after. */
  readonly next?: { readonly blow: 'kill' | 'cut'; readonly after: number };
}

/** From the campaign to a worker: what to do at the next attempt that it makes; null: nothing. With `purge` it deletes now what has expired by then. */
export interface Order {
  readonly plan: Plan | null;
  readonly purge?: number;
}

/** From a worker to the campaign. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'struck'; readonly blow: Blow; readonly point: Point; readonly event: string; readonly at: number }
  /** What had expired is deleted, or that failed; the point of each event. */
  | { readonly kind: 'purged'; readonly trace: readonly Point[]; readonly failed: boolean }
  /** An attempt is over in this worker, however it ended; the point of each of its events. */
  | { readonly kind: 'over'; readonly runId: string; readonly trace: readonly Point[] };

/** The point that an event belongs to, given the one before it. */
export function pointOf(event: string, before: Point): Point {
  if (before === 'expire' || before === 'purge') return event.startsWith('file:') ? 'purge' : 'expire';
  if (event.startsWith('source:')) return before === 'claim' ? 'open' : before;
  if (event === 'progress') return 'read';
  if (event === 'file:create' || event === 'file:write') return 'write';
  if (event === 'file:sync' || event === 'file:makeFolder' || event === 'file:rename' || event === 'file:syncFolder') return 'seal';
  if (event === 'file:read') return 'verify';
  if (event === 'checked') return 'publish';
  return before;
}
