import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { superuserOf, withClient } from '../support/database-text.ts';
import { prepareDraft } from '../support/draft.ts';
import { insertFiles, insertJobs, insertRuns } from '../support/list-rows.ts';
import { Recipients } from '../support/recipients.ts';
import { type ServedUdm, startServe } from '../support/serve.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const JOBS = 120;

const files = new Recipients();
let udm: ServedUdm;
let browser: Browser;
let page: Page;
let tenantId: string;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startServe(), launchBrowser()]);
  await prepareDraft(udm, files.make().certificate);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
  files.remove();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, 'lists-failed');
});

const table = (name: string) => page.getByRole('table', { name });
const rows = (name = 'Jobs') => table(name).locator('tbody tr');
const query = () => new URL(page.url()).searchParams;
const heading = (name: string, count: string) => page.getByRole('heading', { level: 1, name: `${name} (${count})` }).waitFor();

async function rowCount(count: number, name = 'Jobs'): Promise<void> {
  await vi.waitFor(async () => expect(await rows(name).count()).toBe(count), PATIENCE);
}

/** Clicks as soon as the page is there, and waits until another is. */
async function goOn(way: 'Next page' | 'Previous page'): Promise<void> {
  const before = page.url();
  const button = page.getByRole('button', { name: way });
  await vi.waitFor(async () => expect(await button.getAttribute('aria-disabled')).toBe('false'), PATIENCE);
  await button.click();
  await vi.waitFor(() => expect(page.url()).not.toBe(before), PATIENCE);
}

