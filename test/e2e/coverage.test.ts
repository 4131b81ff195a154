import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificateView } from '../../src/contract/certificate.ts';
import type { JobView } from '../../src/contract/job.ts';
import { type Client, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** The calendar strip: three exports of IWD leave a gap of three days and cover one day twice; the gap is found, looked at and filled. */

const DAY_MS = 86_400_000;
const ROW = 'IWD Event';

let udm: TestUdm;
let browser: Browser;
let page: Page;
let client: Client;
/** Midnight UTC of today. */
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const daysAgo = (days: number) => new Date(today - days * DAY_MS);
const isoDate = (days: number) => daysAgo(days).toISOString().slice(0, 10);

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  client = await signInTo(udm.url, udm);
  await exportDays(20, 15);
  await exportDays(12, 8);
  await exportDays(9, 5);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', timezoneId: 'UTC' });
  page = await context.newPage();
  await signIn(page, udm.url, udm);
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
});

/** Exports the days from `first` to before `last`, both counted back from today. */
async function exportDays(first: number, last: number): Promise<void> {
  const { items } = await client.json<{ items: CertificateView[] }>('GET', '/api/certificates');
  const job = await client.json<JobView>('POST', '/api/jobs', {
    title: `Events until ${last} days ago`,
    source: 'IWD',
    type: 'Event',
    entityTypes: 'all',
    run: { kind: 'once', start: 'immediately' },
    range: { kind: 'fixed', from: daysAgo(first).toISOString(), to: daysAgo(last).toISOString() },
    recipients: [items[0]?.id],
  });
  const runs = await client.json<{ items: { id: string }[] }>('GET', `/api/runs?job=${job.id}`);
  const run = await runUntil(client, runs.items[0]?.id as string, hasEnded);
  expect(run.status).toMatch(/^succeeded/);
}

const row = () => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: ROW }) });
const cell = (days: number) => row().locator(`[data-date="${isoDate(days)}"]`);
const said = async (days: number) => (await cell(days).getAttribute('aria-label'))?.split(': ').slice(1).join(': ');
const details = () => page.locator('section').filter({ has: page.getByRole('heading', { name: ROW, level: 2 }) });

