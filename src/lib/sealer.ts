import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { keyedHash } from './keyed-hash.ts';

/** Seals small secrets with a key that is kept outside the database. */
export interface Sealer {
  /** `context` (e.g. tenant and source id) is bound to the sealed bytes: they open nowhere else. */
  seal(plain: string, context: string): Buffer;
  open(sealed: Uint8Array, context: string): string;
  /** Keyed hash of a text: whoever has the database but not the key cannot try out what it was. `purpose` keeps hashes of different use apart. */
  hash(text: string, purpose: string): string;
  /** The same for whoever hashes very many, in other threads: `keyedHash(key)` of prefix and text. Never stored, never logged. */
  hashing(purpose: string): { readonly key: Uint8Array; readonly prefix: string };
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM, a fresh nonce each time: nonce | tag | ciphertext. */
export function createSealer(key: Uint8Array): Sealer {
  const hashKey = createHmac('sha256', key).update('udm hashes').digest();
  const hashed = keyedHash(hashKey);
  const prefixOf = (purpose: string): string => `${purpose}\0`;
  return {
    hash(text, purpose) {
      return hashed(`${prefixOf(purpose)}${text}`).toString('base64url');
    },
    hashing(purpose) {
      return { key: hashKey, prefix: prefixOf(purpose) };
    },
    seal(plain, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG }).setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
    },
  };
}
