/** A source for threads: its ranges do what a test asks of them, and tell what they did in memory that the test shares. */
import { setTimeout as wait } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { CodedError } from '../../errors.ts';
import type { LinePlan, PlanReader } from '../archive.ts';

export interface TestData {
  readonly lines: readonly string[];
  /** Before every batch, which has one line. */
  readonly delay?: number;
  /** In place of the last line. */
  readonly fault?: 'error' | 'exit' | 'hang';
  /** The lines again and again. */
  readonly endless?: boolean;
}

/** What is counted, by place in the shared memory. */
export const SEEN = { opened: 0, closed: 1, batches: 2, cancelled: 3, threads: 4, read: 5, asked: 6 } as const;

export function seen(memory: SharedArrayBuffer, what: keyof typeof SEEN): number {
  return Atomics.load(new Int32Array(memory), SEEN[what]);
}

interface Shared {
  readonly memory: SharedArrayBuffer;
  /** The source refuses more readers. */
  readonly mostOpen: number;
  /** So many that come first it refuses, too. */
  readonly refused: number;
}

/** A plan whose ranges are those. */
export function testPlan(
  ranges: readonly TestData[],
  { memory = new SharedArrayBuffer(64), mostOpen = 99, refused = 0 }: Partial<Shared> = {},
): { readonly plan: LinePlan; readonly memory: SharedArrayBuffer } {
  const shared: Shared = { memory, mostOpen, refused };
  return { memory, plan: { module: import.meta.url, shared, data: ranges, ranges: ranges.length } };
}

export async function openPlanReader(shared: unknown, signal: AbortSignal): Promise<PlanReader> {
  const { memory, mostOpen, refused } = shared as Shared;
  const counts = new Int32Array(memory);
  const isRefused = Atomics.add(counts, SEEN.asked, 1) < refused;
  if (Atomics.add(counts, SEEN.opened, 1) >= mostOpen || isRefused) {
    Atomics.sub(counts, SEEN.opened, 1);
    throw new CodedError('source.unreachable');
  }
  Atomics.or(counts, SEEN.threads, 1 << (threadId % 31));
  let stop: (error: Error) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  stopped.catch(() => undefined);
  signal.addEventListener('abort', () => stop(new Error('aborted')));
  let isReading = false;
  async function* read(data: unknown, range: number) {
    const { lines, delay, fault, endless } = (data as readonly TestData[])[range] as TestData;
    isReading = true;
    Atomics.add(counts, SEEN.read, 1);
    do {
      for (const [at, line] of lines.entries()) {
        await Promise.race([delay ? wait(delay) : null, stopped]);
        if (at === lines.length - 1 && fault) await Promise.race([fails(fault), stopped]);
        Atomics.add(counts, SEEN.batches, 1);
        yield { bytes: new Uint8Array(Buffer.from(line)) };
      }
    } while (endless);
    isReading = false;
  }
  return {
    read,
    async close() {
      Atomics.add(counts, SEEN.closed, 1);
      if (isReading) Atomics.add(counts, SEEN.cancelled, 1);
      stop(new Error('closed'));
    },
  };
}

function fails(fault: 'error' | 'exit' | 'hang'): Promise<never> {
  if (fault === 'error') throw new CodedError('source.query', { value: 's.t, SQLSTATE 22P02' });
  if (fault === 'exit') process.exit(3);
  return new Promise(() => undefined);
}
