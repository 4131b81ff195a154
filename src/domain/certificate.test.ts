import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RSAPublicKey } from '@peculiar/asn1-rsa';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { certificateProblem, inspectCertificate } from './certificate.ts';

const DAY = 24 * 3600 * 1000;
const NEW_KEY: Record<string, string[]> = {
  rsa1024: ['genrsa', '1024'],
  rsa2048: ['genrsa', '2048'],
  rsa3072: ['genrsa', '3072'],
  pss: ['genpkey', '-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ec: ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ed25519: ['genpkey', '-algorithm', 'ed25519'],
  dsa: ['dsaparam', '-genkey', '1024'],
};
const GOOD = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,keyEncipherment'];

let folder: string;
let good: string;
let now: Date;

const at = (name: string) => path.join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 24 });

/** A self-signed certificate in PEM, with exactly these extensions. */
function made(key: string, extensions: readonly string[], ...more: string[]): string {
  const config = ['-config', '/dev/null', '-subj', '/O=Example, Inc/CN=recipient'];
  return openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    at(`${key}.pem`),
    ...config,
    '-days',
    '365',
    ...extensions.flatMap((one) => ['-addext', one]),
    ...more,
  ).toString();
}

/** A certificate of `issuer` for `key`. */
function issued(key: string, subject: string, issuer: string, issuerKey: string, isCa: boolean): string {
  const config = ['-config', '/dev/null', '-subj', `/CN=${subject}`];
  const extensions = isCa ? ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign'] : GOOD;
  openssl('req', '-new', '-key', at(`${key}.pem`), ...config, '-out', at(`${subject}.csr`), ...extensions.flatMap((one) => ['-addext', one]));
  const certificate = openssl(
    'x509',
    '-req',
    '-in',
    at(`${subject}.csr`),
    '-CA',
    at(`${issuer}.crt`),
    '-CAkey',
    at(`${issuerKey}.pem`),
    '-days',
    '300',
    '-copy_extensions',
    'copyall',
  );
  writeFileSync(at(`${subject}.crt`), certificate);
  return certificate.toString();
}

const derOf = (pem: string) => new X509Certificate(pem).raw;

/** The good certificate with another RSA key; its signature is wrong then, which nobody looks at. */
function withKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const certificate = AsnConvert.parse(derOf(good), Certificate);
  certificate.tbsCertificate.subjectPublicKeyInfo.subjectPublicKey = AsnConvert.serialize(
    new RSAPublicKey({ modulus: new Uint8Array([0, ...modulus]).buffer, publicExponent: new Uint8Array(exponent).buffer }),
  );
  delete certificate.tbsCertificateRaw;
  return new Uint8Array(AsnConvert.serialize(certificate));
}

function modulus(bits: number, lastByte = 0xff): Uint8Array {
  const bytes = new Uint8Array(bits / 8).fill(0xa5);
  bytes[bytes.length - 1] = lastByte;
  return bytes;
}

