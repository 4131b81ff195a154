import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { file, archive } from '../../src/pipeline/testing/archives.ts';
import { artifactsOf, createJobFor, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { tooWide } from './support/every-page.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { makeRecipient, type Recipient } from './support/recipient.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

let folder: string;
let udm: TestUdm;
let browser: Browser;
let page: Page;
let recipient: Recipient;
let name: string;
/** Every request of the page and its workers with what it carried. */
const requests: { url: string; body: string }[] = [];
const LINES = Array.from({ length: 500 }, (_, index) => `${JSON.stringify({ id: `mail-${index}`, subject: 'Größe <b>', nested: { a: [1] } })}\n`);
const SECRET = 'a passphrase nobody may see';

beforeAll(async () => {
  await ensureWebApp();
  folder = await mkdtemp(path.join(tmpdir(), 'udm-e2e-open-'));
  recipient = makeRecipient(folder);
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  const client = await signInTo(udm.url, udm);
  const job = await createJobFor(client);
  const run = await runUntil(client, job.lastRun?.id as string, hasEnded);
  name = (await artifactsOf(client, run.id))[0]?.fileName as string;
  const certificate = await readFile(recipient.certificate, 'utf8');
  const { bytes } = await archive([file('Email', LINES), file('Chat', [])], [{ certificate, keyTransport: 'oaep', contentCipher: 'aes-256-gcm' }]);
  await writeFile(at('mail.zip.p7m'), bytes);
  bytes[bytes.length - 600] = (bytes[bytes.length - 600] ?? 0) ^ 1;
  await writeFile(at('broken.zip.p7m'), bytes);
  await writeFile(at('hello.zip.p7m'), 'hello');
  execFileSync('openssl', ['pkcs8', '-topk8', '-in', recipient.key, '-out', at('locked.pem'), '-passout', `pass:${SECRET}`]);
  execFileSync('openssl', ['genrsa', '-out', at('other.pem'), '2048'], { stdio: 'pipe' });
  const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  // A test cannot answer the browser's own dialog.
  await context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  page = await context.newPage();
  context.on('request', (request) => requests.push({ url: request.url(), body: request.postData() ?? '' }));
  await signIn(page, udm.url, udm);
  await page.getByRole('link', { name: 'Artifacts' }).click();
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, 'open-here-failed');
});

const at = (one: string) => path.join(folder, one);
const dialog = () => page.getByRole('dialog', { name: 'Open in the browser' });

/** Chooses files as a person does in the browser's own dialog. */
async function choose(label: string, files: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog().getByRole('button', { name: label, exact: true }).click()]);
  await chooser.setFiles(files);
}

async function start(fileName: string, keyName: string, passphrase?: string): Promise<void> {
  await page.goto(`${udm.url}/artifacts`);
  await page.getByRole('toolbar', { name: 'Selected files' }).getByRole('button', { name: 'Open in the browser' }).click();
  await choose('Encrypted file', at(fileName));
  await choose('Private key', at(keyName));
  if (passphrase !== undefined) await dialog().getByLabel('Passphrase of the key').fill(passphrase);
  await dialog().getByRole('button', { name: 'Open', exact: true }).click();
}

describe('open in the browser', () => {
  it('decrypts, checks, shows and saves a file of the disk, and nothing leaves the machine', { timeout: 60_000 }, async () => {
    await page.goto(`${udm.url}/artifacts`);
    requests.length = 0;
    await start('mail.zip.p7m', 'locked.pem', SECRET);
    await dialog().getByText('The file is whole and unchanged').waitFor();
    expect(
      await dialog()
        .getByText(/Files: \d, rows: 500\./)
        .count(),
    ).toBe(1);
    await dialog().getByRole('button', { name: 'Look inside Email.jsonl' }).click();
    const look = dialog().getByRole('table', { name: 'First lines of Email.jsonl' });
    expect(await look.getByRole('row').count()).toBe(21);
    expect(await look.getByText('Größe <b>').count()).toBe(20);
    await expectAccessible(page, 'opened file');
    const [download] = await Promise.all([page.waitForEvent('download'), dialog().getByRole('button', { name: 'Save Email.jsonl' }).click()]);
    await download.saveAs(at('saved.jsonl'));
    expect(await readFile(at('saved.jsonl'), 'utf8')).toBe(LINES.join(''));
    await dialog().getByText('Email.jsonl is saved.').waitFor();
    const key = (await readFile(recipient.key, 'utf8')).split('\n')[3] as string;
    const locked = (await readFile(at('locked.pem'), 'utf8')).split('\n')[3] as string;
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter(({ url }) => !url.startsWith(udm.url) && !url.startsWith(`blob:${udm.url}`))).toEqual([]);
    expect(
      requests.filter(({ url, body }) => [key, locked, SECRET, 'mail-1', 'Größe'].some((text) => `${decodeURIComponent(url)}${body}`.includes(text))),
    ).toEqual([]);
    expect(requests.filter(({ body }) => body.length > 2_000)).toEqual([]);
  });

  it('refuses to connect anywhere else', async () => {
    const policy = (await page.request.get(`${udm.url}/artifacts`)).headers()['content-security-policy'];
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  it('reads an artifact of the list straight from the server', { timeout: 60_000 }, async () => {
    await page.goto(`${udm.url}/artifacts`);
    await page.getByRole('button', { name: `How to open ${name}` }).click();
    await page.getByRole('dialog', { name: 'How to open this file' }).getByRole('button', { name: 'Open in the browser' }).click();
    await dialog().getByText(name).waitFor();
    await choose('Private key', at('other.pem'));
    await dialog().getByRole('button', { name: 'Open', exact: true }).click();
    await dialog().getByText('The file was not encrypted to this key').waitFor();
    await choose('Private key', udm.keyFile);
    await dialog().getByRole('button', { name: 'Open', exact: true }).click();
    await dialog().getByText('The file is whole and unchanged').waitFor();
  });

  it.each([
    ['mail.zip.p7m', 'other.pem', undefined, 'The file was not encrypted to this key'],
    ['mail.zip.p7m', 'locked.pem', 'wrong', 'The private key cannot be read.'],
    ['mail.zip.p7m', 'certificate.pem', undefined, 'The private key cannot be read.'],
    ['broken.zip.p7m', 'key.pem', undefined, 'The file is damaged or was changed.'],
    ['hello.zip.p7m', 'key.pem', undefined, 'This is not an encrypted file of UDM.'],
  ])('says what is wrong: %s with %s %s', async (fileName, keyName, passphrase, text) => {
    await start(fileName, keyName, passphrase);
    await dialog().getByRole('alert').getByText(text).waitFor();
    expect(await dialog().getByText('The file is whole and unchanged').count()).toBe(0);
  });

  it('can be read with a narrow screen and in German', { timeout: 60_000 }, async () => {
    await expectAccessible(page, 'refused file');
    await start('mail.zip.p7m', 'key.pem');
    await dialog().getByText('The file is whole and unchanged').waitFor();
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await tooWide(page)).toBe(0);
    const german = await (await browser.newContext({ locale: 'de', storageState: await page.context().storageState() })).newPage();
    await german.goto(`${udm.url}/artifacts`);
    await german.getByRole('button', { name: 'Im Browser öffnen' }).click();
    await german.getByText('Ihr privater Schlüssel und der Inhalt der Datei').waitFor();
  });
});
