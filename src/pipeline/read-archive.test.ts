import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import type { ArchiveFile } from './archive.ts';
import { Encryptor } from './cms/encryptor.ts';
import { UNSIGNED_FORMAT } from './manifest.ts';
import { decryptFile, intoFolder, type Unpacking } from './decrypt-file.ts';
import { NODE_PRIMITIVES, readPrivateKey } from './primitives-node.ts';
import { readArchive } from './read-archive.ts';
import { archive, file, TIME } from './testing/archives.ts';
import { TestFolder } from './testing/recipients.ts';

const folder = new TestFolder();
const alice = folder.recipient(2048);
const bob = folder.recipient(2048, '/C=DE/CN=Bob');
const people = [alice, folder.recipient(3072), bob];
afterAll(() => folder.remove());

const small = [file('Email', ['{"a":1}\n{"a":2}\n'])];

function save(bytes: Uint8Array): string {
  const path = folder.fresh('file.zip.p7m');
  writeFileSync(path, bytes);
  return path;
}

async function open(bytes: Uint8Array, key = alice.key, outDir = folder.fresh()) {
  const report = await decryptFile({ file: save(bytes), key, outDir });
  return { report, outDir, files: contents(outDir) };
}

function contents(outDir: string): Map<string, string> {
  return new Map(
    readdirSync(outDir)
      .sort()
      .map((name) => [name, readFileSync(join(outDir, name), 'utf8')]),
  );
}

/** The same without a disk, for the many: what is in the file by name. */
async function openHere(bytes: Uint8Array): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const create = async (name: string) => {
    const chunks: Uint8Array[] = [];
    return {
      write: async (chunk: Uint8Array) => void chunks.push(Uint8Array.from(chunk)),
      close: async () => void found.set(name, Buffer.concat(chunks).toString()),
    };
  };
  async function* whole() {
    yield bytes;
  }
  await readArchive({ file: whole(), key: readPrivateKey(alice.key, undefined), primitives: NODE_PRIMITIVES, openSink: async () => ({ create }) });
  return found;
}

/** Encrypts a zip made by hand, to see what the reader makes of it. */
async function crafted(
  entries: readonly { name: string; text: string; mode?: number; compress?: boolean; wide?: boolean }[],
  alter = (zip: Buffer) => zip,
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, text, mode, compress, wide } of entries) {
    zip.addReadStreamLazy(name, { mtime: TIME, mode: mode ?? 0o100644, compress: compress ?? true, forceZip64Format: wide ?? false }, (give) =>
      give(null, Readable.from([Buffer.from(text)])),
    );
  }
  zip.end({ forceZip64Format: entries.some((entry) => entry.wide), comment: '' });
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  const encryptor = new Encryptor([alice.certificate]);
  return Buffer.concat([encryptor.update(alter(Buffer.concat(parts))), encryptor.final()]);
}

const manifestOf = (entries: readonly unknown[], format: string = UNSIGNED_FORMAT) => ({ name: 'manifest.json', text: JSON.stringify({ format, entries }) });
const EMPTY_SHA256 = createHash('sha256').digest('hex');
const summary = (name: string, change: object = {}) => ({ name, content: 'rows', entityType: 'A', bytes: 0, rows: 0, sha256: EMPTY_SHA256, ...change });

