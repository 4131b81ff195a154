import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/**
 * HMAC-SHA256 (RFC 2104) of short texts with one key of at most 64 bytes. Of two one-shot hashes, because an Hmac object costs four times as much as
 * the hashing, which is felt when everybody in an export is hashed.
 */
export function keyedHash(key: Uint8Array): (text: string) => Buffer {
  if (key.length > BLOCK) throw new RangeError(`a key of ${key.length} bytes`);
  const padded = (byte: number): Buffer => Buffer.alloc(BLOCK).map((_, at) => (key[at] ?? 0) ^ byte) as Buffer;
  const [inner, outer] = [padded(0x36), Buffer.concat([padded(0x5c), Buffer.alloc(DIGEST)])];
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer').copy(outer, BLOCK);
    return hash('sha256', outer, 'buffer');
  };
}
