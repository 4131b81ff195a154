import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { readPrivateKey } from '../../src/pipeline/primitives-node.ts';
import { TEST_SIGNER } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { verifyFiles, type VerifyRequest } from '../../src/pipeline/verify-files.ts';
import { mutate, mutateAlone } from './campaign.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';

const recipients = new TestFolder();
const alice = recipients.recipient();
const bob = recipients.recipient();
const key = readPrivateKey(alice.key);
let original: RunFolder;
let place: string;

beforeAll(async () => {
  original = await makeRunFolder(alice.certificate);
});

beforeEach(() => {
  place = recipients.fresh('runs');
  cpSync(original.path, place, { recursive: true });
});

afterAll(() => {
  original.remove();
  recipients.remove();
});

const RUN = (index: number) => `22222222-2222-4222-8222-22222222222${index}`;
const PART = (number: number) => `${RUN(0)}-p000${number}.zip.p7m`;
const at = (name: string) => join(place, name);
const removeManifest = (name: string) => {
  rmSync(at(`${name}.manifest.json`));
  rmSync(at(`${name}.manifest.json.sig`));
};
const verify = (change: Partial<VerifyRequest> = {}) => verifyFiles({ paths: [place], ...change });
const codes = async (change: Partial<VerifyRequest> = {}) => (await verify(change)).findings.map((one) => one.code);

describe('udm verify', () => {
  it('finds nothing where nothing is wrong, with and without the key', async () => {
    const trustedKeys = new Set([TEST_SIGNER.signedBy.keyId]);
    expect(await verify({ key, trustedKeys, wholeChain: true })).toMatchObject({
      files: 4,
      manifests: 3,
      inside: true,
      signedBy: [...trustedKeys],
      findings: [],
    });
    expect(await verify()).toMatchObject({ inside: false, findings: [] });
    // One file with its key and nothing else.
    expect(await verify({ paths: [at(PART(1))], key })).toMatchObject({ files: 1, manifests: 0, findings: [] });
  });

  it.each([
    ['a file that is missing', () => rmSync(at(PART(2))), ['verify.missing']],
    ['a file that nobody lists', () => writeFileSync(at('x.zip.p7m'), 'x'), ['verify.extra']],
    ['a file that was cut', () => writeFileSync(at(PART(1)), readFileSync(at(PART(1))).subarray(0, -1)), ['verify.cut']],
    [
      'two files with each other’s names',
      () => {
        renameSync(at(PART(1)), at('x'));
        renameSync(at(PART(2)), at(PART(1)));
        renameSync(at('x'), at(PART(2)));
      },
      ['verify.swapped', 'verify.swapped'],
    ],
    ['a manifest without its signature', () => rmSync(at(`${RUN(1)}.manifest.json.sig`)), ['verify.unsigned', 'verify.chain_gap']],
    ['a signature without its manifest', () => rmSync(at(`${RUN(1)}.manifest.json`)), ['verify.missing', 'verify.chain_gap']],
    ['a run that was left out', () => removeManifest(RUN(1)), ['verify.chain_gap']],
    [
      'a manifest that was changed',
      () => writeFileSync(at(`${RUN(1)}.manifest.json`), readFileSync(at(`${RUN(1)}.manifest.json`), 'utf8').replace('UCSX', 'UCSY')),
      ['file.signature', 'verify.chain_gap'],
    ],
  ])('finds %s', async (_, change, expected) => {
    change();
    expect(await codes()).toEqual(expected);
  });

  it('asks for the first run of a job only with --whole-chain', async () => {
    for (const name of original.files.keys()) if (name.startsWith(RUN(0))) rmSync(at(name));
    expect(await codes()).toEqual([]);
    expect(await codes({ wholeChain: true })).toEqual(['verify.chain_gap']);
  });

  it('finds another history that is signed by the same key: a chain that was broken, a chain that forks', async () => {
    const rewrite = (index: number, name: string, change: (text: string) => string) => {
      const body = Buffer.from(change(readFileSync(at(`${RUN(index)}.manifest.json`), 'utf8')));
      writeFileSync(at(`${name}.manifest.json`), body);
      writeFileSync(at(`${name}.manifest.json.sig`), TEST_SIGNER.sign(body));
    };
    rewrite(1, 'other', (text) => text.replace('2026-03-02', '2026-03-01'));
    expect(await codes()).toContain('verify.chain_fork');
    removeManifest('other');
    rewrite(1, RUN(1), (text) => text.replace('2026-03-02', '2026-03-01'));
    expect(await codes()).toEqual(['verify.chain_broken']);
  });

  it('finds what was signed by a key that is not trusted, outside and inside', async () => {
    expect((await codes({ trustedKeys: new Set(['00']), key })).filter((code) => code === 'file.signer')).toHaveLength(7);
  });

  it('tells a key that does not fit for each file', async () => {
    expect(await codes({ key: readPrivateKey(bob.key) })).toEqual(Array.from({ length: 4 }, () => 'file.not_recipient'));
  });

  it('leaves no file open, damaged as it may be', async () => {
    writeFileSync(at(PART(1)), readFileSync(at(PART(1))).fill(7, 20));
    const open = () => readdirSync('/proc/self/fd').length;
    await codes({ key });
    const before = open();
    for (let count = 0; count < 20; count += 1) await codes({ key });
    expect(open()).toBeLessThan(before + 10);
  });

  it('refuses when there is nothing to check against', async () => {
    await expect(verify({ paths: [at(PART(1))] })).rejects.toMatchObject({ code: 'verify.nothing' });
    await expect(verify({ paths: [at('nowhere')] })).rejects.toMatchObject({ code: 'file.unreadable' });
  });
});