describe('decryptFile', () => {
  it('gives back the same bytes, for any entries and recipients', async () => {
    const line = fc.oneof({ weight: 9, arbitrary: fc.json() }, { weight: 1, arbitrary: fc.nat(300_000).map((n) => JSON.stringify('é'.repeat(n))) });
    const data = fc.uniqueArray(fc.record({ type: fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,10}$/), lines: fc.array(line, { maxLength: 20 }) }), {
      maxLength: 4,
      selector: (entry) => entry.type.toLowerCase(),
    });
    await fc.assert(
      fc.asyncProperty(data, fc.shuffledSubarray(people, { minLength: 1 }), fc.nat(2), async (entries, to, pick) => {
        const files: ArchiveFile[] = entries.map(({ type, lines }) =>
          file(
            `T${type}`,
            lines.map((text) => `${text.replaceAll('\n', ' ')}\n`),
          ),
        );
        const { bytes, result } = await archive(
          files,
          to.map((recipient) => recipient.certificate),
        );
        const { report, files: found } = await open(bytes, to[pick % to.length]?.key);
        expect(report.entries).toEqual(result.entries.map(({ name, rows, bytes: length, sha256 }) => ({ name, rows, bytes: length, sha256 })));
        expect(found.size).toBe(2 * entries.length + 3);
        for (const { type, lines } of entries) expect(found.get(`T${type}.jsonl`)).toBe(lines.map((text) => `${text.replaceAll('\n', ' ')}\n`).join(''));
      }),
      { numRuns: 40 },
    );
  });

  it('detects every changed byte, or gives the same content', { timeout: 180_000 }, async () => {
    const { bytes } = await archive(small, [alice.certificate]);
    const right = (await open(bytes)).files;
    expect(await openHere(bytes)).toEqual(right);
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      refused += await refusedOr(changed, right);
    }
    // What may change unseen: names of recipients, tags inside them, time stamps of the zip.
    expect(refused).toBeGreaterThan(bytes.length * 0.8);
  });

  it('detects every cut and every extension', async () => {
    const { bytes } = await archive(small, [alice.certificate]);
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = await openHere(bytes.subarray(0, length)).catch((error) => error);
      expect(cut).toMatchObject({ code: expect.stringMatching(/^file\.(damaged|not_encrypted)$/) });
    }
    expect(await codeOf(bytes.subarray(0, bytes.length - 1))).toBe('file.damaged');
    expect(await codeOf(Buffer.concat([bytes, Buffer.from([0])]))).toBe('file.damaged');
    expect(await codeOf(Buffer.concat([bytes, bytes]))).toBe('file.damaged');
  });

  it('tells a wrong key, a broken key and a file of another kind apart', async () => {
    const { bytes } = await archive(small, [alice.certificate]);
    expect(await codeOf(bytes, bob.key)).toBe('file.not_recipient');
    expect(await codeOf(bytes, people[1]?.key)).toBe('file.not_recipient');
    expect(await codeOf(bytes, 'no key')).toBe('file.key');
    expect(await codeOf(bytes, alice.certificate)).toBe('file.key');
    for (const other of ['', 'hello', '-----BEGIN CMS-----\nMIIB\n', 'PK\x03\x04 plain zip'])
      expect(await codeOf(Buffer.from(other))).toBe('file.not_encrypted');
    await expect(decryptFile({ file: folder.fresh('nothing'), key: alice.key, outDir: folder.fresh() })).rejects.toMatchObject({ code: 'file.unreadable' });
    await expect(decryptFile({ file: folder.path, key: alice.key, outDir: folder.fresh() })).rejects.toMatchObject({ code: 'file.unreadable' });
  });

  it('reads a key with its passphrase', async () => {
    const { bytes } = await archive(small, [alice.certificate]);
    const key = execFileSync('openssl', ['pkcs8', '-topk8', '-in', alice.keyFile, '-passout', 'pass:geheim'], { encoding: 'utf8', stdio: 'pipe' });
    const outDir = folder.fresh();
    await decryptFile({ file: save(bytes), key, passphrase: 'geheim', outDir });
    expect(contents(outDir).size).toBe(5);
    await expect(decryptFile({ file: save(bytes), key, passphrase: 'falsch', outDir })).rejects.toMatchObject({ code: 'file.key' });
    expect(await codeOf(bytes, key)).toBe('file.key');
  });

  it('leaves nothing behind when it fails, not even the folder it made', async () => {
    const { bytes } = await archive([file('Email', ['{}\n']), file('Chat', [`"${'x'.repeat(500_000)}"\n`])], [alice.certificate]);
    const outDir = join(folder.fresh(), 'deep', 'er');
    const cut = Buffer.from(bytes);
    cut.fill(7, bytes.length - 40, bytes.length - 20);
    await expect(open(cut, alice.key, outDir)).rejects.toMatchObject({ code: 'file.damaged' });
    expect(existsSync(join(outDir, '..', '..'))).toBe(false);
  });

  it.each(['file', 'link'])('never overwrites a %s that is there', async (kind) => {
    const { bytes } = await archive(small, [alice.certificate]);
    const outDir = folder.fresh();
    mkdirSync(outDir);
    if (kind === 'file') writeFileSync(join(outDir, 'manifest.json'), 'mine');
    else symlinkSync('/nowhere', join(outDir, 'manifest.json'));
    await expect(open(bytes, alice.key, outDir)).rejects.toMatchObject({ code: 'file.exists' });
    expect(readdirSync(outDir)).toEqual(['manifest.json']);
  });

  it('stops with the reason of the signal and leaves nothing', async () => {
    const { bytes } = await archive(
      [
        file(
          'Chat',
          Array.from({ length: 200 }, () => `${JSON.stringify(Array.from({ length: 2000 }, Math.random))}\n`),
        ),
      ],
      [alice.certificate],
    );
    const stop = new AbortController();
    const outDir = folder.fresh();
    const onProgress = (): void => stop.abort(new Error('stopped'));
    await expect(decryptFile({ file: save(bytes), key: alice.key, outDir, signal: stop.signal, onProgress })).rejects.toThrow('stopped');
    expect(existsSync(outDir)).toBe(false);
  });

  it('leaves nothing when it is stopped while the files get their names', async () => {
    const stop = new AbortController();
    const outDir = folder.fresh();
    const work = async ({ openFolder }: Unpacking): Promise<void> => {
      const output = await (await openFolder()).create('Chat.jsonl');
      await output.close();
      // After the last look at the signal, for that comes at once.
      setImmediate(() => stop.abort(new Error('stopped')));
    };
    await expect(intoFolder({ key: alice.key, outDir, signal: stop.signal }, [], work)).rejects.toThrow('stopped');
    expect(existsSync(outDir)).toBe(false);
  });
});

