import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JobDraft, JobView } from '../../src/contract/job.ts';
import { type Client, signInTo } from '../support/client.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { moveStartBack } from './support/downtime.ts';
import { chooseRun, chooseTimeZone, jobRow, previewedRuns, withJob } from './support/job-editor.ts';
import { expectAccessible, hasFocus, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { dateWords, nextSpringForward } from './support/spring-forward.ts';
import { ensureWebApp } from './support/web-app.ts';

const TITLE = 'New interactions every hour';
const RENAMED = 'New interactions, renamed';
const BY_SOMEBODY = 'Asked for by the archive team.';
const HOUR_MS = 3_600_000;
/** Half an hour from now, in a zone whose clocks never change: neither the last nor the next run comes near the time the test takes. */
const MINUTE = (new Date().getUTCMinutes() + 30) % 60 || 1;
const SENTENCE = `Every hour at minute ${MINUTE} (Asia/Tokyo)`;
const SHORT_MONTHS = ['February', 'April', 'June', 'September', 'November'];
/** For what waits for the server: a planner's tick, a run. */
const PATIENCE = { timeout: 60_000, interval: 100 };

let udm: TestUdm;
let browser: Browser;
let page: Page;
let client: Client;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  client = await signInTo(udm.url, udm);
  // Not in Berlin, so that the editor shows a run by both clocks.
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, reducedMotion: 'reduce', timezoneId: 'UTC' });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, 'schedule-failed');
});

