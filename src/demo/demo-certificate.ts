import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { writeKept } from './kept-file.ts';

export interface DemoKeyPair {
  readonly certificate: string;
  readonly keyFile: string;
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 3072 };
const DAYS = 365;

/**
 * A certificate of the demo and its private key, made at its first start and marked as demo in name and subject. A real key
 * is made by its holder on their own machine and never reaches UDM.
 */
export async function demoKeyPair(folder: string, { files, subject }: { files: string; subject: string }, now: Date): Promise<DemoKeyPair> {
  const keyFile = path.join(folder, `${files}-key.pem`);
  const certificateFile = path.join(folder, `${files}-certificate.pem`);
  const known = await readFile(certificateFile, 'utf8').catch(() => null);
  if (known) return { certificate: known, keyFile };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${subject}, O=Demo only - do not use for real data`,
      keys: keys as never,
      signingAlgorithm: ALGORITHM,
      notBefore: now,
      notAfter: new Date(now.getTime() + DAYS * 86_400_000),
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.digitalSignature, true),
      ],
    },
    webcrypto as never,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const pem = `-----BEGIN PRIVATE KEY-----\n${(pkcs8.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
  await writeKept(keyFile, pem);
  await writeKept(certificateFile, `${certificate.toString('pem')}\n`, 0o644);
  return { certificate: `${certificate.toString('pem')}\n`, keyFile };
}