describe('an archive made by somebody else', () => {
  it('opens if it keeps the rules', async () => {
    const { files } = await open(await crafted([{ name: 'A.jsonl', text: '' }, manifestOf([summary('A.jsonl')])]));
    expect([...files.keys()]).toEqual(['A.jsonl', 'manifest.json']);
  });

  it('opens with zip64 sizes, descriptors and end records', async () => {
    const wide = { name: 'A.jsonl', text: '', wide: true };
    const { files } = await open(await crafted([wide, { ...manifestOf([summary('A.jsonl')]), wide: true }]));
    expect([...files.keys()]).toEqual(['A.jsonl', 'manifest.json']);
    for (const [signature, at] of [
      ['PK\x06\x06', 4],
      ['PK\x06\x06', 24],
      ['PK\x06\x06', 48],
      ['PK\x06\x07', 8],
      ['PK\x06\x07', 16],
    ] as const) {
      expect(await codeOf(await crafted([{ ...manifestOf([]), wide: true }], flippedAfter(signature, at)))).toBe('file.damaged');
    }
  });

  it.each(['../A.jsonl', 'a/A.jsonl', '.A.jsonl', 'A', 'CON.jsonl', `${'A'.repeat(130)}.jsonl`, 'Ä.jsonl', 'A.jsonl '])(
    'is refused for the name %j',
    async (name) => {
      const same = Buffer.from(name.replace('../', 'xx_').replace('/', '_'));
      // yazl refuses some of these names itself, so they are put in afterwards.
      const alter = (zip: Buffer) => Buffer.from(zip.toString('latin1').replaceAll(same.toString('latin1'), Buffer.from(name).toString('latin1')), 'latin1');
      const bytes = await crafted([{ name: same.toString(), text: '' }, manifestOf([])], alter);
      await expect(open(bytes)).rejects.toMatchObject({ code: 'file.damaged', details: { value: 'entry name that is not allowed' } });
    },
  );

  const list = [summary('A.jsonl')];
  it.each([
    ['a link', [{ name: 'A.jsonl', text: '', mode: 0o120777 }, manifestOf(list)], 'no file'],
    ['an entry that is not compressed', [{ name: 'A.jsonl', text: '', compress: false }, manifestOf(list)], 'zip header'],
    ['a name twice', [{ name: 'A.jsonl', text: '' }, { name: 'a.jsonl', text: '' }, manifestOf(list)], 'twice'],
    ['a missing entry', [manifestOf(list)], 'A.jsonl is missing'],
    ['an extra entry', [{ name: 'A.jsonl', text: '' }, { name: 'B.jsonl', text: '' }, manifestOf(list)], 'B.jsonl is not in'],
    [
      'entries in another order',
      [{ name: 'B.jsonl', text: '' }, { name: 'A.jsonl', text: '' }, manifestOf([summary('A.jsonl'), summary('B.jsonl')])],
      'stands where',
    ],
    ['other bytes', [{ name: 'A.jsonl', text: 'x' }, manifestOf([summary('A.jsonl', { bytes: 1 })])], 'A.jsonl differs'],
    ['another length', [{ name: 'A.jsonl', text: '' }, manifestOf([summary('A.jsonl', { bytes: 1 })])], 'A.jsonl differs'],
    ['another row count', [{ name: 'A.jsonl', text: '' }, manifestOf([summary('A.jsonl', { rows: 1 })])], 'A.jsonl differs'],
    ['no manifest', [{ name: 'A.jsonl', text: '' }], 'manifest.json is missing'],
    ['a manifest that is not last', [manifestOf(list), { name: 'A.jsonl', text: '' }], 'after manifest.json'],
    ['a manifest of another format', [manifestOf([], 'udm-archive/9')], 'format is not'],
    ['a manifest without entries', [{ name: 'manifest.json', text: JSON.stringify({ format: UNSIGNED_FORMAT }) }], 'manifest.json: entries'],
    ['a manifest that is no JSON', [{ name: 'manifest.json', text: '{' }], 'manifest.json'],
  ])('is refused for %s', async (_, entries, place) => {
    await expect(open(await crafted(entries))).rejects.toMatchObject({ code: 'file.damaged', details: { value: expect.stringContaining(place) } });
  });

  it.each(['before the directory', 'after the end'])('is refused for bytes %s', async (where) => {
    const alter = (zip: Buffer) => {
      const at = where === 'after the end' ? zip.length : zip.indexOf('PK\x01\x02', 0, 'latin1');
      const longer = Buffer.concat([zip.subarray(0, at), Buffer.from('hidden'), zip.subarray(at)]);
      if (at < zip.length) longer.writeUInt32LE(at + 6, longer.length - 6);
      return longer;
    };
    await expect(open(await crafted([manifestOf([])], alter))).rejects.toMatchObject({ code: 'file.damaged' });
  });
});

