import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { ArchiveFile, ArchiveResult, PartsRequest } from './archive.ts';
import { decryptFile } from './decrypt-file.ts';
import { inFormat } from './formats/open-format.ts';
import { file, request, stored } from './testing/archives.ts';
import { parseCsv } from './testing/parse-csv.ts';
import { TestFolder } from './testing/recipients.ts';
import { writeParts } from './write-archive.ts';

const folder = new TestFolder();
const alice = folder.recipient();
afterAll(() => folder.remove());

const MEGABYTE = 1_048_576;
const NOISE_SCHEMA = { properties: { id: { type: 'integer' }, text: { type: 'string' } } };
/** Lines that pack badly: base64 of noise. */
const noise = (lines: number, bytes: number) =>
  Array.from({ length: lines }, (_, id) => `${JSON.stringify({ id, text: randomBytes(bytes).toString('base64') })}\n`);

function requestOf(files: readonly ArchiveFile[]): Omit<PartsRequest, 'openPart'> {
  const { sink: _, ...rest } = request(files, [alice.certificate]).whole;
  return { ...rest, mostBytes: MEGABYTE };
}

async function split(files: readonly ArchiveFile[], mostBytes: number | null) {
  const parts: Buffer[][] = [];
  const results = await writeParts({
    ...requestOf(files),
    mostBytes,
    openPart: async (number) => {
      parts[number - 1] = [];
      return { write: async (chunk) => void parts[number - 1]?.push(Buffer.from(chunk)), whole: async () => undefined };
    },
  });
  return { results, bytes: parts.map((chunks) => Buffer.concat(chunks)) };
}

/** What each part holds, opened alone. */
async function opened({ results, bytes }: { results: readonly ArchiveResult[]; bytes: readonly Buffer[] }) {
  const parts: Record<string, string>[] = [];
  for (const [at, one] of bytes.entries()) {
    const saved = folder.fresh('part.zip.p7m');
    const outDir = folder.fresh();
    writeFileSync(saved, one);
    const { manifest } = await decryptFile({ file: saved, key: alice.key, outDir });
    expect(manifest).toMatchObject({ entries: results[at]?.entries });
    await results[at]?.verifyStored(stored(one));
    const names = (results[at]?.entries ?? []).map((entry) => entry.name);
    parts.push(Object.fromEntries(names.map((name) => [name, readFileSync(join(outDir, name), 'utf8')])));
  }
  return parts;
}

