import { createHash } from 'node:crypto';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { ArchiveProgress, Packer } from './archive.ts';
import { INLINE_PACKER } from './deflate/packer.ts';
import { archive, file, request, stored } from './testing/archives.ts';
import { TestFolder } from './testing/recipients.ts';
import { writeArchive } from './write-archive.ts';

const folder = new TestFolder();
const alice = folder.recipient();
afterAll(() => folder.remove());

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const bigLine = `${JSON.stringify({ text: 'x'.repeat(100_000) })}\n`;

/** Endless lines that differ, and a note of whether they were closed. */
function endless() {
  const state = { closed: false, given: 0 };
  async function* lines(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        state.given += 1;
        await turn();
        yield Buffer.from(`${JSON.stringify(Array.from({ length: 5000 }, () => Math.random()))}\n`);
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, lines };
}

describe('writeArchive', () => {
  it('counts rows, bytes and hashes of every entry and of the file', async () => {
    const text = '{"a":1}\n{"a":"ü"}\n';
    const seen: ArchiveProgress[] = [];
    const { bytes, result } = await archive([file('Email', [text]), file('Email', ['{}\n'], '-Attachment'), file('Chat', [])], [alice.certificate], {
      onProgress: (progress) => seen.push(progress),
    });
    const rows = result.entries.map((entry) => [entry.name, entry.content, entry.rows]);
    expect(rows).toEqual([
      ['Email.jsonl', 'rows', 2],
      ['Email.schema.json', 'schema', null],
      ['Email-Attachment.jsonl', 'attachments', 1],
      ['Chat.jsonl', 'rows', 0],
      ['Chat.schema.json', 'schema', null],
      ['report.html', 'report', null],
    ]);
    expect(result.entries[0]).toMatchObject({ bytes: Buffer.byteLength(text), sha256: sha256(text), entityType: 'Email' });
    expect(result).toMatchObject({ rows: 3, fileBytes: bytes.length, fileSha256: sha256(bytes) });
    expect(seen.at(-1)).toMatchObject({ rows: 3, fileBytes: bytes.length });
  });

  it('asks for the lines of a file only when its turn comes', async () => {
    const order: string[] = [];
    const noting = (name: string) =>
      file(
        name,
        (async function* () {
          order.push(`begin ${name}`);
          yield Buffer.from('{}\n');
          await wait(5);
          order.push(`end ${name}`);
        })(),
      );
    await archive([noting('A'), noting('B')], [alice.certificate]);
    expect(order).toEqual(['begin A', 'end A', 'begin B', 'end B']);
  });

  it('hands on large chunks, one at a time, and holds the source back', async () => {
    const source = endless();
    const stop = new AbortController();
    let busy = 0;
    let most = 0;
    const sizes: number[] = [];
    const { whole } = request([{ ...file('A', []), lines: source.lines }], [alice.certificate], {
      signal: stop.signal,
      sink: async (chunk) => {
        busy += 1;
        most = Math.max(most, busy);
        sizes.push(chunk.length);
        if (sizes.length === 5) {
          const before = source.state.given;
          await wait(300);
          // What may be given while the sink waits is bounded by the buffers between.
          expect(source.state.given - before).toBeLessThan(60);
          stop.abort(new Error('enough'));
        }
        busy -= 1;
      },
    });
    await expect(writeArchive(whole)).rejects.toThrow('enough');
    expect(most).toBe(1);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(64 * 1024);
  });

  it('rejects with the reason of the signal and closes the source', async () => {
    const source = endless();
    const stop = new AbortController();
    const reason = { because: 'cancelled' };
    const { whole } = request([{ ...file('A', []), lines: source.lines }], [alice.certificate], { signal: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await expect(writeArchive(whole)).rejects.toBe(reason);
    expect(source.state.closed).toBe(true);
    const given = source.state.given;
    await wait(50);
    expect(source.state.given).toBe(given);
  });

  it.each(['source', 'sink'])('does not wait for a %s that hangs', async (part) => {
    const stop = new AbortController();
    const never = new Promise<never>(() => undefined);
    let returned = false;
    const hanging = {
      next: () => never,
      return: async () => {
        returned = true;
        return { done: true as const, value: undefined };
      },
    };
    const files = part === 'source' ? [{ ...file('A', []), lines: () => ({ [Symbol.asyncIterator]: () => hanging }) }] : [file('A', [bigLine])];
    const { whole } = request(files, [alice.certificate], { signal: stop.signal, ...(part === 'sink' ? { sink: () => never } : {}) });
    setTimeout(() => stop.abort(new Error('stopped')), 30);
    await expect(writeArchive(whole)).rejects.toThrow('stopped');
    expect(returned).toBe(part === 'source');
  });

  it('does nothing when the signal is aborted from the start', async () => {
    const { whole, written } = request([file('A', ['{}\n'])], [alice.certificate], { signal: AbortSignal.abort(new Error('before')) });
    await expect(writeArchive(whole)).rejects.toThrow('before');
    expect(written).toEqual([]);
  });

  it('rejects with the very error of the source, the sink or the manifest, and closes the source', async () => {
    const error = new Error('mine');
    const throwing = file(
      'A',
      (async function* () {
        yield Buffer.from('{}\n');
        throw error;
      })(),
    );
    await expect(archive([throwing], [alice.certificate])).rejects.toBe(error);
    const source = endless();
    const failing = async () => {
      throw error;
    };
    await expect(archive([{ ...file('A', []), lines: source.lines }], [alice.certificate], { sink: failing })).rejects.toBe(error);
    expect(source.state.closed).toBe(true);
    await expect(
      archive([file('A', [])], [alice.certificate], {
        manifest: () => {
          throw error;
        },
      }),
    ).rejects.toBe(error);
    const opening = {
      ...file('A', []),
      lines: () => {
        throw error;
      },
    };
    await expect(archive([opening], [alice.certificate])).rejects.toBe(error);
  });

  it.each(['plain', 'packed'] as const)('makes no file of a block whose %s bytes changed before they were written', async (which) => {
    const packer: Packer = {
      ahead: 1,
      async pack(...order) {
        const block = await INLINE_PACKER.pack(...order);
        // As if the next block had been put there already.
        if (block.lines === 2) block[which].fill(32);
        return block;
      },
    };
    const once = request([file('Email', ['{"a":1}\n{"a":2}\n'])], [alice.certificate], { packer });
    await expect(writeArchive(once.whole)).rejects.toThrow('a block changed');
  });

  it('refuses lines without an end, unsafe or double names, and recipients that are none', async () => {
    await expect(archive([file('A', ['{}\n{}'])], [alice.certificate])).rejects.toThrow('newline');
    await expect(archive([file('../A', [])], [alice.certificate])).rejects.toThrow('unsafe');
    await expect(archive([file('A', []), file('a', [])], [alice.certificate])).rejects.toThrow('double');
    await expect(archive([file('A', [])], [])).rejects.toMatchObject({ code: 'recipients.required' });
    await expect(archive([file('A', [])], ['no certificate'])).rejects.toMatchObject({ code: 'certificate.unreadable' });
  });
});

describe('verifyStored', () => {
  it('accepts what was written', async () => {
    const { bytes, result } = await archive([file('A', [bigLine])], [alice.certificate]);
    await result.verifyStored(stored(bytes));
  });

  it.each(['flip', 'cut', 'extension', 'other file', 'store error'])('refuses after: %s', async (kind) => {
    const { bytes, result } = await archive([file('A', ['{}\n'])], [alice.certificate]);
    const other = await archive([file('A', ['{}\n'])], [alice.certificate]);
    const flipped = Buffer.from(bytes);
    flipped[700] = (flipped[700] ?? 0) ^ 1;
    const changed: Record<string, Buffer> = {
      'flip': flipped,
      'cut': bytes.subarray(0, -1),
      'extension': Buffer.concat([bytes, Buffer.from([0])]),
      'other file': other.bytes,
    };
    async function* broken(): AsyncGenerator<Buffer> {
      yield bytes.subarray(0, 100);
      throw new Error('disk');
    }
    await expect(result.verifyStored(kind === 'store error' ? broken() : stored(changed[kind] ?? bytes))).rejects.toMatchObject({ code: 'storage.read_back' });
  });

  it('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const { bytes, result } = await archive([file('A', ['{}\n'])], [alice.certificate], { signal: stop.signal });
    stop.abort(new Error('cancelled'));
    await expect(result.verifyStored(stored(bytes))).rejects.toThrow('cancelled');
  });
});
