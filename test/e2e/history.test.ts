import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobDraft, JobView } from '../../src/contract/job.ts';
import type { RunView } from '../../src/contract/run.ts';
import { type Client, createJobFor, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

const TITLE = 'All data';
const OTHER = 'Another export';
const DAILY = 'Every morning';

let udm: TestUdm;
let browser: Browser;
let page: Page;
let client: Client;
let failed: string;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  client = await signInTo(udm.url, udm);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', acceptDownloads: true });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, 'history-failed');
});

const row = (title: string): Locator => page.getByRole('table', { name: 'History' }).getByRole('row').filter({ hasText: title });
const drawer = () => page.getByRole('dialog', { name: 'Run' });

/** Lets the source be at another port, as when its machine is gone. */
async function moveSource(port: number): Promise<void> {
  const change = "UPDATE source SET settings = jsonb_set(settings, '{port}', to_jsonb($1::int)) WHERE name = 'UCSX'";
  await withClient(await superuserOf(udm.dataDir), (database) => database.query(change, [port]));
}

/** History as an administrator uses it; each step goes on from the one before. */
describe('History in the browser', () => {
  it('says first that nothing needs attention, and shows all runs from there', async () => {
    await signIn(page, udm.url, udm);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('link', { name: 'Needs attention (0)' }).click();
    await page.getByText('Nothing needs your attention').waitFor();
    await expectAccessible(page, 'history, nothing to do');
    await page.getByRole('button', { name: 'Show all runs' }).click();
    await page.getByRole('table', { name: 'History' }).waitFor();
  });

  it('puts a failed run first, says whose affair it is, what to do, and shows its attempts inside', async () => {
    await moveSource(1);
    const { lastRun } = await createJobFor(client);
    failed = (lastRun as RunView).id;
    await runUntil(client, failed, hasEnded);
    await page.getByRole('link', { name: 'Needs attention (1)' }).click();
    await row(TITLE).getByText('Failed').waitFor();
    await row(TITLE).getByText('The source does not answer.').waitFor();
    await row(TITLE)
      .getByRole('button', { name: `Attempts of ${TITLE}` })
      .click();
    const attempts = page.getByRole('table', { name: `Attempts of ${TITLE}` });
    await attempts.getByText('Its turn').waitFor();
    await attempts.getByText('Connecting to the source').waitFor();
    await expectAccessible(page, 'history, needs attention');
    await takeShot(page, 'history-attention', { width: 1440 });
    await takeShot(page, 'history-attention', { width: 390, colorScheme: 'dark' });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await row(TITLE)
      .first()
      .getByRole('button', { name: `${TITLE}: details of this run` })
      .click();
    await drawer().getByText('The cause lies with the source.').waitFor();
    await drawer().getByText('Check host, port and network; a run is tried again by itself.').waitFor();
    await drawer().getByText('Raw error').click();
    await drawer().getByText('"code": "source.unreachable"').waitFor();
    await expectAccessible(page, 'details of a failed run');
    await takeShot(page, 'history-details', { width: 1440, viewportOnly: true });
    await takeShot(page, 'history-details', { width: 390, viewportOnly: true });
  });

  it('keeps the drawer in the address: a link opens it, the back button closes it', async () => {
    expect(new URL(page.url()).searchParams.get('show')).toBe(failed);
    await page.reload();
    await drawer().getByText('Settings as they were').waitFor();
    await page.goBack();
    await drawer().waitFor({ state: 'hidden' });
    await page.goto(`${udm.url}/history?show=${failed}`);
    await drawer().getByText('The cause lies with the source.').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), drawer().getByRole('button', { name: 'Download diagnostics' }).click()]);
    const text = await readFile(await download.path(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ run: { id: failed, error: { code: 'source.unreachable' } }, attempts: [{ outcome: 'failed' }] });
    expect(text).not.toContain(TITLE);
    expect(text).not.toContain(udm.user);
  });

  it('retries the run once the source answers, in the same row, and a double click is one retry', async () => {
    await moveSource((await udm.sampleConnection()).port as number);
    await drawer().getByRole('button', { name: 'Retry' }).dblclick();
    await drawer().getByText('Succeeded', { exact: true }).first().waitFor({ timeout: 60_000 });
    await drawer()
      .getByRole('table', { name: `Attempts of ${TITLE}` })
      .getByRole('row')
      .nth(2)
      .waitFor();
    const run = await client.json<RunView>('GET', `/api/runs/${failed}`);
    expect(run).toMatchObject({ status: 'succeeded', retries: 1, attempt: 2 });
    await drawer().getByText('Run retried by admin').waitFor();
    await drawer()
      .getByText(run.fileNames[0] as string)
      .waitFor();
    await page.keyboard.press('Escape');
    await drawer().waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'Needs attention (0)' }).waitFor();
    await row(TITLE).getByText('Succeeded').waitFor();
    await row(TITLE).getByText('retried once').waitFor();
  });

  it('says why something cannot be done, clones the run as a job, and deletes it from History after asking', async () => {
    const other = (await makeJob(OTHER, { kind: 'once', start: 'immediately' }, 'all')).lastRun as RunView;
    await runUntil(client, other.id, hasEnded);
    await row(OTHER).getByText('Succeeded').waitFor();
    await row(TITLE)
      .getByRole('button', { name: `Actions for this run of ${TITLE}` })
      .click();
    await page.getByRole('menuitem', { name: 'Retry' }).getByText('Only a run that failed').waitFor();
    await expectAccessible(page, 'actions of a run');
    await page.getByRole('menuitem', { name: 'Clone as job' }).click();
    await page.getByRole('heading', { name: 'New job from a copy', level: 1 }).waitFor();
    expect(await page.getByLabel('Title').inputValue()).toContain(TITLE);
    expect(await page.getByLabel('Source').inputValue()).toBe('UCSX');
    expect(await page.getByRole('radio', { name: 'All data' }).isChecked()).toBe(true);
    await page.goBack();
    await row(TITLE)
      .getByRole('button', { name: `Actions for this run of ${TITLE}` })
      .click();
    await page.getByRole('menuitem', { name: 'Delete from History' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this run from History?' });
    await dialog.getByText('Its files stay under Artifacts').waitFor();
    await dialog.getByRole('button', { name: 'Delete from History' }).click();
    // The row goes although the dialog over it was the last thing that was pointed at and focused.
    await row(TITLE).waitFor({ state: 'detached' });
    await page.getByText('The run is no longer in History.').waitFor();
    expect(await row(OTHER).count()).toBe(1);
    expect((await client.request('DELETE', `/api/runs/${other.id}`)).status).toBe(204);
    expect((await client.request('GET', `/api/runs/${failed}`)).status).toBe(404);
  });

  it('shows past and planned runs on one axis, by mouse', async () => {
    await makeDaily();
    await createJobFor(client);
    await page.getByRole('link', { name: 'History' }).click();
    await row(TITLE).getByText('Succeeded').waitFor({ timeout: 60_000 });
    const chart = page.getByRole('region', { name: 'Past and planned runs' });
    await chart.getByRole('button', { name: new RegExp(`^${TITLE}: Succeeded`) }).waitFor();
    expect(await chart.getByRole('button', { name: new RegExp(`^${DAILY}: planned for`) }).count()).toBeGreaterThanOrEqual(3);
    await expectAccessible(page, 'history, chart');
    await takeShot(page, 'history-chart', { width: 1440 });
    await takeShot(page, 'history-chart', { width: 1440, colorScheme: 'dark' });
    await takeShot(page, 'history-chart', { width: 390 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    // Dragging over a part shows that part.
    const box = (await chart.locator('svg.udm-chart-canvas').boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(box.x + box.width * 0.45, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.55, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => (document.querySelector('select[aria-label="Time shown"]') as HTMLSelectElement).value === 'own');
    await chart.getByRole('button', { name: 'Planned', exact: true }).click();
    await chart.getByRole('button', { name: new RegExp(`^${DAILY}: planned for`) }).waitFor({ state: 'detached' });
    await chart.getByLabel('Height shows').selectOption('concurrency');
    await chart.getByText('Runs at once: 1').waitFor();
    await chart.getByRole('button', { name: new RegExp(`^${TITLE}: Succeeded`) }).click();
    await drawer().getByText('Succeeded', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');
    await drawer().waitFor({ state: 'hidden' });
  });

  it('lets the keyboard alone zoom, reach a run, open its attempts and its details', async () => {
    await page.reload();
    const chart = page.getByRole('region', { name: 'Past and planned runs' });
    const dot = chart.getByRole('button', { name: new RegExp(`^${TITLE}: Succeeded`) });
    await dot.waitFor();
    await chart.locator('.udm-chart-frame').focus();
    await page.keyboard.press('+');
    await page.waitForFunction(() => (document.querySelector('select[aria-label="Time shown"]') as HTMLSelectElement).value === 'own');
    await page.keyboard.press('-');
    await page.waitForFunction(() => (document.querySelector('select[aria-label="Time shown"]') as HTMLSelectElement).value === '7d');
    await page.keyboard.press('Tab');
    for (let step = 0; step < 20 && !(await dot.evaluate((one) => one === document.activeElement)); step++) await page.keyboard.press('ArrowRight');
    expect(await dot.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await drawer().getByText('Succeeded', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');
    await drawer().waitFor({ state: 'hidden' });
    const expander = row(TITLE)
      .first()
      .getByRole('button', { name: `Attempts of ${TITLE}` });
    await expander.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: `Attempts of ${TITLE}` }).waitFor();
    expect(await expander.getAttribute('aria-expanded')).toBe('true');
    const menu = row(TITLE)
      .first()
      .getByRole('button', { name: `Actions for this run of ${TITLE}` });
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Details' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
  });

  it('lists what is planned with the window each run will cover, and the chart as a table', async () => {
    await page.getByRole('link', { name: 'Planned' }).click();
    const planned = page.getByRole('table', { name: 'Planned' });
    await planned.getByRole('row').filter({ hasText: DAILY }).nth(2).waitFor();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('table', { name: 'Past and planned runs' }).getByText('Planned').first().waitFor();
    await expectAccessible(page, 'history, planned');
    await takeShot(page, 'history-planned', { width: 1440 });
  });
});

const makeDaily = () => makeJob(DAILY, { kind: 'daily', time: '06:00' }, 'since_previous');

async function makeJob(title: string, run: JobDraft['run'], range: 'all' | 'since_previous'): Promise<JobView> {
  const { items } = await client.json<{ items: { id: string }[] }>('GET', '/api/certificates');
  return client.json<JobView>('POST', '/api/jobs', {
    title,
    source: 'UCSX',
    type: 'Interaction',
    entityTypes: 'all',
    run,
    range: { kind: range },
    recipients: [items[0]?.id],
  });
}
