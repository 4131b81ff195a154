import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { ArchiveFile, ArchiveResult, PartsRequest } from '../archive.ts';
import { decryptFile } from '../decrypt-file.ts';
import { inFormat } from '../formats/open-format.ts';
import { file, request, stored } from '../testing/archives.ts';
import { TestFolder } from '../testing/recipients.ts';
import { seen, type TestData, testPlan } from '../testing/test-plan.ts';
import { writeParts } from '../write-archive.ts';
import { openArchiveThread } from './archive-thread.ts';
import { BANK_BYTES } from './bank.ts';

const folder = new TestFolder();
const alice = folder.recipient();
const archiver = openArchiveThread(2);
afterAll(async () => {
  await archiver.close();
  folder.remove();
});

/** Of lines whose base64 has 270,000 bytes and packs to three quarters. */
const BLOCKS_OF_BANK = Math.floor((BANK_BYTES - 2 ** 20) / 470_000);

const line = (id: number, bytes: number) => `${JSON.stringify({ id, text: randomBytes(bytes).toString('base64') })}\n`;
const linesFrom = (first: number, count: number, bytes = 60_000) => Array.from({ length: count }, (_, at) => line(first + at, bytes));

/** A file with a plan whose ranges have the lines that are given; `lines` must not be asked for. */
function planned(name: string, all: readonly TestData[]): { file: ArchiveFile; memory: SharedArrayBuffer } {
  const { plan, memory } = testPlan(all);
  const lines = () => {
    throw new Error('there is a plan');
  };
  return { file: { ...file(name, []), lines, plan }, memory };
}

interface Made {
  readonly results: readonly ArchiveResult[];
  readonly parts: readonly Buffer[];
  readonly discarded: readonly number[];
}

async function made(write: typeof writeParts, files: readonly ArchiveFile[], change: Partial<PartsRequest> = {}): Promise<Made> {
  const parts: Buffer[][] = [];
  const discarded: number[] = [];
  const { sink: _, ...rest } = request(files, [alice.certificate]).whole;
  const results = await write({
    ...rest,
    mostBytes: null,
    openPart: async (number) => {
      parts.push([]);
      return {
        write: async (chunk) => void parts[number - 1]?.push(Buffer.from(chunk)),
        whole: async () => undefined,
        discard: async () => void discarded.push(number),
      };
    },
    ...change,
  });
  return { results, parts: parts.map((chunks) => Buffer.concat(chunks)), discarded };
}

const facts = ({ results }: Made) => results.map(({ entries, rows, part }) => ({ entries, rows, part }));

