import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { Calls } from './calls.ts';

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

describe('Calls', () => {
  it('waits for no answer to what could not be sent', async () => {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const calls = new Calls(port1, {});
    const other = new Calls(port2, { twice: (value: number) => 2 * value });
    await expect(calls.call('twice', [() => undefined])).rejects.toThrow('could not be cloned');
    expect(calls.waiting).toBe(0);
    expect(await calls.call('twice', [21])).toBe(42);
    await expect(other.call('thrice', [1])).rejects.toThrow('nothing is offered as thrice');
    expect([calls.waiting, other.waiting]).toEqual([0, 0]);
  });
});
