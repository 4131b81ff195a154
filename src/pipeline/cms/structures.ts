import 'reflect-metadata';
import { constants, publicEncrypt, X509Certificate } from 'node:crypto';
import {
  id_data,
  id_envelopedData,
  IssuerAndSerialNumber,
  KeyTransRecipientInfo,
  RecipientIdentifier,
  RecipientInfo,
  RecipientInfos,
} from '@peculiar/asn1-cms';
import { id_rsaEncryption } from '@peculiar/asn1-rsa';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509';
import { CodedError } from '../../errors.ts';
import { damaged } from '../damaged.ts';
import { derHeader } from './ber.ts';

export const SET = 0x31;
export const CONTENT_CIPHER = 'aes-256-cbc';
export const KEY_BYTES = 32;
export const BLOCK_BYTES = 16;
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
const NULL_PARAMETERS = new Uint8Array([5, 0]).buffer;

/** DER of the object identifiers that stand in every file. */
export const OID_ENVELOPED_DATA = objectIdentifier(id_envelopedData);
export const OID_DATA = objectIdentifier(id_data);

/**
 * The RecipientInfos SET (RFC 5652 section 6.2), one KeyTransRecipientInfo per certificate, in DER order.
 * Throws `recipients.required`, `certificate.unreadable`, `certificate.algorithm`.
 */
export function encodeRecipients(certificates: readonly string[], contentKey: Buffer): Buffer {
  if (certificates.length === 0) throw new CodedError('recipients.required');
  const infos = certificates.map((pem) => encodeRecipient(pem, contentKey)).sort(Buffer.compare);
  const body = Buffer.concat(infos);
  return Buffer.concat([derHeader(SET, body.length), body]);
}

function encodeRecipient(pem: string, contentKey: Buffer): Buffer {
  const certificate = readCertificate(pem);
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') throw new CodedError('certificate.algorithm');
  const { issuer, serialNumber } = AsnConvert.parse(exact(certificate.raw), Certificate).tbsCertificate;
  // PKCS#1 v1.5, because `openssl smime` reads no other padding.
  const encrypted = publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_PADDING }, contentKey);
  const info = new KeyTransRecipientInfo({
    version: 0,
    rid: new RecipientIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }) }),
    keyEncryptionAlgorithm: new AlgorithmIdentifier({ algorithm: id_rsaEncryption, parameters: NULL_PARAMETERS }),
    encryptedKey: new OctetString(exact(encrypted)),
  });
  return Buffer.from(AsnConvert.serialize(new RecipientInfo({ ktri: info })));
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new CodedError('certificate.unreadable', { cause });
  }
}

/** The encrypted content keys of all recipients of the kind UDM writes; recipients of other kinds are passed over. */
export function decodeRecipients(raw: Buffer): readonly Buffer[] {
  try {
    return AsnConvert.parse(exact(raw), RecipientInfos)
      .map((info) => info.ktri)
      .filter((info) => info?.keyEncryptionAlgorithm.algorithm === id_rsaEncryption)
      .map((info) => Buffer.from(info?.encryptedKey.buffer ?? new ArrayBuffer(0)));
  } catch (cause) {
    throw damaged('CMS recipients', cause);
  }
}

/** AlgorithmIdentifier of the content encryption with its initialisation vector. */
export function encodeContentAlgorithm(iv: Buffer): Buffer {
  const parameters = AsnConvert.serialize(new OctetString(exact(iv)));
  return Buffer.from(AsnConvert.serialize(new AlgorithmIdentifier({ algorithm: AES_256_CBC, parameters })));
}

/** The initialisation vector. Throws `file.not_encrypted` for a cipher that UDM does not read. */
export function decodeContentAlgorithm(raw: Buffer): Buffer {
  const { algorithm, parameters } = parseAlgorithm(raw);
  if (algorithm !== AES_256_CBC) throw new CodedError('file.not_encrypted', { value: `cipher ${algorithm}`, range: AES_256_CBC });
  const iv = Buffer.from(parameters ?? new ArrayBuffer(0));
  if (iv.length !== 2 + BLOCK_BYTES || iv[0] !== 4 || iv[1] !== BLOCK_BYTES) throw damaged('CMS cipher parameters');
  return iv.subarray(2);
}

function parseAlgorithm(raw: Buffer): AlgorithmIdentifier {
  try {
    return AsnConvert.parse(exact(raw), AlgorithmIdentifier);
  } catch (cause) {
    throw damaged('CMS cipher', cause);
  }
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const body = [first * 40 + second, ...rest].flatMap(base128);
  return Buffer.from([0x06, body.length, ...body]);
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let rest = arc >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

/** A Buffer may be a view into Node's shared pool; the ASN.1 library takes the whole ArrayBuffer, so it gets its own. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