/** Flips one bit `at` bytes behind the first place where the signature stands. */
function flippedAfter(signature: string, at: number): (zip: Buffer) => Buffer {
  return (zip) => {
    const place = zip.indexOf(signature, 0, 'latin1') + at;
    zip[place] = (zip[place] ?? 0) ^ 1;
    return zip;
  };
}

describe('a zip that contradicts itself', () => {
  it.each([
    ...[4, 8, 12].map((at) => ['data descriptor', 'PK\x07\x08', at] as const),
    ...[8, 10, 16, 20, 24, 42, 46].map((at) => ['directory record', 'PK\x01\x02', at] as const),
    ...[4, 8, 10, 12, 16, 20].map((at) => ['end record', 'PK\x05\x06', at] as const),
  ])('is refused: %s, %j + %d', async (_, signature, at) => {
    expect(await codeOf(await crafted([manifestOf([])], flippedAfter(signature, at)))).toBe('file.damaged');
  });

  it('is refused for padding that is wrong, even where the padding is a whole block', async () => {
    for (let spaces = 0; ; spaces += 1) {
      let length = 0;
      const manifest = {
        name: 'manifest.json',
        text: `${JSON.stringify({ format: UNSIGNED_FORMAT, entries: [], x: 'abcdefghijklmnopqrstuvwxyz'.slice(0, spaces) })}`,
      };
      const bytes = await crafted([manifest], (zip) => {
        length = zip.length;
        return zip;
      });
      if (length % 16 !== 0) continue;
      expect(await codeOf(bytes)).toBe('opened');
      const last = bytes.length - 10 - 1;
      bytes[last] = (bytes[last] ?? 0) ^ 1;
      expect(await codeOf(bytes)).toBe('file.damaged');
      return;
    }
  });
});

async function codeOf(bytes: Uint8Array, key = alice.key): Promise<string> {
  return await open(bytes, key).then(
    () => 'opened',
    (error) => error.code ?? String(error),
  );
}

/** 1 if the file is refused, 0 if it opens with the same content; anything else fails the test. */
async function refusedOr(bytes: Uint8Array, right: Map<string, string>): Promise<number> {
  const found = await openHere(bytes).catch((error) => error);
  if (found instanceof Error) {
    expect(found).toMatchObject({ code: expect.stringMatching(/^file\.(damaged|not_encrypted|not_recipient)$/) });
    return 1;
  }
  expect(found).toEqual(right);
  return 0;
}