describe('the Coverage page', () => {
  it('shows each day of a type in words: exported, twice, missing, not yet', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'Coverage', level: 1 }).waitFor();
    await cell(18).and(page.locator('[data-state="covered"]')).waitFor();
    expect(await Promise.all([18, 14, 11, 9, 6, 3, -2].map(said))).toEqual([
      'Exported',
      'Missing',
      'Exported',
      'Exported twice',
      'Exported',
      'Missing',
      'Not yet',
    ]);
    await expectAccessible(page, 'coverage');
    await takeShot(page, 'coverage');
    await takeShot(page, 'coverage', { colorScheme: 'dark' });
    await takeShot(page, 'coverage', { width: 390 });
  });

  it('jumps from gap to gap by key, also to one that is not shown, and keeps the place in the address', async () => {
    await row().getByRole('gridcell').last().focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('[');
    await cell(4).and(page.locator('[aria-selected="true"]')).waitFor();
    await page.keyboard.press('[');
    await cell(14).and(page.locator('[aria-selected="true"]')).waitFor();
    await page.waitForFunction((date) => document.activeElement?.getAttribute('data-date') === date, isoDate(15));
    expect(await row().locator('[aria-selected="true"]').count()).toBe(3);
    expect(new URL(page.url()).searchParams.get('from')).toContain(isoDate(15));
    await page.keyboard.press('[');
    await page.getByText(`${ROW}: no gap before this.`).waitFor();
    // Far away, in months: the next gap from there is none, the previous one is brought into view.
    await page.goto(`${udm.url}/coverage?end=${isoDate(-400)}&source=IWD&type=Event&from=${daysAgo(-300).toISOString()}&to=${daysAgo(-299).toISOString()}`);
    await page.getByRole('heading', { name: 'Coverage', level: 1 }).waitFor();
    await row().waitFor();
    // Who could not ask does not know that there is no gap.
    await page.route(/coverage\?.*from=1970/, (route) => route.fulfill({ status: 500, body: 'out of order' }));
    await page.keyboard.press(',');
    await page.getByRole('alert').filter({ hasText: 'The gaps could not be read' }).waitFor();
    await page.unrouteAll();
    await page.keyboard.press(',');
    await cell(4).and(page.locator('[aria-selected="true"]')).waitFor();
    await page.keyboard.press('[');
    await cell(14).and(page.locator('[aria-selected="true"]')).waitFor();
    await page.reload();
    await cell(14).and(page.locator('[aria-selected="true"]')).waitFor();
  });

  it('says what a stretch holds, and selects with Shift and with the mouse', async () => {
    await details().getByText('Fill 1 missing stretch').waitFor();
    await cell(17).click();
    await details().getByText('Nothing is missing in it').waitFor();
    await details().getByRole('link', { name: 'Events until 15 days ago' }).waitFor();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await details().getByText('Missing', { exact: true }).waitFor();
    expect(await row().locator('[aria-selected="true"]').count()).toBe(4);
    await cell(10).hover();
    await page.mouse.down();
    await cell(6).hover();
    await page.mouse.up();
    await page.waitForFunction(() => document.querySelectorAll('[aria-selected="true"]').length === 5);
    await details().getByText('Exported twice', { exact: true }).waitFor();
    await expectAccessible(page, 'coverage with a selection');
  });

  it('keeps a drag in its row, the focus where somebody works, and a selection past the edge', async () => {
    const other = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'UCSX Interaction' }) });
    await other.locator(`[data-date="${isoDate(10)}"]`).hover();
    await page.mouse.down();
    await cell(8).hover();
    await page.mouse.up();
    await other
      .locator(`[data-date="${isoDate(10)}"]`)
      .and(page.locator('[aria-selected="true"]'))
      .waitFor();
    expect(await row().locator('[aria-selected="true"]').count()).toBe(0);
    await page.getByRole('button', { name: 'Earlier' }).click();
    await cell(8).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Later' }).click();
    await cell(8).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Later');
    const last = row().getByRole('gridcell').last();
    const date = await last.getAttribute('data-date');
    await last.click();
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForFunction((before) => (document.activeElement?.getAttribute('data-date') ?? '') > before, date as string);
    const { searchParams } = new URL(page.url());
    expect(Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')).toBe(2 * DAY_MS);
    await page.getByRole('button', { name: 'Today' }).click();
    await cell(15).waitFor();
  });

  it('lists what it would run before it does, and fills the gap', async () => {
    await cell(15).click();
    await cell(13).click({ modifiers: ['Shift'] });
    await details().getByRole('button', { name: 'Fill 1 missing stretch' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fill what is missing' });
    await dialog.getByText('This run would be made:').first().waitFor();
    expect(await dialog.getByRole('listitem').count()).toBe(1);
    await dialog.getByRole('combobox', { name: /^Job whose settings/ }).selectOption({ label: 'Events until 15 days ago' });
    await expectAccessible(page, 'fill dialog');
    await dialog.getByRole('button', { name: 'Run it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await cell(14).and(page.locator('[data-state="covered"]')).waitFor({ timeout: 60_000 });
    expect(await said(14)).toBe('Exported');
  });

  it('shows weeks and months, and fits a narrow screen', async () => {
    await page.getByText('Month', { exact: true }).click();
    await row().locator('[data-date$="-01"][data-mixed="true"]').first().waitFor();
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await expectAccessible(page, 'narrow coverage');
  });

  it('says before the first export that there is none', async () => {
    const nothing = { items: [], total: { count: 0, exact: true }, next: null, previous: null };
    await page.route(/\/api\/(runs|artifacts)\?/, (route) => route.fulfill({ json: nothing }));
    await page.goto(`${udm.url}/coverage`);
    await page.getByText('Nothing is exported yet').waitFor();
    await expectAccessible(page, 'coverage before the first export');
    await page.unrouteAll();
    await page.reload();
    await page.getByRole('rowheader', { name: ROW }).waitFor();
    await page.getByText('Nothing is exported yet').waitFor({ state: 'hidden' });
  });
});