/** A schedule as an administrator makes, suspends, resumes and changes it; each step goes on from the one before. */
describe('a repeating job in the browser', () => {
  it('shows the sentence and five runs with their windows while the form is filled', async () => {
    await signIn(page, udm.url, udm);
    await page.getByRole('button', { name: 'Add new' }).click();
    await page.getByRole('menuitem', { name: 'New job' }).click();
    await page.getByLabel('Title').fill(TITLE);
    await page.getByLabel('Source').selectOption('UCSX');
    await page.getByRole('combobox', { name: 'Type', exact: true }).selectOption('Interaction');
    await chooseRun(page, 'daily');
    await preview().getByText('The next runs show here once these are filled in: Time.').waitFor();
    await page.getByLabel(/^Time\W*$/).fill('02:30');
    await chooseTimeZone(page, 'berlin', 'Europe/Berlin');
    await preview().getByText('Every day at 02:30 (Europe/Berlin)', { exact: true }).waitFor();
    const runs = await previewedRuns(page);
    expect(runs).toHaveLength(5);
    // In the minutes before 02:30 there is nothing new yet for the first.
    for (const { at, window } of runs.slice(1)) expect(`${at}: ${window}`).toMatch(/^\w{3}, .* CES?T: .* CES?T to .* CES?T$/);
    await preview().getByText('every moment is exported exactly once').waitFor();
  });

  it('marks the run that a clock change moves, and ends its window there', async () => {
    const sunday = nextSpringForward(Date.now(), 3);
    const [friday, saturday, change, monday, tuesday] = [-2, -1, 0, 1, 2].map((later) => dateWords(sunday, later));
    await page.getByRole('radio', { name: 'Start at a date and time' }).check();
    await page.getByLabel('First date and time').fill(`${friday?.input}T00:00`);
    await preview().getByText('Clocks go forward').waitFor();
    expect(await previewedRuns(page)).toEqual([
      { at: `${friday?.withWeekday}, 02:30 CET`, mark: '', window: `${friday?.plain}, 00:00 CET to ${friday?.plain}, 02:25 CET` },
      { at: `${saturday?.withWeekday}, 02:30 CET`, mark: '', window: `${friday?.plain}, 02:25 CET to ${saturday?.plain}, 02:25 CET` },
      // 02:30 is skipped: it runs at the first valid instant, and its window ends five minutes before, on the clocks of winter.
      { at: `${change?.withWeekday}, 03:00 CEST`, mark: 'Clocks go forward', window: `${saturday?.plain}, 02:25 CET to ${change?.plain}, 01:55 CET` },
      { at: `${monday?.withWeekday}, 02:30 CEST`, mark: '', window: `${change?.plain}, 01:55 CET to ${monday?.plain}, 02:25 CEST` },
      { at: `${tuesday?.withWeekday}, 02:30 CEST`, mark: '', window: `${monday?.plain}, 02:25 CEST to ${tuesday?.plain}, 02:25 CEST` },
    ]);
    await preview().getByText('so it runs at the first moment after it').waitFor();
    await expectAccessible(page, 'editor with preview');
    await takeShot(page, 'schedule-editor');
    await takeShot(page, 'schedule-editor', { colorScheme: 'dark' });
    await takeShot(page, 'schedule-editor', { width: 390 });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.setViewportSize({ width: 1360, height: 900 });
  });

  it('says which instant a single run became when its local time does not exist', async () => {
    const change = dateWords(nextSpringForward(Date.now(), 3), 0);
    await chooseRun(page, 'once');
    await page.getByRole('radio', { name: 'Configure start date and time' }).check();
    await page.getByLabel(/^Date and time/).fill(`${change.input}T02:30`);
    await preview().getByText(`Starts ${change.withWeekday}, 03:00 CEST. The planned time does not exist on this day`).waitFor();
    expect((await previewedRuns(page)).map(({ at }) => at)).toEqual([`${change.withWeekday}, 03:00 CEST`]);
  });

  it('names the months without the day', async () => {
    await chooseRun(page, 'monthly');
    await page.getByRole('radio', { name: 'Start now' }).check();
    await page.getByLabel('Day of month').selectOption('31');
    await preview().getByText('Every month on day 31 at 02:30 (Europe/Berlin); months without that day are skipped').waitFor();
    const skipped =
      (await preview()
        .getByText(/^No run in /)
        .textContent()) ?? '';
    expect(SHORT_MONTHS.filter((month) => skipped.includes(month))).toEqual(SHORT_MONTHS);
    expect(skipped).not.toContain('January');
    await takeShot(page, 'schedule-monthly');
  });

  it('names what is out of range at its field, at once and on saving, and saves nothing', async () => {
    const before = (await jobs()).length;
    await chooseRun(page, 'hourly');
    await page.getByLabel('Every … hours').fill('24');
    await page.getByLabel('At minute').fill('60');
    await page.getByText('Use a whole number from 1 to 23.').waitFor();
    await page.getByText('Use a whole number from 0 to 59.').waitFor();
    for (const label of ['Every … hours', 'At minute']) expect(await page.getByLabel(label).getAttribute('aria-invalid')).toBe('true');
    await preview().getByText('once the fields marked above are mended').waitFor();
    await expectAccessible(page, 'editor with an hourly mistake');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Nothing was saved.').waitFor();
    await hasFocus(page.getByLabel('Every … hours'));
    expect(await jobs()).toHaveLength(before);
  });

  it('saves an hourly job, and lists its sentence and its next run', async () => {
    await page.getByLabel('Every … hours').fill('1');
    await page.getByLabel('At minute').fill(String(MINUTE));
    await chooseTimeZone(page, 'tokyo', 'Asia/Tokyo');
    expect(await page.getByRole('radio', { name: 'Since previous run' }).isChecked()).toBe(true);
    await page.getByLabel('Data from').selectOption({ label: 'All available data' });
    await preview().getByText(SENTENCE, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`“${TITLE}” is saved. Its next run is on `).waitFor();
    const row = jobRow(page, TITLE);
    await row.getByText(SENTENCE).waitFor();
    await stateSwitch('Active').waitFor();
    const next = new Date(Math.ceil((Date.now() - MINUTE * 60_000) / HOUR_MS) * HOUR_MS + MINUTE * 60_000);
    expect(await row.locator('time').first().getAttribute('datetime')).toBe(next.toISOString());
    await takeShot(page, 'schedule-jobs');
  });

  it('suspends it by its switch; what falls due meanwhile is suppressed', async () => {
    await stateSwitch('Active').click();
    await page.getByText(`“${TITLE}” is suspended. Runs that fall due meanwhile are listed as suppressed.`).waitFor();
    const { id } = await theJob(TITLE);
    await moveStartBack(udm, id, new Date(Date.now() - 4 * HOUR_MS));
    await vi.waitFor(async () => expect((await theJob(TITLE)).suppressedRuns).toBe(4), PATIENCE);
    expect((await theJob(TITLE)).state).toBe('suspended');
  });

  it('asks on resuming what becomes of the suppressed runs; cancelling changes nothing', async () => {
    const toggle = stateSwitch('Suspended');
    await toggle.focus();
    await page.keyboard.press('Space');
    const dialog = page.getByRole('dialog', { name: `Resume “${TITLE}”?` });
    await dialog.getByText('4 runs were suppressed while this job was suspended. What should happen to them?').waitFor();
    await dialog.getByText('No data is lost either way: the next run goes on where the last one ended.').waitFor();
    await expectAccessible(page, 'resume dialog');
    await takeShot(page, 'schedule-resume', { viewportOnly: true });
    await takeShot(page, 'schedule-resume', { viewportOnly: true, colorScheme: 'dark' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await hasFocus(toggle);
    expect(await theJob(TITLE)).toMatchObject({ state: 'suspended', suppressedRuns: 4 });
  });

  it('makes up for the latest of them', async () => {
    await stateSwitch('Suspended').click();
    const dialog = page.getByRole('dialog', { name: `Resume “${TITLE}”?` });
    await dialog.getByRole('radio', { name: 'Run the latest only' }).check();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await page.getByText(`“${TITLE}” is active again.`).waitFor();
    await stateSwitch('Active').waitFor();
    await jobRow(page, TITLE).getByText('Succeeded').waitFor({ timeout: PATIENCE.timeout });
    expect(await theJob(TITLE)).toMatchObject({ state: 'active', suppressedRuns: 0, lastRun: { trigger: 'resume' } });
  });

  it('tells in History what ran and what was suppressed, and why', async () => {
    await withJob(page, TITLE, 'Execution history');
    await page.getByText(`Only runs of “${TITLE}”`).waitFor();
    const rows = page.getByRole('table', { name: 'History' }).locator('tbody tr');
    await rows.nth(3).waitFor();
    const [first, ...others] = await rows.all();
    expect(await Promise.all(others.map((row) => row.getByText('Suppressed').count()))).toEqual([1, 1, 1]);
    await first?.getByText('Succeeded').waitFor();
    await first?.getByRole('cell', { name: 'Resume' }).waitFor();
    await takeShot(page, 'schedule-history');
    await others[0]?.getByRole('button', { name: `${TITLE}: details of this run` }).click();
    const details = page.getByRole('dialog');
    await details.getByText('Why it did not run').waitFor();
    await details.getByText('The job was suspended when this run was due.').waitFor();
    await expectAccessible(page, 'details of a suppressed run');
    await takeShot(page, 'schedule-suppressed', { viewportOnly: true });
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
  });

  it('keeps an edit from overwriting one that came in between', async () => {
    await page.getByRole('link', { name: 'Jobs' }).click();
    await withJob(page, TITLE, 'Edit');
    await page.getByLabel('Title').fill(RENAMED);
    await editAsSomebodyElse({ description: BY_SOMEBODY });
    await page.getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else changed this job meanwhile' });
    await conflict.waitFor();
    await expectAccessible(page, 'edit conflict');
    await takeShot(page, 'schedule-conflict');
    expect((await theJob(TITLE)).description).toBe(BY_SOMEBODY);
    await conflict.getByRole('button', { name: 'Take theirs, drop mine' }).click();
    await vi.waitFor(async () => expect(await page.getByLabel('Description').inputValue()).toBe(BY_SOMEBODY), PATIENCE);
    expect(await page.getByLabel('Title').inputValue()).toBe(TITLE);
    await page.getByLabel('Title').fill(RENAMED);
    await page.getByRole('button', { name: 'Save' }).click();
    await jobRow(page, RENAMED).getByText(BY_SOMEBODY).waitFor();
    expect(await theJob(RENAMED)).toMatchObject({ description: BY_SOMEBODY, sentence: SENTENCE, state: 'active' });
  });

  it('clones it with its schedule', async () => {
    await page.getByRole('checkbox', { name: `Select ${RENAMED}`, exact: true }).check();
    await page.getByRole('button', { name: 'Add new' }).click();
    await page.getByRole('menuitem', { name: 'Clone selected' }).click();
    await page.getByRole('heading', { name: 'New job from a copy' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Start now' }).isChecked()).toBe(true);
    await preview().getByText(SENTENCE, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await jobRow(page, `${RENAMED} (copy)`).getByText(SENTENCE).waitFor();
    const [copy, original] = [await theJob(`${RENAMED} (copy)`), await theJob(RENAMED)];
    const { timeZone, range, missedRuns, nextRunAt } = original;
    expect(copy).toMatchObject({ timeZone, range, missedRuns, nextRunAt, state: 'active', lastRun: null });
    expect(copy.run).toMatchObject({ kind: 'hourly', every: 1, minute: MINUTE });
  });
});

function preview() {
  return page.getByRole('region', { name: 'What will happen' });
}

function stateSwitch(state: 'Active' | 'Suspended') {
  return page.getByRole('switch', { name: `State of ${TITLE}: ${state}`, exact: true });
}

/** Waits for it: focus moves a moment after what is on screen. */

async function jobs(): Promise<JobView[]> {
  return (await client.json<{ items: JobView[] }>('GET', '/api/jobs?limit=100')).items;
}

async function theJob(title: string): Promise<JobView> {
  const found = (await jobs()).find((job) => job.title === title);
  if (!found) throw new Error(`There is no job “${title}”.`);
  return found;
}

/** Through the API, as another administrator's script would. */
async function editAsSomebodyElse(change: Partial<JobDraft>): Promise<void> {
  const { id, version, title, source, type, entityTypes, timeZone, run, range, missedRuns, recipients } = await theJob(TITLE);
  const draft = { title, source, type, entityTypes, timeZone, run, range, missedRuns, recipients: recipients.map((one) => one.id), ...change };
  const answer = await client.request('PUT', `/api/jobs/${id}`, draft, { 'if-match': `"${version}"` });
  expect(answer.status).toBe(200);
}
