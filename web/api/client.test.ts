import { afterEach, describe, expect, it, vi } from 'vitest';
import { callLines } from './client.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** An answer whose bytes come in these pieces. */
function answering(pieces: readonly (string | Uint8Array)[], status = 200): void {
  const encoder = new TextEncoder();
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    init.signal?.throwIfAborted();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
        controller.close();
      },
    });
    return new Response(body, { status });
  });
}

async function linesOf(signal?: AbortSignal): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of callLines('POST', '/api/jobs/test', signal === undefined ? {} : { signal })) lines.push(line);
  return lines;
}

describe('an answer that comes line by line', () => {
  it('is given line by line, however its bytes are cut', async () => {
    const euro = new TextEncoder().encode('{"a":"€"}\n');
    answering(['{"n":1}\n{"n"', ':2}\n', euro.slice(0, 7), euro.slice(7)]);
    expect(await linesOf()).toEqual([{ n: 1 }, { n: 2 }, { a: '€' }]);
  });

  it('leaves out a last line that was cut off: what it said is not known', async () => {
    answering(['{"n":1}\n{"n":']);
    expect(await linesOf()).toEqual([{ n: 1 }]);
  });

  it('that is a refusal throws its problem', async () => {
    answering([JSON.stringify({ code: 'permission.denied', title: 'No', detail: 'No', fix: 'Ask', status: 403, type: '' })], 403);
    await expect(linesOf()).rejects.toMatchObject({ code: 'permission.denied' });
  });

  it('that nobody waits for ends with the reason of the signal', async () => {
    answering(['{"n":1}\n']);
    await expect(linesOf(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
