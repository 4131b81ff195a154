import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive, file } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';

/** What UDM writes opens with the tools a recipient may have; openssl and unzip have a test of their own. */

const HERE = path.join(import.meta.dirname, 'readers');
const JARS = ['bcpkix', 'bcprov', 'bcutil'].map((name) => path.join(process.env['UDM_TEST_JARS'] ?? '/usr/share/java', `${name}.jar`));
/** The system's own, which has the packages the set-up installs. */
const PYTHON = process.env['UDM_TEST_PYTHON'] ?? '/usr/bin/python3';
const folder = new TestFolder();
const alice = folder.recipient();
const LINES = Array.from(
  { length: 5_000 },
  (_, index) => `${JSON.stringify({ index, text: '🎉 "quoted" \n שלום', noise: (index * 2_654_435_761) % 4_294_967_296 })}\n`,
);
const TEXT = LINES.join('');
let encrypted: string;
let zip: string;

const run = (command: string, args: readonly string[]): string => execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8', maxBuffer: 2 ** 28 });

beforeAll(async () => {
  const { bytes } = await archive(
    [file('Email', LINES), file('Email', [`{"content":"${'A'.repeat(1_000_000)}"}\n`], '-Attachment'), file('Chat', [])],
    [alice.certificate],
  );
  encrypted = folder.fresh('export.zip.p7m');
  writeFileSync(encrypted, bytes);
  zip = folder.fresh('export.zip');
  run('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', encrypted, '-inkey', alice.keyFile, '-out', zip]);
});
afterAll(() => folder.remove());

describe('the encrypted file', () => {
  it('opens with Python: asn1crypto and cryptography', () => {
    const out = folder.fresh('python.zip');
    run(PYTHON, [path.join(HERE, 'open_cms.py'), encrypted, alice.keyFile, out]);
    expect(readFileSync(out).equals(readFileSync(zip))).toBe(true);
  });

  it('opens with Java: Bouncy Castle', { timeout: 60_000 }, () => {
    const out = folder.fresh('java.zip');
    run('java', ['-cp', JARS.join(path.delimiter), path.join(HERE, 'OpenCms.java'), encrypted, alice.keyFile, out]);
    expect(readFileSync(out).equals(readFileSync(zip))).toBe(true);
  });
});

describe('the archive inside', () => {
  it('is whole for 7-Zip, and unpacks to the same bytes', () => {
    expect(run('7zz', ['t', zip])).toContain('Everything is Ok');
    const out = folder.fresh();
    run('7zz', ['x', '-y', `-o${out}`, zip]);
    expect(readFileSync(path.join(out, 'Email.jsonl'), 'utf8')).toBe(TEXT);
    expect(readFileSync(path.join(out, 'Chat.jsonl'), 'utf8')).toBe('');
  });

  it('is whole for bsdtar, also as a stream that it cannot go back in', () => {
    const names = 'Email.jsonl Email.schema.json Email-Attachment.jsonl Chat.jsonl Chat.schema.json manifest.json'.split(' ');
    expect(run('bsdtar', ['-tf', zip]).trim().split('\n').slice(0, 2)).toEqual(names.slice(0, 2));
    expect(run('sh', ['-c', 'cat "$1" | bsdtar -xOf - Email.jsonl', 'sh', zip])).toBe(TEXT);
  });

  it('is whole for Python: zipfile', () => {
    const told = run(PYTHON, [path.join(HERE, 'test_zip.py'), zip])
      .trim()
      .split('\n');
    expect(told[0]).toBe(`Email.jsonl ${Buffer.byteLength(TEXT)}`);
    expect(told).toContain('Chat.jsonl 0');
  });

  it('is whole for Java: java.util.zip', { timeout: 60_000 }, () => {
    const told = run('java', [path.join(HERE, 'TestZip.java'), zip])
      .trim()
      .split('\n');
    expect(told[0]).toBe(`Email.jsonl ${Buffer.byteLength(TEXT)}`);
    expect(told.at(-1)).toMatch(/^manifest\.json(\.sig)? /);
  });
});
