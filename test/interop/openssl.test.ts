import { execFileSync } from 'node:child_process';
import { createWriteStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { type DecryptProgress, decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { archive, file, request } from '../../src/pipeline/testing/archives.ts';
import { TestFolder, type TestRecipient } from '../../src/pipeline/testing/recipients.ts';
import { writeArchive } from '../../src/pipeline/write-archive.ts';

const folder = new TestFolder();
const people = [folder.recipient(2048), folder.recipient(3072, '/C=DE/O=Müller \\+ Söhne/CN=Straße 東京'), folder.recipient(4096, '/DC=org/DC=test/CN=c')];
const [alice, bob, carol] = people as [TestRecipient, TestRecipient, TestRecipient];
afterAll(() => folder.remove());

const run = (command: string, args: readonly string[]): Buffer => execFileSync(command, args, { stdio: 'pipe', maxBuffer: 2 ** 30 });
const lines = Array.from({ length: 3000 }, (_, index) => `${JSON.stringify({ index, text: '🎉 "quoted" \n שלום', random: Math.random() })}\n`);
const files = [file('Email', lines), file('Email', [`${JSON.stringify({ data: 'A'.repeat(2_000_000) })}\n`], '-Attachment'), file('Chat', [])];

async function written(recipients: readonly TestRecipient[]): Promise<string> {
  const { bytes } = await archive(
    files,
    recipients.map((recipient) => recipient.certificate),
  );
  const path = folder.fresh('export.zip.p7m');
  writeFileSync(path, bytes);
  return path;
}

function opensslOpens(tool: 'cms' | 'smime', path: string, by: readonly string[]): string {
  const zip = folder.fresh('plain.zip');
  const binary = tool === 'cms' ? ['-binary'] : [];
  run('openssl', [tool, '-decrypt', ...binary, '-inform', 'DER', '-in', path, '-out', zip, ...by]);
  return zip;
}

describe('a file made by UDM', () => {
  it.each(['cms', 'smime'] as const)('opens with openssl %s for each of several recipients, and unzip finds nothing wrong', async (tool) => {
    const path = await written(people);
    for (const { keyFile, certificateFile } of people) {
      const zip = opensslOpens(tool, path, ['-inkey', keyFile, '-recip', certificateFile]);
      expect(run('unzip', ['-t', zip]).toString()).toContain('No errors detected');
      expect(run('unzip', ['-p', zip, 'Email.jsonl']).toString()).toBe(lines.join(''));
    }
  });

  it.each(['cms', 'smime'] as const)('opens with openssl %s by the key alone', async (tool) => {
    const zip = opensslOpens(tool, await written([alice]), ['-inkey', alice.keyFile]);
    expect(run('unzip', ['-Z1', zip]).toString().trim().split('\n')).toEqual([
      'Email.jsonl',
      'Email.schema.json',
      'Email-Attachment.jsonl',
      'Chat.jsonl',
      'Chat.schema.json',
      'report.html',
      'manifest.json',
      'manifest.json.sig',
    ]);
  });

  it('names issuer and serial number of each certificate as they are', async () => {
    const structure = run('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', await written(people)]).toString();
    for (const { certificateFile } of people) {
      const serial = run('openssl', ['x509', '-noout', '-serial', '-in', certificateFile]).toString().trim().replace('serial=', '');
      expect(structure.toUpperCase()).toContain(`SERIALNUMBER: 0X${serial}`);
    }
  });
});

describe('a file encrypted by openssl', () => {
  const ways = [['-stream'], [], ['-stream', '-keyid'], ['-keyid']];
  it.each(ways.map((way) => [way.join(' ') || 'without -stream', way] as const))('opens with UDM: %s', async (_, way) => {
    const zip = opensslOpens('cms', await written([alice]), ['-inkey', alice.keyFile]);
    const path = folder.fresh('openssl.p7m');
    run('openssl', [
      'cms',
      '-encrypt',
      ...way,
      '-binary',
      '-aes-256-cbc',
      '-outform',
      'DER',
      '-in',
      zip,
      '-out',
      path,
      ...people.map((recipient) => recipient.certificateFile),
    ]);
    for (const { key } of [bob, carol]) {
      const outDir = folder.fresh();
      const report = await decryptFile({ file: path, key, outDir });
      expect(report.entries.map((entry) => entry.rows)).toEqual([3000, null, 1, 0, null, null]);
      expect(readFileSync(join(outDir, 'Email.jsonl'), 'utf8')).toBe(lines.join(''));
    }
  });

  it('is refused if it uses another cipher', async () => {
    const path = folder.fresh('aes128.p7m');
    run('openssl', ['cms', '-encrypt', '-binary', '-aes-128-cbc', '-outform', 'DER', '-in', alice.keyFile, '-out', path, alice.certificateFile]);
    await expect(decryptFile({ file: path, key: alice.key, outDir: folder.fresh() })).rejects.toMatchObject({ code: 'file.not_encrypted' });
  });
});

/** `megabytes` of lines in pieces of 1 MiB, and the memory the process had at a fifth and at most after it. */
function bulk(megabytes: number) {
  const memory = { early: 0, peak: 0 };
  const line = `${JSON.stringify({ text: 'all work and no play '.repeat(48) })}\n`;
  const piece = Buffer.from(line.repeat(Math.ceil(2 ** 20 / line.length)));
  async function* give(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < megabytes; count += 1) {
      yield piece;
      const { rss } = process.memoryUsage();
      if (count === Math.floor(megabytes / 5)) memory.early = rss;
      memory.peak = Math.max(memory.peak, rss);
    }
  }
  return { memory, bytes: piece.length * megabytes, file: { ...file('Big', []), lines: give } };
}

