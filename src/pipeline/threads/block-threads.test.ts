import { describe, expect, it } from 'vitest';
import { seen, testPlans } from '../testing/test-plan.ts';
import { BlockThreads } from './block-threads.ts';

describe('BlockThreads', () => {
  it('leaves nothing open in the source when it is closed while the threads still start', async () => {
    const threads = new BlockThreads(2);
    const endless = { lines: ['{"a":1}\n'], delay: 1, endless: true };
    const { plans, memory } = testPlans([endless, endless]);
    const reading = threads.openReading('fast', new AbortController().signal);
    const blocks = reading.read(plans)[Symbol.asyncIterator]();
    await reading.close();
    // The thread has left the plan when this is told.
    await expect(blocks.next()).rejects.toThrow('not written any more');
    expect(seen(memory, 'closed')).toBe(seen(memory, 'opened'));
    expect(seen(memory, 'batches')).toBe(0);
    await threads.close();
  });
});
