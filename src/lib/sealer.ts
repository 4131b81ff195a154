import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals small secrets with a key that is kept outside the database. */
export interface Sealer {
  /** `context` (e.g. tenant and source id) is bound to the sealed bytes: they open nowhere else. */
  seal(plain: string, context: string): Buffer;
  open(sealed: Uint8Array, context: string): string;
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM, a fresh nonce each time: nonce | tag | ciphertext. */
export function createSealer(key: Uint8Array): Sealer {
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE)).setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
    },
  };
}
