import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { SignedBy } from './primitives.ts';

/** ECDSA on P-256 with SHA-256, signatures in DER: what `openssl dgst -sha256 -verify` reads (decision 0019). */
export const SIGNATURE_ALGORITHM = 'ecdsa-p256-sha256';

/** Signs with the installation's key. */
export interface Signer {
  readonly signedBy: SignedBy;
  /** The detached signature of these bytes, DER. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** A fresh key pair, PEM (PKCS#8 and SubjectPublicKeyInfo), and its id. */
export function makeKeyPair(): { readonly id: string; readonly privateKey: string; readonly publicKey: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = pair.publicKey.export({ type: 'spki', format: 'der' });
  return {
    id: keyIdOf(der),
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

/** A signer from a private key, PEM. */
export function openSigner(privateKey: string): Signer {
  const key = createPrivateKey(privateKey);
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    signedBy: { algorithm: SIGNATURE_ALGORITHM, keyId: keyIdOf(der), publicKey: der.toString('base64') },
    sign: (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'der' }),
  };
}

/** Whether the signature is of these bytes, by the key they name, and by none that only claims its id. */
export function isSignatureOf(bytes: Uint8Array, signature: Uint8Array, by: SignedBy): boolean {
  const der = Buffer.from(by.publicKey, 'base64');
  if (by.algorithm !== SIGNATURE_ALGORITHM || by.publicKey !== der.toString('base64') || by.keyId !== keyIdOf(der)) return false;
  try {
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' && verify('sha256', bytes, { key, dsaEncoding: 'der' }, signature);
  } catch {
    return false;
  }
}

/** The id of a public key given as SubjectPublicKeyInfo in DER. */
function keyIdOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

const PEM = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/g;

/** The ids of the public keys in a PEM text, which may hold several, one after the other; null when it holds none or a broken one. */
export function readPublicKeyIds(text: string): ReadonlySet<string> | null {
  try {
    const ids = [...text.matchAll(PEM)].map(([pem]) => keyIdOf(createPublicKey(pem).export({ type: 'spki', format: 'der' })));
    return ids.length === 0 ? null : new Set(ids);
  } catch {
    return null;
  }
}
