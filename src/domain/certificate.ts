import type { KeyObject, X509Certificate } from 'node:crypto';
import { id_rsaEncryption, id_RSASSA_PSS, RsaSaPssParams } from '@peculiar/asn1-rsa';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  anyExtendedKeyUsage,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  type Extension,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_kp_emailProtection,
  KeyUsage,
  KeyUsageFlags,
} from '@peculiar/asn1-x509';
import { CodedError, type CodedErrorDetails, type ErrorCode } from '../errors.ts';
import { readUploadedCertificate, unreadable } from './certificate-upload.ts';
import { shownText } from './text-checks.ts';

const SMALLEST_BITS = 2048;
const ADVISED_BITS = 3072;
const LARGEST_BITS = 8192;
/** OpenSSL refuses larger exponents with large keys, so every run would fail. */
const LARGEST_EXPONENT_BITS = 64;
const SOON_MILLISECONDS = 30 * 24 * 3600 * 1000;
const LONGEST_NAME = 500;

/**
 * Extensions (2.5.29.x) that may be critical: key identifiers, key usage, alternative names, basic and name constraints, CRL places,
 * policies, extended key usage. None of those that UDM does not evaluate can forbid encrypting to the key.
 */
const KNOWN_EXTENSIONS = [14, 15, 16, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 46, 54].map((arc) => `2.5.29.${arc}`);

/** Signatures with SHA-1 or the older MD2, MD4 and MD5: RSA, DSA, ECDSA. */
const OLD_SIGNATURES = [
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.3',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.3.14.3.2.29',
  '1.3.14.3.2.27',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
];
const SHA1 = '1.3.14.3.2.26';

export type CertificateWarning = 'ends_soon' | 'key_2048' | 'key_usage_absent' | 'sha1_signature';

/** What UDM knows of a certificate it may encrypt to. */
export interface CertificateFacts {
  /** This certificate alone, 64 characters a line. */
  readonly pem: string;
  /** Names as `CN=…, O=…`; unshowable characters escaped, at most 500 characters. */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hex. */
  readonly serial: string;
  /** SHA-256 of the DER, lower-case hex without colons. */
  readonly fingerprint: string;
  readonly keyBits: number;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly warnings: readonly CertificateWarning[];
}

export type Validity = Pick<CertificateFacts, 'notBefore' | 'notAfter'>;

/**
 * Checks an upload (PEM, DER or base64 of either) and says what is in it; rules: reliability.md section 4, cases 41-51.
 *
 * Errors, each about the field `content`: `certificate.private_key_present`, `.unreadable`, `.ambiguous`, `.algorithm`, `.weak_key`,
 * `.key_too_large`, `.not_for_encryption`, `.key_usage`, `.critical_extension`, `.expired`, `.not_yet_valid`.
 */
export function inspectCertificate(content: string | Uint8Array, now: Date): CertificateFacts {
  const certificate = readUploadedCertificate(content);
  const parsed = parse(certificate);
  const keyBits = checkKey(certificate, parsed);
  const extensions = extensionsOf(parsed);
  checkPurpose(extensions);
  const hasKeyUsage = checkKeyUsage(extensions);
  const validity = { notBefore: certificate.validFromDate, notAfter: certificate.validToDate };
  checkValidity(validity, now);
  const warnings: CertificateWarning[] = [];
  if (validity.notAfter.getTime() - now.getTime() < SOON_MILLISECONDS) warnings.push('ends_soon');
  if (keyBits < ADVISED_BITS) warnings.push('key_2048');
  if (!hasKeyUsage) warnings.push('key_usage_absent');
  if (hasOldSignature(parsed)) warnings.push('sha1_signature');
  return {
    pem: certificate.toString(),
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    keyBits,
    ...validity,
    warnings,
  };
}

/** Whether a stored certificate may be used now; asked again at each run. Both ends are inclusive (RFC 5280, 4.1.2.5). */
export function certificateProblem(validity: Validity, now: Date): 'certificate.expired' | 'certificate.not_yet_valid' | null {
  if (now.getTime() > validity.notAfter.getTime()) return 'certificate.expired';
  return now.getTime() < validity.notBefore.getTime() ? 'certificate.not_yet_valid' : null;
}

function refuse(code: ErrorCode, details: CodedErrorDetails): never {
  throw new CodedError(code, { field: 'content', ...details });
}

function parse(certificate: X509Certificate): Certificate {
  try {
    return AsnConvert.parse(certificate.raw, Certificate);
  } catch (cause) {
    throw unreadable('not X.509', cause);
  }
}

