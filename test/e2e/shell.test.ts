import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** The frame around the pages: where one goes by mouse and by key, how it looks and speaks, and what becomes of it when the session ends. */

let udm: TestUdm;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  context = await browser.newContext({ viewport: { width: 1360, height: 900 }, reducedMotion: 'reduce', timezoneId: 'America/New_York' });
  page = await context.newPage();
  await signIn(page, udm.url, udm);
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
});

const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
const openMenu = () => page.getByRole('button', { name: /^(User menu|Benutzermenü)/ }).click();

describe('the shell', () => {
  it('goes to each part by two keys, names the page, and puts the focus on its heading', async () => {
    for (const [key, name] of [
      ['h', 'History'],
      ['a', 'Artifacts'],
      ['j', 'Jobs'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await heading(name).waitFor();
      await page.waitForFunction((title) => document.activeElement?.tagName === 'H1' && document.title.startsWith(title), name);
    }
    await page.keyboard.press('n');
    await heading('New job').waitFor();
  });

  it('leaves keys to whoever types', async () => {
    await page.getByLabel('Title').fill('');
    await page.getByLabel('Title').pressSequentially('g j ? n');
    expect(await page.getByLabel('Title').inputValue()).toBe('g j ? n');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByLabel('Title').fill('');
    await page.getByRole('link', { name: 'Jobs' }).click();
    await heading('Jobs').waitFor();
  });

  it('lists the keys of the page with ?, and can switch them off', async () => {
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('New job').waitFor();
    await expectAccessible(page, 'shortcuts');
    await dialog.getByRole('switch', { name: 'Single keys do something' }).click();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.keyboard.press('?');
    await page.keyboard.press('n');
    // Nothing happens: the menu, which opens after it, finds the same page.
    await openMenu();
    await page.getByRole('menuitem', { name: /^Keyboard shortcuts/ }).click();
    await dialog.waitFor();
    expect(await heading('Jobs').count()).toBe(1);
    await dialog.getByRole('switch', { name: 'Single keys do something' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('says who is signed in, and shows times in the zone that is chosen', async () => {
    await openMenu();
    await page.getByText(`Tenant ${udm.tenant}`).waitFor();
    await page.getByText('Tenant Administrator').waitFor();
    await expectAccessible(page, 'user menu');
    await page.getByRole('menuitemradio', { name: 'America/New_York (my computer)' }).click();
    await openMenu();
    expect(await page.getByRole('menuitemradio', { name: /my computer/ }).getAttribute('aria-checked')).toBe('true');
    await page.getByRole('menuitemradio', { name: /\(tenant\)/ }).click();
  });

  it('shows who did what, filtered in the address, each record whole, and how far the chain is verified', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await heading('Audit log').waitFor();
    const chain = page.getByRole('region', { name: 'State of the chain' });
    await chain.getByText(/^Verified up to record/).waitFor();
    await takeShot(page, 'audit');
    await takeShot(page, 'audit', { colorScheme: 'dark', width: 390 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.getByLabel('Action', { exact: true }).fill('session.started');
    await page.waitForURL(/action=session\.started/);
    const row = page.getByRole('table', { name: 'Audit log' }).getByRole('row').nth(1);
    await row.getByText('session.started').waitFor();
    expect(await row.textContent()).toMatch(/admin.*127\.0\.0\.1/s);
    await row.getByRole('button', { name: /^Record .*: everything in it/ }).click();
    const drawer = page.getByRole('dialog', { name: /^Record / });
    await drawer.getByText('Session', { exact: true }).waitFor();
    await takeShot(page, 'audit-record', { viewportOnly: true });
    await expectAccessible(page, 'a record of the audit log');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await chain.getByRole('button', { name: 'Verify the whole log' }).click();
    await chain.getByText(/nothing is wrong/).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as JSON Lines' }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual(lines.map(() => 'session.started'));
    await page.getByRole('link', { name: 'Jobs' }).click();
    await heading('Jobs').waitFor();
  });

  it('is dark from the first moment where dark is chosen', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await openMenu();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    const other = await context.newPage();
    await other.emulateMedia({ colorScheme: 'light' });
    // Without the app: what is seen before it is loaded.
    await other.route('**/assets/*.js', (route) => route.abort());
    await other.goto(`${udm.url}/jobs`);
    expect(await other.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await other.close();
    await openMenu();
    await page.getByRole('menuitemradio', { name: 'As the system' }).click();
    await page.locator('html[data-mantine-color-scheme="light"]').waitFor();
  });

  it('speaks German when asked to, and English again', async () => {
    await openMenu();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await heading('Aufträge').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await expectAccessible(page, 'Jobs in German');
    await openMenu();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await heading('Jobs').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('speaks German at once where the browser does', async () => {
    const german = await browser.newContext({ locale: 'de-AT' });
    const other = await german.newPage();
    await other.goto(udm.url);
    await other.getByRole('heading', { name: 'Anmelden' }).waitFor();
    await other.getByLabel('Benutzername').fill('nobody');
    await other.getByRole('button', { name: 'Weiter' }).click();
    await other.getByRole('textbox', { name: 'Passwort' }).fill('nothing');
    await other.getByRole('button', { name: 'Anmelden' }).click();
    await other.getByText('Mandant, Benutzername oder Passwort stimmt nicht.').waitFor();
    await expectAccessible(other, 'sign-in in German');
    await german.close();
  });

  it('asks for the password where one is when the session ends, and loses nothing typed', async () => {
    await page.getByRole('button', { name: 'Add new' }).click();
    await page.getByRole('menuitem', { name: 'New job' }).click();
    await heading('New job').waitFor();
    await page.getByLabel('Title').fill('Half typed');
    await context.clearCookies();
    await page.getByLabel('Source').selectOption('UCSX');
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await expectAccessible(page, 'session ended');
    await dialog.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await page.keyboard.press('Enter');
    await dialog.getByText('Tenant, user name or password is not right.').waitFor();
    await dialog.getByRole('textbox', { name: 'Password' }).fill(udm.password);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Title').inputValue()).toBe('Half typed');
    await page.getByLabel('Title').fill('');
    await page.getByLabel('Source').selectOption('');
  });

  it('fits 320 pixels, with the parts behind a button', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${udm.url}/jobs`);
    await heading('Jobs').waitFor();
    const tab = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'History' });
    expect(await tab.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu', exact: true }).focus();
    await page.keyboard.press('Enter');
    await tab.waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await expectAccessible(page, 'narrow menu');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await heading('History').waitFor();
    expect(await tab.isVisible()).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    expect(await focused()).toMatch(/^History/);
  });
});
