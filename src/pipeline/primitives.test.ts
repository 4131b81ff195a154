import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { crc32 as zlibCrc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { concat } from './bytes.ts';
import type { RecipientOptions } from './archive.ts';
import { crc32 } from './crc32.ts';
import type { PrivateKey, Primitives } from './primitives.ts';
import { BROWSER_PRIMITIVES } from './primitives-browser.ts';
import { NODE_PRIMITIVES, readPrivateKey as readKeyInNode } from './primitives-node.ts';
import { readPrivateKey as readKeyInBrowser } from './private-key-browser.ts';
import { readArchive } from './read-archive.ts';
import { archive, file, stored } from './testing/archives.ts';
import { TestFolder } from './testing/recipients.ts';

const folder = new TestFolder();
const alice = folder.recipient(2048);
const bob = folder.recipient(3072);
afterAll(() => folder.remove());

const PLACES = [
  { place: 'Node', primitives: NODE_PRIMITIVES, readKey: async (pem: string, passphrase?: string) => readKeyInNode(pem, passphrase) },
  { place: 'browser', primitives: BROWSER_PRIMITIVES, readKey: readKeyInBrowser },
];
const WAYS = (['pkcs1', 'oaep'] as const).flatMap((keyTransport) =>
  (['aes-256-cbc', 'aes-256-gcm'] as const).map((contentCipher) => ({ keyTransport, contentCipher })),
);

async function opened(bytes: Buffer, key: PrivateKey, primitives: Primitives, chunk = 4096) {
  const files = new Map<string, Uint8Array[]>();
  const create = async (name: string) => {
    const parts: Uint8Array[] = [];
    files.set(name, parts);
    return { write: async (part: Uint8Array) => void parts.push(Uint8Array.from(part)), close: async () => undefined };
  };
  const report = await readArchive({ file: stored(bytes, chunk), key, primitives, openSink: async () => ({ create }) });
  return { report, files: new Map([...files].map(([name, parts]) => [name, Buffer.from(concat(parts)).toString()])) };
}

/** The code of the error, or what was read. */
/** The same key, which works once for the same bytes: RSA takes longest, and most changes do not touch what it reads. */
function remembering(key: PrivateKey): PrivateKey {
  const known = new Map<string, Promise<Uint8Array | null>>();
  return {
    async unwrap(transport, encrypted) {
      const name = `${transport} ${Buffer.from(encrypted).toString('base64')}`;
      const found = known.get(name) ?? key.unwrap(transport, encrypted);
      known.set(name, found);
      // Whoever gets it may wipe it.
      const bytes = await found;
      return bytes && Uint8Array.from(bytes);
    },
  };
}

async function outcome(bytes: Buffer, key: PrivateKey, primitives: Primitives): Promise<unknown> {
  return await opened(bytes, key, primitives).catch((error: { code?: string; details?: { value?: unknown } }) => [error.code, error.details?.value]);
}

describe('the same file in Node and in a browser', () => {
  it('reads alike, whatever is in it and however it is encrypted', { timeout: 60_000 }, async () => {
    const line = fc.oneof(
      fc.json().map((text) => text.replaceAll('\n', ' ')),
      fc.nat(200_000).map((n) => JSON.stringify('é'.repeat(n))),
    );
    const entries = fc.array(fc.array(line, { maxLength: 12 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(entries, fc.constantFrom(...WAYS), fc.integer({ min: 1, max: 300_000 }), async (data, way, chunk) => {
        const files = data.map((lines, index) =>
          file(
            `T${index}`,
            lines.map((text) => `${text}\n`),
          ),
        );
        const { bytes } = await archive(files, [{ ...way, certificate: alice.certificate }]);
        const [one, other] = await Promise.all(
          PLACES.map(async ({ primitives, readKey }) => await opened(bytes, await readKey(alice.key), primitives, Math.max(chunk, bytes.length / 500))),
        );
        expect(other).toEqual(one);
        for (const [index, lines] of data.entries()) expect(other?.files.get(`T${index}.jsonl`)).toBe(lines.map((text) => `${text}\n`).join(''));
      }),
      { numRuns: 60 },
    );
  });

  it.each(WAYS)('finds the same fault in the same place: $keyTransport, $contentCipher', { timeout: 120_000 }, async (way) => {
    const { bytes } = await archive([file('Email', ['{"a":1}\n{"a":2}\n'])], [{ ...way, certificate: alice.certificate }]);
    const keys = await Promise.all(PLACES.map(async ({ readKey }) => remembering(await readKey(alice.key))));
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      const [one, other] = await Promise.all(PLACES.map(({ primitives }, index) => outcome(changed, keys[index] as PrivateKey, primitives)));
      expect(other, `byte ${at}`).toEqual(one);
      if (Array.isArray(one)) refused += 1;
    }
    expect(refused).toBeGreaterThan((bytes.length / 7) * 0.7);
  });

  it('lets each of several recipients in, whatever padding the others have, and nobody else', async () => {
    const to: RecipientOptions[] = [
      { certificate: alice.certificate, keyTransport: 'oaep', contentCipher: 'aes-256-gcm' },
      { certificate: bob.certificate, keyTransport: 'pkcs1', contentCipher: 'aes-256-gcm' },
    ];
    const { bytes } = await archive([file('Email', ['{}\n'])], to);
    const stranger = folder.recipient(2048);
    for (const { primitives, readKey } of PLACES) {
      for (const { key } of [alice, bob]) expect((await opened(bytes, await readKey(key), primitives)).files.get('Email.jsonl')).toBe('{}\n');
      await expect(opened(bytes, await readKey(stranger.key), primitives)).rejects.toMatchObject({ code: 'file.not_recipient' });
    }
  });

  it('finds every changed byte of the content and the tag of AES-256-GCM', async () => {
    const { bytes } = await archive([file('Email', ['{"a":1}\n'])], [{ certificate: alice.certificate, keyTransport: 'pkcs1', contentCipher: 'aes-256-gcm' }]);
    const tagAt = bytes.length - 6 - 16;
    for (const { primitives, readKey } of PLACES) {
      const key = await readKey(alice.key);
      for (let at = tagAt; at < tagAt + 16; at += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (bytes[at] ?? 0) ^ 1;
        expect(await outcome(changed, key, primitives)).toEqual(['file.damaged', 'end of the encrypted content']);
      }
    }
  });
});

describe.each(PLACES)('private keys in $place', ({ readKey, primitives }) => {
  const openssl = (args: readonly string[]) => {
    const out = folder.fresh('key.pem');
    execFileSync('openssl', [...args, '-out', out], { stdio: 'pipe' });
    return readFileSync(out, 'utf8');
  };
  const opens = async (pem: string, passphrase?: string) => {
    const { bytes } = await archive([file('Email', ['{}\n'])], [alice.certificate]);
    return (await opened(bytes, await readKey(pem, passphrase), primitives)).files.get('Email.jsonl') === '{}\n';
  };

  it('reads PKCS#1', async () => {
    expect(await opens(openssl(['rsa', '-in', alice.keyFile, '-traditional']))).toBe(true);
  });

  it.each([[], ['-v2', 'aes-128-cbc'], ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA1'], ['-v2', 'aes-192-cbc', '-v2prf', 'hmacWithSHA512']])(
    'reads PKCS#8 with a passphrase: %s %s %s %s',
    async (...how) => {
      const pem = openssl(['pkcs8', '-topk8', '-in', alice.keyFile, '-passout', 'pass:Über geheim', ...how.filter((one) => one !== undefined)]);
      expect(await opens(pem, 'Über geheim')).toBe(true);
      await expect(readKey(pem, 'wrong')).rejects.toMatchObject({ code: 'file.key' });
      await expect(readKey(pem)).rejects.toMatchObject({ code: 'file.key' });
    },
  );

  it('refuses everything else', async () => {
    const curve = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
    const cut = alice.key.replace(/[A-Za-z0-9+/]{64}\n/, '');
    for (const text of ['', 'no key', alice.certificate, curve, cut]) await expect(readKey(text)).rejects.toMatchObject({ code: 'file.key' });
  });
});

describe('crc32', () => {
  it("is zlib's, in pieces too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 50 }), (one, other) => {
        expect(crc32(other, crc32(one))).toBe(zlibCrc32(other, zlibCrc32(one)));
      }),
    );
  });
});

describe.each(PLACES)('inflate in $place', ({ primitives }) => {
  it('stops at the end of the deflate stream and leaves what follows', async () => {
    const plain = Buffer.from('abc '.repeat(100_000));
    const all = Buffer.concat([deflateRawSync(plain), Buffer.from('REST')]);
    for (const chunk of [1, 7, 1000, all.length]) {
      const reader = new ByteReader(stored(all, chunk), 'test');
      const parts: Uint8Array[] = [];
      for await (const part of primitives.inflate(reader)) parts.push(Uint8Array.from(part));
      expect(Buffer.concat(parts).equals(plain)).toBe(true);
      expect(Buffer.from(await reader.take(4)).toString()).toBe('REST');
      expect(await reader.has(1)).toBe(false);
    }
  });
});
