import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The text of an API token: `udm_`, 43 letters and digits of 256 random bits, and 6 of a checksum over what stands before. Scanners for leaked
 * secrets know it by `udm_[0-9A-Za-z]{49}` and by the checksum, without asking anybody.
 */

const PREFIX = 'udm_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

export function makeApiToken(): string {
  const body = PREFIX + inBase62(BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`), RANDOM_LENGTH);
  return body + checksumOf(body);
}

/** Whether a text can be a token: its shape and its checksum are right. */
export function looksLikeApiToken(text: string): boolean {
  return SHAPE.test(text) && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** What is stored of a token. */
export function apiTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function checksumOf(body: string): string {
  return inBase62(BigInt(crc32(body)), CHECKSUM_LENGTH);
}

function inBase62(value: bigint, length: number): string {
  let [rest, text] = [value, ''];
  while (text.length < length) {
    text = DIGITS[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}