describe('an archive written by threads', () => {
  it('has the entries that it has when it is written here, also in parts, and reads back', async () => {
    const lines = linesFrom(0, 80);
    const files = () => [file('Email', lines), file('Voice', []), file('Chat', linesFrom(0, 3, 100)), file('Chat', ['{}\n'], '-Attachment')];
    for (const mostBytes of [null, 2_000_000]) {
      const chats = files();
      const [there, here] = [await made(archiver.writeParts, chats, { mostBytes }), await made(writeParts, chats, { mostBytes })];
      expect(facts(there)).toEqual(facts(here));
      expect(there.parts.length).toBe(mostBytes ? 3 : 1);
      for (const [at, { fileBytes, fileSha256, verifyStored }] of there.results.entries()) {
        const bytes = there.parts[at] as Buffer;
        expect([fileBytes, fileSha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
        await verifyStored(stored(bytes, 100_000));
      }
    }
  }, 30_000);

  it('reads plans side by side, each line once and in order, whichever ends first', async () => {
    const all = [linesFrom(0, 20), linesFrom(20, 4), linesFrom(24, 12), linesFrom(36, 1)];
    const delays = [20, 0, 5, 0];
    const mails = planned(
      'Email',
      all.map((lines, at) => ({ lines, delay: delays[at] as number })),
    );
    const there = await made(archiver.writeParts, [mails.file, file('Voice', ['{}\n']), planned('Chat', [{ lines: ['{"a":1}\n'] }]).file]);
    const here = await made(writeParts, [file('Email', all.flat()), file('Voice', ['{}\n']), file('Chat', ['{"a":1}\n'])]);
    expect(facts(there)).toEqual(facts(here));
    expect(there.results[0]?.rows).toBe(39);
    // Each thread opens the source once.
    expect([seen(mails.memory, 'opened'), seen(mails.memory, 'closed'), seen(mails.memory, 'cancelled')]).toEqual([2, 2, 0]);
    expect(seen(mails.memory, 'threads').toString(2).replaceAll('0', '')).toBe('11');
  });

  it('makes the same blocks of the same plans, in another format, too, and of lines that fit in no slot', async () => {
    const all = [linesFrom(0, 9), [line(9, 600_000)], linesFrom(10, 9)];
    const asCsv = (given: ArchiveFile) =>
      inFormat(
        { ...given, schema: { properties: { id: { type: 'integer' }, text: { type: 'string' } } } },
        {
          format: 'csv',
          csvFormulas: 'keep',
          level: 'fast',
          mostBytes: null,
        },
      );
    for (const change of [(given: ArchiveFile) => given, asCsv]) {
      const plans = () =>
        change(
          planned(
            'Email',
            all.map((lines, at) => ({ lines, delay: at === 0 ? 5 : 0 })),
          ).file,
        );
      const [one, other] = [await made(archiver.writeParts, [plans()]), await made(archiver.writeParts, [plans()])];
      const here = await made(writeParts, [change(file('Email', all.flat()))]);
      expect(facts(one)).toEqual(facts(here));
      // Signature and manifest are never as long twice: they are of the keys of this very file.
      expect(Math.abs((one.parts[0]?.length ?? 0) - (other.parts[0]?.length ?? Number.NaN))).toBeLessThanOrEqual(48);
    }
  }, 30_000);

  it('packs lines for one file while a plan of the next waits for room', async () => {
    const [first, lines, waiting] = [linesFrom(0, 3), linesFrom(3, 300, 15_000), linesFrom(303, 300, 15_000)];
    const { plan, memory } = testPlan([{ lines: first }]);
    const one = openArchiveThread(1);
    // All at once, when the chats find no more room.
    async function* late(): AsyncGenerator<Uint8Array> {
      await expect.poll(() => seen(memory, 'batches'), { timeout: 10_000 }).toBeGreaterThan(100);
      await wait(100);
      for (const one of lines) yield Buffer.from(one);
    }
    const chats = testPlan([{ lines: waiting }], { memory });
    const files = [{ ...file('Email', []), plan }, file('Voice', late()), { ...file('Chat', []), plan: chats.plan }];
    const [{ results, parts }, here] = [
      await made(one.writeParts, files),
      await made(writeParts, [file('Email', first), file('Voice', lines), file('Chat', waiting)]),
    ];
    expect(results.map(({ entries }) => entries)).toEqual(here.results.map(({ entries }) => entries));
    const saved = folder.fresh('threads.zip.p7m');
    writeFileSync(saved, parts[0] as Buffer);
    // What was packed is what was hashed.
    await decryptFile({ file: saved, key: alice.key, outDir: folder.fresh() });
    await one.close();
  }, 30_000);

  it('holds the plans back when the store is slow', async () => {
    const plan: TestData = { lines: linesFrom(0, 5, 200_000), endless: true };
    const { file: mails, memory } = planned('Email', [plan, plan, plan]);
    const stop = new AbortController();
    const writing = made(archiver.writeParts, [mails], {
      signal: stop.signal,
      openPart: async () => ({ write: () => new Promise<never>(() => undefined), whole: async () => undefined }),
    });
    writing.catch(() => undefined);
    await expect.poll(() => seen(memory, 'batches'), { timeout: 10_000 }).toBeGreaterThan(2 * BLOCKS_OF_BANK);
    await wait(300);
    const before = seen(memory, 'batches');
    await wait(300);
    expect(seen(memory, 'batches')).toBe(before);
    // Two plans in a bank each, what is in the hands of a thread, and what waits for the store.
    expect(before).toBeLessThan(2 * BLOCKS_OF_BANK + 20);
    stop.abort(new Error('enough'));
    await expect(writing).rejects.toThrow('enough');
  });

  it('cancels the plans in the source when it is aborted, at once, and is ready for the next', async () => {
    const { file: mails, memory } = planned('Email', [{ lines: linesFrom(0, 3) }, { lines: linesFrom(3, 3, 100), fault: 'hang' }]);
    const stop = new AbortController();
    const reason = { because: 'cancelled' };
    const discarded: number[] = [];
    const writing = made(archiver.writeParts, [mails], {
      signal: stop.signal,
      openPart: async (number) => ({ write: async () => undefined, whole: async () => undefined, discard: async () => void discarded.push(number) }),
    });
    writing.catch(() => undefined);
    await expect.poll(() => seen(memory, 'batches'), { timeout: 10_000 }).toBe(5);
    stop.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(discarded).toEqual([1]);
    expect([seen(memory, 'closed'), seen(memory, 'cancelled')]).toEqual([seen(memory, 'opened'), 1]);
    expect((await made(archiver.writeParts, [file('Email', ['{}\n'])])).results[0]?.rows).toBe(1);
  });

  it('fails with the error of a plan, and closes the others', async () => {
    const { file: mails, memory } = planned('Email', [
      { lines: linesFrom(0, 3), delay: 30 },
      { lines: linesFrom(3, 3, 100), fault: 'error' },
    ]);
    const writing = made(archiver.writeParts, [mails]);
    await expect(writing).rejects.toMatchObject({ code: 'source.query', details: { value: 's.t, SQLSTATE 22P02' } });
    expect(seen(memory, 'closed')).toBe(seen(memory, 'opened'));
  });

  it('fails with the very error of lines, store and manifest', async () => {
    const error = new Error('mine');
    const fails = () => {
      throw error;
    };
    const broken = async () => fails();
    const store = { write: broken, whole: async () => undefined };
    await expect(made(archiver.writeParts, [{ ...file('A', []), lines: fails }])).rejects.toBe(error);
    await expect(made(archiver.writeParts, [file('A', linesFrom(0, 30))], { openPart: async () => store })).rejects.toBe(error);
    await expect(made(archiver.writeParts, [file('A', [])], { openPart: broken })).rejects.toBe(error);
    await expect(made(archiver.writeParts, [file('A', [])], { manifest: fails })).rejects.toBe(error);
    await expect(made(archiver.writeParts, [file('A', [])], { recipients: [] })).rejects.toMatchObject({ code: 'recipients.required' });
  });

  it('fails with a clear cause when a thread that reads dies, leaves nothing, and goes on with new ones', async () => {
    const { file: mails } = planned('Email', [{ lines: linesFrom(0, 5) }, { lines: linesFrom(5, 5), fault: 'exit' }, { lines: linesFrom(10, 5) }]);
    const discarded: number[] = [];
    const openPart = async (number: number) => ({
      write: async () => undefined,
      whole: async () => undefined,
      discard: async () => void discarded.push(number),
    });
    await expect(made(archiver.writeParts, [mails], { openPart })).rejects.toMatchObject({ code: 'run.thread_ended' });
    expect(discarded).toEqual([1]);
    const again = planned('Email', [{ lines: linesFrom(0, 5) }, { lines: linesFrom(5, 5) }, { lines: linesFrom(10, 5) }]);
    expect((await made(archiver.writeParts, [again.file])).results[0]?.rows).toBe(15);
  });

  it('fails when the thread that writes is ended, and leaves nothing', async () => {
    const other = openArchiveThread(1);
    const discarded: number[] = [];
    const writing = made(other.writeParts, [file('Email', linesFrom(0, 50))], {
      openPart: async (number) => ({
        write: () => other.close(),
        whole: async () => undefined,
        discard: async () => void discarded.push(number),
      }),
    });
    await expect(writing).rejects.toMatchObject({ code: 'run.thread_ended' });
    expect(discarded).toEqual([1]);
    await expect(made(other.writeParts, [])).rejects.toThrow('closed');
  });

  it('says what was written last as progress', async () => {
    let last: unknown = null;
    const { results } = await made(archiver.writeParts, [file('Email', linesFrom(0, 40))], {
      onProgress: (progress) => {
        last = progress;
      },
    });
    expect(last).toMatchObject({ rows: 40, fileBytes: results[0]?.fileBytes });
  });

  it('reads as without plans where the source refuses every reader, and where none is wished', async () => {
    const [alone, chosen] = [openArchiveThread(2), openArchiveThread(2, 0)];
    const [mails, chats] = [linesFrom(0, 40), linesFrom(40, 30)];
    const here = await made(writeParts, [file('Email', mails), file('Voice', ['{}\n']), file('Chat', chats)]);
    for (const [write, mostOpen, asked] of [
      [alone.writeParts, 0, 2],
      [chosen.writeParts, 99, 0],
    ] as const) {
      const { plan, memory } = testPlan([{ lines: mails }], { mostOpen });
      const late = testPlan([{ lines: chats }], { mostOpen, memory });
      const files = [{ ...file('Email', mails), plan }, file('Voice', ['{}\n']), { ...file('Chat', chats), plan: late.plan }];
      expect(facts(await made(write, files))).toEqual(facts(here));
      expect([seen(memory, 'asked'), seen(memory, 'opened')]).toEqual([asked, 0]);
    }
    await Promise.all([alone.close(), chosen.close()]);
  });

  it('stops reading back when the run fails for another reason', async () => {
    const error = new Error('the source broke');
    const kept: Buffer[] = [];
    const told: unknown[] = [];
    let isReading = false;
    // It takes seconds to its end.
    async function* slow(): AsyncGenerator<Buffer> {
      try {
        for await (const piece of stored(Buffer.concat(kept), 500)) {
          await wait(1);
          isReading = true;
          yield Buffer.from(piece);
        }
      } finally {
        told.push('closed');
      }
    }
    async function* lines(): AsyncGenerator<Uint8Array> {
      for (const one of linesFrom(0, 60)) yield Buffer.from(one);
      await expect.poll(() => isReading).toBe(true);
      throw error;
    }
    const openPart = async (number: number) => ({
      write: async (chunk: Uint8Array) => void (number === 1 && kept.push(Buffer.from(chunk))),
      whole: ({ verifyStored }: ArchiveResult) => verifyStored(slow()).catch((cause: unknown) => void told.push(cause)),
    });
    await expect(made(archiver.writeParts, [file('Email', lines())], { mostBytes: 2_000_000, openPart })).rejects.toBe(error);
    await expect.poll(() => told).toEqual(expect.arrayContaining([error, 'closed']));
  });

  it('waits for no store that hangs when it is aborted while reading back', async () => {
    const stop = new AbortController();
    const { results } = await made(archiver.writeParts, [file('Email', ['{}\n'])], { signal: stop.signal });
    const hangs = {
      next: () => {
        setTimeout(() => stop.abort(new Error('enough')), 20);
        return new Promise<never>(() => undefined);
      },
    };
    await expect(results[0]?.verifyStored({ [Symbol.asyncIterator]: () => hangs })).rejects.toThrow('enough');
  });

  it('stops reading back when it is aborted', async () => {
    const stop = new AbortController();
    const { results } = await made(archiver.writeParts, [file('Email', ['{}\n'])], { signal: stop.signal });
    let isClosed = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.alloc(100_000);
      } finally {
        isClosed = true;
      }
    }
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(results[0]?.verifyStored(endless())).rejects.toThrow('enough');
    await expect.poll(() => isClosed).toBe(true);
  });

  it('closes what it was to read back when it was aborted before', async () => {
    const stop = new AbortController();
    const { results } = await made(archiver.writeParts, [file('Email', ['{}\n'])], { signal: stop.signal });
    stop.abort(new Error('enough'));
    const told: string[] = [];
    const store: AsyncIterator<Buffer> = {
      next: async () => ({ done: false, value: Buffer.alloc(9) }),
      async return() {
        told.push('closed');
        return { done: true, value: undefined };
      },
    };
    await expect(results[0]?.verifyStored({ [Symbol.asyncIterator]: () => store })).rejects.toThrow('enough');
    expect(told).toEqual(['closed']);
  });

  it('leaves a part that opens only after the run was stopped', async () => {
    const stop = new AbortController();
    const left: number[] = [];
    let open: (() => void) | null = null;
    const writing = made(archiver.writeParts, [file('Email', ['{}\n'])], {
      signal: stop.signal,
      openPart: async (number) => {
        await new Promise<void>((resolve) => {
          open = resolve;
        });
        return { write: async () => undefined, whole: async () => undefined, discard: async () => void left.push(number) };
      },
    });
    writing.catch(() => undefined);
    await expect.poll(() => open).not.toBeNull();
    stop.abort(new Error('enough'));
    await expect(writing).rejects.toThrow('enough');
    (open as unknown as () => void)();
    await expect.poll(() => left).toEqual([1]);
  });

  it('makes the next part while the one before is read back', async () => {
    const opened: number[] = [];
    const kept: Buffer[][] = [];
    const { results } = await made(archiver.writeParts, [file('Email', linesFrom(0, 80))], {
      mostBytes: 2_000_000,
      openPart: async (number) => {
        opened.push(number);
        kept[number] = [];
        return {
          write: async (chunk) => void kept[number]?.push(Buffer.from(chunk)),
          whole: async ({ part, verifyStored }) => {
            if (part.of === null) await expect.poll(() => opened).toContain(number + 1);
            await verifyStored(stored(Buffer.concat(kept[number] ?? []), 100_000));
          },
        };
      },
    });
    expect(results.map(({ part }) => part.number)).toEqual(opened);
    expect(opened).toEqual([1, 2, 3]);
  });

  it('refuses what reads back otherwise', async () => {
    const { results, parts } = await made(archiver.writeParts, [file('Email', ['{}\n'])]);
    const flipped = Buffer.from(parts[0] as Buffer);
    flipped[700] = (flipped[700] ?? 0) ^ 1;
    await expect(results[0]?.verifyStored(stored(flipped))).rejects.toMatchObject({ code: 'storage.read_back' });
  });
});
