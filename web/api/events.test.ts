import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import { applyRun, gather, invalidate, isNewer, keepListening, namesOf, waitBefore } from './events.ts';
import type { JobList } from './lists.ts';

function run(part: Partial<RunView> & { rows?: number }): RunView {
  const { rows = 0, ...rest } = part;
  const progress = { phase: 'reading', rows, rowsEstimated: null, bytes: 0, fileBytes: 0, percent: null, timeLeft: null, timeLeftUnknown: null };
  return { id: 'run', jobId: 'job', status: 'running', attempt: 1, retries: 0, scheduledAt: '2026-01-01T00:00:00Z', progress, ...rest } as RunView;
}

function listWith(lastRun: RunView | null): JobList {
  return { items: [{ id: 'job', lastRun } as JobView], total: { count: 1, exact: true }, next: null, previous: null };
}

describe('a time axis', () => {
  const readings = async (buckets: object[]) => {
    vi.useFakeTimers();
    const client = new QueryClient();
    const read = vi.fn(async () => ({ buckets }));
    const stop = new QueryObserver(client, { queryKey: ['run timeline', {}], queryFn: read }).subscribe(() => {});
    await vi.advanceTimersByTimeAsync(0);
    for (let second = 0; second < 40; second += 1) {
      invalidate(client, ['runs', 'run timeline']);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    const during = read.mock.calls.length;
    await vi.advanceTimersByTimeAsync(15_000);
    stop();
    vi.useRealTimers();
    return [during, read.mock.calls.length];
  };

  it('whose runs are counted is read again every 15 seconds at most while runs change, and once after the last', async () => {
    expect(await readings([{ count: 3_000 }])).toEqual([3, 4]);
  });

  it('that shows single runs is read again at once', async () => {
    expect(await readings([])).toEqual([41, 41]);
  });
});

describe('isNewer', () => {
  it('lets progress go forward only', () => {
    expect(isNewer(run({ rows: 2 }), run({ rows: 1 }))).toBe(true);
    expect(isNewer(run({ rows: 1 }), run({ rows: 2 }))).toBe(false);
  });

  it('keeps what has finished against a late event of the same attempt, not against the next attempt', () => {
    expect(isNewer(run({ rows: 9 }), run({ status: 'succeeded' }))).toBe(false);
    expect(isNewer(run({ attempt: 2 }), run({ status: 'failed', rows: 9 }))).toBe(true);
  });

  it('lets a run that somebody runs again wait again, though its attempts are those of before', () => {
    for (const status of ['scheduled', 'queued', 'running'] as const) {
      expect(isNewer(run({ status, retries: 1 }), run({ status: 'failed', rows: 9 }))).toBe(true);
      expect(isNewer(run({ status: 'failed', rows: 9 }), run({ status, retries: 1 }))).toBe(false);
    }
  });
});

describe('a run that waits for its turn', () => {
  it('does not go back to waiting once it has it', () => {
    expect(isNewer(run({ status: 'scheduled' }), run({ status: 'queued' }))).toBe(false);
    expect(isNewer(run({ status: 'queued' }), run({ status: 'scheduled' }))).toBe(true);
    expect(isNewer(run({ status: 'cancelled' }), run({ status: 'scheduled' }))).toBe(true);
  });
});

describe('applyRun', () => {
  it('has the jobs and the files read again whenever a run ends, also one that did not happen', () => {
    for (const status of ['succeeded', 'failed', 'missed', 'suppressed', 'skipped'] as const) {
      const client = new QueryClient();
      // Announced before, so that only its end can be the reason.
      applyRun(client, run({ id: status }), () => {});
      const refresh = vi.fn();
      applyRun(client, run({ id: status, status }), refresh);
      expect(refresh).toHaveBeenCalledExactlyOnceWith(expect.arrayContaining(['jobs', 'runs', 'run', 'artifacts', 'coverage']));
    }
  });

  it('has nothing read again by itself, however many runs come at once', () => {
    const client = new QueryClient();
    client.setQueryData(['jobs', {}], listWith(null));
    for (let n = 0; n < 100; n += 1) applyRun(client, run({ id: `one of many ${n}`, status: 'missed' }), () => {});
    expect(client.getQueryState(['jobs', {}])?.isInvalidated).toBe(false);
  });

  it('updates the last run of the job in the cached list', () => {
    const client = new QueryClient();
    client.setQueryData(['jobs', {}], listWith(null));
    applyRun(client, run({ rows: 5 }), () => {});
    expect(client.getQueryData<JobList>(['jobs', {}])?.items[0]?.lastRun?.progress.rows).toBe(5);
  });

  it('leaves a list that is due to be read again due, so that a job made meanwhile appears', async () => {
    const client = new QueryClient();
    client.setQueryData(['jobs', {}], listWith(run({ rows: 1 })));
    applyRun(client, run({ rows: 2 }), () => {});
    await client.invalidateQueries({ queryKey: ['jobs'] });
    applyRun(client, run({ rows: 3 }), () => {});
    const state = client.getQueryState<JobList>(['jobs', {}]);
    expect(state?.isInvalidated).toBe(true);
    expect(state?.data?.items[0]?.lastRun?.progress.rows).toBe(3);
  });
});

describe('notes that something changed', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('come together: however many arrive, what they name is read once, and again for those after', () => {
    vi.useFakeTimers();
    const read: string[][] = [];
    const note = gather((names) => read.push([...names]));
    for (let times = 0; times < 100; times += 1) note(namesOf('job'));
    note(namesOf('artifact'));
    expect(read).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(read).toEqual([[...new Set([...namesOf('job'), ...namesOf('artifact')])]]);
    note(['coverage']);
    vi.advanceTimersByTime(500);
    expect(read[1]).toEqual(['coverage']);
  });

  it('name the lists that show such a thing', () => {
    expect(namesOf('job')).toContain('jobs');
    expect(namesOf('run')).toEqual(expect.arrayContaining(['runs', 'run']));
    expect(namesOf('artifact')).toEqual(expect.arrayContaining(['artifacts', 'coverage']));
    expect(namesOf('certificate')).toContain('certificates');
    expect(namesOf('something new')).toEqual(['something new']);
  });
});

describe('connecting again', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('keeps one stream, also when the browser comes online while a try is under way', () => {
    vi.useFakeTimers();
    const streams: Stream[] = [];
    class Stream extends EventTarget {
      open = true;
      onerror: (() => void) | null = null;
      constructor() {
        super();
        streams.push(this);
      }
      close() {
        this.open = false;
      }
    }
    const page = new EventTarget();
    vi.stubGlobal('EventSource', Stream);
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const stop = keepListening(new QueryClient());
    streams[0]?.onerror?.();
    vi.advanceTimersByTime(2_000);
    page.dispatchEvent(new Event('online'));
    expect(streams.map((stream) => stream.open)).toEqual([false, false, true]);
    stop();
    expect(streams.every((stream) => !stream.open)).toBe(true);
  });

  it('waits longer each time, up to half a minute, and differs from browser to browser', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((tries) => waitBefore(tries, 1))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(waitBefore(1, 0)).toBe(500);
    expect(waitBefore(50, 0)).toBe(15_000);
  });
});
