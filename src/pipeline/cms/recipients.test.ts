import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { NODE_PRIMITIVES, readPrivateKey } from '../primitives-node.ts';
import { TestFolder } from '../testing/recipients.ts';
import { findContentKey } from './content-key.ts';
import { encodeRecipients } from './recipients.ts';
import { decodeRecipients } from './structures.ts';

const folder = new TestFolder();
const small = folder.recipient(2048);
const large = folder.recipient(3072);
afterAll(() => folder.remove());

const privateKey = readPrivateKey(small.key);
const wrapped = (key: Buffer): Buffer => publicEncrypt({ key: small.certificate, padding: constants.RSA_PKCS1_PADDING }, key);

describe('encodeRecipients', () => {
  it('sorts the set as DER asks, whatever order the certificates come in', () => {
    for (const order of [
      [small, large],
      [large, small],
    ]) {
      const raw = encodeRecipients(
        order.map((one) => one.certificate),
        randomBytes(32),
      );
      expect(decodeRecipients(raw).map((key) => key.bytes.length)).toEqual([256, 384]);
    }
  });
});

describe('findContentKey', () => {
  const right = randomBytes(32);
  const iv = randomBytes(16);
  const firstBlock = createCipheriv('aes-256-cbc', right, iv).update(Buffer.from('PK\x03\x04............', 'latin1'));

  const find = async (keys: readonly Buffer[], block: Uint8Array) =>
    await findContentKey(
      { encryptedKeys: keys.map((bytes) => ({ transport: { padding: 'pkcs1' }, bytes })), algorithm: { cipher: 'aes-256-cbc', iv } },
      privateKey,
      block,
      NODE_PRIMITIVES,
    );

  it('passes over keys that unwrap to something else', async () => {
    const others = [wrapped(randomBytes(32)), wrapped(randomBytes(16)), randomBytes(256), randomBytes(384)];
    expect(await find([...others, wrapped(right)], firstBlock)).toEqual(right);
    expect(await find(others, firstBlock)).toBeNull();
  });

  it('finds none if the content does not begin like a zip', async () => {
    expect(await find([wrapped(right)], randomBytes(16))).toBeNull();
    expect(await find([wrapped(right)], firstBlock.subarray(0, 8))).toBeNull();
  });
});
