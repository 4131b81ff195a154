import { CodedError } from '../../errors.ts';
import { damaged } from '../damaged.ts';
import type { ContentCipher, KeyTransport, OaepHash } from '../primitives.ts';
import { OCTET_STRING, SEQUENCE } from './ber.ts';
import { bodyOf, childrenOf, type Der, integerOf, oidOf, parseDer } from './der.ts';
import { AES_256_CBC, AES_256_GCM, HASHES, MGF1, RSA_ENCRYPTION, RSAES_OAEP } from './identifiers.ts';

export const SET = 0x31;
export const KEY_BYTES = 32;
export const BLOCK_BYTES = 16;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** A content key as it is wrapped for one recipient. */
export interface EncryptedKey {
  readonly transport: KeyTransport;
  readonly bytes: Uint8Array;
}

/** The cipher of the content with its initialisation vector or nonce. */
export interface ContentAlgorithm {
  readonly cipher: ContentCipher;
  readonly iv: Uint8Array;
}

/** The encrypted content keys of all recipients with an RSA key; recipients of other kinds are passed over. */
export function decodeRecipients(raw: Uint8Array): readonly EncryptedKey[] {
  return reading('CMS recipients', () =>
    childrenOf(parseDer(raw), SET).flatMap((info) => {
      if (info.tag !== SEQUENCE) return [];
      const [, , algorithm, key] = childrenOf(info, SEQUENCE);
      const transport = decodeTransport(algorithm);
      return transport === null ? [] : [{ transport, bytes: bodyOf(key, OCTET_STRING) }];
    }),
  );
}

/** Whether all recipients are named by issuer and serial number. */
export function areNamedBySerial(raw: Uint8Array): boolean {
  return reading('CMS recipients', () =>
    childrenOf(parseDer(raw), SET).every((info) => {
      if (info.tag !== SEQUENCE) return false;
      const [version, identifier] = childrenOf(info, SEQUENCE);
      return integerOf(version) === 0 && identifier?.tag === SEQUENCE;
    }),
  );
}

function decodeTransport(algorithm: Der | undefined): KeyTransport | null {
  const [oid, parameters] = childrenOf(algorithm, SEQUENCE);
  const name = oidOf(oid);
  if (name === RSA_ENCRYPTION) return { padding: 'pkcs1' };
  if (name !== RSAES_OAEP) return null;
  const hash = decodeOaep(parameters === undefined ? [] : childrenOf(parameters, SEQUENCE));
  return hash === null ? null : { padding: 'oaep', hash };
}

/** RSAES-OAEP-params (RFC 4055): hash, mask function, label; what is left out is SHA-1, MGF1 with SHA-1, no label. Null for what UDM does not read. */
function decodeOaep(parameters: readonly Der[]): OaepHash | null {
  const part = (tag: number) => parameters.find((one) => one.tag === tag);
  const hashOf = (algorithm: Der) => HASHES[oidOf(childrenOf(algorithm, SEQUENCE)[0])] ?? null;
  const hash = part(0xa0);
  const mask = part(0xa1);
  const own = hash === undefined ? 'sha1' : hashOf(parseDer(hash.body));
  const [maskName, maskHash] = mask === undefined ? [] : childrenOf(parseDer(mask.body), SEQUENCE);
  const masks = mask === undefined ? 'sha1' : oidOf(maskName) === MGF1 && maskHash !== undefined ? hashOf(maskHash) : null;
  return part(0xa2) === undefined && own === masks ? own : null;
}

/** Cipher and initialisation vector. Throws `file.not_encrypted` for a cipher that UDM does not read. */
export function decodeContentAlgorithm(raw: Uint8Array): ContentAlgorithm {
  const { name, parameters } = reading('CMS cipher', () => {
    const [oid, given] = childrenOf(parseDer(raw), SEQUENCE);
    return { name: oidOf(oid), parameters: given };
  });
  if (name !== AES_256_CBC && name !== AES_256_GCM) {
    throw new CodedError('file.not_encrypted', { value: `cipher ${name}`, range: `${AES_256_CBC}, ${AES_256_GCM}` });
  }
  return reading('CMS cipher parameters', () => (name === AES_256_CBC ? decodeCbc(parameters) : decodeGcm(parameters)));
}

function decodeCbc(parameters: Der | undefined): ContentAlgorithm {
  const iv = bodyOf(parameters, OCTET_STRING);
  if (iv.length !== BLOCK_BYTES) throw new RangeError('length of the initialisation vector');
  return { cipher: 'aes-256-cbc', iv };
}

function decodeGcm(parameters: Der | undefined): ContentAlgorithm {
  const [nonce, length] = childrenOf(parameters, SEQUENCE);
  const iv = bodyOf(nonce, OCTET_STRING);
  // RFC 5084 lets shorter tags be; UDM reads whole ones only, for a short one is easier to guess.
  if (iv.length !== NONCE_BYTES || integerOf(length) !== TAG_BYTES) throw new RangeError('length of nonce or tag');
  return { cipher: 'aes-256-gcm', iv };
}

function reading<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw damaged(place, cause);
  }
}