describe('writeParts', () => {
  it('bounds every file, loses no line, and lets each part open alone', async () => {
    const [mails, chats] = [noise(400, 6_000), noise(300, 6_000)];
    const made = await split([file('Email', mails), file('Voice', []), file('Chat', chats)], MEGABYTE);
    expect(made.bytes.length).toBeGreaterThan(4);
    for (const one of made.bytes) expect(one.length).toBeLessThanOrEqual(MEGABYTE);
    // A part is cut where the next block would not fit, so it is not much emptier than it must be.
    for (const one of made.bytes.slice(0, -1)) expect(one.length).toBeGreaterThan(MEGABYTE - 300_000);
    expect(made.results.map(({ part }) => part)).toEqual(
      made.bytes.map((_, at) => ({ number: at + 1, of: at + 1 === made.bytes.length ? made.bytes.length : null })),
    );
    const parts = await opened(made);
    for (const [name, lines] of [['Email', mails] as const, ['Voice', []] as const, ['Chat', chats] as const]) {
      expect(parts.map((part) => part[`${name}.jsonl`] ?? '').join('')).toBe(lines.join(''));
      // The schema stands beside the lines, in each part; an entry without lines stands in one part only.
      for (const part of parts) expect(`${name}.jsonl` in part).toBe(`${name}.schema.json` in part);
    }
    expect(parts.filter((part) => 'Voice.jsonl' in part)).toHaveLength(1);
    for (const part of parts)
      for (const [name, text] of Object.entries(part)) if (name.endsWith('.jsonl')) expect(text === '' || text.endsWith('}\n')).toBe(true);
    expect(made.results.reduce((sum, one) => sum + one.rows, 0)).toBe(700);
  }, 60_000);

  it('cuts the same lines in the same places', async () => {
    const lines = noise(300, 6_000);
    const [one, other] = await Promise.all([split([file('Email', lines)], MEGABYTE), split([file('Email', [lines.join('')])], MEGABYTE)]);
    const shape = (made: typeof one) => made.results.map(({ entries }) => entries);
    expect(shape(one)).toEqual(shape(other));
  }, 60_000);

  it('gives every part of a CSV its header, in the same places however the lines come', async () => {
    const lines = noise(300, 6_000);
    const asCsv = (chunks: string[], name = 'Email') =>
      inFormat({ ...file(name, chunks), schema: NOISE_SCHEMA }, { format: 'csv', csvFormulas: 'keep', level: 'fast', mostBytes: MEGABYTE });
    const made = await split([asCsv(lines), asCsv([], 'Voice')], MEGABYTE);
    expect(made.bytes.length).toBeGreaterThan(1);
    for (const one of made.bytes) expect(one.length).toBeLessThanOrEqual(MEGABYTE);
    const parts = (await opened(made)).map((part) => parseCsv(part['Email.csv'] ?? ''));
    for (const [header] of parts) expect(header).toEqual(['id', 'text']);
    expect(parts.flatMap(([, ...rows]) => rows)).toEqual(lines.map((line) => Object.values(JSON.parse(line)).map(String)));
    expect(made.results.reduce((sum, one) => sum + one.rows, 0)).toBe(300);
    expect(made.results.at(-1)?.entries).toContainEqual(expect.objectContaining({ name: 'Voice.csv', rows: 0, bytes: 9, format: 'csv', formulas: 'keep' }));
    const again = await split([asCsv([lines.join('')]), asCsv([], 'Voice')], MEGABYTE);
    expect(again.results.map(({ entries }) => entries)).toEqual(made.results.map(({ entries }) => entries));
  }, 60_000);

  it('makes one part when all fits, and when there is nothing', async () => {
    expect((await split([file('Email', noise(10, 100))], MEGABYTE)).results.map(({ part }) => part)).toEqual([{ number: 1, of: 1 }]);
    expect((await split([file('Email', [])], MEGABYTE)).results).toMatchObject([{ rows: 0, part: { number: 1, of: 1 } }]);
    expect((await split([file('Email', noise(300, 6_000))], null)).bytes).toHaveLength(1);
  });

  it('gives a long line room of its own, and refuses one that fits nowhere', async () => {
    const long = (bytes: number) => `${JSON.stringify({ text: randomBytes(bytes).toString('base64') })}\n`;
    const lines = [...noise(30, 6_000), long(900_000), ...noise(30, 6_000)];
    const made = await split([file('Email', [lines.join('')])], MEGABYTE);
    for (const one of made.bytes) expect(one.length).toBeLessThanOrEqual(MEGABYTE);
    expect((await opened(made)).map((part) => part['Email.jsonl'] ?? '').join('')).toBe(lines.join(''));
    await expect(split([file('Email', [...noise(3, 100), long(1_100_000)])], MEGABYTE)).rejects.toMatchObject({
      code: 'run.split_too_small',
    });
  }, 60_000);

  it('makes the next part while the one before is stored, but stores one at a time and in order', async () => {
    const told: string[] = [];
    const written = new Map<number, () => void>();
    const begun = (number: number) => new Promise<void>((resolve) => written.set(number, resolve));
    const next = [0, 1, 2].map((number) => begun(number + 1));
    const results = await writeParts({
      ...requestOf([file('Email', noise(400, 6_000))]),
      openPart: async (number) => ({
        write: async () => written.get(number)?.(),
        async whole({ part }) {
          told.push(`store ${number}`);
          // Would wait for ever if the next part waited for this one.
          if (number < 3) await next[number];
          // Time enough for the next to come to its end.
          if (number === 1) await wait(400);
          expect(part.of === null || part.of === number).toBe(true);
          told.push(`stored ${number}`);
        },
        discard: async () => void told.push(`left ${number}`),
      }),
    });
    expect(results.length).toBeGreaterThan(2);
    const all = results.flatMap(({ part: { number } }) => [`store ${number}`, `stored ${number}`]);
    expect(told.filter((one) => one.startsWith('store'))).toEqual(all);
    expect(told.filter((one) => one.startsWith('left')).sort()).toEqual(results.map(({ part }) => `left ${part.number}`).sort());
  });

  it('ends with the error of a part that cannot be stored, while the next is made, and leaves both', async () => {
    const error = new Error('the disk is gone');
    const left: number[] = [];
    async function* lines() {
      for (const one of noise(200, 6_000)) yield Buffer.from(one);
      await new Promise<never>(() => undefined);
    }
    const writing = writeParts({
      ...requestOf([file('Email', lines())]),
      openPart: async (number) => ({
        write: async () => undefined,
        whole: async () => Promise.reject(error),
        discard: async () => void left.push(number),
      }),
    });
    await expect(writing).rejects.toBe(error);
    expect(left.sort()).toEqual([1, 2]);
  });

  it('leaves a part that opens only after the run was stopped', async () => {
    const stop = new AbortController();
    let open: () => void = () => undefined;
    const left: number[] = [];
    const writing = writeParts({
      ...requestOf([file('Email', [])]),
      signal: stop.signal,
      openPart: async (number) => {
        await new Promise<void>((resolve) => {
          open = resolve;
        });
        return { write: async () => undefined, whole: async () => undefined, discard: async () => void left.push(number) };
      },
    });
    stop.abort(new Error('enough'));
    await expect(writing).rejects.toThrow('enough');
    expect(left).toEqual([]);
    open();
    await expect.poll(() => left).toEqual([1]);
  });
});
