import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { SignedBy } from './primitives.ts';

const ALGORITHM = 'ecdsa-p256-sha256';
/** How SubjectPublicKeyInfo of an uncompressed point on P-256 begins; 64 bytes of coordinates follow. */
const SPKI_HEAD = hexToBytes('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
const SPKI_BYTES = SPKI_HEAD.length + 64;

/** As `isSignatureOf` of signature.ts, with kept libraries: WebCrypto is not there without https. */
export function isSignatureOf(bytes: Uint8Array, signature: Uint8Array, by: SignedBy): boolean {
  try {
    const der = Uint8Array.from(atob(by.publicKey), (sign) => sign.charCodeAt(0));
    if (by.algorithm !== ALGORITHM || by.publicKey !== btoa(String.fromCharCode(...der)) || by.keyId !== bytesToHex(sha256(der))) return false;
    if (der.length !== SPKI_BYTES || !SPKI_HEAD.every((byte, index) => byte === der[index])) return false;
    // OpenSSL does not make the smaller of the two values of s, so both are taken.
    return p256.verify(signature, bytes, der.subarray(SPKI_HEAD.length - 1), { prehash: true, lowS: false, format: 'der' });
  } catch {
    return false;
  }
}