function refusal(content: string | Uint8Array, time = now): CodedError {
  try {
    inspectCertificate(content, time);
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const codeOf = (content: string | Uint8Array, time = now) => refusal(content, time).code;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'udm-certificate-'));
  for (const [name, args] of Object.entries(NEW_KEY))
    openssl(args[0] ?? '', ...(args[0] === 'genpkey' ? [...args.slice(1), '-out', at(`${name}.pem`)] : ['-out', at(`${name}.pem`), ...args.slice(1)]));
  good = made('rsa3072', GOOD);
  now = new Date(new X509Certificate(good).validFromDate.getTime() + DAY);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('inspectCertificate: what it accepts', () => {
  it('says what is in the certificate', () => {
    const x509 = new X509Certificate(good);
    expect(inspectCertificate(good, now)).toEqual({
      pem: x509.toString(),
      subject: 'O=Example\\, Inc, CN=recipient',
      issuer: 'O=Example\\, Inc, CN=recipient',
      serial: x509.serialNumber.toLowerCase(),
      fingerprint: createHash('sha256').update(x509.raw).digest('hex'),
      keyBits: 3072,
      notBefore: x509.validFromDate,
      notAfter: x509.validToDate,
      warnings: [],
    });
  });

  it('reads PEM, DER, base64 of DER, base64 of PEM, as text or bytes, with text around it', () => {
    const der = derOf(good);
    const facts = inspectCertificate(good, now);
    const forms = [
      Buffer.from(good),
      der,
      new Uint8Array(der),
      der.toString('base64'),
      Buffer.from(der.toString('base64')),
      `${der
        .toString('base64')
        .match(/.{1,76}/g)
        ?.join('\r\n')}\n`,
      Buffer.from(good).toString('base64'),
      `0 s:CN=x\n${good}\nrest`,
      Buffer.from(`0 s:CN=x\n${good}`),
      good.replaceAll('\n', '\r\n'),
      good + good,
    ];
    for (const form of forms) expect(inspectCertificate(form, now)).toEqual(facts);
  });

  it('warns of RSA 2048 and of absent key usage', () => {
    expect(inspectCertificate(made('rsa2048', []), now)).toMatchObject({ keyBits: 2048, warnings: ['key_2048', 'key_usage_absent'] });
  });

  it('warns of a SHA-1 signature, also in RSASSA-PSS', () => {
    expect(inspectCertificate(made('rsa3072', GOOD, '-sha1'), now).warnings).toEqual(['sha1_signature']);
    expect(inspectCertificate(made('rsa3072', GOOD, '-sha1', '-sigopt', 'rsa_padding_mode:pss'), now).warnings).toEqual(['sha1_signature']);
    expect(inspectCertificate(made('rsa3072', GOOD, '-sha256', '-sigopt', 'rsa_padding_mode:pss'), now).warnings).toEqual([]);
  });

  it('warns in the last 30 days', () => {
    const end = new X509Certificate(good).validToDate.getTime();
    expect(inspectCertificate(good, new Date(end - 30 * DAY)).warnings).toEqual([]);
    expect(inspectCertificate(good, new Date(end - 30 * DAY + 1)).warnings).toEqual(['ends_soon']);
    expect(inspectCertificate(good, new Date(end)).warnings).toEqual(['ends_soon']);
  });

  it('accepts known critical extensions, e-mail protection, any purpose, and RSA 8192', () => {
    expect(
      inspectCertificate(made('rsa3072', [...GOOD, 'extendedKeyUsage=critical,serverAuth,emailProtection', 'subjectAltName=critical,email:a@b.c']), now)
        .warnings,
    ).toEqual([]);
    expect(inspectCertificate(made('rsa3072', [...GOOD, 'extendedKeyUsage=anyExtendedKeyUsage', '1.2.3.4=DER:0500']), now).warnings).toEqual([]);
    expect(inspectCertificate(withKey(modulus(8192), new Uint8Array([1, 0, 1])), now).keyBits).toBe(8192);
  });
});

