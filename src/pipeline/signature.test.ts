import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ArchiveRequest } from './archive.ts';
import { decryptFile } from './decrypt-file.ts';
import { isSignatureOf, makeKeyPair, openSigner, readPublicKeyIds } from './signature.ts';
import { isSignatureOf as isSignatureInBrowser } from './signature-browser.ts';
import { archive, file, TEST_SIGNER } from './testing/archives.ts';
import { TestFolder } from './testing/recipients.ts';

const folder = new TestFolder();
const alice = folder.recipient();
const other = openSigner(makeKeyPair().privateKey);
afterAll(() => folder.remove());

async function opened(change: Partial<ArchiveRequest> = {}, trustedKeys?: ReadonlySet<string>) {
  const { bytes } = await archive([file('Email', ['{}\n'])], [alice.certificate], change);
  const saved = folder.fresh('file.zip.p7m');
  writeFileSync(saved, bytes);
  const outDir = folder.fresh();
  return { report: await decryptFile({ file: saved, key: alice.key, outDir, ...(trustedKeys && { trustedKeys }) }), outDir };
}

describe('a signature', () => {
  it('is what openssl verifies, of an archive as it was unpacked', async () => {
    const { outDir, report } = await opened();
    expect(report.signedBy).toBe(TEST_SIGNER.signedBy.keyId);
    const key = createPublicKey({ key: Buffer.from(TEST_SIGNER.signedBy.publicKey, 'base64'), type: 'spki', format: 'der' });
    const pem = folder.fresh('key.pem');
    writeFileSync(pem, key.export({ type: 'spki', format: 'pem' }));
    const verify = () =>
      execFileSync('openssl', ['dgst', '-sha256', '-verify', pem, '-signature', join(outDir, 'manifest.json.sig'), join(outDir, 'manifest.json')], {
        stdio: 'pipe',
      });
    expect(verify().toString()).toContain('Verified OK');
    writeFileSync(join(outDir, 'manifest.json'), readFileSync(join(outDir, 'manifest.json'), 'utf8').replace('Email', 'email'));
    expect(verify).toThrow();
  });

  it.each([
    ['Node', isSignatureOf],
    ['a browser', isSignatureInBrowser],
  ])('fits these bytes and this key alone, in %s', (_, isSignatureOf) => {
    const by = TEST_SIGNER.signedBy;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, mask) => {
        const signature = Buffer.from(TEST_SIGNER.sign(bytes));
        expect(isSignatureOf(bytes, signature, by)).toBe(true);
        const changed = Uint8Array.from(bytes, (byte, index) => (index === at % bytes.length ? byte ^ mask : byte));
        expect(isSignatureOf(changed, signature, by)).toBe(false);
        const bent = Uint8Array.from(signature, (byte, index) => (index === at % signature.length ? byte ^ mask : byte));
        expect(isSignatureOf(bytes, bent, by)).toBe(false);
        expect(isSignatureOf(bytes, signature, other.signedBy)).toBe(false);
        // The id of one key with the other key.
        expect(isSignatureOf(bytes, signature, { ...by, keyId: other.signedBy.keyId })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('an archive', () => {
  it.each([
    ['by another key than it names', { sign: (bytes: Uint8Array) => other.sign(bytes) }, 'file.signature', 'manifest.json'],
    ['of other bytes', { sign: () => TEST_SIGNER.sign(Buffer.from('{}')) }, 'file.signature', 'manifest.json'],
    ['too long', { sign: () => new Uint8Array(2_000) }, 'file.damaged', 'manifest.json.sig is too long'],
    [
      'though its format has none',
      { manifest: (entries: readonly unknown[]) => ({ format: 'udm-archive/1', entries }) },
      'file.damaged',
      'an entry after manifest.json',
    ],
    ['of nobody', { manifest: (entries: readonly unknown[]) => ({ format: 'udm-archive/2', entries }) }, 'file.damaged', 'manifest.json: signedBy'],
  ] as const)('is refused with a signature %s', async (_, change, code, value) => {
    await expect(opened(change as Partial<ArchiveRequest>)).rejects.toMatchObject({ code, details: { value } });
  });

  it('is refused when its key is not trusted', async () => {
    const { keyId } = TEST_SIGNER.signedBy;
    expect((await opened({}, new Set([keyId]))).report.signedBy).toBe(keyId);
    await expect(opened({}, new Set([other.signedBy.keyId]))).rejects.toMatchObject({ code: 'file.signer', details: { value: keyId } });
  });
});

it('reads the ids of all keys in a PEM text', () => {
  const [one, two] = [makeKeyPair(), makeKeyPair()];
  expect(readPublicKeyIds(`${one.publicKey}${two.publicKey}`)).toEqual(new Set([one.id, two.id]));
  expect(readPublicKeyIds('no key')).toBeNull();
  expect(readPublicKeyIds(one.publicKey.replace('MFkw', 'AAAA'))).toBeNull();
});
