import { X509Certificate } from 'node:crypto';
import { holdsPrivateKey } from './certificate-der.ts';

/** Certificates of CAs that an administrator trusts for one source. */

const LARGEST_BYTES = 64 * 1024;
const MOST_CERTIFICATES = 50;
const PRIVATE_KEY_TEXT = /BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY|BEGIN PKCS12|PuTTY-User-Key-File/i;
const BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

export type ReadCa = { readonly pem: string } | { readonly problem: 'source.ca_unreadable' | 'source.ca_private_key'; readonly reason: string };

/** One or several certificates as PEM, and nothing else that stood around them. */
export function readCaCertificates(text: string): ReadCa {
  if (PRIVATE_KEY_TEXT.test(text)) return { problem: 'source.ca_private_key', reason: 'a private key' };
  if (text.length > LARGEST_BYTES) return unreadable('too large');
  const blocks = [...text.matchAll(BLOCK)].map((match) => Buffer.from(match[1] ?? '', 'base64'));
  if (blocks.length === 0) return unreadable('no certificate');
  if (blocks.length > MOST_CERTIFICATES) return unreadable(`more than ${MOST_CERTIFICATES} certificates`);
  if (blocks.some(holdsPrivateKey)) return { problem: 'source.ca_private_key', reason: 'a private key' };
  try {
    return { pem: blocks.map((der) => new X509Certificate(der).toString()).join('') };
  } catch {
    return unreadable('a damaged certificate');
  }
}

function unreadable(reason: string): ReadCa {
  return { problem: 'source.ca_unreadable', reason };
}

/** Whose they are and until when, in the order of the text that `readCaCertificates` gave. */
export function describeCa(pem: string): { subject: string; validUntil: string }[] {
  return [...pem.matchAll(BLOCK)].map((match) => {
    const certificate = new X509Certificate(Buffer.from(match[1] ?? '', 'base64'));
    return { subject: certificate.subject.replaceAll('\n', ', '), validUntil: new Date(certificate.validTo).toISOString() };
  });
}
