import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { inspectCertificate } from './certificate.ts';

const DAY = 24 * 3600 * 1000;
const EXTENSIONS = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,keyEncipherment'];

let folder: string;
let good: string;
let now: Date;

const at = (name: string) => path.join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 24 });
const derOf = (pem: string) => new X509Certificate(pem).raw;

function refusal(content: string | Uint8Array): CodedError {
  try {
    inspectCertificate(content, now);
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const codeOf = (content: string | Uint8Array) => refusal(content).code;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'udm-certificate-upload-'));
  openssl('genrsa', '-out', at('rsa2048.pem'), '2048');
  openssl('genrsa', '-out', at('rsa3072.pem'), '3072');
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', at('ec.pem'));
  openssl('genpkey', '-algorithm', 'ed25519', '-out', at('ed25519.pem'));
  const request = ['-new', '-key', at('rsa3072.pem'), '-config', '/dev/null', '-subj', '/CN=recipient'];
  openssl('req', '-x509', ...request, '-days', '365', '-out', at('good.crt'), ...EXTENSIONS);
  good = readFileSync(at('good.crt'), 'utf8');
  now = new Date(new X509Certificate(good).validFromDate.getTime() + DAY);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('inspectCertificate: what it cannot read (case 41)', () => {
  it('refuses nothing, text and a picture', () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
    for (const content of ['', '  \n', 'hello', 'aGVsbG8gd29ybGQh', new Uint8Array(), png, Buffer.from(png).toString('base64')])
      expect(codeOf(content)).toBe('certificate.unreadable');
  });

  it('refuses more than 64 KB with the limit', () => {
    const error = refusal(good + ' '.repeat(64 * 1024));
    expect(error).toMatchObject({ code: 'certificate.unreadable', details: { field: 'content', value: 'too large', range: { maxBytes: 65_536 } } });
    expect(codeOf(new Uint8Array(10_000_000))).toBe('certificate.unreadable');
    expect(inspectCertificate(good + ' '.repeat(64 * 1024 - good.length), now).keyBits).toBe(3072);
  });

  it('refuses trailing bytes and cut certificates, in DER and in PEM', () => {
    const der = derOf(good);
    const asPem = (bytes: Uint8Array) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(refusal(Buffer.concat([der, Buffer.from([0])])).details.value).toBe('trailing bytes');
    expect(refusal(asPem(Buffer.concat([der, Buffer.from([0])]))).details.value).toBe('trailing bytes');
    expect(codeOf(der.subarray(0, -1))).toBe('certificate.unreadable');
    expect(codeOf(good.slice(0, -40))).toBe('certificate.unreadable');
    expect(codeOf(good.replace('-----END CERTIFICATE', '-----END CERT'))).toBe('certificate.unreadable');
  });

  it('refuses lengths that are not the shortest, which would change the fingerprint', () => {
    const der = derOf(good);
    const longer = Buffer.concat([Buffer.from([0x30, 0x83, 0]), der.subarray(2)]);
    expect(refusal(longer).details.value).toBe('not DER');
  });

  it('refuses deep ASN.1 before a parser sees it', () => {
    const nest = (depth: number) => {
      let der = Buffer.from([5, 0]);
      for (let level = 1; level < depth; level += 1) der = Buffer.concat([Buffer.from([0x30, 0x82, der.length >> 8, der.length & 255]), der]);
      return der;
    };
    expect(refusal(nest(20)).details.value).toBe('not X.509');
    expect(refusal(nest(21)).details.value).toBe('too deep');
    expect(refusal(nest(16_000)).details.value).toBe('too deep');
  });

  it('refuses requests, public keys, CRLs and certificate bags', () => {
    const request = openssl('req', '-new', '-key', at('rsa2048.pem'), '-config', '/dev/null', '-subj', '/CN=x').toString();
    const bag = openssl('crl2pkcs7', '-nocrl', '-certfile', at('good.crt')).toString();
    const publicKey = openssl('rsa', '-in', at('rsa2048.pem'), '-RSAPublicKey_out', '-outform', 'DER');
    for (const content of [request, bag, publicKey, openssl('rsa', '-in', at('rsa2048.pem'), '-pubout')])
      expect(codeOf(content)).toBe('certificate.unreadable');
  });

  it('answers damaged certificates with facts or a coded error, never otherwise', () => {
    const der = derOf(good);
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), fc.nat(3), (place, byte, cut) => {
        const damaged = Buffer.concat([der.subarray(0, place), Buffer.from([byte]), der.subarray(place + cut)]);
        try {
          inspectCertificate(damaged, now);
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('inspectCertificate: private keys (case 42)', () => {
  const forms: [string, () => Uint8Array][] = [
    ['PKCS#8', () => readFileSync(at('rsa2048.pem'))],
    ['PKCS#1', () => openssl('rsa', '-in', at('rsa2048.pem'), '-traditional')],
    ['encrypted PKCS#8', () => openssl('pkcs8', '-topk8', '-in', at('rsa2048.pem'), '-passout', 'pass:x')],
    ['encrypted PKCS#1', () => openssl('rsa', '-in', at('rsa2048.pem'), '-aes128', '-traditional', '-passout', 'pass:x')],
    ['SEC 1', () => openssl('ec', '-in', at('ec.pem'))],
    ['Ed25519', () => readFileSync(at('ed25519.pem'))],
    ['OpenSSH', () => Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n')],
    ['a key without its end', () => Buffer.from('-----BEGIN PRIVATE KEY-----\nMIIE')],
    ['PKCS#8 in DER', () => openssl('pkcs8', '-topk8', '-nocrypt', '-in', at('rsa2048.pem'), '-outform', 'DER')],
    ['Ed25519 in DER', () => openssl('pkey', '-in', at('ed25519.pem'), '-outform', 'DER')],
    ['PKCS#1 in DER', () => openssl('rsa', '-in', at('rsa2048.pem'), '-traditional', '-outform', 'DER')],
    ['SEC 1 in DER', () => openssl('ec', '-in', at('ec.pem'), '-outform', 'DER')],
    ['encrypted PKCS#8 in DER', () => openssl('pkcs8', '-topk8', '-in', at('rsa2048.pem'), '-outform', 'DER', '-passout', 'pass:x')],
    [
      'PKCS#8 encrypted the old way in DER',
      () => openssl('pkcs8', '-topk8', '-v1', 'PBE-SHA1-3DES', '-in', at('rsa2048.pem'), '-outform', 'DER', '-passout', 'pass:x'),
    ],
    ['PKCS#12', () => openssl('pkcs12', '-export', '-inkey', at('rsa3072.pem'), '-in', at('good.crt'), '-passout', 'pass:x')],
    ['PKCS#12 in BER', () => Buffer.from('3080020103308006092a864886f70d010701a080', 'hex')],
    ['a Java key store', () => Buffer.from('feedfeed00000002', 'hex')],
    ['UTF-16', () => Buffer.from('-----BEGIN PRIVATE KEY-----', 'utf16le')],
  ];

  it.each(forms)('refuses %s alone, in base64, and beside a certificate', (_name, make) => {
    const key = Buffer.from(make());
    const isText = key[0] === 0x2d;
    const inBlock = `${good}-----BEGIN CERTIFICATE-----\n${key.toString('base64')}\n-----END CERTIFICATE-----\n`;
    for (const content of [key, key.toString('base64'), isText ? good + key.toString() : inBlock])
      expect(codeOf(content)).toBe('certificate.private_key_present');
  });

  it('finds a key that is base64 without a word around it, before, between and after blocks', () => {
    const der = openssl('pkcs8', '-topk8', '-nocrypt', '-in', at('rsa2048.pem'), '-outform', 'DER');
    const traditional = openssl('rsa', '-in', at('rsa2048.pem'), '-traditional', '-outform', 'DER');
    const keys = [der, traditional, openssl('pkey', '-in', at('ed25519.pem'), '-outform', 'DER'), openssl('ec', '-in', at('ec.pem'), '-outform', 'DER')];
    for (const key of keys) {
      const bare = key.toString('base64');
      const lines = bare.replace(/.{64}/g, '$&\r\n');
      for (const content of [
        `${good}${lines}`,
        `${bare}\n${good}`,
        `${good}Mine is\n  ${lines}\nand no more\n${good}`,
        `${good}key=${bare}`,
        `My key: ${bare}`,
      ]) {
        expect(codeOf(content)).toBe('certificate.private_key_present');
        expect(codeOf(Buffer.from(content).toString('base64'))).toBe('certificate.private_key_present');
      }
    }
    // As openssl writes it beside the block.
    const beside = openssl('x509', '-in', at('good.crt'), '-text').toString();
    expect(inspectCertificate(beside, now)).toEqual(inspectCertificate(good, now));
  });

  it('finds the key behind a certificate and in a file that is too large, and repeats nothing of it', () => {
    const key = readFileSync(at('rsa2048.pem'), 'utf8');
    const error = refusal(good + ' '.repeat(100_000) + key);
    expect(error.code).toBe('certificate.private_key_present');
    expect(JSON.stringify(error.details)).toBe('{"field":"content"}');
  });
});