async function writtenToDisk(big: ReturnType<typeof bulk>): Promise<string> {
  const path = folder.fresh('big.p7m');
  const out = createWriteStream(path);
  const sink = async (chunk: Uint8Array): Promise<void> => {
    if (!out.write(chunk)) await once(out, 'drain');
  };
  await writeArchive(request([big.file, file('Small', ['{}\n'])], [alice.certificate], { sink }).whole);
  out.end();
  await once(out, 'close');
  return path;
}

const GROWTH = 80 * 2 ** 20;

/** Decrypts with UDM; `growth` is how much memory came on top after the first fifth, in bytes. */
async function decrypted(path: string) {
  const outDir = folder.fresh();
  let early = 0;
  let peak = 0;
  const onProgress = ({ fileBytes, totalBytes }: DecryptProgress): void => {
    const { rss } = process.memoryUsage();
    if (early === 0 && fileBytes >= totalBytes / 5) early = rss;
    peak = Math.max(peak, rss);
  };
  const report = await decryptFile({ file: path, key: alice.key, outDir, onProgress });
  return { report, outDir, peak, growth: peak - early };
}

describe('a large file', () => {
  it('is written and read in flat memory', async () => {
    const big = bulk(400);
    const path = await writtenToDisk(big);
    expect(big.memory.peak - big.memory.early).toBeLessThan(GROWTH);
    const { report, growth } = await decrypted(path);
    expect(report.entries[0]?.bytes).toBe(big.bytes);
    expect(growth).toBeLessThan(GROWTH);
  });

  // Minutes and 9 GB of disk, so only on demand: UDM_TEST_LONG=1.
  it.runIf(process.env['UDM_TEST_LONG'] === '1')('opens with openssl, unzip and UDM beyond 4 GiB', { timeout: 600_000 }, async () => {
    const big = bulk(4200);
    expect(big.bytes).toBeGreaterThan(2 ** 32);
    const path = await writtenToDisk(big);
    expect(big.memory.peak - big.memory.early).toBeLessThan(GROWTH);
    const zip = opensslOpens('cms', path, ['-inkey', alice.keyFile]);
    expect(run('unzip', ['-t', zip]).toString()).toContain('No errors detected');
    const { report, outDir, growth } = await decrypted(path);
    expect(report.entries[0]?.bytes).toBe(big.bytes);
    expect(statSync(join(outDir, 'Big.jsonl')).size).toBe(big.bytes);
    expect(growth).toBeLessThan(GROWTH);
  });
});
