import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDownload } from '../../web/downloads/download.ts';
import type { DownloadEntry } from '../../web/downloads/list.ts';
import type { Sink } from '../../web/downloads/transfer.ts';

/** What the tray shows of a download, by a clock that the test moves: stalls, waits, the network that comes back, refusals. */

const FILE = randomBytes(1_000);
const WANTED = { path: '/file', bytes: FILE.length, sha256: createHash('sha256').update(FILE).digest('hex') };
const shown = vi.hoisted(() => ({ entries: [] as DownloadEntry[], dropped: [] as string[] }));
vi.mock('../../web/downloads/list.ts', () => ({
  putEntry: (entry: DownloadEntry) => shown.entries.push(entry),
  dropEntry: (id: string) => shown.dropped.push(id),
}));

type Server = { push(bytes: Uint8Array): void; end(): void; cut(): void; readonly range: string | null };
let answers: Server[];
let refuse: (() => Response) | null;
let discarded: number;
let written: Buffer;
const sink: Sink = {
  write: async (chunk) => {
    written = Buffer.concat([written, chunk]);
  },
  restart: async () => {
    written = Buffer.alloc(0);
  },
  finish: async () => {},
  discard: async () => {
    discarded += 1;
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('fetch', answer);
  answers = [];
  refuse = null;
  discarded = 0;
  written = Buffer.alloc(0);
  shown.entries = [];
  shown.dropped = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Answers with the rest of the file, whose bytes the test sends. */
async function answer(_path: string, init: RequestInit): Promise<Response> {
  if (refuse) return refuse();
  const range = new Headers(init.headers).get('range');
  const start = Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  init.signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')));
  answers.push({
    push: (bytes) => controller.enqueue(bytes),
    end: () => controller.close(),
    cut: () => controller.error(new TypeError('network error')),
    range,
  });
  const headers = { 'content-length': String(FILE.length - start), ...(start > 0 && { 'content-range': `bytes ${start}-${FILE.length - 1}/${FILE.length}` }) };
  return new Response(body, { status: start > 0 ? 206 : 200, headers });
}

const now = () => shown.entries.at(-1) as DownloadEntry;
const server = () => answers.at(-1) as Server;
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);
async function begin(sent = 100): Promise<void> {
  startDownload({ name: 'file', owner: 'me', note: null }, WANTED, sink);
  await pass(0.1);
  if (sent > 0) server().push(FILE.subarray(0, sent));
  await pass(1.5);
}

describe('a download', () => {
  it('shows the last bytes that came, says after 30 seconds that nothing comes, and tries again when asked', async () => {
    await begin();
    expect(now()).toMatchObject({ state: 'receiving', received: 100, total: 1_000, stalled: false });
    await pass(27);
    expect(now().stalled).toBe(false);
    await pass(3);
    expect(now()).toMatchObject({ stalled: true, state: 'receiving' });
    now().resume();
    await pass(0.1);
    expect(answers.map((one) => one.range)).toEqual([null, 'bytes=100-']);
    expect(now().stalled).toBe(false);
    server().push(FILE.subarray(100));
    server().end();
    await pass(1);
    expect(now()).toMatchObject({ state: 'done', checked: true, received: 1_000 });
    expect(written.equals(FILE)).toBe(true);
  });

  it('forgets the stall when bytes come again by themselves', async () => {
    await begin();
    await pass(31);
    expect(now().stalled).toBe(true);
    server().push(FILE.subarray(100, 200));
    await pass(1.5);
    expect(now()).toMatchObject({ stalled: false, received: 200 });
  });

  it('waits after a cut, and goes on at once when the network is back or the person asks', async () => {
    await begin();
    server().cut();
    await pass(0.1);
    expect(now().state).toBe('waiting');
    window.dispatchEvent(new Event('online'));
    await pass(0.1);
    expect(answers).toHaveLength(2);
    server().cut();
    await pass(0.1);
    now().resume();
    await pass(0.1);
    expect(answers.map((one) => one.range)).toEqual([null, 'bytes=100-', 'bytes=100-']);
  });

  it('asks for nothing while it is paused, and twice "Resume" is once', async () => {
    await begin();
    now().pause();
    await pass(120);
    expect(now()).toMatchObject({ state: 'paused', received: 100, stalled: false });
    expect(answers).toHaveLength(1);
    now().resume();
    now().resume();
    await pass(0.1);
    expect(answers).toHaveLength(2);
  });

  it('can be resumed when the session ended, and not when the file is gone', async () => {
    const problem = (status: number, code: string) => () =>
      new Response(JSON.stringify({ type: 'x', title: 'x', status, code, detail: 'x', fix: 'x' }), {
        status,
        headers: { 'content-type': 'application/problem+json' },
      });
    await begin();
    refuse = problem(401, 'sign_in.required');
    server().cut();
    await pass(2);
    expect(now()).toMatchObject({ state: 'failed', resumable: true, received: 100 });
    refuse = problem(410, 'artifact.gone');
    now().resume();
    await pass(0.1);
    expect(now()).toMatchObject({ state: 'failed', resumable: false });
    now().dismiss();
    await pass(0.1);
    expect(shown.dropped).toHaveLength(1);
    expect(discarded).toBe(1);
  });

  it('that is cancelled asks no more and leaves nothing behind', async () => {
    await begin();
    now().cancel();
    await pass(60);
    expect(answers).toHaveLength(1);
    expect(discarded).toBe(1);
    expect(shown.dropped).toHaveLength(1);
  });

  it.each(['a write', 'the end'])('that is cancelled during %s does not come back', async (during) => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    startDownload({ name: 'file', owner: 'me', note: null }, WANTED, during === 'a write' ? { ...sink, write: () => held } : { ...sink, finish: () => held });
    await pass(0.1);
    server().push(FILE);
    server().end();
    await pass(1);
    const before = shown.entries.length;
    now().cancel();
    goOn();
    await pass(60);
    expect(shown.entries.slice(before)).toEqual([]);
    expect(discarded).toBe(1);
  });

  it('of several files in one ends with a cut', async () => {
    startDownload({ name: 'bundle', owner: 'me', note: null }, { path: '/bundle', body: { ids: ['x'] }, bytes: null }, sink);
    await pass(0.1);
    server().push(FILE.subarray(0, 10));
    server().cut();
    await pass(1);
    expect(now()).toMatchObject({ state: 'failed', resumable: false, total: 1_000 });
  });
});
