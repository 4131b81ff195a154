import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { PackedBlock } from '../../src/pipeline/archive.ts';
import { INLINE_PACKER } from '../../src/pipeline/deflate/packer.ts';
import { archive, file, TIME } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { readDirectory } from '../../src/pipeline/zip/central-directory.ts';
import { ZipWriter } from '../../src/pipeline/zip/write-zip.ts';

/** Around the two numbers at which a zip must change its form: 65,535 entries and 4 GiB of an entry, of its packed bytes, of an offset. */

const PYTHON = process.env['UDM_TEST_PYTHON'] ?? '/usr/bin/python3';
const GIB_4 = 2 ** 32;
/** Inflating 4 GiB with every tool takes minutes; the short form lists instead, and makes one archive of many entries. */
const IS_LONG = process.env['UDM_TEST_LONG'] === '1';
const folder = new TestFolder();
afterAll(() => folder.remove());

const run = (command: string, args: readonly string[]): string => execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8', maxBuffer: 2 ** 28 });

/** The bytes of every entry by its name, as each tool lists them. */
const LISTS: Readonly<Record<string, (zip: string) => Map<string, number>>> = {
  unzip: (zip) => listed(run('unzip', ['-Z', zip]), /^-\S+ +\S+ \S+ +(?<bytes>\d+) \S+ \S+ \S+ \S+ (?<name>\S+)$/gm),
  '7-Zip': (zip) => listed(run('7zz', ['l', '-ba', '-slt', zip]), /^Path = (?<name>.+)\n(?:.*\n)?Size = (?<bytes>\d+)$/gm),
  bsdtar: (zip) => listed(run('bsdtar', ['-tvf', zip]), /^-\S+ +\S+ +\S+ +\S+ +(?<bytes>\d+) .* (?<name>\S+)$/gm),
  Python: (zip) =>
    listed(
      run(PYTHON, ['-c', 'import sys,zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(i.filename, i.file_size)', zip]),
      /^(?<name>\S+) (?<bytes>\d+)$/gm,
    ),
};

function listed(text: string, entry: RegExp): Map<string, number> {
  return new Map([...text.matchAll(entry)].map(({ groups }) => [groups?.['name'] ?? '', Number(groups?.['bytes'])]));
}

/** Every tool reads all bytes and checks them. */
function testedByAll(zip: string): void {
  for (const [tool, ...args] of [
    ['unzip', '-tqq', zip],
    ['7zz', 't', '-bso0', '-bsp0', zip],
    [PYTHON, '-c', 'import sys,zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)', zip],
    // From the file: through a pipe libarchive takes an entry of 4 GiB or more only when its header foretells the size.
    ['sh', '-c', 'bsdtar -xOf "$1" > /dev/null', 'sh', zip],
  ] as const) {
    const { status, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
    expect(`${tool} ${status} ${stderr}`).toBe(`${tool} 0 `);
  }
}

/** A zip whose first entry has `bytes` plain ones in repetitions of the block, and a small one behind it. */
function zipOf(block: PackedBlock, bytes: number, rest: (length: number) => PackedBlock): string {
  const zip = folder.fresh('limit.zip');
  const out = openSync(zip, 'w');
  const writer = new ZipWriter(TIME);
  const put = (chunk: Uint8Array): void => void writeSync(out, chunk);
  put(writer.open('Big.jsonl'));
  const whole = Math.floor(bytes / block.plain.length);
  for (let count = 0; count < whole; count += 1) put(writer.add(block));
  if (bytes % block.plain.length > 0) put(writer.add(rest(bytes % block.plain.length)));
  put(writer.close());
  put(writer.open('Small.jsonl'));
  put(writer.add(stored(Buffer.from('{}\n'))));
  put(writer.close());
  put(writer.end());
  closeSync(out);
  return zip;
}

/** A block that is not packed: one stored block of deflate for every 65,535 bytes. */
function stored(plain: Uint8Array): PackedBlock {
  const parts: Buffer[] = [];
  for (let at = 0; at < plain.length; at += 65_535) {
    const part = plain.subarray(at, at + 65_535);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(part.length ^ 0xffff, 3);
    parts.push(head, Buffer.from(part));
  }
  const packed = Buffer.concat(parts);
  return { plain, packed, crc: crc32(plain), packedCrc: crc32(packed), lines: 0 };
}

function ownList(zip: string): Map<string, number> {
  const bytes = statSync(zip).size;
  const tail = Buffer.from(run('sh', ['-c', 'tail -c 1000 "$1" | base64', 'sh', zip]), 'base64');
  return new Map(readDirectory(tail.subarray(directoryStart(tail)), bytes).records.map((record) => [record.name, record.bytes]));
}

const directoryStart = (tail: Buffer): number => tail.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));

describe.each([GIB_4 - 2, GIB_4 - 1, GIB_4, GIB_4 + 1])('an entry of %d bytes', (bytes) => {
  it('has that size for every tool, and the entry behind it is found', { timeout: 600_000 }, async () => {
    const line = `${JSON.stringify({ text: 'x'.repeat(8_182) })}\n`;
    const block = await INLINE_PACKER.pack(new TextEncoder().encode(line.repeat(32)), 'fast');
    const zip = zipOf(block, bytes, (length) => stored(block.plain.subarray(0, length)));
    const expected = new Map([
      ['Big.jsonl', bytes],
      ['Small.jsonl', 3],
    ]);
    expect(ownList(zip)).toEqual(expected);
    for (const [tool, list] of Object.entries(LISTS)) expect([tool, list(zip)]).toEqual([tool, expected]);
    if (IS_LONG) testedByAll(zip);
    rmSync(zip);
  });
});

describe.runIf(IS_LONG).each([-1, 0, 1])('packed bytes of 4 GiB and %d', (more) => {
  it('are read by every tool, also the entry that begins there', { timeout: 1_200_000 }, () => {
    const block = stored(new Uint8Array(65_535 * 16).fill(120));
    // The first header takes 48 bytes, so the size passes the number once and the offset behind it at another time.
    for (const room of [0, 48 + 24]) {
      const packed = GIB_4 + more - room - 2;
      const whole = Math.floor(packed / block.packed.length);
      const rest = packed - whole * block.packed.length - 5 * Math.ceil((packed - whole * block.packed.length) / 65_540);
      const zip = zipOf(block, whole * block.plain.length + rest, (length) => stored(new Uint8Array(length).fill(120)));
      for (const [tool, list] of Object.entries(LISTS)) expect([tool, list(zip).get('Small.jsonl')]).toEqual([tool, 3]);
      testedByAll(zip);
      rmSync(zip);
    }
  });
});

describe.each(IS_LONG ? [65_534, 65_535, 65_536] : [65_535])('an archive of %d entries', (count) => {
  it('is whole for every tool', { timeout: 120_000 }, async () => {
    const alice = folder.recipient();
    // One schema for all, the report, the manifest and its signature come on top.
    const shared = file('Email', []);
    const files = Array.from({ length: count - 4 }, (_, at) => ({ ...shared, name: `Email-${at}.jsonl` }));
    const { bytes } = await archive(files, [alice.certificate]);
    const encrypted = folder.fresh('many.zip.p7m');
    writeFileSync(encrypted, bytes);
    const zip = folder.fresh('many.zip');
    run('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', encrypted, '-inkey', alice.keyFile, '-out', zip]);
    const plain = readFileSync(zip);
    expect(readDirectory(plain.subarray(plain.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))), plain.length).records.length).toBe(count);
    for (const [tool, list] of Object.entries(LISTS)) expect([tool, list(zip).size]).toEqual([tool, count]);
    testedByAll(zip);
  });
});
