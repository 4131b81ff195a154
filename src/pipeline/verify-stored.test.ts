import { createHash, randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { Recipient } from './archive.ts';
import { Encryptor } from './cms/encryptor.ts';
import { TestFolder } from './testing/recipients.ts';
import { verifyStored, type Written, type WrittenEnvelope } from './verify-stored.ts';
import { ZipWriter } from './zip/write-zip.ts';

/** What is read back is decrypted at its end, not compared alone: a file that nobody can open has a SHA-256, too. */

const folder = new TestFolder();
const { certificate } = folder.recipient();
const other = folder.recipient().certificate;
afterAll(() => folder.remove());

const CBC: Recipient = certificate;
const GCM: Recipient = { certificate, keyTransport: 'oaep', contentCipher: 'aes-256-gcm' };

/** A zip of stored noise in an envelope, and what its writer knows of it. */
function written(recipient: Recipient, noise: number, change: Partial<WrittenEnvelope> = {}): { bytes: Buffer; facts: Written } {
  const encryptor = new Encryptor([recipient]);
  const zip = new ZipWriter(new Date('2026-03-01Z'));
  const plain = randomBytes(noise);
  const pieces = [zip.open('noise'), zip.add({ packed: plain, plain, crc: 0 }), zip.close()];
  const zipSoFar = zip.length;
  const directory = zip.end();
  const all = Buffer.concat([...pieces, directory]);
  const bytes = Buffer.concat([
    ...Array.from({ length: Math.ceil(all.length / 40_000) }, (_, at) => Buffer.from(encryptor.update(all.subarray(at * 40_000, (at + 1) * 40_000)))),
    encryptor.final(),
  ]);
  const envelope = { encryptor, zipBytes: zipSoFar + directory.length, directoryBytes: directory.length, names: ['noise'], ...change };
  return { bytes, facts: { ...factsOf(bytes), envelope } };
}

const factsOf = (bytes: Buffer) => ({
  fileBytes: bytes.length,
  fileSha256: createHash('sha256').update(bytes).digest('hex'),
  signal: new AbortController().signal,
});

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const READ_BACK = { code: 'storage.read_back' };

describe.each([
  ['AES-256-CBC', CBC],
  ['AES-256-GCM', GCM],
] as const)('what was stored with %s', (_, recipient) => {
  it.each([0, 1, 15, 16, 17, 500, 70_000, 300_001])('opens at its end: %i bytes before the directory, in pieces of any size', async (noise) => {
    const { bytes, facts } = written(recipient, noise);
    for (const size of [1_000, 65_536, bytes.length]) await verifyStored(inPieces(bytes, size), facts);
  });

  it('is refused when its end does not open with the content key, though its bytes are those that were written', async () => {
    const { bytes, facts } = written(recipient, 100_000);
    const stranger = new Encryptor([recipient]);
    const encryptor = {
      cipher: stranger.cipher,
      hasKey: true,
      recipientInfosSha256: facts.envelope?.encryptor.recipientInfosSha256 as string,
      openEnd: stranger.openEnd.bind(stranger),
    };
    await expect(verifyStored(inPieces(bytes, 65_536), { ...facts, envelope: { ...(facts.envelope as WrittenEnvelope), encryptor } })).rejects.toMatchObject(
      READ_BACK,
    );
  });

  it('is refused when it lists other entries, or has other recipients', async () => {
    const { bytes, facts } = written(recipient, 1_000, { names: ['noise', 'manifest.json'] });
    await expect(verifyStored(inPieces(bytes, 65_536), facts)).rejects.toMatchObject(READ_BACK);
    const whole = written(recipient, 1_000);
    const encryptor = new Encryptor([other]);
    await expect(
      verifyStored(inPieces(whole.bytes, 65_536), { ...whole.facts, envelope: { ...(whole.facts.envelope as WrittenEnvelope), encryptor } }),
    ).rejects.toMatchObject(READ_BACK);
  });

  it('is checked as an envelope, too, when the key is forgotten', async () => {
    const { bytes, facts } = written(recipient, 1_000);
    ((facts.envelope as WrittenEnvelope).encryptor as Encryptor).forget();
    await verifyStored(inPieces(bytes, 65_536), facts);
    const cut = bytes.subarray(0, -2);
    await expect(verifyStored(inPieces(cut, 65_536), { ...facts, ...factsOf(cut) })).rejects.toMatchObject(READ_BACK);
  });
});
