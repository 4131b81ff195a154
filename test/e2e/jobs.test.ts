import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CertificateView } from '../../src/contract/certificate.ts';
import type { JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import { type Client, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { moveStartBack } from './support/downtime.ts';
import { holdTable } from './support/held-source.ts';
import { jobRow } from './support/job-editor.ts';
import { expectAccessible, hasFocus, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

const HOUR_MS = 3_600_000;
/** For what waits for the server. */
const PATIENCE = { timeout: 60_000, interval: 100 };
/** Half an hour from now: no run comes due while the test goes on. */
const MINUTE = (new Date().getUTCMinutes() + 30) % 60 || 1;
const BATCH = 60;

let udm: TestUdm;
let browser: Browser;
let page: Page;
let client: Client;
let recipient: string;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  client = await signInTo(udm.url, udm);
  const { items } = await client.json<{ items: CertificateView[] }>('GET', '/api/certificates');
  recipient = (items[0] as CertificateView).id;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', timezoneId: 'UTC' });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, 'jobs-failed', { width: 1440 });
});

const make = (title: string, change: object = {}) =>
  client.json<JobView>('POST', '/api/jobs', {
    title,
    source: 'UCSX',
    type: 'Contact',
    entityTypes: 'all',
    timeZone: 'UTC',
    run: { kind: 'hourly', every: 1, minute: MINUTE },
    range: { kind: 'all' },
    recipients: [recipient],
    ...change,
  });
const theJob = (id: string) => client.json<JobView>('GET', `/api/jobs/${id}`);
const runsOf = async (id: string) => (await client.json<{ items: RunView[] }>('GET', `/api/runs?job=${id}`)).items;
const openJobs = async (query = '') => {
  await page.goto(`${udm.url}/jobs${query}`);
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
};
const toolbar = (button: string) => page.getByRole('toolbar', { name: 'Actions for jobs' }).getByRole('button', { name: button, exact: true });
const bulkBar = () => page.getByRole('toolbar', { name: 'Selected jobs' });
const select = (title: string) => page.getByRole('checkbox', { name: `Select ${title}`, exact: true });
/** Selects a row; the box is ticked when the address has it. */
const pick = async (title: string) => {
  await select(title).click();
  await vi.waitFor(async () => expect(await select(title).isChecked()).toBe(true), PATIENCE);
};
const stateOf = (title: string, state: 'Active' | 'Suspended') => page.getByRole('switch', { name: `State of ${title}: ${state}`, exact: true });
const notice = (text: string) => page.getByRole('alert').filter({ hasText: text });

/** The Jobs page as an administrator uses it; each step goes on from the one before. */
describe('the Jobs page', () => {
  it('is, before there is anything, one way to begin', async () => {
    for (const job of (await client.json<{ items: JobView[] }>('GET', '/api/jobs')).items) {
      if (job.lastRun) await runUntil(client, job.lastRun.id, hasEnded);
      await client.json('DELETE', `/api/jobs/${job.id}`);
    }
    await signIn(page, udm.url, udm);
    await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
    expect(await page.getByRole('search').count()).toBe(0);
    await expectAccessible(page, 'no jobs yet');
    await takeShot(page, 'jobs-empty', { width: 1440 });
    await page.getByRole('button', { name: 'Create the first job' }).click();
    await page.getByLabel('Title').waitFor();
  });

  it('shows how fresh each job is, and why', async () => {
    await make('Contacts of every hour');
    await openJobs();
    const row = jobRow(page, 'Contacts of every hour');
    await row.getByText('On time').waitFor();
    await row.getByText('Waits for its first run').waitFor();
    await row.getByText('On time').hover();
    await page.getByRole('tooltip').getByText('Nothing to do.').waitFor();
  });

  it('suspends at once, before the server has answered, and takes it back', async () => {
    const { id } = await theFirst();
    let answer = () => {};
    await page.route('**/suspend', async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue();
    });
    await stateOf('Contacts of every hour', 'Active').click();
    await stateOf('Contacts of every hour', 'Suspended').waitFor();
    expect((await theJob(id)).state).toBe('active');
    await vi.waitFor(() => answer(), PATIENCE);
    await notice('is suspended').waitFor();
    answer();
    await page.unroute('**/suspend');
    expect((await theJob(id)).state).toBe('suspended');
    await jobRow(page, 'Contacts of every hour').getByText('Not scheduled').waitFor();
    await page.getByRole('button', { name: 'Undo: resume “Contacts of every hour”' }).click();
    await stateOf('Contacts of every hour', 'Active').waitFor();
    await vi.waitFor(async () => expect((await theJob(id)).state).toBe('active'), PATIENCE);
  });

  it('goes back when the server refuses to suspend, and says why', async () => {
    const { id } = await theFirst();
    await page.route('**/suspend', (route) => route.abort());
    await stateOf('Contacts of every hour', 'Active').click();
    await notice('The state of “Contacts of every hour” was not changed').waitFor();
    await stateOf('Contacts of every hour', 'Active').waitFor();
    await page.unroute('**/suspend');
    expect((await theJob(id)).state).toBe('active');
  });

  it('asks on resuming, with the windows that each answer exports', async () => {
    const dataFrom = new Date(Date.now() - 24 * HOUR_MS).toISOString();
    const { id } = await make('New contacts', { type: 'Interaction', range: { kind: 'since_previous', dataFrom }, missedRuns: 'all' });
    await client.json('POST', `/api/jobs/${id}/suspend`);
    await moveStartBack(udm, id, new Date(Date.now() - 3 * HOUR_MS));
    await vi.waitFor(async () => expect((await theJob(id)).suppressedRuns).toBe(3), PATIENCE);
    await openJobs('?text=New+contacts');
    await stateOf('New contacts', 'Suspended').click();
    const dialog = page.getByRole('dialog', { name: 'Resume “New contacts”?' });
    const windows = dialog.getByRole('table', { name: 'What will run now' }).locator('tbody tr');
    await vi.waitFor(async () => expect(await windows.count()).toBe(3), PATIENCE);
    const ends = await windows.locator('td:last-child span:last-child').allTextContents();
    const begins = await windows.locator('td:last-child span:first-child').allTextContents();
    // Each begins where the one before ends.
    for (const [index, begin] of begins.slice(1).entries()) expect(ends[index]).toContain(begin.replace(/\W*$/, ''));
    await expectAccessible(page, 'resume dialog');
    await takeShot(page, 'jobs-resume', { width: 1440, viewportOnly: true });
    await dialog.getByRole('radio', { name: 'Run the latest only' }).check();
    await vi.waitFor(async () => expect(await windows.count()).toBe(1), PATIENCE);
    await dialog.getByRole('radio', { name: 'Run none of them' }).check();
    await dialog.getByText('Nothing runs now.').waitFor();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await stateOf('New contacts', 'Active').waitFor();
    expect(await theJob(id)).toMatchObject({ state: 'active', suppressedRuns: 0, lastRun: { status: 'suppressed' } });
  });
});