describe('inspectCertificate: rules', () => {
  it('refuses expired and not yet valid ones with the dates and the server time (case 43)', () => {
    const { notBefore, notAfter } = inspectCertificate(good, now);
    const dates = (time: Date) => ({ notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), serverTime: time.toISOString() });
    const [late, early] = [new Date(notAfter.getTime() + 1), new Date(notBefore.getTime() - 1)];
    expect(refusal(good, late)).toMatchObject({ code: 'certificate.expired', details: { value: dates(late) } });
    expect(refusal(good, early)).toMatchObject({ code: 'certificate.not_yet_valid', details: { value: dates(early) } });
    expect(certificateProblem({ notBefore, notAfter }, late)).toBe('certificate.expired');
    expect(certificateProblem({ notBefore, notAfter }, early)).toBe('certificate.not_yet_valid');
    expect(certificateProblem({ notBefore, notAfter }, notAfter)).toBeNull();
    expect(certificateProblem({ notBefore, notAfter }, notBefore)).toBeNull();
  });

  it('refuses weak keys (case 45)', () => {
    expect(refusal(made('rsa1024', GOOD))).toMatchObject({ code: 'certificate.weak_key', details: { value: { bits: 1024 }, range: { minBits: 2048 } } });
    for (const exponent of [[1], [3], [2], [1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 1]])
      expect(codeOf(withKey(modulus(3072), new Uint8Array(exponent))), String(exponent)).toBe('certificate.weak_key');
    expect(refusal(withKey(modulus(3072, 0xfe), new Uint8Array([1, 0, 1]))).details.value).toMatchObject({ modulus: 'even' });
    expect(inspectCertificate(withKey(modulus(3072), new Uint8Array([17])), now).keyBits).toBe(3072);
  });

  it('refuses keys above 8192 bits (case 46)', () => {
    for (const bits of [8200, 16_384, 65_536])
      expect(refusal(withKey(modulus(bits), new Uint8Array([1, 0, 1]))), String(bits)).toMatchObject({
        code: 'certificate.key_too_large',
        details: { value: { bits } },
      });
  });

  it.each(['ec', 'ed25519', 'dsa', 'pss'])('refuses the key type %s (cases 47, 48)', (key) => {
    expect(refusal(made(key, GOOD))).toMatchObject({ code: 'certificate.algorithm', details: { range: ['RSA'] } });
  });

  it('refuses key usage without keyEncipherment (case 47)', () => {
    const error = refusal(made('rsa3072', ['keyUsage=digitalSignature,dataEncipherment,keyAgreement']));
    expect(error).toMatchObject({ code: 'certificate.key_usage', details: { range: ['keyEncipherment'] } });
    expect(error.details.value).toHaveLength(3);
  });

  it('refuses CAs and other purposes (case 49)', () => {
    expect(codeOf(made('rsa3072', ['basicConstraints=CA:TRUE', 'keyUsage=keyEncipherment']))).toBe('certificate.not_for_encryption');
    expect(refusal(made('rsa3072', [...GOOD, 'extendedKeyUsage=serverAuth,clientAuth'])).code).toBe('certificate.not_for_encryption');
  });

  it('refuses unknown critical extensions (case 51)', () => {
    expect(refusal(made('rsa3072', [...GOOD, '1.2.3.4=critical,DER:0500']))).toMatchObject({
      code: 'certificate.critical_extension',
      details: { value: ['1.2.3.4'] },
    });
  });

  it('refuses an extension that occurs twice', () => {
    const certificate = AsnConvert.parse(derOf(good), Certificate);
    const [first] = certificate.tbsCertificate.extensions ?? [];
    if (first) certificate.tbsCertificate.extensions?.push(first);
    delete certificate.tbsCertificateRaw;
    expect(codeOf(new Uint8Array(AsnConvert.serialize(certificate)))).toBe('certificate.unreadable');
  });
});

describe('inspectCertificate: several certificates (case 50)', () => {
  let root: string;
  let middle: string;
  let leaf: string;
  let second: string;

  beforeAll(() => {
    root =
      made('rsa2048', ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign'], '-subj', '/CN=root', '-out', at('root.crt')) ||
      readFileSync(at('root.crt'), 'utf8');
    middle = issued('ec', 'middle', 'root', 'rsa2048', true);
    leaf = issued('rsa3072', 'leaf', 'middle', 'ec', false);
    second = issued('rsa3072', 'second', 'middle', 'ec', false);
  });

  it('takes the single leaf of a chain, in every order', () => {
    const orders = [
      [leaf, middle, root],
      [root, middle, leaf],
      [middle, leaf, root],
      [middle, root, leaf],
      [middle, leaf],
    ];
    for (const order of orders)
      expect(inspectCertificate(order.join(''), now)).toMatchObject({ subject: 'CN=leaf', pem: new X509Certificate(leaf).toString() });
  });

  it('refuses two leaves, and a leaf beside a CA that is not its own', () => {
    for (const several of [
      [leaf, second],
      [leaf, middle, second],
      [leaf, good],
      [leaf, root],
      [good, root],
    ])
      expect(codeOf(several.join(''))).toBe('certificate.ambiguous');
  });

  it('takes no end-entity certificate for a CA, even if it signed the other one', () => {
    const signer = made('rsa2048', ['basicConstraints=CA:FALSE']);
    writeFileSync(at('signer.crt'), signer);
    const signed = issued('rsa3072', 'signed', 'signer', 'rsa2048', false);
    expect(codeOf(signed + signer)).toBe('certificate.ambiguous');
  });

  it('refuses a chain without a leaf as CAs', () => {
    expect(codeOf(root + middle)).toBe('certificate.algorithm');
    expect(codeOf(root)).toBe('certificate.not_for_encryption');
  });
});
