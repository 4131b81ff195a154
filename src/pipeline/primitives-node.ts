import { constants, createDecipheriv, createHash, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CodedError } from '../errors.ts';
import { inflateFrom } from './inflate-node.ts';
import type { ContentCipher, Decipher, KeyTransport, Primitives, PrivateKey } from './primitives.ts';
import { isSignatureOf } from './signature.ts';

/** The primitives as Node has them: OpenSSL and zlib. */
export const NODE_PRIMITIVES: Primitives = {
  sha256: () => {
    const hash = createHash('sha256');
    return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex') };
  },
  crc32,
  decipher: openDecipher,
  peekPlain: (cipher, key, iv, block) => makeDecipher(cipher, key, iv).setAutoPadding(false).update(block),
  inflate: inflateFrom,
  isSignatureOf: async (bytes, signature, by) => isSignatureOf(bytes, signature, by),
};

function makeDecipher(cipher: ContentCipher, key: Uint8Array, iv: Uint8Array) {
  return cipher === 'aes-256-gcm' ? createDecipheriv(cipher, key, iv) : createDecipheriv(cipher, key, iv);
}

function openDecipher(cipher: ContentCipher, key: Uint8Array, iv: Uint8Array, aad: Uint8Array): Decipher {
  if (cipher === 'aes-256-cbc') {
    const decipher = createDecipheriv(cipher, key, iv);
    return { update: (bytes) => decipher.update(bytes), final: () => decipher.final() };
  }
  const decipher = createDecipheriv(cipher, key, iv);
  if (aad.length > 0) decipher.setAAD(aad);
  return {
    update: (bytes) => decipher.update(bytes),
    final: (tag) => {
      decipher.setAuthTag(tag ?? new Uint8Array(0));
      return decipher.final();
    },
  };
}

/** Reads an RSA private key (PEM). Throws `file.key` if it is something else or the passphrase does not fit. */
export function readPrivateKey(pem: string, passphrase?: string): PrivateKey {
  const key = parseKey(pem, passphrase);
  if (key.asymmetricKeyType !== 'rsa') throw new CodedError('file.key');
  return { unwrap: async (transport, encrypted) => unwrap(key, transport, encrypted) };
}

function parseKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    // The cause is left out: OpenSSL's text may quote the input.
    throw new CodedError('file.key');
  }
}

function unwrap(key: KeyObject, transport: KeyTransport, encrypted: Uint8Array): Uint8Array | null {
  const how =
    transport.padding === 'oaep' ? { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: transport.hash } : { key, padding: constants.RSA_PKCS1_PADDING };
  try {
    return privateDecrypt(how, encrypted);
  } catch {
    // A key of another length cannot read this recipient; that is no error.
    return null;
  }
}
