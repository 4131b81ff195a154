import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CutDownload, DamagedDownload, newStanding, type Sink, type Standing, transfer, type TransferParts } from '../../web/downloads/transfer.ts';

/** A file of several reads of the network; the server breaks off where a test says. */
const FILE = randomBytes(200_003);
const SHA256 = createHash('sha256').update(FILE).digest('hex');

let server: Server;
let base: string;
/** How many bytes of the body each answer gives before the connection breaks; null: the whole answer. */
let cuts: (number | 'before the answer' | null)[];
let asked: (string | undefined)[];
let lie: ((answer: { start: number }) => Record<string, string>) | null;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    const cut = cuts.shift() ?? null;
    if (cut === 'before the answer') {
      response.destroy();
      return;
    }
    const fits = request.headers['if-range'] === `"${SHA256}"`;
    const start = fits ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    const length = FILE.length - start;
    const range = start > 0 ? { 'content-range': `bytes ${start}-${FILE.length - 1}/${FILE.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': length, ...range, ...lie?.({ start }) });
    const body = FILE.subarray(start, cut === null ? FILE.length : start + cut);
    if (cut === null) response.end(body);
    else response.write(body, () => setTimeout(() => response.destroy(), 5));
    if (cut === 0) response.flushHeaders();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  cuts = [];
  asked = [];
  lie = null;
});

/** Keeps what arrives; refuses a write that does not follow the one before. */
class Memory implements Sink {
  bytes = Buffer.alloc(0);
  finished = 0;
  restarts = 0;
  async write(chunk: Uint8Array, position: number) {
    expect(position).toBe(this.bytes.length);
    this.bytes = Buffer.concat([this.bytes, chunk]);
  }
  async restart() {
    this.restarts += 1;
    this.bytes = Buffer.alloc(0);
  }
  async finish() {
    this.finished += 1;
  }
  async discard() {}
}

const waits: number[] = [];
function parts(sink: Sink, standing: Standing, change: Partial<TransferParts> = {}): TransferParts {
  return {
    wanted: { path: '/file', bytes: FILE.length, sha256: SHA256 },
    standing,
    sink,
    signal: new AbortController().signal,
    onBytes: () => {},
    onCut: () => {},
    wait: async (seconds) => void waits.push(seconds),
    open: (method, path, { headers, signal }) => fetch(base + path, { method, headers: { ...headers }, signal }),
    ...change,
  };
}

async function download(change: Partial<TransferParts> = {}): Promise<Memory> {
  const sink = new Memory();
  await transfer(parts(sink, newStanding(FILE.length), change));
  return sink;
}

describe('a download', () => {
  it('without a cut is one request', async () => {
    const sink = await download();
    expect(sink.bytes.equals(FILE)).toBe(true);
    expect(sink.finished).toBe(1);
    expect(asked).toEqual([undefined]);
  });

  it.each([0, 1, 2, 63, 64, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 131_072, FILE.length - 2, FILE.length - 1, FILE.length])(
    'that is cut after %i bytes goes on at that very byte',
    async (cut) => {
      cuts = [cut];
      const sink = await download();
      expect(sink.bytes.equals(FILE)).toBe(true);
      expect(asked).toEqual(cut === FILE.length ? [undefined] : cut === 0 ? [undefined, undefined] : [undefined, `bytes=${cut}-`]);
    },
  );

  it('survives many cuts, also before the answer and inside the rest', async () => {
    cuts = ['before the answer', 10_000, 'before the answer', 0, 1, 70_000, 16_384, 'before the answer', 3];
    const sink = await download();
    expect(sink.bytes.equals(FILE)).toBe(true);
    expect(sink.restarts).toBe(0);
    expect(sink.finished).toBe(1);
  });

  it('waits longer from one vain try to the next, begins anew when bytes came, and gives up in the end', async () => {
    waits.length = 0;
    cuts = [...Array.from({ length: 7 }, () => 'before the answer' as const), 5, 'before the answer'];
    await download();
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 1, 2]);
    cuts = Array.from({ length: 100 }, () => 'before the answer' as const);
    await expect(download()).rejects.toThrow(CutDownload);
  });

  it('goes on after a pause where it stopped, wherever that was', async () => {
    for (const at of [1, 65_536, 100_000, FILE.length - 1]) {
      const [sink, standing] = [new Memory(), newStanding(FILE.length)];
      const stop = new AbortController();
      const onBytes = () => {
        if (standing.received >= at) stop.abort();
      };
      await expect(transfer(parts(sink, standing, { signal: stop.signal, onBytes }))).rejects.toThrow();
      expect(sink.bytes.length).toBe(standing.received);
      expect(sink.finished).toBe(0);
      await transfer(parts(sink, standing));
      expect(sink.bytes.equals(FILE)).toBe(true);
    }
  });

  it('begins anew when the server sends the whole file instead of the rest', async () => {
    cuts = [50_000];
    const sink = new Memory();
    const whole: TransferParts['open'] = (method, path, { signal }) => fetch(base + path, { method, signal });
    await transfer(parts(sink, newStanding(FILE.length), { open: whole as NonNullable<TransferParts['open']> }));
    expect(sink.restarts).toBe(1);
    expect(sink.bytes.equals(FILE)).toBe(true);
  });

  it.each([
    ['another place', ({ start }: { start: number }) => ({ 'content-range': `bytes ${start + 1}-${FILE.length - 1}/${FILE.length}` })],
    ['another length', ({ start }: { start: number }) => ({ 'content-range': `bytes ${start}-${FILE.length - 1}/${FILE.length + 1}` })],
    ['no place', () => ({ 'content-range': 'bytes' })],
  ])('never joins a rest that names %s', async (_name, wrong) => {
    cuts = [50_000];
    lie = (answer) => (answer.start > 0 ? wrong(answer) : {});
    await expect(download()).rejects.toThrow(DamagedDownload);
  });

  it('is not finished when its hash is another one', async () => {
    const [sink, standing] = [new Memory(), newStanding(FILE.length)];
    await expect(transfer(parts(sink, standing, { wanted: { path: '/file', bytes: FILE.length, sha256: 'f'.repeat(64) } }))).rejects.toThrow(DamagedDownload);
    expect(sink.finished).toBe(0);
  });

  it('does not go on where its disk failed', async () => {
    const sink = new Memory();
    sink.write = async () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    await expect(transfer(parts(sink, newStanding(FILE.length)))).rejects.toThrow('full');
    expect(asked).toEqual([undefined]);
  });

  it('of unknown hash and length takes the length from the answer, and does not go on after a cut', async () => {
    const wanted = { path: '/file', bytes: null, body: { ids: [] } };
    const sink = new Memory();
    await transfer(parts(sink, newStanding(null), { wanted }));
    expect(sink.bytes.equals(FILE)).toBe(true);
    cuts = [1_000];
    await expect(transfer(parts(new Memory(), newStanding(null), { wanted }))).rejects.toThrow(CutDownload);
  });
});