it('finds every byte that was changed in a file that is alone, by the keys only', { timeout: 120_000 }, async () => {
  const keys = { key, trustedKeys: new Set([TEST_SIGNER.signedBy.keyId]) };
  for (const recipient of [alice.certificate, { certificate: alice.certificate, keyTransport: 'oaep', contentCipher: 'aes-256-gcm' } as const]) {
    const folder = await makeRunFolder(bob.certificate, recipient);
    expect((await mutateAlone(folder, 250, 20_260_301, keys)).missed).toEqual([]);
    folder.remove();
  }
});

it('tells a file that was encrypted anew, and opens it all the same', async () => {
  const [name] = [...original.files.keys()].filter((one) => one.endsWith('.p7m'));
  const [zip, anew] = [recipients.fresh('plain.zip'), recipients.fresh('anew.zip.p7m')];
  const openssl = (...args: string[]) => execFileSync('openssl', ['cms', '-binary', ...args], { stdio: 'pipe' });
  openssl('-decrypt', '-inform', 'DER', '-in', at(name as string), '-inkey', alice.keyFile, '-out', zip);
  openssl('-encrypt', '-aes-256-cbc', '-outform', 'DER', '-in', zip, '-out', anew, bob.certificateFile);
  const findings = (await verify({ paths: [anew], key: readPrivateKey(bob.key) })).findings;
  expect(findings).toEqual([{ code: 'verify.envelope', file: anew }]);
  expect(await decryptFile({ file: anew, key: bob.key, outDir: recipients.fresh() })).toMatchObject({ isEncryptedAsMade: false });
  expect(await decryptFile({ file: at(name as string), key: alice.key, outDir: recipients.fresh() })).toMatchObject({ isEncryptedAsMade: true });
});

// `npm run mutate` is the long form.
it('finds every one of many mutations', { timeout: 120_000 }, async () => {
  const { kinds, missed } = await mutate(original, 1_500, 20_260_301);
  expect(missed).toEqual([]);
  expect(Object.keys(kinds).sort()).toEqual(['copy', 'cut', 'end', 'flip', 'insert', 'remove', 'rename', 'repeat', 'run left out', 'swap']);
});
