import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificateChallengeView, CertificateProvenView, CertificateView } from '../../src/contract/certificate.ts';
import { makeRecipient, openArtifact, type Recipient } from '../e2e/support/recipient.ts';
import { type Client, signInTo } from '../support/client.ts';
import { cellsWith, superuserOf } from '../support/database-text.ts';
import { startTestUdm, testEnvironment, type TestUdm } from '../support/udm.ts';
import { openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';

let folder: string;
let udm: TestUdm;
let client: Client;
let recipient: Recipient;
let certificate: CertificateView;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-certificate-'));
  udm = await startTestUdm();
  client = await signInTo(udm.url, udm);
  recipient = makeRecipient(folder);
  const content = await readFile(recipient.certificate, 'utf8');
  certificate = await client.json<CertificateView>('POST', '/api/certificates', { label: 'Mine', content });
});

afterAll(async () => {
  await udm?.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = () => `/api/certificates/${certificate.id}`;
const challenge = () => client.json<CertificateChallengeView>('POST', `${at()}/challenge`, {});

async function wordInside({ fileName, content }: CertificateChallengeView): Promise<{ word: string; structure: string }> {
  const file = path.join(folder, fileName);
  await writeFile(file, Buffer.from(content, 'base64'));
  openArtifact(file, recipient);
  const line = execFileSync('unzip', ['-p', file.replace(/\.p7m$/, ''), 'Proof.jsonl']).toString();
  const structure = execFileSync('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', file]).toString();
  return { word: (JSON.parse(line) as { proofWord: string }).proofWord, structure };
}

/** An administrator of another tenant of the same UDM. */
async function tenantBeside({ dataDir, url }: TestUdm): Promise<Client> {
  const account = { tenant: 'beside', user: 'admin', password: 'correct horse battery staple' };
  const app = await openApp(loadConfig({ ...testEnvironment(dataDir), UDM_LOG_LEVEL: 'silent' }), 'guest');
  await createTenant(app.services, account);
  await app.stop();
  return signInTo(url, account);
}

describe('options of a certificate', () => {
  it('are PKCS#1 v1.5 and CBC until they are changed, and then decide how files are encrypted', async () => {
    expect(certificate).toMatchObject({ keyTransport: 'pkcs1', contentCipher: 'aes-256-cbc', provenAt: null });
    expect((await wordInside(await challenge())).structure).toMatch(/aes-256-cbc/);
    const changed = await client.json<CertificateView>('PUT', at(), { label: 'Mine', keyTransport: 'oaep', contentCipher: 'aes-256-gcm' });
    expect(changed).toMatchObject({ label: 'Mine', keyTransport: 'oaep', contentCipher: 'aes-256-gcm' });
    const { structure } = await wordInside(await challenge());
    expect(structure).toMatch(/rsaesOaep/);
    expect(structure).toMatch(/aes-256-gcm/);
    // A new name alone leaves them as they are.
    expect(await client.json('PUT', at(), { label: 'Other' })).toMatchObject({ label: 'Other', keyTransport: 'oaep' });
    await expect(client.json('PUT', at(), { label: 'Other', keyTransport: 'none' })).rejects.toThrow();
  });
});

describe('a certificate', () => {
  it('is stored once, and again by another tenant, which learns nothing by it (case 52)', async () => {
    const content = await readFile(recipient.certificate, 'utf8');
    await expect(client.json('POST', '/api/certificates', { content })).rejects.toThrow(/certificate.duplicate/);
    const other = await tenantBeside(udm);
    const theirs = await other.json<CertificateView>('POST', '/api/certificates', { label: 'Theirs', content });
    expect(theirs).toMatchObject({ fingerprint: certificate.fingerprint, label: 'Theirs', jobCount: 0, provenAt: null });
    expect((await client.json<{ items: CertificateView[] }>('GET', '/api/certificates')).items.map((one) => one.label)).not.toContain('Theirs');
    await expect(other.json('DELETE', at())).rejects.toThrow(/not_found/);
  });

  it('is refused with its private key, of which nothing is kept (case 42)', async () => {
    const content = (await readFile(recipient.certificate, 'utf8')) + (await readFile(recipient.key, 'utf8'));
    const before = (await client.json<{ items: CertificateView[] }>('GET', '/api/certificates')).items;
    await expect(client.json('POST', '/api/certificates', { content })).rejects.toThrow(/certificate.private_key_present/);
    expect((await client.json<{ items: CertificateView[] }>('GET', '/api/certificates')).items).toEqual(before);
    const secret = (await readFile(recipient.key, 'utf8')).split('\n')[2] as string;
    expect(secret).toHaveLength(64);
    expect(await cellsWith(await superuserOf(udm.dataDir), secret)).toEqual([]);
  });

  it('stays while jobs encrypt to it, which are named (case 54)', async () => {
    const draft = {
      source: 'IWD',
      type: 'Event',
      entityTypes: 'all',
      recipients: [certificate.id],
      range: { kind: 'all' },
      run: { kind: 'daily', time: '02:00' },
    };
    const job = await client.json<{ id: string }>('POST', '/api/jobs', { ...draft, title: 'Holds it' });
    const refused = await client.json('DELETE', at()).then(
      () => null,
      (error: Error) => error.message,
    );
    expect(refused).toMatch(/409/);
    expect(refused).toContain('certificate.in_use');
    expect(refused).toContain('Holds it');
    await client.json('DELETE', `/api/jobs/${job.id}`);
  });
});

describe('the challenge', () => {
  it('proves with the word inside, and with nothing else', async () => {
    const made = await challenge();
    const prove = (word: string, proof = made.proof) => client.json<CertificateProvenView>('POST', `${at()}/proof`, { proof, word });
    await expect(prove('abcd-efgh-jkmn')).rejects.toThrow(/422.*certificate.challenge_failed/);
    await expect(prove('x', `${made.proof.slice(0, -4)}AAAA`)).rejects.toThrow(/422.*certificate.challenge_expired/);
    const { items } = await client.json<{ items: { id: string; provenAt: string | null }[] }>('GET', '/api/certificates');
    expect(items.find((one) => at().endsWith(one.id))?.provenAt).toBeNull();
    const { word } = await wordInside(made);
    const proven = await prove(word.toUpperCase().replaceAll('-', ' '));
    expect(proven.opened).toBe(true);
    expect(Date.parse(proven.certificate.provenAt as string)).toBeGreaterThan(Date.now() - 60_000);
    // What has proven is spent; the next file proves again.
    await expect(prove(word)).rejects.toThrow(/certificate.challenge_spent/);
    const next = await challenge();
    expect((await prove((await wordInside(next)).word, next.proof)).opened).toBe(true);
  });

  it('takes five answers an hour', async () => {
    const made = await challenge();
    const prove = () => client.json<CertificateProvenView>('POST', `${at()}/proof`, { proof: made.proof, word: 'wrong' });
    for (let answer = 0; answer < 5; answer += 1) await expect(prove()).rejects.toThrow(/certificate.challenge_failed/);
    await expect(prove()).rejects.toThrow(/certificate.proof_limited/);
  });

  it('knows no certificate of others', async () => {
    const unknown = '/api/certificates/00000000-0000-4000-8000-000000000000/challenge';
    await expect(client.json('POST', unknown, {})).rejects.toThrow(/not_found/);
  });
});
