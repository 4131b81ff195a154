import 'reflect-metadata';
import { constants, type KeyObject, publicEncrypt, X509Certificate } from 'node:crypto';
import { IssuerAndSerialNumber, KeyTransRecipientInfo, RecipientIdentifier, RecipientInfo } from '@peculiar/asn1-cms';
import { RsaEsOaepParams } from '@peculiar/asn1-rsa';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Certificate } from '@peculiar/asn1-x509';
import { CodedError } from '../../errors.ts';
import type { Recipient, RecipientOptions } from '../archive.ts';
import type { ContentCipher } from '../primitives.ts';
import { derHeader, OCTET_STRING, SEQUENCE } from './ber.ts';
import { AES_256_CBC, AES_256_GCM, MGF1, objectIdentifier, RSA_ENCRYPTION, RSAES_OAEP, SHA256 } from './identifiers.ts';
import { SET, TAG_BYTES } from './structures.ts';

const NULL_PARAMETERS = new Uint8Array([5, 0]).buffer;

function optionsOf(recipient: Recipient): RecipientOptions {
  return typeof recipient === 'string' ? { certificate: recipient, keyTransport: 'pkcs1', contentCipher: 'aes-256-cbc' } : recipient;
}

/** The one content cipher of a file: GCM when all its recipients take it. */
export function contentCipherOf(recipients: readonly Recipient[]): ContentCipher {
  return recipients.every((one) => optionsOf(one).contentCipher === 'aes-256-gcm') ? 'aes-256-gcm' : 'aes-256-cbc';
}

/**
 * The RecipientInfos SET (RFC 5652 section 6.2), one KeyTransRecipientInfo per certificate, in DER order.
 * Throws `recipients.required`, `certificate.unreadable`, `certificate.algorithm`.
 */
export function encodeRecipients(recipients: readonly Recipient[], contentKey: Uint8Array): Buffer {
  if (recipients.length === 0) throw new CodedError('recipients.required');
  const infos = recipients.map((one) => encodeRecipient(optionsOf(one), contentKey)).sort(Buffer.compare);
  const body = Buffer.concat(infos);
  return Buffer.concat([derHeader(SET, body.length), body]);
}

function encodeRecipient({ certificate: pem, keyTransport }: RecipientOptions, contentKey: Uint8Array): Buffer {
  const certificate = readCertificate(pem);
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') throw new CodedError('certificate.algorithm');
  const { issuer, serialNumber } = AsnConvert.parse(exact(certificate.raw), Certificate).tbsCertificate;
  const info = new KeyTransRecipientInfo({
    version: 0,
    rid: new RecipientIdentifier({ issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }) }),
    ...(keyTransport === 'oaep' ? wrapOaep(certificate.publicKey, contentKey) : wrapPkcs1(certificate.publicKey, contentKey)),
  });
  return Buffer.from(AsnConvert.serialize(new RecipientInfo({ ktri: info })));
}

type Wrapped = Pick<KeyTransRecipientInfo, 'keyEncryptionAlgorithm' | 'encryptedKey'>;

/** The default, because `openssl smime` reads no other padding. */
function wrapPkcs1(key: KeyObject, contentKey: Uint8Array): Wrapped {
  const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey);
  return {
    keyEncryptionAlgorithm: new AlgorithmIdentifier({ algorithm: RSA_ENCRYPTION, parameters: NULL_PARAMETERS }),
    encryptedKey: new OctetString(exact(encrypted)),
  };
}

function wrapOaep(key: KeyObject, contentKey: Uint8Array): Wrapped {
  const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, contentKey);
  const hashAlgorithm = new AlgorithmIdentifier({ algorithm: SHA256, parameters: NULL_PARAMETERS });
  const maskGenAlgorithm = new AlgorithmIdentifier({ algorithm: MGF1, parameters: AsnConvert.serialize(hashAlgorithm) });
  const parameters = AsnConvert.serialize(new RsaEsOaepParams({ hashAlgorithm, maskGenAlgorithm }));
  return { keyEncryptionAlgorithm: new AlgorithmIdentifier({ algorithm: RSAES_OAEP, parameters }), encryptedKey: new OctetString(exact(encrypted)) };
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new CodedError('certificate.unreadable', { cause });
  }
}

/** AlgorithmIdentifier of the content encryption with its initialisation vector, or nonce and length of the tag. */
export function encodeContentAlgorithm(cipher: ContentCipher, iv: Uint8Array): Buffer {
  const octets = Buffer.concat([derHeader(OCTET_STRING, iv.length), iv]);
  if (cipher === 'aes-256-cbc') return sequence(objectIdentifier(AES_256_CBC), octets);
  return sequence(objectIdentifier(AES_256_GCM), sequence(octets, Buffer.from([2, 1, TAG_BYTES])));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([derHeader(SEQUENCE, body.length), body]);
}

/** A Buffer may be a view into Node's shared pool; the ASN.1 library takes the whole ArrayBuffer, so it gets its own. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
