import type { PrivateKey, Primitives } from '../primitives.ts';
import type { Envelope } from './envelope.ts';
import { BLOCK_BYTES, KEY_BYTES } from './structures.ts';

const ZIP_BEGIN = [0x50, 0x4b, 0x03, 0x04];

/**
 * Finds the content key among all recipients, or null if none fits.
 * OpenSSL answers a wrong RSA key with random bytes instead of an error (implicit rejection), so a candidate
 * counts only if the first block decrypts to the beginning of a zip.
 */
export async function findContentKey(
  { encryptedKeys, algorithm }: Pick<Envelope, 'encryptedKeys' | 'algorithm'>,
  key: PrivateKey,
  firstBatch: Uint8Array,
  primitives: Pick<Primitives, 'peekPlain'>,
): Promise<Uint8Array | null> {
  if (firstBatch.length < BLOCK_BYTES) return null;
  for (const { transport, bytes } of encryptedKeys) {
    const candidate = await key.unwrap(transport, bytes);
    if (candidate?.length !== KEY_BYTES) continue;
    const begin = primitives.peekPlain(algorithm.cipher, candidate, algorithm.iv, firstBatch.subarray(0, BLOCK_BYTES));
    if (ZIP_BEGIN.every((byte, index) => begin[index] === byte)) return candidate;
  }
  return null;
}
