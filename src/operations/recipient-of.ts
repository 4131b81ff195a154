import type { RecipientOptions } from '../pipeline/archive.ts';
import type { CertificateRecord } from '../records/certificates.ts';

/** A certificate as the pipeline encrypts to it. */
export function recipientOf({ pem, keyTransport, contentCipher }: CertificateRecord): RecipientOptions {
  return { certificate: pem, keyTransport, contentCipher };
}