/** What a list is for, from nothing to more than a page; each step goes on from the one before. */
describe('a list in the browser', () => {
  it('says that there is nothing yet, with the way to the first', async () => {
    await signIn(page, udm.url, { tenant: 'default', user: 'admin', password: udm.password });
    await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
    expect(await page.getByRole('search').count()).toBe(0);
    await page.getByRole('button', { name: 'Create the first job' }).waitFor();
    await expectAccessible(page, 'no jobs yet');
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
  });

  it('shows what came meanwhile by itself, counts it in the heading, and goes on page by page', async () => {
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
    await withClient(await superuserOf(udm.dataDir), async (client) => {
      tenantId = (await client.query(`SELECT id FROM tenant WHERE name = 'default'`)).rows[0].id;
      await insertJobs(client, tenantId, 0, JOBS);
      await insertFiles(client, (await insertRuns(client, tenantId, 0, 70)).slice(0, 60));
    });
    await heading('Jobs', String(JOBS));
    await rowCount(50);
    await goOn('Next page');
    await rowCount(50);
    await goOn('Next page');
    await rowCount(20);
    await expectAccessible(page, 'last page');
    await page.reload();
    await rowCount(20);
    await page.goBack();
    await rowCount(50);
    await goOn('Previous page');
    // The beginning is the first page itself, without a place in its address.
    await vi.waitFor(() => expect(query().get('cursor')).toBeNull(), PATIENCE);
    await rowCount(50);
  });

  it('sorts by every header, and keeps the order in the address', async () => {
    const headers = table('Jobs').getByRole('columnheader');
    for (const name of ['Source', 'Type', 'Title', 'State', 'Schedule', 'Next run', 'Latest status', 'Last run']) {
      const header = headers.filter({ hasText: name });
      await header.getByRole('button').click();
      await vi.waitFor(async () => expect(await header.getAttribute('aria-sort')).toBe('descending'), PATIENCE);
      await header.getByRole('button').click();
      await vi.waitFor(async () => expect(await header.getAttribute('aria-sort')).toBe('ascending'), PATIENCE);
    }
    await headers.filter({ hasText: 'Title' }).getByRole('button').click();
    await vi.waitFor(async () => expect(await rows().first().textContent()).toContain('figjob'), PATIENCE);
    expect(query().get('sort')).toBe('-title');
    // What a person asked for themselves is never held back.
    expect(await page.getByText('The list has changed.').count()).toBe(0);
    await page.reload();
    await vi.waitFor(async () => expect(await rows().first().textContent()).toContain('figjob'), PATIENCE);
  });

  it('filters by text, several statuses and days, in the address; Clear filters takes all away and keeps the order', async () => {
    const filters = page.getByRole('search', { name: 'Filters' });
    await filters.getByRole('searchbox', { name: 'Search' }).fill('CHERRY');
    await heading('Jobs', '20');
    await filters.getByRole('button', { name: 'State', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Suspended' }).check();
    await heading('Jobs', '10');
    await page.keyboard.press('Escape');
    await filters.getByRole('button', { name: 'State: Suspended' }).waitFor();
    await filters.getByRole('button', { name: 'Latest status', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Never', exact: true }).check();
    await page.getByRole('checkbox', { name: 'Failed', exact: true }).check();
    await vi.waitFor(() => expect(query().get('status')?.split(',').sort()).toEqual(['failed', 'none']), PATIENCE);
    await page.keyboard.press('Escape');
    await heading('Jobs', '10');
    await expectAccessible(page, 'filters set');
    await takeShot(page, 'lists-filtered');
    await page.reload();
    await heading('Jobs', '10');
    expect(await filters.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('CHERRY');
    await filters.getByRole('searchbox', { name: 'Search' }).fill('nothing is called this');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await expectAccessible(page, 'nothing matches');
    await takeShot(page, 'lists-nothing-matches');
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await heading('Jobs', String(JOBS));
    expect(Object.fromEntries(query())).toEqual({ sort: '-title' });
  });

  it('filters by a range of days on the clocks it shows', async () => {
    await page.goto(`${udm.url}/jobs?sort=-title&text=apple`);
    const filters = page.getByRole('search', { name: 'Filters' });
    await filters.getByRole('button', { name: 'More filters' }).click();
    await filters.getByLabel('Next run: from').fill('2027-01-01');
    await filters.getByLabel('Next run: to').fill('2027-01-01');
    await heading('Jobs', '10');
    expect([query().get('nextFrom'), query().get('nextTo')]).toEqual(['2027-01-01T00:00:00.000Z', '2027-01-02T00:00:00.000Z']);
    await filters.getByRole('button', { name: 'More filters (1 set)' }).waitFor();
    await expectAccessible(page, 'more filters');
    await takeShot(page, 'lists-more-filters');
    await filters.getByLabel('Next run: to').fill('');
    await filters.getByLabel('Next run: from').fill('');
    await heading('Jobs', '20');
    await filters.getByRole('button', { name: 'Clear filters' }).click();
    await heading('Jobs', String(JOBS));
  });

  it('selects rows, the page, and all that match; the selection outlives reload and another page', async () => {
    const firstFig = page.getByRole('checkbox', { name: /^Select figjob/ }).first();
    await firstFig.check();
    await page.getByText('1 selected', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
    await page.getByText('50 selected', { exact: true }).waitFor();
    await takeShot(page, 'lists-selected');
    await expectAccessible(page, 'page selected');
    await page.getByRole('button', { name: 'Next page' }).click();
    await vi.waitFor(() => expect(query().get('cursor')).toBeTruthy(), PATIENCE);
    await page.getByText('50 selected', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('50 selected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'First page' }).click();
    await page.getByRole('button', { name: `Select all ${JOBS} that match` }).click();
    await page.getByText(`All ${JOBS} that match are selected`).waitFor();
    expect(query().get('chosen')).toBe('all');
    await firstFig.uncheck();
    await page.getByText('49 selected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await vi.waitFor(() => expect(query().get('chosen')).toBeNull(), PATIENCE);
  });

  it('is walked by keyboard alone: rows by arrows, Space selects, Enter opens', async () => {
    const focusedRow = () => page.evaluate(() => [...document.querySelectorAll('tbody tr')].indexOf(document.activeElement as Element));
    await rows().first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focusedRow()).toBe(2);
    await page.keyboard.press('Space');
    await page.getByText('1 selected', { exact: true }).waitFor();
    expect(await focusedRow()).toBe(2);
    await page.keyboard.press('End');
    expect(await focusedRow()).toBe(49);
    await page.keyboard.press('ArrowDown');
    expect(await focusedRow()).toBe(49);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    expect(await focusedRow()).toBe(0);
    // Tab leaves the rows for their controls; keys there are the controls' own.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByText('2 selected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    await rowCount(50, 'History');
    await rows('History').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('holds rows back while somebody is at the list, and says so', async () => {
    await rows('History').first().hover();
    const before = await rows('History').first().textContent();
    const place = await rows('History').first().boundingBox();
    await withClient(await superuserOf(udm.dataDir), async (client) => {
      const [id] = await insertRuns(client, tenantId, 70, 1);
      await client.query(`UPDATE run SET scheduled_at = '2026-06-01T00:00:00Z' WHERE id = $1`, [id]);
      await client.query(`SELECT pg_notify('udm_run', $1)`, [`${tenantId} ${id}`]);
    });
    await page.getByText('The list has changed.').waitFor();
    expect(await rows('History').first().textContent()).toBe(before);
    // What tells of it moves nothing either.
    expect(await rows('History').first().boundingBox()).toEqual(place);
    await takeShot(page, 'lists-held', { viewportOnly: true });
    await page.getByRole('button', { name: 'Show the changes' }).click();
    await vi.waitFor(async () => expect(await rows('History').first().textContent()).toContain('Jun 2026'), PATIENCE);
    await heading('History', '71');
  });

  it('becomes cards on a narrow screen, with every value labelled and the order chosen from a list', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const name of ['Jobs', 'History', 'Artifacts']) {
      await page.goto(`${udm.url}/${name.toLowerCase()}?text=fig`);
      await heading(name, { Jobs: '20', History: '11', Artifacts: '10' }[name] as string);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      const labels = await rows(name).first().locator('.udm-label').allTextContents();
      expect(labels.filter((label) => label !== '').length).toBeGreaterThan(6);
      await expectAccessible(page, `${name}, narrow`);
      await takeShot(page, `lists-${name}`, { width: 390, viewportOnly: true });
      await takeShot(page, `lists-${name}`, { width: 390, viewportOnly: true, colorScheme: 'dark' });
    }
    await page.getByLabel('Sort by').selectOption({ label: 'Size, ascending' });
    await vi.waitFor(() => expect(query().get('sort')).toBe('bytes'), PATIENCE);
    await page.setViewportSize({ width: 1440, height: 900 });
    for (const name of ['Artifacts', 'History', 'Jobs']) {
      await page.goto(`${udm.url}/${name.toLowerCase()}`);
      await table(name).waitFor();
      await takeShot(page, `lists-${name}`, { width: 1440, viewportOnly: true });
      await takeShot(page, `lists-${name}`, { width: 1440, viewportOnly: true, colorScheme: 'dark' });
    }
  });

  it('goes back to its first page when a place in its address cannot be read', async () => {
    await page.goto(`${udm.url}/jobs?cursor=damaged`);
    await page.getByRole('alert').waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'First page' }).click();
    await rowCount(50);
    expect(query().get('cursor')).toBeNull();
  });

  it('says that the connection is lost, and goes on by itself when it is back', async () => {
    const hint = page.getByRole('status').filter({ hasText: 'The connection to UDM is lost and is tried again by itself.' });
    await page.route('**/api/events', (route) => route.abort());
    await page.goto(`${udm.url}/jobs?text=apple`);
    await hint.waitFor();
    await rowCount(20);
    await expectAccessible(page, 'connection lost');
    await takeShot(page, 'lists-connection-lost', { viewportOnly: true });
    await withClient(await superuserOf(udm.dataDir), (client) => insertJobs(client, tenantId, JOBS, 1));
    await page.unroute('**/api/events');
    await hint.waitFor({ state: 'hidden' });
    // What happened in the gap is read.
    await heading('Jobs', '21');
  });
});
