import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeKeyPair } from '../../src/pipeline/signature.ts';
import { TEST_SIGNER } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { runCliHere } from '../support/cli.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';

/** `udm verify` and `udm decrypt` as a person types them. */

const recipients = new TestFolder();
const alice = recipients.recipient();
const pem = recipients.fresh('signing.pem');
const otherPem = recipients.fresh('other.pem');
let original: RunFolder;

beforeAll(async () => {
  original = await makeRunFolder(alice.certificate);
  const key = createPublicKey({ key: Buffer.from(TEST_SIGNER.signedBy.publicKey, 'base64'), type: 'spki', format: 'der' });
  writeFileSync(pem, key.export({ type: 'spki', format: 'pem' }));
  writeFileSync(otherPem, makeKeyPair().publicKey);
});

afterAll(() => {
  original.remove();
  recipients.remove();
});

const udm = (...args: string[]) => runCliHere(args, recipients.fresh('data'));
const fileName = () => [...original.files.keys()].find((name) => name.endsWith('.p7m')) as string;

it('verify says what it checked and whose signature it found, and ends with 0', async () => {
  const bare = await udm('verify', original.path);
  expect(bare).toMatchObject({ code: 0, stderr: '' });
  expect(bare.stdout).toContain('Checked 4 files');
  expect(bare.stdout).toContain('Whose key that is was not checked');
  const full = await udm('verify', original.path, '--key', alice.keyFile, '--public-key', pem, '--whole-chain');
  expect(full).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is wrong.') });
  expect(full.stdout).not.toContain('was not checked');
});

it('verify names every finding with what to do, ends with 1, and says the same in JSON', async () => {
  const place = recipients.fresh('runs');
  cpSync(original.path, place, { recursive: true });
  rmSync(join(place, fileName()));
  const found = await udm('verify', place);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain(`${fileName()}: This file belongs here and is not there. (verify.missing)`);
  expect(found.stdout).toContain('1 thing is wrong.');
  const json = await udm('verify', place, '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, files: 3, findings: [{ code: 'verify.missing', file: fileName() }] });
});

it('verify refuses what it cannot use', async () => {
  expect(await udm('verify', original.path, '--public-key', alice.certificateFile)).toMatchObject({ code: 2, stderr: expect.stringContaining('--public-key') });
  expect(await udm('verify', original.path, '--public-key', otherPem)).toMatchObject({ code: 1, stdout: expect.stringContaining('(file.signer)') });
  expect(await udm('verify', recipients.fresh('nowhere'))).toMatchObject({ code: 2, stderr: expect.stringContaining('file.unreadable') });
});

it('decrypt joins all parts of a run: files, a folder, or a pattern that no shell has looked at', async () => {
  const run = '22222222-2222-4222-8222-222222222220';
  const files = [...original.files.keys()].filter((name) => name.startsWith(run) && name.endsWith('.p7m')).map((name) => join(original.path, name));
  const alone = recipients.fresh('runs');
  cpSync(original.path, alone, { recursive: true, filter: (name) => name === original.path || files.includes(name) });
  for (const places of [files, [alone], [join(original.path, `${run}-p*.zip.p7m`)]]) {
    const out = recipients.fresh();
    const opened = await udm('decrypt', ...places, '--key', alice.keyFile, '--public-key', pem, '--out', out);
    expect(opened).toMatchObject({ code: 0, stdout: expect.stringContaining(`All 3 parts of the run are there`) });
    expect(readFileSync(join(out, 'Email.jsonl'), 'utf8')).toBe([1, 2, 3].map((part) => `{"id":"${run} ${part}"}\n`).join(''));
  }
  const json = await udm('decrypt', ...files, '--key', alice.keyFile, '--out', recipients.fresh(), '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    files: expect.arrayContaining([{ name: 'Email.jsonl', rows: 3, bytes: 144 }]),
    parts: [{ number: 1 }, { number: 2 }, { number: 3 }],
  });
});

it('decrypt says which part a file is, and what is wrong with parts', async () => {
  const one = await udm('decrypt', join(original.path, fileName()), '--key', alice.keyFile, '--out', recipients.fresh());
  expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('It is part 1 of its run.') });
  const all = await udm('decrypt', original.path, '--key', alice.keyFile, '--out', recipients.fresh());
  expect(all).toMatchObject({ code: 2, stderr: expect.stringContaining('(parts.other_run)') });
  const none = await udm('decrypt', join(original.path, 'x*.p7m'), '--key', alice.keyFile, '--out', recipients.fresh());
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('(file.unreadable)') });
});

it('decrypt opens only what a trusted key signed, when asked to', async () => {
  const file = join(original.path, fileName());
  const opened = await udm('decrypt', file, '--key', alice.keyFile, '--public-key', pem, '--out', recipients.fresh());
  expect(opened).toMatchObject({ code: 0, stdout: expect.stringContaining(`Signed by key ${TEST_SIGNER.signedBy.keyId}, which you trust.`) });
  const refused = await udm('decrypt', file, '--key', alice.keyFile, '--public-key', otherPem, '--out', recipients.fresh());
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('file.signer') });
  const bare = await udm('decrypt', file, '--key', alice.keyFile, '--out', recipients.fresh(), '--json');
  expect(JSON.parse(bare.stdout)).toMatchObject({ signedBy: TEST_SIGNER.signedBy.keyId });
});
