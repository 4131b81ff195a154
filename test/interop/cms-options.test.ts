import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { RecipientOptions } from '../../src/pipeline/archive.ts';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { archive, file } from '../../src/pipeline/testing/archives.ts';
import { TestFolder, type TestRecipient } from '../../src/pipeline/testing/recipients.ts';

const folder = new TestFolder();
const alice = folder.recipient(2048);
const bob = folder.recipient(3072, '/CN=Bob');
afterAll(() => folder.remove());

const run = (args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe', maxBuffer: 2 ** 28 });
const lines = Array.from({ length: 2000 }, (_, index) => `${JSON.stringify({ index, text: 'שלום', random: Math.random() })}\n`);
const ways = (['pkcs1', 'oaep'] as const).flatMap((keyTransport) =>
  (['aes-256-cbc', 'aes-256-gcm'] as const).map((contentCipher) => ({ keyTransport, contentCipher })),
);

async function written(recipients: readonly RecipientOptions[]): Promise<string> {
  const { bytes } = await archive([file('Email', lines)], recipients);
  const path = folder.fresh('export.zip.p7m');
  writeFileSync(path, bytes);
  return path;
}

function opensslOpens(path: string, { keyFile, certificateFile }: TestRecipient): string {
  const zip = folder.fresh('plain.zip');
  run(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', path, '-out', zip, '-inkey', keyFile, '-recip', certificateFile]);
  return execFileSync('unzip', ['-p', zip, 'Email.jsonl'], { maxBuffer: 2 ** 28 }).toString();
}

describe.each(ways)('key by $keyTransport, content by $contentCipher', (way) => {
  it('opens with openssl cms', async () => {
    const path = await written([{ ...way, certificate: alice.certificate }]);
    expect(opensslOpens(path, alice)).toBe(lines.join(''));
    const printed = run(['cms', '-cmsout', '-print', '-inform', 'DER', '-in', path]).toString();
    expect(printed).toContain(way.contentCipher === 'aes-256-gcm' ? 'aes-256-gcm' : 'aes-256-cbc');
    expect(printed).toContain(way.keyTransport === 'oaep' ? 'rsaesOaep' : 'rsaEncryption');
  });

  it.each([[], ['-stream']])('opens with UDM when openssl made it %s', async (...stream) => {
    const zip = folder.fresh('plain.zip');
    const made = await written([{ ...way, certificate: alice.certificate }]);
    run(['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', made, '-out', zip, '-inkey', alice.keyFile]);
    const path = folder.fresh('openssl.p7m');
    const padding = way.keyTransport === 'oaep' ? ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'] : [];
    const common = ['cms', '-encrypt', '-binary', ...stream.filter((one) => one !== undefined), `-${way.contentCipher}`, '-outform', 'DER'];
    run([...common, '-in', zip, '-out', path, '-recip', alice.certificateFile, ...padding]);
    const outDir = folder.fresh();
    await decryptFile({ file: path, key: alice.key, outDir });
    expect(readdirSync(outDir).sort()).toEqual(['Email.jsonl', 'Email.schema.json', 'manifest.json', 'manifest.json.sig', 'report.html']);
  });
});

describe('several recipients', () => {
  it('have one cipher: GCM only when all of them take it', async () => {
    const one: RecipientOptions = { certificate: alice.certificate, keyTransport: 'oaep', contentCipher: 'aes-256-gcm' };
    const other: RecipientOptions = { certificate: bob.certificate, keyTransport: 'pkcs1', contentCipher: 'aes-256-cbc' };
    const mixed = await written([one, other]);
    expect(run(['cms', '-cmsout', '-print', '-inform', 'DER', '-in', mixed]).toString()).toContain('aes-256-cbc');
    for (const person of [alice, bob]) expect(opensslOpens(mixed, person)).toBe(lines.join(''));
    const alike = await written([one, { ...other, contentCipher: 'aes-256-gcm' }]);
    expect(run(['cms', '-cmsout', '-print', '-inform', 'DER', '-in', alike]).toString()).toContain('aes-256-gcm');
    for (const person of [alice, bob]) expect(opensslOpens(alike, person)).toBe(lines.join(''));
  });
});
