import { cbc } from '@noble/ciphers/aes.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { CodedError } from '../errors.ts';
import { OCTET_STRING, SEQUENCE } from './cms/ber.ts';
import { bigOf, bodyOf, childrenOf, type Der, fromBytes, integerOf, oidOf, parseDer } from './cms/der.ts';
import { RSA_ENCRYPTION } from './cms/identifiers.ts';
import { KEY_BYTES } from './cms/structures.ts';
import type { KeyTransport, OaepHash, PrivateKey } from './primitives.ts';

/** The numbers of an RSA key (RFC 8017, section 3.2). */
interface RsaKey {
  readonly n: bigint;
  readonly e: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint;
  readonly dq: bigint;
  readonly inverse: bigint;
  /** Bytes of the modulus. */
  readonly length: number;
}

const PEM = /-----BEGIN ((?:RSA |ENCRYPTED )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----/;
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const PRFS = { '1.2.840.113549.2.7': sha1, '1.2.840.113549.2.9': sha256, '1.2.840.113549.2.10': sha384, '1.2.840.113549.2.11': sha512 } as const;
/** AES in CBC mode by the bytes of its key. */
const CIPHERS: Readonly<Record<string, number>> = { '2.16.840.1.101.3.4.1.2': 16, '2.16.840.1.101.3.4.1.22': 24, '2.16.840.1.101.3.4.1.42': 32 };
const HASHES = { sha1, sha256, sha384, sha512 } as const;
const MOST_ROUNDS = 10_000_000;
const MOST_BITS = 16_384n;

/**
 * Reads an RSA private key: PEM of PKCS#8, PKCS#1, or PKCS#8 encrypted by PBES2 with AES, which is what OpenSSL writes.
 * Throws `file.key` if it is something else or the passphrase does not fit.
 */
export async function readPrivateKey(pem: string, passphrase?: string): Promise<PrivateKey> {
  let key: RsaKey;
  try {
    key = await parseKey(pem, passphrase);
  } catch {
    // The cause is left out: it may quote the key.
    throw new CodedError('file.key');
  }
  return { unwrap: async (transport, encrypted) => unwrap(key, transport, encrypted) };
}

async function parseKey(pem: string, passphrase: string | undefined): Promise<RsaKey> {
  const [, kind, text] = PEM.exec(pem) ?? [];
  if (text === undefined) throw new RangeError('no PEM');
  const bytes = Uint8Array.from(atob(text.replace(/\s/g, '')), (letter) => letter.charCodeAt(0));
  if (kind === 'RSA PRIVATE KEY') return parsePkcs1(bytes);
  return parsePkcs8(kind === 'PRIVATE KEY' ? bytes : await decryptPkcs8(bytes, passphrase ?? ''));
}

function parsePkcs8(bytes: Uint8Array): RsaKey {
  const [, algorithm, key] = childrenOf(parseDer(bytes), SEQUENCE);
  if (oidOf(childrenOf(algorithm, SEQUENCE)[0]) !== RSA_ENCRYPTION) throw new RangeError('not RSA');
  return parsePkcs1(bodyOf(key, OCTET_STRING));
}

function parsePkcs1(bytes: Uint8Array): RsaKey {
  const numbers = childrenOf(parseDer(bytes), SEQUENCE).map(bigOf);
  const [version, n = 0n, e = 0n, , p = 0n, q = 0n, dp = 0n, dq = 0n, inverse = 0n] = numbers;
  const sound = version === 0n && p > 1n && q > 1n && p * q === n && e > 2n && n >> MOST_BITS === 0n && (inverse * q) % p === 1n;
  if (!sound) throw new RangeError('not an RSA key');
  return { n, e, p, q, dp, dq, inverse, length: Math.ceil(n.toString(16).length / 2) };
}

async function decryptPkcs8(bytes: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const [scheme, content] = childrenOf(parseDer(bytes), SEQUENCE);
  const [name, parameters] = childrenOf(scheme, SEQUENCE);
  if (oidOf(name) !== PBES2) throw new RangeError('not PBES2');
  const [derivation, encryption] = childrenOf(parameters, SEQUENCE);
  const [cipher, iv] = childrenOf(encryption, SEQUENCE);
  const length = CIPHERS[oidOf(cipher)];
  if (length === undefined) throw new RangeError('unknown cipher');
  const key = await deriveKey(derivation, passphrase, length);
  return cbc(key, bodyOf(iv, OCTET_STRING)).decrypt(bodyOf(content, OCTET_STRING));
}

async function deriveKey(derivation: Der | undefined, passphrase: string, dkLen: number): Promise<Uint8Array> {
  const [name, parameters] = childrenOf(derivation, SEQUENCE);
  if (oidOf(name) !== PBKDF2) throw new RangeError('not PBKDF2');
  const [salt, rounds, ...more] = childrenOf(parameters, SEQUENCE);
  const prf = more.find((one) => one.tag === SEQUENCE);
  const hash = prf === undefined ? sha1 : PRFS[oidOf(childrenOf(prf, SEQUENCE)[0]) as keyof typeof PRFS];
  const c = integerOf(rounds);
  if (hash === undefined || c > MOST_ROUNDS) throw new RangeError('unknown PBKDF2');
  return await pbkdf2Async(hash, new TextEncoder().encode(passphrase), bodyOf(salt, OCTET_STRING), { c, dkLen });
}

function unwrap(key: RsaKey, transport: KeyTransport, encrypted: Uint8Array): Uint8Array | null {
  if (encrypted.length !== key.length) return null;
  const cipher = fromBytes(encrypted);
  if (cipher >= key.n) return null;
  const padded = toBytes(privateOperation(key, cipher), key.length);
  return transport.padding === 'oaep' ? withoutOaep(padded, transport.hash) : withoutPkcs1(padded);
}

/** By the Chinese remainder theorem. Its time depends on the key; it runs on the machine of who holds the key, and nobody else sees how long it took. */
function privateOperation({ p, q, dp, dq, inverse }: RsaKey, cipher: bigint): bigint {
  const one = power(cipher % p, dp, p);
  const two = power(cipher % q, dq, q);
  const difference = (((one - two) % p) + p) % p;
  return two + ((inverse * difference) % p) * q;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

function toBytes(value: bigint, length: number): Uint8Array {
  const text = value.toString(16).padStart(length * 2, '0');
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16));
}

