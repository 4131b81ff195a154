import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveFile, PartNumber } from './archive.ts';
import type { DecryptProgress } from './decrypt-file.ts';
import { decryptParts, type PartsReport } from './decrypt-parts.ts';
import { inFormat } from './formats/open-format.ts';
import { ARCHIVE_FORMAT } from './manifest.ts';
import { isSignatureOf, makeKeyPair, openSigner, type Signer } from './signature.ts';
import { file, request, TEST_SIGNER } from './testing/archives.ts';
import { parseCsv } from './testing/parse-csv.ts';
import { TestFolder } from './testing/recipients.ts';
import { writeParts } from './write-archive.ts';

const folder = new TestFolder();
const alice = folder.recipient();
const bob = folder.recipient();
afterAll(() => folder.remove());

/** Parts of about this size; the lines pack badly. */
const PART_BYTES = 300_000;
const SCHEMA = { $schema: 'http://json-schema.org/draft-07/schema#', properties: { id: { type: 'integer' }, text: { type: 'string' } } };
const noise = (count: number) =>
  Array.from({ length: count }, (_, id) => `${JSON.stringify({ id, text: `${randomBytes(2_000).toString('base64')}, "and"\r\nmore` })}\n`);
const lines = { Email: noise(300), Chat: noise(150) };
const withSchema = (one: ArchiveFile): ArchiveFile => ({ ...one, schema: { ...SCHEMA, title: one.entityType } });

interface Made {
  readonly path: string;
  readonly names: readonly string[];
}

/** The files of a run, in a folder of their own. */
async function run(change: { id?: string; attempt?: number; signer?: Signer; files?: readonly ArchiveFile[]; schema?: object } = {}): Promise<Made> {
  const { id = 'run-1', attempt = 1, signer = TEST_SIGNER } = change;
  const files = change.files ?? [file('Email', lines.Email), file('Voice', []), file('Chat', lines.Chat)].map(withSchema);
  const path = folder.fresh('run');
  mkdirSync(path);
  const names: string[] = [];
  const { sink, ...rest } = request(files, [alice.certificate]).whole;
  await writeParts({
    ...rest,
    sign: (bytes) => signer.sign(bytes),
    manifest: (entries, part: PartNumber) => ({ format: ARCHIVE_FORMAT, signedBy: signer.signedBy, run: { id, attempt }, part, entries }),
    mostBytes: PART_BYTES,
    openPart: async (number) => {
      const name = `UCSX-Interaction-${id}-p${String(number).padStart(4, '0')}.zip.p7m`;
      names.push(name);
      const chunks: Uint8Array[] = [];
      return {
        write: async (chunk) => void chunks.push(Uint8Array.from(chunk)),
        whole: async () => writeFileSync(join(path, name), Buffer.concat(chunks)),
      };
    },
  });
  return { path, names };
}

let made: Made;
beforeAll(async () => {
  made = await run();
  expect(made.names.length).toBeGreaterThan(3);
});

const paths = ({ path, names }: Made) => names.map((name) => join(path, name));
const open = (files: readonly string[], outDir = folder.fresh(), key = alice.key) => decryptParts({ files, key, outDir });

async function refused(files: readonly string[], key = alice.key): Promise<unknown> {
  const outDir = folder.fresh();
  const error = await open(files, outDir, key).then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(existsSync(outDir)).toBe(false);
  return error;
}

