import { constants, createCipheriv, createPrivateKey, publicEncrypt, randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/recipients.ts';
import { findContentKey } from './private-key.ts';
import { decodeRecipients, encodeRecipients } from './structures.ts';

const folder = new TestFolder();
const small = folder.recipient(2048);
const large = folder.recipient(3072);
afterAll(() => folder.remove());

const privateKey = createPrivateKey(small.key);
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
      expect(decodeRecipients(raw).map((key) => key.length)).toEqual([256, 384]);
    }
  });
});

describe('findContentKey', () => {
  const right = randomBytes(32);
  const iv = randomBytes(16);
  const firstBlock = createCipheriv('aes-256-cbc', right, iv).update(Buffer.from('PK\x03\x04............', 'latin1'));

  it('passes over keys that unwrap to something else', () => {
    const others = [wrapped(randomBytes(32)), wrapped(randomBytes(16)), randomBytes(256), randomBytes(384)];
    expect(findContentKey([...others, wrapped(right)], privateKey, iv, firstBlock)).toEqual(right);
    expect(findContentKey(others, privateKey, iv, firstBlock)).toBeNull();
  });

  it('finds none if the content does not begin like a zip', () => {
    expect(findContentKey([wrapped(right)], privateKey, iv, randomBytes(16))).toBeNull();
    expect(findContentKey([wrapped(right)], privateKey, iv, firstBlock.subarray(0, 8))).toBeNull();
  });
});
