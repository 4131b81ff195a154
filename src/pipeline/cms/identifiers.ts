import type { OaepHash } from '../primitives.ts';

export const ENVELOPED_DATA = '1.2.840.113549.1.7.3';
export const AUTH_ENVELOPED_DATA = '1.2.840.113549.1.9.16.1.23';
export const DATA = '1.2.840.113549.1.7.1';
export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
export const RSAES_OAEP = '1.2.840.113549.1.1.7';
export const MGF1 = '1.2.840.113549.1.1.8';
export const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
export const AES_256_GCM = '2.16.840.1.101.3.4.1.46';
export const SHA256 = '2.16.840.1.101.3.4.2.1';

export const HASHES: Readonly<Record<string, OaepHash>> = {
  '1.3.14.3.2.26': 'sha1',
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** DER of an object identifier. */
export function objectIdentifier(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const body = [first * 40 + second, ...rest].flatMap(base128);
  return Uint8Array.from([0x06, body.length, ...body]);
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
