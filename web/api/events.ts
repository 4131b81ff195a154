import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import type { JobList, RunList } from './lists.ts';
import { RUN_QUERIES } from './runs.ts';

let live = false;
const listeners = new Set<() => void>();

function setLive(value: boolean): void {
  if (live === value) return;
  live = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the server pushes changes; while it does not, lists are polled. */
export function useLive(): boolean {
  return useSyncExternalStore(subscribe, () => live);
}

/** Keeps the lists current from the server's events for as long as the shell is on screen. */
export function useRunEvents(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    const events = new EventSource('/api/events');
    events.onopen = () => {
      setLive(true);
      refreshLists(client);
    };
    events.onerror = () => setLive(false);
    events.addEventListener('run', (event: MessageEvent<string>) => applyRun(client, JSON.parse(event.data) as RunView));
    return () => {
      events.close();
      setLive(false);
    };
  }, [client, enabled]);
}

/** What happened while no event could arrive is read again. */
function refreshLists(client: QueryClient): void {
  for (const name of ['jobs', 'runs', 'run', ...RUN_QUERIES]) void client.invalidateQueries({ queryKey: [name] });
}

const FINISHED: ReadonlySet<string> = new Set(['succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'missed', 'suppressed', 'skipped']);

/** An answer may arrive before an older event: what has finished or got further stays. */
export function isNewer(next: RunView, known: RunView): boolean {
  if (next.attempt !== known.attempt) return next.attempt > known.attempt;
  if (FINISHED.has(known.status)) return FINISHED.has(next.status);
  // It has got its turn.
  if (next.status === 'scheduled') return known.status === 'scheduled';
  return FINISHED.has(next.status) || next.progress.rows >= known.progress.rows;
}

const announced = new Set<string>();

export function applyRun(client: QueryClient, run: RunView): void {
  patchLists<RunList>(client, 'runs', (list) => patched(list, (item) => (item.id === run.id && isNewer(run, item) ? run : item)));
  patchLists<RunView>(client, 'run', (item) => (item.id === run.id && isNewer(run, item) ? run : item));
  patchLists<JobList>(client, 'jobs', (list) => patched(list, (job) => withRun(job, run)));
  const isNew = !announced.has(run.id);
  announced.add(run.id);
  if (isNew) refreshLists(client);
  if (FINISHED.has(run.status)) {
    for (const name of ['jobs', 'runs', 'run', 'artifacts', ...RUN_QUERIES]) void client.invalidateQueries({ queryKey: [name] });
  }
}

/** Changes what is cached without making it look freshly read: a list that is due to be read again stays due. */
function patchLists<Data>(client: QueryClient, name: string, patch: (data: Data) => Data): void {
  for (const query of client.getQueryCache().findAll({ queryKey: [name] })) {
    const { data, dataUpdatedAt, isInvalidated } = query.state as { data: Data | undefined; dataUpdatedAt: number; isInvalidated: boolean };
    if (data === undefined) continue;
    const next = patch(data);
    if (next === data) continue;
    client.setQueryData(query.queryKey, next, { updatedAt: dataUpdatedAt });
    if (isInvalidated) query.invalidate();
  }
}

/** The same list when no item changed. */
function patched<Item, List extends { items: Item[] }>(list: List & { items: Item[] }, patch: (item: Item) => Item): List {
  const items = list.items.map(patch);
  return items.every((item, index) => item === list.items[index]) ? list : { ...list, items };
}

function withRun(job: JobView, run: RunView): JobView {
  if (job.id !== run.jobId) return job;
  const last = job.lastRun;
  if (last !== null && last.id === run.id) return isNewer(run, last) ? { ...job, lastRun: run } : job;
  return last === null || run.scheduledAt > last.scheduledAt ? { ...job, lastRun: run } : job;
}
