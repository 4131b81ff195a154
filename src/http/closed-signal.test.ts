import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { closedSignal } from './closed-signal.ts';

const server = Fastify();
let signal: AbortSignal | undefined;
server.get('/waits', async (_request, reply) => {
  signal = closedSignal(reply);
  await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
  return 'too late';
});
server.get('/answers', async (_request, reply) => {
  signal = closedSignal(reply);
  return { aborted: signal.aborted };
});
afterEach(() => {
  signal = undefined;
});

describe('the signal of a request', () => {
  it('is aborted as soon as whoever asked has gone', async () => {
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const gone = new AbortController();
    const asked = fetch(`${url}/waits`, { signal: gone.signal });
    asked.catch(() => undefined);
    await expect.poll(() => signal).toBeDefined();
    expect(signal?.aborted).toBe(false);
    gone.abort();
    await expect.poll(() => signal?.reason).toMatchObject({ code: 'request.abandoned' });
    expect(await (await fetch(`${url}/answers`)).json()).toEqual({ aborted: false });
    await server.close();
  });
});
