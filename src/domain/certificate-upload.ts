import { X509Certificate } from 'node:crypto';
import { CodedError } from '../errors.ts';
import { derProblem, holdsPrivateKey } from './certificate-der.ts';

const LARGEST_BYTES = 64 * 1024;
const RANGE = { maxBytes: LARGEST_BYTES, formats: ['PEM', 'DER', 'base64 of DER'] };

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const CERTIFICATE_LABELS = ['CERTIFICATE', 'X509 CERTIFICATE'];

/** Any kind of private key in text: PKCS#1, PKCS#8, EC, DSA, encrypted, OpenSSH, SSH2, PGP, PuTTY; also when its end is missing. */
const PRIVATE_KEY_TEXT = /BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY|BEGIN PKCS12|PuTTY-User-Key-File/i;

/** Where the base64 of a key may begin: its first bytes are a DER list, or those of a Java key store. In text, after anything that is no letter of it. */
const BARE_KEY_START = /(?<![A-Za-z0-9+/])(?:M[A-P]|\/u3\+7|zs7Oz)[A-Za-z0-9+/]{10,}/g;
/** The longest beginning of a key that its outline is seen in. */
const OUTLINE_CHARACTERS = 8_192;

/**
 * The one certificate an upload is about (reliability.md section 4, cases 41, 42, 50): PEM text with one or more blocks, DER, or base64
 * of either. Of several certificates it is the one that the others lead up from as its CAs.
 *
 * Errors: `certificate.private_key_present`, before anything else; `certificate.unreadable` with the reason in words as `value`;
 * `certificate.ambiguous` if the others are not its CAs.
 */
export function readUploadedCertificate(content: string | Uint8Array): X509Certificate {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const found = typeof content === 'string' ? blocksOfText(content) : blocksOfBytes(bytes);
  if (found.some(holdsPrivateKey)) throw privateKeyPresent();
  // After the search for keys: a key inside a file that is too large is exposed all the same.
  if (bytes.length > LARGEST_BYTES) throw unreadable('too large');
  if (found.length === 0) throw unreadable(bytes.length === 0 ? 'empty' : 'no certificate');
  return theLeaf(found.map(readCertificate));
}

function privateKeyPresent(): CodedError {
  return new CodedError('certificate.private_key_present', { field: 'content' });
}

/** Error for an upload that cannot be read; `reason` is ours, never a piece of the upload. */
export function unreadable(reason: string, cause?: unknown): CodedError {
  return new CodedError('certificate.unreadable', { field: 'content', value: reason, range: RANGE, cause });
}

function blocksOfBytes(bytes: Uint8Array): Uint8Array[] {
  return isBinary(bytes) ? [bytes] : blocksOfText(Buffer.from(bytes).toString('latin1'));
}

/** 0x30 alone will not do: it is also the digit 0, which text may start with. A certificate is longer than a short length can say. */
function isBinary(bytes: Uint8Array): boolean {
  return holdsPrivateKey(bytes) || (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80);
}

function blocksOfText(text: string): Uint8Array[] {
  refuseKeyText(text);
  if (text.includes(BEGIN)) return blocksOfPem(text);
  const decoded = fromBase64(text);
  if (!decoded) return [];
  if (isBinary(decoded)) return [decoded];
  // What was base64 of PEM is PEM now, and a private key in it must not slip through.
  const pem = decoded.toString('latin1');
  refuseKeyText(pem);
  return blocksOfPem(pem);
}

/** Without NUL, a key saved as UTF-16 is found too. Around the blocks and between them a key may stand that is base64 and nothing else. */
function refuseKeyText(text: string): void {
  const plain = text.replaceAll('\0', '');
  if (PRIVATE_KEY_TEXT.test(plain)) throw privateKeyPresent();
  for (const { index } of plain.matchAll(BARE_KEY_START)) {
    const [body = ''] = /^[A-Za-z0-9+/=\s]*/.exec(plain.slice(index, index + OUTLINE_CHARACTERS)) ?? [];
    if (holdsPrivateKey(Buffer.from(body, 'base64'))) throw privateKeyPresent();
  }
}

/** Text around and between the blocks is allowed, as openssl writes it; blocks of other kinds are passed over unless they hold keys. */
function blocksOfPem(text: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  let begin = text.indexOf(BEGIN);
  while (begin >= 0) {
    const end = text.indexOf(END, begin);
    const [label, body] = cutOnce(text.slice(begin + BEGIN.length, end < 0 ? undefined : end), DASHES);
    if (end < 0 || !text.startsWith(`${END}${label}${DASHES}`, end)) throw unreadable('PEM block without end');
    const der = fromBase64(body);
    if (CERTIFICATE_LABELS.includes(label)) {
      if (!der) throw unreadable('PEM block is not base64');
      blocks.push(der);
    } else if (der && holdsPrivateKey(der)) throw privateKeyPresent();
    begin = text.indexOf(BEGIN, end);
  }
  return blocks;
}

function cutOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function fromBase64(text: string): Buffer | null {
  const compact = text.replace(/\s+/g, '');
  if (compact === '' || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null;
  return Buffer.from(compact, 'base64');
}

function readCertificate(der: Uint8Array): X509Certificate {
  const problem = derProblem(der);
  if (problem) throw unreadable(problem);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch (cause) {
    throw unreadable('not X.509', cause);
  }
  // The fingerprint must be that of the bytes sent, not of what a tolerant parser made of them.
  if (!certificate.raw.equals(der)) throw unreadable('not DER');
  return certificate;
}

/** Signatures are not checked: nothing is trusted because of the chain, it only tells which certificate is meant. */
function theLeaf(all: readonly X509Certificate[]): X509Certificate {
  const distinct = [...new Map(all.map((one) => [one.fingerprint256, one])).values()];
  const issued = (issuer: X509Certificate, other: X509Certificate) => issuer !== other && issuer.ca && other.checkIssued(issuer);
  const leaves = distinct.filter((one) => !distinct.some((other) => issued(one, other)));
  const [leaf] = leaves;
  if (!leaf || leaves.length > 1) throw new CodedError('certificate.ambiguous', { field: 'content', value: { certificates: distinct.length } });
  return leaf;
}
