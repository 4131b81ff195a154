import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { JobView } from '../../src/contract/job.ts';
import type { RunTimelineView } from '../../src/contract/run-timeline.ts';
import type { RunView } from '../../src/contract/run.ts';
import type { JobList, RunList } from './lists.ts';
import { RUN_QUERIES } from './runs.ts';

/** `lost`: it was live and is tried again. */
type Liveness = 'off' | 'live' | 'lost';

let liveness: Liveness = 'off';
const listeners = new Set<() => void>();

function setLiveness(value: Liveness): void {
  if (liveness === value) return;
  liveness = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the server pushes changes. */
export function useLiveness(): Liveness {
  return useSyncExternalStore(subscribe, () => liveness);
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** How long to wait before the next try: twice as long each time, and never all browsers at once. */
export function waitBefore(tries: number, chance: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)) * (0.5 + chance / 2);
}

/** Keeps the lists current from the server's events for as long as the shell is on screen. Nothing is polled. */
export function useRunEvents(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => (enabled ? keepListening(client) : undefined), [client, enabled]);
}

/** Connects, and connects again with growing pauses when the connection is lost; what happened in a gap is read again. */
export function keepListening(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  const refresh = gather((names: ReadonlySet<string>) => invalidate(client, [...names]));
  const connect = () => {
    // One stream at a time, also when "online" comes while a try is under way.
    source?.close();
    const stream = new EventSource('/api/events');
    source = stream;
    stream.onopen = () => {
      tries = 0;
      setLiveness('live');
      invalidate(client, LISTS);
    };
    stream.onerror = () => {
      stream.close();
      tries += 1;
      setLiveness('lost');
      // A session that has ended is found out by asking, not by trying for ever.
      if (tries === 1) void client.invalidateQueries({ queryKey: ['session'] });
      // Where something in between lets no stream through, the lists are read at least as often as one is tried.
      else invalidate(client, LISTS);
      timer = setTimeout(connect, waitBefore(tries, Math.random()));
    };
    stream.addEventListener('run', (event: MessageEvent<string>) => applyRun(client, JSON.parse(event.data) as RunView, refresh));
    stream.addEventListener('changed', (event: MessageEvent<string>) => refresh(namesOf((JSON.parse(event.data) as { kind: string }).kind)));
  };
  const atOnce = () => {
    if (liveness !== 'lost') return;
    clearTimeout(timer);
    connect();
  };
  connect();
  addEventListener('online', atOnce);
  return () => {
    removeEventListener('online', atOnce);
    clearTimeout(timer);
    source?.close();
    setLiveness('off');
  };
}

const LISTS = ['jobs', 'runs', 'run', 'artifacts', 'coverage', 'certificates', ...RUN_QUERIES];

/** What is read again when something of a kind changed. */
export function namesOf(kind: string): readonly string[] {
  if (kind === 'job') return ['jobs', 'job', ...RUN_QUERIES];
  if (kind === 'run') return ['jobs', 'runs', 'run', 'coverage', ...RUN_QUERIES];
  if (kind === 'artifact') return ['artifacts', 'runs', 'coverage'];
  if (kind === 'certificate') return ['certificates', 'jobs'];
  return [kind];
}

/** A time axis of so many runs that the server counts them is not counted anew with each of them. */
const COUNTED_GATHER_MS = 15_000;
const countsSoon = new WeakSet<QueryClient>();

export function invalidate(client: QueryClient, names: readonly string[]): void {
  for (const name of names) {
    if (name !== 'run timeline' || !showsCountedRuns(client)) void client.invalidateQueries({ queryKey: [name] });
    else if (!countsSoon.has(client)) {
      countsSoon.add(client);
      setTimeout(() => {
        countsSoon.delete(client);
        void client.invalidateQueries({ queryKey: [name] });
      }, COUNTED_GATHER_MS);
    }
  }
}

function showsCountedRuns(client: QueryClient): boolean {
  return client.getQueriesData<RunTimelineView>({ queryKey: ['run timeline'], type: 'active' }).some(([, data]) => (data?.buckets.length ?? 0) > 0);
}

const GATHER_MS = 400;

/** A hundred changes at once are one reading: what comes within the time is done together. */
export function gather(act: (names: ReadonlySet<string>) => void): (names: readonly string[]) => void {
  let gathered = new Set<string>();
  return (names) => {
    if (gathered.size === 0)
      setTimeout(() => {
        const now = gathered;
        gathered = new Set();
        act(now);
      }, GATHER_MS);
    for (const name of names) gathered.add(name);
  };
}

const FINISHED: ReadonlySet<string> = new Set(['succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'missed', 'suppressed', 'skipped']);

/** An answer may arrive before an older event: what has finished or got further stays. */
export function isNewer(next: RunView, known: RunView): boolean {
  // Run again by a person, it waits again while its attempts are still those of before.
  if (next.retries !== known.retries) return next.retries > known.retries;
  if (next.attempt !== known.attempt) return next.attempt > known.attempt;
  if (FINISHED.has(known.status)) return FINISHED.has(next.status);
  // It has got its turn.
  if (next.status === 'scheduled') return known.status === 'scheduled';
  const [percent, shown] = [next.progress.percent ?? 0, known.progress.percent ?? 0];
  return FINISHED.has(next.status) || (next.progress.rows >= known.progress.rows && percent >= shown);
}

const announced = new Set<string>();

/** Shows at once what is known of the run; what only the server knows is read again by `refresh`, which gathers. */
export function applyRun(client: QueryClient, run: RunView, refresh: (names: readonly string[]) => void): void {
  patchLists<RunList>(client, 'runs', (list) => patched(list, (item) => (item.id === run.id && isNewer(run, item) ? run : item)));
  patchLists<RunView>(client, 'run', (item) => (item.id === run.id && isNewer(run, item) ? run : item));
  patchLists<JobList>(client, 'jobs', (list) => patched(list, (job) => withRun(job, run)));
  const isNew = !announced.has(run.id);
  announced.add(run.id);
  if (FINISHED.has(run.status)) refresh([...namesOf('run'), 'artifacts']);
  else if (isNew) refresh(namesOf('run'));
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
