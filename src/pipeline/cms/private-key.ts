import { constants, createDecipheriv, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { CodedError } from '../../errors.ts';
import { BLOCK_BYTES, CONTENT_CIPHER, KEY_BYTES } from './structures.ts';

const ZIP_BEGIN = Buffer.from('PK\x03\x04', 'latin1');

/** Reads an RSA private key. Throws `file.key` if it is something else or the passphrase does not fit. */
export function readPrivateKey(pem: string, passphrase?: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    // The cause is left out: OpenSSL's text may quote the input.
    throw new CodedError('file.key');
  }
  if (key.asymmetricKeyType !== 'rsa') throw new CodedError('file.key');
  return key;
}

/**
 * Finds the content key among all recipients, or null if none fits.
 * OpenSSL answers a wrong RSA key with random bytes instead of an error (implicit rejection), so a candidate
 * counts only if the first block decrypts to the beginning of a zip.
 */
export function findContentKey(encryptedKeys: readonly Buffer[], key: KeyObject, iv: Buffer, firstBlock: Buffer): Buffer | null {
  for (const encrypted of encryptedKeys) {
    const candidate = unwrap(encrypted, key);
    if (candidate?.length !== KEY_BYTES) continue;
    const decipher = createDecipheriv(CONTENT_CIPHER, candidate, iv).setAutoPadding(false);
    const begin = decipher.update(firstBlock.subarray(0, BLOCK_BYTES));
    if (begin.subarray(0, ZIP_BEGIN.length).equals(ZIP_BEGIN)) return candidate;
  }
  return null;
}

function unwrap(encrypted: Buffer, key: KeyObject): Buffer | null {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encrypted);
  } catch {
    // A key of another length cannot read this recipient; that is no error.
    return null;
  }
}
