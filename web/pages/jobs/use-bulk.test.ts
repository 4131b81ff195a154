import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BulkView } from '../../../src/contract/bulk.ts';
import { ApiProblem } from '../../api/client.ts';
import { inRounds } from './use-bulk.ts';

const answer = (left: number) => ({ total: 10, left }) as BulkView;
const refusal = (status: number) => new ApiProblem({ type: 'about:blank', title: '', status, code: 'code', detail: '', fix: '' });
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('an act on many jobs', () => {
  it('goes on until nothing is left, and tells how far it is', async () => {
    const request = vi.fn().mockResolvedValueOnce(answer(6)).mockResolvedValueOnce(answer(2)).mockResolvedValueOnce(answer(0));
    const tell = vi.fn();
    expect(await inRounds(request, tell, never)).toEqual(answer(0));
    expect(tell.mock.calls.flat()).toEqual([answer(6), answer(2), answer(0)]);
  });

  it('asks no further once it is stopped, and says what was done until then', async () => {
    const stop = new AbortController();
    const request = vi.fn().mockResolvedValueOnce(answer(6)).mockResolvedValue(answer(2));
    const tell = vi.fn((view: BulkView) => view.left === 2 && stop.abort());
    expect(await inRounds(request, tell, stop.signal)).toEqual(answer(2));
    expect(request).toHaveBeenCalledTimes(2);
  });

  it('asks twice again when an answer is lost, each time anew, and then gives up', async () => {
    const request = vi.fn();
    for (const left of [6, 0]) request.mockRejectedValueOnce(refusal(0)).mockRejectedValueOnce(refusal(0)).mockResolvedValueOnce(answer(left));
    const whole = inRounds(request, () => {}, never);
    await vi.runAllTimersAsync();
    expect(await whole).toEqual(answer(0));
    const without = inRounds(vi.fn().mockRejectedValue(refusal(0)), () => {}, never).catch((error) => error);
    await vi.runAllTimersAsync();
    expect(await without).toMatchObject({ document: { status: 0 } });
  });

  it('asks no further for a lost answer once it is stopped, nor after a refusal', async () => {
    const stop = new AbortController();
    const lost = vi.fn().mockRejectedValue(refusal(0));
    const stopped = inRounds(lost, () => {}, stop.signal).catch((error) => error);
    stop.abort();
    await vi.runAllTimersAsync();
    expect(await stopped).toBeInstanceOf(ApiProblem);
    const refused = vi.fn().mockRejectedValue(refusal(409));
    await expect(inRounds(refused, () => {}, never)).rejects.toBeInstanceOf(ApiProblem);
    expect([lost.mock.calls.length, refused.mock.calls.length]).toEqual([1, 1]);
  });
});
