import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn, watchProgress } from './support/pages.ts';
import { linesInside, makeRecipient, openArtifact, type Recipient } from './support/recipient.ts';

const TITLE = 'Interactions for the archive';

let folder: string;
let recipient: Recipient;
let udm: TestUdm;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (!existsSync(path.join(root, 'dist/web/index.html')))
    await build({ configFile: path.join(root, 'vite.config.ts'), root: path.join(root, 'web'), logLevel: 'warn' });
  folder = await mkdtemp(path.join(tmpdir(), 'udm-e2e-'));
  recipient = makeRecipient(folder);
  [udm, browser] = await Promise.all([startTestUdm({ isFirst: true, contacts: 2_000, interactions: 60_000, days: 60 }), launchBrowser()]);
  context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1360, height: 900 }, reducedMotion: 'reduce' });
  // Nobody sits before the dialog that asks where to save.
  await context.addInitScript(() => Object.defineProperty(window, 'showSaveFilePicker', { value: undefined }));
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The main job as an administrator does it; each step goes on from the one before. */
describe('the main job in the browser', () => {
  it('asks who it is, refuses a wrong password and signs in', async () => {
    await page.goto(`${udm.url}/history`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectAccessible(page, 'sign-in');
    await page.getByLabel('Tenant').fill(udm.tenant);
    await page.getByLabel('User name').fill(udm.user);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Tenant, user name or password is not right.').waitFor();
    await expectAccessible(page, 'sign-in, refused');
    await page.getByRole('textbox', { name: 'Password' }).fill(udm.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // Back to where the person wanted to go.
    await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
  });

  it('keeps a private key on this computer, and stores a certificate', async () => {
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByRole('menuitem', { name: 'User preferences' }).click();
    await page.getByRole('heading', { name: 'User preferences' }).waitFor();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await chooseFile(recipient.key);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('This holds a private key.').waitFor();
    expect(sent).toEqual([]);
    await chooseFile(recipient.certificate);
    await page.getByLabel('Name', { exact: true }).fill('Archive key');
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('cell', { name: /^Archive key/ }).waitFor();
    await expectAccessible(page, 'preferences');
  });

  it('names every problem of an empty form at once', async () => {
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByRole('button', { name: 'Add new' }).click();
    await page.getByRole('menuitem', { name: 'New job' }).click();
    await page.getByRole('radio', { name: 'Fixed interval' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('fields need your attention').waitFor();
    for (const text of ['Write a title of 1 to 200 characters.', 'Choose a source.', 'Choose at least one certificate.'])
      await page.getByText(text, { exact: true }).waitFor();
    expect(await page.getByText('Choose a date and a time.', { exact: true }).count()).toBe(2);
    // With the next frame, which may take a while on a busy machine.
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    expect(await page.getByLabel('Title').evaluate((field) => field === document.activeElement)).toBe(true);
    await expectAccessible(page, 'editor with problems');
  });

  it('makes a job and shows its progress until it has succeeded', async () => {
    await page.getByLabel('Title').fill(TITLE);
    await page.getByLabel('Source').selectOption('UCSX');
    await page.getByLabel('Type', { exact: false }).and(page.locator('select')).selectOption('Interaction');
    await page.getByRole('radio', { name: 'All data' }).check();
    await page.getByRole('checkbox', { name: 'Archive key' }).check();
    await page.getByText(/^Exports all entity types of UCSX Interaction, everything .* encrypted to Archive key, as soon as you save\.$/).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    const seen = await watchProgress(page);
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    const row = page.getByRole('row', { name: TITLE });
    await row.getByText('Succeeded').waitFor({ timeout: 60_000 });
    const { texts, percents } = await seen();
    expect(texts.length, `the bar showed: ${texts.join(' | ')}`).toBeGreaterThanOrEqual(2);
    expect(texts.some((text) => /rows of about/.test(text))).toBe(true);
    for (const text of texts) expect(text).toMatch(/ left|time left/);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(Math.max(...percents)).toBeLessThan(100);
    await expectAccessible(page, 'jobs');
  });

  it('explains why a job that ran immediately cannot be resumed or edited', async () => {
    await page.getByRole('switch', { name: `State of ${TITLE}: Suspended` }).focus();
    await page.getByRole('checkbox', { name: `Select ${TITLE}` }).check();
    const edit = page.getByRole('button', { name: 'Edit' });
    expect(await edit.isDisabled()).toBe(true);
    await edit.hover();
    await page.getByRole('tooltip').getByText('Clone it and change the copy.').waitFor();
  });

  it('shows the run in History, with its details', async () => {
    await page.getByRole('button', { name: 'Execution history' }).click();
    await page.getByText(`Only runs of “${TITLE}”`).waitFor();
    await page.getByRole('button', { name: `${TITLE}: details of this run` }).click();
    await page.getByRole('dialog').getByText('Succeeded').first().waitFor();
    await expectAccessible(page, 'run details');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expectAccessible(page, 'history');
    await page.getByRole('link', { name: '1 file' }).click();
  });

  it('downloads the file, which openssl and unzip open', async () => {
    await page.getByRole('heading', { name: 'Artifacts', level: 1 }).waitFor();
    await expectAccessible(page, 'artifacts');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^Download / }).click()]);
    const file = path.join(folder, download.suggestedFilename());
    await download.saveAs(file);
    expect((await stat(file)).size).toBeGreaterThan(100_000);
    const inside = openArtifact(file, recipient);
    expect(inside).toContain('manifest.json');
    const data = inside.find((name) => /^(Email|Chat|Voice).*\.jsonl$/.test(name)) as string;
    const lines = linesInside(file, data);
    expect(lines.length).toBeGreaterThan(0);
    expect(() => lines.map((line) => JSON.parse(line) as unknown)).not.toThrow();
    await page.getByRole('button', { name: /^How to open / }).click();
    await page.getByRole('dialog').getByText(`--key KEY.pem`).waitFor();
    await expectAccessible(page, 'how to open');
  });

  it('tells an empty search from an empty list, and signs out', async () => {
    await page.goto(`${udm.url}/jobs?text=nothing-is-called-like-this`);
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await expectAccessible(page, 'nothing matches');
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await page.getByRole('row', { name: TITLE }).waitFor();
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, udm.url, udm);
  });
});

async function chooseFile(file: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByLabel('Certificate file').click()]);
  await chooser.setFiles(file);
}
