import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { PackedBlock } from '../archive.ts';
import { seen, type TestData, testPlan } from '../testing/test-plan.ts';
import { BlockThreads } from './block-threads.ts';

const NEVER = new AbortController().signal;
let threads: BlockThreads;
afterEach(() => threads.close());

const range = (first: number, count = 3): TestData => ({ lines: Array.from({ length: count }, (_, at) => `{"id":${first + at}}\n`) });

/** Takes what comes, and lets go of it. */
async function textOf(blocks: AsyncIterable<PackedBlock>): Promise<string> {
  let text = '';
  for await (const { plain, release } of blocks) {
    text += Buffer.from(plain).toString();
    release?.();
  }
  return text;
}

describe('BlockThreads', () => {
  it('leaves nothing open in the source when it is closed while the threads still start', async () => {
    threads = new BlockThreads(2);
    const endless = { lines: ['{"a":1}\n'], delay: 1, endless: true };
    const { plan, memory } = testPlan([endless, endless]);
    const reading = threads.openReading('fast', NEVER);
    const blocks = reading.read(plan)[Symbol.asyncIterator]();
    await reading.close();
    // The thread has left the plan when this is told.
    await expect(blocks.next()).rejects.toThrow('not written any more');
    expect(seen(memory, 'closed')).toBe(seen(memory, 'opened'));
    expect(seen(memory, 'batches')).toBe(0);
  });

  it('reads for one archive in so many threads at most', async () => {
    threads = new BlockThreads(4, 2);
    const ranges = Array.from({ length: 40 }, (_, at) => ({ ...range(3 * at), delay: 1 }));
    const { plan, memory } = testPlan(ranges);
    const reading = threads.openReading('fast', NEVER);
    expect(await textOf(reading.read(plan))).toBe(ranges.flatMap(({ lines }) => lines).join(''));
    await reading.close();
    expect([seen(memory, 'opened'), seen(memory, 'closed')]).toEqual([2, 2]);
  });

  it('lets the others read what a reader would have that the source refuses', async () => {
    threads = new BlockThreads(3);
    const ranges = Array.from({ length: 40 }, (_, at) => range(3 * at));
    const { plan, memory } = testPlan(ranges, { mostOpen: 1 });
    const reading = threads.openReading('fast', NEVER);
    expect(await textOf(reading.read(plan))).toBe(ranges.flatMap(({ lines }) => lines).join(''));
    await reading.close();
    expect([seen(memory, 'opened'), seen(memory, 'closed')]).toEqual([1, 1]);
  });

  it('asks every thread that may read for what waits, be it a single range, before it gives up', async () => {
    threads = new BlockThreads(4, 3);
    for (const ranges of [[range(0)], [range(0), range(3)]]) {
      const { plan, memory } = testPlan(ranges, { refused: 2 });
      const reading = threads.openReading('fast', NEVER);
      expect(await textOf(reading.read(plan))).toBe(ranges.flatMap(({ lines }) => lines).join(''));
      await reading.close();
      expect([seen(memory, 'asked'), seen(memory, 'opened'), seen(memory, 'closed')]).toEqual([3, 1, 1]);
    }
  });

  it('fails with the error of the source when it refuses every reader', async () => {
    threads = new BlockThreads(4, 3);
    const reading = threads.openReading('fast', NEVER);
    const { plan, memory } = testPlan([range(0)], { mostOpen: 0 });
    await expect(textOf(reading.read(plan))).rejects.toMatchObject({ code: 'source.unreachable' });
    await reading.close();
    expect(seen(memory, 'asked')).toBe(3);
  });

  it('fails when a thread dies while it opens a reader, also where the file could be read without', async () => {
    threads = new BlockThreads(1);
    const reading = threads.openReading('fast', NEVER);
    const plan = { ...testPlan([range(0)]).plan, module: 'data:text/javascript,export const openPlanReader = () => process.exit(3)' };
    const otherwise = () => {
      throw new Error('read without');
    };
    await expect(textOf(reading.read(plan, undefined, otherwise))).rejects.toMatchObject({ code: 'run.thread_ended' });
    await reading.close();
  });

  it('knows of so many ranges at most as lie in memory, also of those without rows', async () => {
    threads = new BlockThreads(1);
    const reading = threads.openReading('fast', NEVER);
    const held = testPlan([range(0), ...Array.from({ length: 2_000 }, () => range(3, 0)), range(3)]);
    const blocks = reading.read(held.plan)[Symbol.asyncIterator]();
    const first = await blocks.next();
    // While the first is written, a thread passes over ranges without rows, but not over all.
    await expect.poll(() => seen(held.memory, 'read')).toBe(64);
    first.value?.release?.();
    const rest: string[] = [];
    for (let step = await blocks.next(); step.done !== true; step = await blocks.next()) {
      rest.push(Buffer.from(step.value.plain).toString());
      step.value.release?.();
    }
    expect(rest.join('')).toBe(range(3).lines.join(''));
    await reading.close();
  });

  it('begins no range of the next file before those of the first, lest they take the memory these need', async () => {
    threads = new BlockThreads(1);
    const reading = threads.openReading('fast', NEVER);
    const one = testPlan([range(0), ...Array.from({ length: 200 }, () => range(3, 0)), range(3)]);
    const blocks = reading.read(one.plan)[Symbol.asyncIterator]();
    const other = reading.read(testPlan([range(6), range(9), range(12)]).plan);
    const first = await blocks.next();
    await expect.poll(() => seen(one.memory, 'read')).toBeGreaterThanOrEqual(64);
    first.value?.release?.();
    const last = await blocks.next();
    expect(Buffer.from(last.value?.plain ?? []).toString()).toBe(range(3).lines.join(''));
    last.value?.release?.();
    expect((await blocks.next()).done).toBe(true);
    expect(await textOf(other)).toBe([6, 9, 12].flatMap((id) => range(id).lines).join(''));
    await reading.close();
  });

  it('reads for another archive while one that nobody writes holds all it can', async () => {
    threads = new BlockThreads(2);
    const big = Array.from({ length: 12 }, (): TestData => ({ lines: Array.from({ length: 10 }, () => `{"text":"${'x'.repeat(300_000)}"}\n`) }));
    const [stalled, going] = [threads.openReading('fast', NEVER), threads.openReading('fast', NEVER)];
    const full = testPlan(big);
    const held = stalled.read(full.plan)[Symbol.asyncIterator]();
    await held.next();
    // Until no thread has room for any more of it: each holds two ranges.
    const isFull = async () => {
      const before = seen(full.memory, 'batches');
      await wait(100);
      return before === 40 && seen(full.memory, 'batches') === before;
    };
    await expect.poll(isFull).toBe(true);
    const ranges = Array.from({ length: 20 }, (_, at) => range(3 * at));
    const { plan, memory } = testPlan(ranges);
    expect(await textOf(going.read(plan))).toBe(ranges.flatMap(({ lines }) => lines).join(''));
    await going.close();
    expect([seen(memory, 'opened'), seen(memory, 'closed')]).toEqual([2, 2]);
    await stalled.close();
    expect([seen(full.memory, 'opened'), seen(full.memory, 'closed')]).toEqual([2, 2]);
  });
});
