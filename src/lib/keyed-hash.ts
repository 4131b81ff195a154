import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;
/** Of a text, in bytes. */
const USUAL = 512;
/** In UTF-8, of a unit of UTF-16. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * HMAC-SHA256 (RFC 2104) of short texts with one key of at most 64 bytes; the hash is good until the next call. Of two one-shot hashes whose bytes come as text into memory
 * that is used again: an Hmac object costs ten times as much, and a buffer for each three times, which is felt when everybody in an export is hashed.
 */
export function keyedHash(key: Uint8Array): (text: string) => Buffer {
  if (key.length > BLOCK) throw new RangeError(`a key of ${key.length} bytes`);
  const padded = (byte: number): Buffer => Buffer.alloc(BLOCK).map((_, at) => (key[at] ?? 0) ^ byte) as Buffer;
  const [innerPad, outer, digest] = [padded(0x36), Buffer.concat([padded(0x5c), Buffer.alloc(DIGEST)]), Buffer.alloc(DIGEST)];
  let inner = Buffer.concat([innerPad, Buffer.alloc(USUAL)]);
  return (text) => {
    const most = text.length * MOST_BYTES_PER_UNIT;
    if (BLOCK + most > inner.length) inner = Buffer.concat([innerPad, Buffer.alloc(most)]);
    const end = BLOCK + inner.write(text, BLOCK);
    outer.write(hash('sha256', inner.subarray(0, end), 'binary'), BLOCK, 'latin1');
    digest.write(hash('sha256', outer, 'binary'), 'latin1');
    return digest;
  };
}