function checkKey(certificate: X509Certificate, parsed: Certificate): number {
  const { algorithm } = parsed.tbsCertificate.subjectPublicKeyInfo.algorithm;
  // RSA-PSS keys (another OID) may only sign.
  if (algorithm !== id_rsaEncryption) refuse('certificate.algorithm', { value: algorithm, range: ['RSA'] });
  const key = publicKeyOf(certificate);
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = key.asymmetricKeyDetails ?? {};
  const range = { minBits: SMALLEST_BITS, maxBits: LARGEST_BITS };
  if (bits > LARGEST_BITS) refuse('certificate.key_too_large', { value: { bits }, range });
  const isBadExponent = exponent <= 3n || exponent % 2n === 0n || exponent >= 1n << BigInt(LARGEST_EXPONENT_BITS);
  const isEven = isEvenModulus(key);
  if (bits < SMALLEST_BITS || isBadExponent || isEven) {
    const value = { bits, exponent: shownText(String(exponent), 40), ...(isEven && { modulus: 'even' }) };
    refuse('certificate.weak_key', { value, range: { ...range, exponent: 'odd, 5 or more, at most 64 bits' } });
  }
  return bits;
}

function publicKeyOf(certificate: X509Certificate): KeyObject {
  try {
    return certificate.publicKey;
  } catch (cause) {
    throw unreadable('public key cannot be read', cause);
  }
}

function isEvenModulus(key: KeyObject): boolean {
  const modulus = Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url');
  return (modulus.at(-1) ?? 0) % 2 === 0;
}

/** The extensions by name. RFC 5280 allows each once: of two, another program might read the other one. */
function extensionsOf(parsed: Certificate): ReadonlyMap<string, Extension> {
  const list = [...(parsed.tbsCertificate.extensions ?? [])];
  const extensions = new Map(list.map((one) => [one.extnID, one]));
  if (extensions.size < list.length) throw unreadable('an extension occurs twice');
  const unknown = list.filter((one) => one.critical && !KNOWN_EXTENSIONS.includes(one.extnID)).map((one) => one.extnID);
  if (unknown.length > 0) refuse('certificate.critical_extension', { value: unknown.slice(0, 10) });
  return extensions;
}

function extension<T>(extensions: ReadonlyMap<string, Extension>, id: string, type: new () => T): T | null {
  const found = extensions.get(id);
  if (!found) return null;
  try {
    return AsnConvert.parse(found.extnValue, type);
  } catch (cause) {
    throw unreadable(`extension ${id} cannot be read`, cause);
  }
}

function checkPurpose(extensions: ReadonlyMap<string, Extension>): void {
  if (extension(extensions, id_ce_basicConstraints, BasicConstraints)?.cA) refuse('certificate.not_for_encryption', { value: 'CA:TRUE' });
  const purposes = extension(extensions, id_ce_extKeyUsage, ExtendedKeyUsage);
  const allowed = [id_kp_emailProtection, anyExtendedKeyUsage];
  if (purposes && !purposes.some((one) => allowed.includes(one))) {
    refuse('certificate.not_for_encryption', { value: { extendedKeyUsage: [...purposes].slice(0, 10) }, range: allowed });
  }
}

/** False if the extension is absent, which allows every use (being stricter is a known mistake: jstedfast/MimeKit#1165). */
function checkKeyUsage(extensions: ReadonlyMap<string, Extension>): boolean {
  const usage = extension(extensions, id_ce_keyUsage, KeyUsage);
  if (!usage) return false;
  if ((usage.toNumber() & KeyUsageFlags.keyEncipherment) === 0) refuse('certificate.key_usage', { value: usage.toJSON(), range: ['keyEncipherment'] });
  return true;
}

function checkValidity(validity: Validity, now: Date): void {
  const { notBefore, notAfter } = validity;
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime())) throw unreadable('dates cannot be read');
  const problem = certificateProblem(validity, now);
  if (problem) refuse(problem, { value: { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), serverTime: now.toISOString() } });
}

function hasOldSignature(parsed: Certificate): boolean {
  const { algorithm, parameters } = parsed.signatureAlgorithm;
  if (algorithm !== id_RSASSA_PSS) return OLD_SIGNATURES.includes(algorithm);
  try {
    // SHA-1 is what RSASSA-PSS means when it names no hash.
    return !parameters || AsnConvert.parse(parameters, RsaSaPssParams).hashAlgorithm.algorithm === SHA1;
  } catch {
    return true;
  }
}

/** Node gives one part of the name a line, with line breaks inside the parts escaped. */
function nameText(name: string | undefined): string {
  return shownText((name ?? '').split('\n').join(', '), LONGEST_NAME);
}