describe('a run from the Jobs page', () => {
  it('shows its progress with phase, rows and bytes, and is in the way of deleting', async () => {
    const { id } = await theFirst();
    const letGo = await holdTable(udm, 'ucsx.contact');
    try {
      await openJobs('?text=every+hour');
      await pick('Contacts of every hour');
      // Twice is once.
      await toolbar('Run now').dblclick();
      const bar = jobRow(page, 'Contacts of every hour').getByRole('progressbar');
      await bar.waitFor({ timeout: PATIENCE.timeout });
      expect((await runsOf(id)).filter((run) => run.trigger === 'run_now')).toHaveLength(1);
      expect(await notice('is running already').count()).toBe(0);
      await bar.hover();
      const tip = page.getByRole('tooltip');
      await tip.getByText(/Connecting to the source|Counting rows|Reading/).waitFor();
      for (const text of [/rows/, /read, .* written/, /left/]) await tip.getByText(text).first().waitFor();
      await expectAccessible(page, 'a run in progress');
      await takeShot(page, 'jobs-running', { width: 1440 });
      // The toolbar says why not, and stays reachable.
      const off = toolbar('Delete');
      await vi.waitFor(async () => expect(await off.getAttribute('aria-disabled')).toBe('true'), PATIENCE);
      await off.hover();
      await page.getByRole('tooltip').getByText('A run of this job is in progress. Cancel it, or wait for its end.').waitFor();
      // And the server says which run it is.
      const answer = await client.request('DELETE', `/api/jobs/${id}`);
      expect(answer.status).toBe(409);
      expect(((await answer.json()) as { value: { run: string } }).value.run).toBe((await theJob(id)).lastRun?.id);
    } finally {
      await letGo();
    }
    await jobRow(page, 'Contacts of every hour').getByText('Succeeded').waitFor({ timeout: PATIENCE.timeout });
  });

  it('is not started a second time within the minute, by anybody', async () => {
    const { id } = await theFirst();
    await toolbar('Run now').click();
    await notice('“Contacts of every hour” was run less than a minute ago').waitFor();
    expect((await runsOf(id)).filter((run) => run.trigger === 'run_now')).toHaveLength(1);
    await page.getByRole('button', { name: 'Show the run of “Contacts of every hour”' }).click();
    await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
  });

  it('that comes between the question and the answer refuses deleting, and is one click away', async () => {
    const { id } = await make('Deleted while running');
    const letGo = await holdTable(udm, 'ucsx.contact');
    try {
      await openJobs('?text=Deleted');
      await page.getByRole('button', { name: 'Actions for Deleted while running' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete this job?' });
      await dialog.waitFor();
      await client.json('POST', `/api/jobs/${id}/run`);
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await dialog.getByText('“Deleted while running” was not deleted').waitFor();
      await expectAccessible(page, 'deleting refused');
      await dialog.getByRole('button', { name: 'Deleted while running: Show the run, to cancel it' }).click();
      await page.getByRole('heading', { name: 'History', level: 1 }).waitFor();
      const [run] = await runsOf(id);
      await client.json('POST', `/api/runs/${run?.id}/cancel`);
    } finally {
      await letGo();
    }
    await vi.waitFor(async () => expect((await theJob(id)).may.delete).toBe(true), PATIENCE);
    await openJobs('?text=Deleted');
    await page.getByRole('button', { name: 'Actions for Deleted while running' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    expect((await client.request('GET', `/api/jobs/${id}`)).status).toBe(404);
  });
});

describe('many jobs at once', () => {
  it('are told of before: how many, what is left out and why', async () => {
    const titles = Array.from({ length: BATCH }, (_, index) => `Batch ${String(index + 1).padStart(2, '0')}`);
    // The oldest and the newest one by one, for the order of the list; it does not matter of the others.
    for (const title of titles.slice(0, 3)) await client.json('POST', `/api/jobs/${(await make(title)).id}/suspend`);
    await Promise.all(titles.slice(3, -5).map((title) => make(title)));
    for (const title of titles.slice(-5)) await make(title);
    await openJobs('?text=Batch');
    await pick('Batch 60');
    await bulkBar().getByText('1 selected').waitFor();
    await pick('Batch 59');
    await bulkBar().getByText('2 selected').waitFor();
    await takeShot(page, 'jobs-selected', { width: 1440 });
    await bulkBar()
      .getByRole('button', { name: `Select all ${BATCH} that match` })
      .click();
    await bulkBar().getByText(`All ${BATCH} that match are selected`).waitFor();
    await bulkBar().getByRole('button', { name: 'Suspend…' }).click();
    const dialog = page.getByRole('dialog', { name: `Suspend ${BATCH} jobs?` });
    await dialog.getByText('57 jobs will be suspended.').waitFor();
    await dialog.getByText('3 × This job is suspended already.').waitFor();
    await dialog.getByText('Batch 01, Batch 02, Batch 03').waitFor();
    await takeShot(page, 'jobs-bulk', { width: 1440, viewportOnly: true });
  });

  it('are not acted on when others match by then; looked at again, they are', async () => {
    await make('Batch 61, made meanwhile');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await dialog.getByText('The selection has changed meanwhile: 61 jobs match now.').waitFor();
    await dialog.getByText('58 jobs will be suspended.').waitFor();
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await dialog.getByText('58 jobs suspended.').waitFor({ timeout: PATIENCE.timeout });
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const { total } = await client.json<{ total: { count: number } }>('GET', '/api/jobs?text=Batch&state=suspended');
    expect(total.count).toBe(61);
    await stateOf('Batch 60', 'Suspended').waitFor();
    await bulkBar().waitFor({ state: 'hidden' });
  });

  it('are deleted by the filter, and then nothing matches', async () => {
    await pick('Batch 60');
    await bulkBar().getByRole('button', { name: 'Select all 61 that match' }).click();
    await toolbar('Delete').click();
    const dialog = page.getByRole('dialog', { name: 'Delete 61 jobs?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('61 jobs deleted.').waitFor({ timeout: PATIENCE.timeout });
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  });
});

describe('everywhere', () => {
  it('leads from what is wrong to the fix', async () => {
    await withClient(await superuserOf(udm.dataDir), (database) => database.query(`UPDATE certificate SET not_after = now() + interval '1 minute'`));
    await vi.waitFor(async () => expect((await theFirst()).freshness).toBe('action_required'), PATIENCE);
    await openJobs();
    const row = jobRow(page, 'Contacts of every hour');
    await row.getByText('Action required').waitFor();
    await expectAccessible(page, 'action required');
    await takeShot(page, 'jobs-action', { width: 1440 });
    await takeShot(page, 'jobs-action', { width: 1440, colorScheme: 'dark' });
    await row.getByRole('button', { name: 'A certificate ends before the next run. Contacts of every hour: Edit the job' }).click();
    await page.getByLabel('Title').waitFor();
    expect(page.url()).toMatch(/\/jobs\/[0-9a-f-]+\/edit$/);
    await withClient(await superuserOf(udm.dataDir), (database) => database.query(`UPDATE certificate SET not_after = now() + interval '1 year'`));
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openJobs();
    await pick('Contacts of every hour');
    await bulkBar().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page, 'narrow');
    await takeShot(page, 'jobs-narrow', { width: 390 });
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('opens a job by its row: by a click beside its controls, and by Enter', async () => {
    await openJobs();
    await jobRow(page, 'New contacts').getByText('UCSX').click();
    await page.getByLabel('Title').waitFor();
    await page.goBack();
    const row = jobRow(page, 'New contacts');
    await row.focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Title').waitFor();
    expect(page.url()).toMatch(/\/jobs\/[0-9a-f-]+\/edit$/);
  });

  it('works by the keyboard alone', async () => {
    await openJobs();
    await jobRow(page, 'New contacts').waitFor();
    await tabTo(toolbar('Add new'));
    // One stop; the arrows go on inside.
    for (const name of ['Edit', 'Delete', 'Execution history', 'Run now', 'Add new']) {
      await page.keyboard.press('ArrowRight');
      await hasFocus(toolbar(name));
    }
    await page.keyboard.press('End');
    await hasFocus(toolbar('Run now'));
    await tabTo(select('New contacts'));
    await page.keyboard.press('Space');
    await bulkBar().waitFor();
    await tabTo(bulkBar().getByRole('button', { name: 'Suspend…' }), true);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Suspend 1 job?' });
    await dialog.getByText('1 job will be suspended.').waitFor();
    await expectAccessible(page, 'bulk dialog');
    await tabTo(dialog.getByRole('button', { name: 'Suspend' }));
    await page.keyboard.press('Enter');
    await dialog.getByText('1 job suspended.').waitFor();
    await expectAccessible(page, 'bulk result');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await tabTo(stateOf('New contacts', 'Suspended'));
    await page.keyboard.press('Space');
    await stateOf('New contacts', 'Active').waitFor();
    await tabTo(page.getByRole('button', { name: 'Actions for New contacts' }));
    await page.keyboard.press('Enter');
    await arrowTo(page.getByRole('menuitem', { name: 'Clone' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'New job from a copy' }).waitFor();
    await page.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Enter');
    await jobRow(page, 'New contacts (copy)').waitFor();
  });
});

async function theFirst(): Promise<JobView> {
  const { items } = await client.json<{ items: JobView[] }>('GET', '/api/jobs?text=every+hour');
  return items[0] as JobView;
}

/** Presses Tab (or Shift+Tab) until the element has focus; inside a toolbar its arrows. */
async function tabTo(target: Locator, inToolbar = false): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    const inside =
      inToolbar && (await page.evaluate(() => document.activeElement?.closest('[role="toolbar"]')?.getAttribute('aria-label') === 'Selected jobs'));
    await page.keyboard.press(inside ? 'ArrowRight' : inToolbar ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab never came to ${String(target)}.`);
}

/** Goes down a menu that has just been opened, once its focus has come. */
async function arrowTo(item: Locator): Promise<void> {
  await item.waitFor();
  await vi.waitFor(async () => expect(await page.evaluate(() => document.activeElement?.closest('[role="menu"]') !== null)).toBe(true), PATIENCE);
  for (let presses = 0; presses < 8; presses++) {
    if (await item.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error('The arrows never came to it.');
}