/** Files of the folder that this process has open. */
function openFilesIn(path: string): string[] {
  const targets = readdirSync('/proc/self/fd').map((handle) => {
    try {
      return readlinkSync(join('/proc/self/fd', handle));
    } catch {
      // The one that lists the others.
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(path));
}

function expectJoined(outDir: string, report: PartsReport): void {
  expect(readFileSync(join(outDir, 'Email.jsonl'), 'utf8')).toBe(lines.Email.join(''));
  expect(readFileSync(join(outDir, 'Chat.jsonl'), 'utf8')).toBe(lines.Chat.join(''));
  expect(readFileSync(join(outDir, 'Voice.jsonl'), 'utf8')).toBe('');
  expect(readdirSync(outDir).sort()).toEqual(
    [
      ...['Email', 'Voice', 'Chat'].flatMap((type) => [`${type}.jsonl`, `${type}.schema.json`]),
      ...made.names.flatMap((_, at) => [`report-p000${at + 1}.html`, `manifest-p000${at + 1}.json`, `manifest-p000${at + 1}.json.sig`]),
    ].sort(),
  );
  expect(report.parts.map(({ number }) => number)).toEqual(made.names.map((_, at) => at + 1));
  const found = new Map(report.files.map((one) => [one.name, one]));
  expect(found.get('Email.jsonl')).toEqual({ name: 'Email.jsonl', rows: 300, bytes: Buffer.byteLength(lines.Email.join('')) });
  expect(found.get('Email.schema.json')).toMatchObject({ rows: null });
}

describe('decryptParts', () => {
  it('joins the data of all parts in their order, whatever the order they are given in', async () => {
    const outDir = folder.fresh();
    expectJoined(outDir, await open([...paths(made)].reverse(), outDir));
    const [manifest, signature] = ['manifest-p0002.json', 'manifest-p0002.json.sig'].map((name) => readFileSync(join(outDir, name)));
    expect(JSON.parse(String(manifest))).toMatchObject({ part: { number: 2, of: null } });
    expect(isSignatureOf(manifest as Buffer, signature as Buffer, TEST_SIGNER.signedBy)).toBe(true);
  });

  it('knows files that were renamed by what is inside', async () => {
    const path = folder.fresh('renamed');
    mkdirSync(path);
    const renamed = paths(made).map((from, at) => {
      const to = join(path, `${String.fromCharCode(122 - at)}.bin`);
      writeFileSync(to, readFileSync(from));
      return to;
    });
    const outDir = folder.fresh();
    expectJoined(outDir, await open([...renamed].reverse(), outDir));
    expect(await refused(renamed.slice(1))).toMatchObject({ code: 'parts.missing', details: { value: { missing: [1] } } });
    expect(await refused([...renamed, renamed[1] as string])).toMatchObject({ code: 'parts.double' });
  });

  it('has only the joined files and one more open, however many parts there are', async () => {
    const outDir = folder.fresh();
    let most = 0;
    const onProgress = () => {
      most = Math.max(most, openFilesIn(outDir).length);
    };
    const report = await decryptParts({ files: paths(made), key: alice.key, outDir, onProgress });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(Object.keys(lines).length + 1 + 1);
    // Nor are the manifests kept: they stand in the folder.
    for (const part of report.parts) expect(JSON.stringify(part).length).toBeLessThan(400);
  });

  it('stops while it looks which part a renamed file is', async () => {
    const outDir = folder.fresh();
    const renamed = paths(made).map((from, at) => {
      const to = folder.fresh(`${at}.bin`);
      writeFileSync(to, readFileSync(from));
      return to;
    });
    const stop = new AbortController();
    const seen: DecryptProgress[] = [];
    const onProgress = (progress: DecryptProgress) => {
      seen.push(progress);
      stop.abort(new Error('enough'));
    };
    await expect(decryptParts({ files: renamed, key: alice.key, outDir, onProgress, signal: stop.signal })).rejects.toThrow('enough');
    // The first file goes on, but not one more piece of it was read; what is looked at counts as well as what is unpacked.
    const [first = 0, ...others] = renamed.map((one) => readFileSync(one).length);
    expect(seen).toEqual([{ fileBytes: seen[0]?.fileBytes, totalBytes: 2 * others.reduce((sum, one) => sum + one, first) }]);
    expect(seen[0]?.fileBytes).toBeLessThan(first);
  });

  it('names a part that is missing: the first, one between, the last', async () => {
    const all = paths(made);
    expect(await refused(all.slice(1))).toMatchObject({ code: 'parts.missing', details: { value: { missing: [1] } } });
    expect(await refused(all.filter((_, at) => at !== 1))).toMatchObject({ code: 'parts.missing', details: { value: { missing: [2] } } });
    expect(await refused(all.slice(0, -1))).toMatchObject({ code: 'parts.missing', details: { value: { missing: `after part ${all.length - 1}` } } });
  });

  it('refuses a part that is there twice', async () => {
    const all = paths(made);
    expect(await refused([...all, all[0] as string])).toMatchObject({ code: 'parts.double', details: { value: [all[0], all[0]] } });
  });

  it.each([
    ['of another run', { id: 'run-2' }],
    ['of another attempt', { attempt: 2 }],
    ['signed by another key', { signer: openSigner(makeKeyPair().privateKey) }],
  ])('refuses a part %s', async (_, change) => {
    const other = await run(change);
    const mixed = paths(made).map((one, at) => (at === 1 ? (paths(other)[1] as string) : one));
    expect(await refused(mixed)).toMatchObject({ code: 'parts.other_run' });
  });

  it('refuses a part whose schema, or whose first record, is another one', async () => {
    const as = (format: 'jsonl' | 'csv', type: string) => {
      const one = { ...file('Email', lines.Email), schema: { properties: { id: { type: 'integer' }, text: { type } } } };
      return run({ files: [inFormat(one, { format, csvFormulas: 'keep', level: 'fast', mostBytes: PART_BYTES })] });
    };
    const mixed = async (format: 'jsonl' | 'csv', change: (made: Made) => Promise<Made>) => {
      const [one, other] = [await as(format, 'string'), await as(format, 'string').then(change)];
      return paths(one).map((path, at) => (at === 1 ? (paths(other)[1] as string) : path));
    };
    expect(await refused(await mixed('jsonl', () => as('jsonl', 'object')))).toMatchObject({
      code: 'file.damaged',
      details: { value: 'Email.schema.json of part 2 is another one' },
    });
    const renamed = () => {
      const one = {
        ...file(
          'Email',
          lines.Email.map((line) => line.replace('"id"', '"nr"')),
        ),
        schema: { properties: { nr: {}, text: {} } },
      };
      return run({ files: [inFormat(one, { format: 'csv', csvFormulas: 'keep', level: 'fast', mostBytes: PART_BYTES })] });
    };
    expect(await refused(await mixed('csv', renamed))).toMatchObject({ code: 'file.damaged', details: { value: 'Email.csv: first record' } });
  });

  it('keeps Parquet as one file for each part', async () => {
    const files = [withSchema(file('Email', lines.Email))].map((one) =>
      inFormat(one, { format: 'parquet', csvFormulas: 'keep', level: 'fast', mostBytes: PART_BYTES }),
    );
    const parquet = await run({ files });
    const outDir = folder.fresh();
    const report = await open(paths(parquet), outDir);
    const names = parquet.names.map((_, at) => `Email-p000${at + 1}.parquet`);
    expect(names.length).toBeGreaterThan(2);
    expect(readdirSync(outDir)).toEqual(expect.arrayContaining(names));
    expect(report.files.filter(({ name }) => names.includes(name)).reduce((sum, { rows }) => sum + (rows ?? 0), 0)).toBe(300);
  });

  it('refuses names that were swapped', async () => {
    const swapped = await run();
    const [first = '', second = ''] = paths(swapped);
    renameSync(first, `${first}.x`);
    renameSync(second, first);
    renameSync(`${first}.x`, second);
    expect(await refused(paths(swapped))).toMatchObject({ code: 'parts.name', details: { value: first, range: 'part 2' } });
  });

  it('refuses files that do not say which part they are', async () => {
    const { sink, ...rest } = request([file('Email', ['{}\n'])], [alice.certificate]).whole;
    const path = folder.fresh('plain.zip.p7m');
    const chunks: Uint8Array[] = [];
    const openPart = async () => ({ write: async (chunk: Uint8Array) => void chunks.push(Uint8Array.from(chunk)), whole: async () => undefined });
    await writeParts({ ...rest, mostBytes: null, openPart });
    writeFileSync(path, Buffer.concat(chunks));
    expect(await refused([path, path])).toMatchObject({ code: 'parts.unnumbered' });
  });

  it('leaves nothing of the parts before when one is damaged, and says which one it is', async () => {
    const broken = await run();
    const last = paths(broken).at(-1) as string;
    const bytes = readFileSync(last);
    bytes.fill(7, bytes.length - 40, bytes.length - 20);
    writeFileSync(last, bytes);
    expect(await refused(paths(broken))).toMatchObject({ code: 'file.damaged', details: { field: broken.names.at(-1) } });
    expect(await refused(paths(made), bob.key)).toMatchObject({ code: 'file.not_recipient', details: { field: made.names[0] } });
  });

  it('never overwrites', async () => {
    const outDir = folder.fresh();
    mkdirSync(outDir);
    writeFileSync(join(outDir, 'Chat.jsonl'), 'mine');
    await expect(open(paths(made), outDir)).rejects.toMatchObject({ code: 'file.exists' });
    expect(readdirSync(outDir)).toEqual(['Chat.jsonl']);
  });

  it('joins CSV under one header', async () => {
    const files = [file('Email', lines.Email), file('Chat', [])]
      .map(withSchema)
      .map((one) => inFormat(one, { format: 'csv', csvFormulas: 'keep', level: 'fast', mostBytes: PART_BYTES }));
    const csv = await run({ files });
    expect(csv.names.length).toBeGreaterThan(2);
    const outDir = folder.fresh();
    const report = await open(paths(csv), outDir);
    const [header, ...records] = parseCsv(readFileSync(join(outDir, 'Email.csv'), 'utf8'));
    expect(header).toEqual(['id', 'text']);
    const wanted = lines.Email.map((line) => JSON.parse(line) as { id: number; text: string });
    expect(records).toEqual(wanted.map(({ id, text }) => [String(id), text]));
    expect(readFileSync(join(outDir, 'Chat.csv'), 'utf8')).toBe('id,text\r\n');
    expect(report.files.find((one) => one.name === 'Email.csv')).toMatchObject({ rows: 300, bytes: readFileSync(join(outDir, 'Email.csv')).length });
  });
});