/** RFC 8017 section 7.2.2 for a content key, whose length is known: no step depends on where something is wrong. */
function withoutPkcs1(padded: Uint8Array): Uint8Array | null {
  const begin = padded.length - KEY_BYTES;
  if (begin < 11) return null;
  let wrong = (padded[0] ?? 1) | ((padded[1] ?? 0) ^ 2) | (padded[begin - 1] ?? 1);
  for (const byte of padded.subarray(2, begin - 1)) wrong |= byte === 0 ? 1 : 0;
  return wrong === 0 ? padded.slice(begin) : null;
}

/** RFC 8017 section 7.1.2 without a label, for a content key. */
function withoutOaep(padded: Uint8Array, name: OaepHash): Uint8Array | null {
  const hash = HASHES[name];
  const size = hash.outputLen;
  const begin = padded.length - KEY_BYTES;
  if (begin < 2 * size + 2) return null;
  const masked = padded.slice(1 + size);
  const seed = xor(padded.slice(1, 1 + size), mask(hash, masked, size));
  const block = xor(masked, mask(hash, seed, masked.length));
  const end = block.length - KEY_BYTES - 1;
  let wrong = (padded[0] ?? 1) | ((block[end] ?? 0) ^ 1);
  hash(new Uint8Array(0)).forEach((byte, index) => {
    wrong |= byte ^ (block[index] ?? 0);
  });
  for (const byte of block.subarray(size, end)) wrong |= byte;
  return wrong === 0 ? block.slice(end + 1) : null;
}

/** MGF1 (RFC 8017, appendix B.2.1). */
function mask(hash: (typeof HASHES)[OaepHash], seed: Uint8Array, length: number): Uint8Array {
  const made = new Uint8Array(Math.ceil(length / hash.outputLen) * hash.outputLen);
  const input = new Uint8Array(seed.length + 4);
  input.set(seed);
  for (let count = 0; count * hash.outputLen < length; count += 1) {
    new DataView(input.buffer).setUint32(seed.length, count);
    made.set(hash(input), count * hash.outputLen);
  }
  return made.subarray(0, length);
}

function xor(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, index) => byte ^ (other[index] ?? 0));
}
