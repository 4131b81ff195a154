import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobDraft, JobView } from '../../src/contract/job.ts';
import { type Client, signInTo } from '../support/client.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { chooseRun, jobRow, previewedRuns } from './support/job-editor.ts';
import { expectAccessible, hasFocus, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** The editor: every kind of run, what it shows of the source, the test before saving, and everything that keeps from losing work. */

const PATIENCE = { timeout: 30_000, interval: 50 };
const home = mkdtempSync(path.join(tmpdir(), 'udm-editor-'));
let udm: TestUdm;
let browser: Browser;
let page: Page;
let client: Client;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  client = await signInTo(udm.url, udm);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', timezoneId: 'UTC', locale: 'en-GB' });
  page = await context.newPage();
  await signIn(page, udm.url, udm);
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
  rmSync(home, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeShot(page, 'editor-failed');
});

const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
const preview = () => page.getByRole('region', { name: 'What will happen' });
const guard = () => page.getByRole('dialog', { name: 'Leave without saving?' });

async function newJob(title: string): Promise<void> {
  await page.goto(`${udm.url}/jobs/new`);
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Source').selectOption('UCSX');
  await page.getByRole('combobox', { name: 'Type', exact: true }).selectOption('Interaction');
}

describe('each kind of run', () => {
  it.each<[string, () => Promise<void>, object]>([
    ['once, now', async () => {}, { kind: 'once', start: 'immediately' }],
    [
      'once, later',
      async () => {
        await page.getByRole('radio', { name: 'Configure start date and time' }).check();
        await page.getByLabel(/^Date and time/).fill(`${new Date().getUTCFullYear() + 1}-06-01T08:00`);
      },
      { kind: 'once', at: expect.stringMatching(/-06-01T/) },
    ],
    [
      'hourly',
      async () => {
        await chooseRun(page, 'hourly');
        await page.getByLabel('Every … hours').fill('6');
        await page.getByLabel('At minute').fill('30');
      },
      { kind: 'hourly', every: 6, minute: 30 },
    ],
    ['daily', () => repeating('daily', '06:00'), { kind: 'daily', time: '06:00' }],
    [
      'weekly',
      async () => {
        await repeating('weekly', '07:15');
        for (const day of ['Monday', 'Thursday']) await page.getByRole('checkbox', { name: day }).check();
      },
      { kind: 'weekly', weekdays: [1, 4], time: '07:15' },
    ],
    [
      'monthly',
      async () => {
        await repeating('monthly', '23:45');
        await page.getByLabel('Day of month').selectOption('last');
      },
      { kind: 'monthly', day: 'last', time: '23:45' },
    ],
  ])('%s', async (name, fill, run) => {
    await newJob(`Run ${name}`);
    await fill();
    await preview().getByText(`Run`).first().waitFor();
    await save();
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    expect((await theJob(`Run ${name}`)).run).toMatchObject(run);
  });
});

async function repeating(kind: 'daily' | 'weekly' | 'monthly', time: string): Promise<void> {
  await chooseRun(page, kind);
  await page.getByLabel(/^Time\W*$/).fill(time);
}

describe('what the source holds', () => {
  it('is told beside the entity types: the fields, and which of them tell of a person', async () => {
    await newJob('Looking');
    await page.getByRole('button', { name: 'Show fields and sample rows' }).click();
    const insight = page.getByRole('region', { name: 'What Interaction holds' });
    await insight.getByText('fromAddress').waitFor();
    await insight
      .getByRole('row', { name: /fromAddress/ })
      .getByText('tells an e-mail address')
      .waitFor();
    await insight.getByLabel('Search fields').fill('other party');
    await insight.getByText('No field is called like this.').waitFor();
    await insight.getByLabel('Entity type').selectOption('PhoneCall');
    await insight.getByText('Number of the other party').waitFor();
    expect(await insight.getByText(/^1 of \d+ fields$/).count()).toBe(1);
    await expectAccessible(page, 'fields of a type');
    await takeShot(page, 'editor-fields', { width: 1440 });
  });

  it('and ten of its newest rows, masked', async () => {
    const insight = page.getByRole('region', { name: 'What Interaction holds' });
    await insight.getByText('Sample rows', { exact: true }).click();
    await insight.getByRole('button', { name: 'Take a sample' }).click();
    const table = insight.getByRole('table', { name: 'Newest rows of PhoneCall' });
    await table.waitFor();
    const cells = (name: string) =>
      table
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
        .getByRole('cell')
        .allTextContents();
    expect(await cells('entityTypeId')).toEqual(Array(10).fill('3'));
    for (const text of await cells('phoneNumber')) expect(text).toMatch(/masked, at most \d+ characters|no value/);
    for (const text of await cells('startDate')) expect(text).toMatch(/^\d{4}-\d\d-\d\dT/);
    await expectAccessible(page, 'sample of a type');
    await takeShot(page, 'editor-sample', { width: 1440 });
    await takeShot(page, 'editor-sample', { width: 1440, colorScheme: 'dark' });
    await takeShot(page, 'editor-sample', { width: 390 });
    await narrowFits();
  });
});

describe('the test before saving', () => {
  it('goes through its steps, and lets the recipient prove with openssl that they can open the file', async () => {
    await page.getByRole('button', { name: 'Test these settings' }).click();
    const steps = page.getByRole('list', { name: 'Steps of the test' });
    await page.getByText('Everything works: a run with these settings would succeed.').waitFor(PATIENCE);
    expect(await steps.getByText('(good)').count()).toBe(7);
    await steps.getByText('Its clock agrees with UDM’s.').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the test file' }).click()]);
    const file = path.join(home, download.suggestedFilename());
    await download.saveAs(file);
    const zip = file.replace(/\.p7m$/, '');
    execFileSync('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', file, '-inkey', udm.keyFile, '-out', zip], { stdio: 'pipe' });
    const { proofWord } = JSON.parse(execFileSync('unzip', ['-p', zip, 'Proof.jsonl'], { encoding: 'utf8' })) as { proofWord: string };
    const proof = page.getByRole('region', { name: 'Prove that you can open it' });
    await proof.getByLabel('Proof word').fill('not-this-word');
    await proof.getByRole('button', { name: 'Check the word' }).click();
    await proof.getByText('That is not the word in this file.').waitFor();
    await expectAccessible(page, 'a test with a wrong word');
    await proof.getByLabel('Proof word').fill(proofWord.toUpperCase());
    await proof.getByLabel('Proof word').press('Enter');
    await proof.getByText('You can open what this job makes.').waitFor();
    await expectAccessible(page, 'a test that was proved');
    await takeShot(page, 'editor-test', { width: 1440 });
    await takeShot(page, 'editor-test', { width: 1440, colorScheme: 'dark' });
    await takeShot(page, 'editor-test', { width: 390 });
    expect(await jobsTitled('Looking')).toEqual([]);
  });

  it('says which step fails and why, in the words of the form, and that the form has changed since', async () => {
    await page.getByLabel('Title').fill('');
    await page.getByText('The form has changed since this test.').waitFor();
    await page.getByRole('button', { name: 'Test again' }).click();
    const steps = page.getByRole('list', { name: 'Steps of the test' });
    await steps.getByText('Title: Write a title of 1 to 200 characters.').waitFor();
    expect(await steps.getByText('(not tried)').count()).toBe(6);
    await expectAccessible(page, 'a test that failed');
    await takeShot(page, 'editor-test-failed', { width: 1440 });
  });
});

describe('mistakes', () => {
  it('are told at their fields and in a summary that leads to each; the first has the focus', async () => {
    await page.getByLabel('Title').fill('');
    await page.getByRole('switch', { name: 'All entity types' }).uncheck();
    for (const box of await page.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
    await save();
    const summary = page.getByRole('alert').filter({ hasText: 'fields need your attention' });
    await summary.getByRole('button', { name: /^Title: / }).waitFor();
    await hasFocus(page.getByLabel('Title'));
    await summary.getByRole('button', { name: /^Recipients: / }).click();
    await hasFocus(page.getByRole('group', { name: 'Recipients' }).getByRole('checkbox').first());
    await summary.getByRole('button', { name: /^Entity Types: / }).click();
    await hasFocus(page.getByRole('switch', { name: 'All entity types' }));
    await expectAccessible(page, 'a form with mistakes');
    await takeShot(page, 'editor-mistakes', { width: 1440 });
  });
});

describe('what was typed', () => {
  it('is not lost by a step inside the app, nor by closing the tab', async () => {
    await page.goto(`${udm.url}/jobs/new`);
    await page.getByLabel('Title').fill('Half a job');
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await guard().waitFor();
    await expectAccessible(page, 'guard of unsaved changes');
    await takeShot(page, 'editor-guard', { width: 1440, viewportOnly: true });
    await guard().getByRole('button', { name: 'Stay here' }).click();
    await guard().waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Title').inputValue()).toBe('Half a job');
    await page.getByRole('button', { name: /^User menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await guard().getByRole('button', { name: 'Stay here' }).click();
    await guard().waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Title').inputValue()).toBe('Half a job');
    const asked = page.waitForEvent('dialog').then((dialog) => [dialog.type(), dialog.dismiss()] as const);
    const leaving = page.evaluate(() => location.reload()).catch(() => undefined);
    expect((await asked)[0]).toBe('beforeunload');
    await leaving;
    expect(await page.getByLabel('Title').inputValue()).toBe('Half a job');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await guard().getByRole('button', { name: 'Leave and lose it' }).click();
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
  });

  it('asks nothing of who typed nothing, or has saved', async () => {
    await page.goto(`${udm.url}/jobs/new`);
    await page.getByLabel('Title').waitFor();
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
  });
});

describe('an edit', () => {
  const TITLE = 'Calls of Berlin';
  let id: string;

  it('of a job of another zone says so, and converts nothing', async () => {
    const { items } = await client.json<{ items: { id: string }[] }>('GET', '/api/certificates');
    const draft: JobDraft = {
      title: TITLE,
      source: 'UCSX',
      type: 'Interaction',
      entityTypes: 'all',
      timeZone: 'Europe/Berlin',
      run: { kind: 'daily', time: '06:00' },
      range: { kind: 'since_previous', dataFrom: '2026-01-01T00:00:00Z' },
      recipients: items.map((one) => one.id),
    };
    id = (await client.json<JobView>('POST', '/api/jobs', draft)).id;
    await page.goto(`${udm.url}/jobs/${id}/edit`);
    const banner = page.getByRole('note').filter({ hasText: 'This job runs in Europe/Berlin' });
    await banner.getByText('You are in UTC.').waitFor();
    expect(await page.getByLabel(/^Time\W*$/).inputValue()).toBe('06:00');
    await preview().getByText('Every day at 06:00 (Europe/Berlin)', { exact: true }).waitFor();
    expect((await previewedRuns(page))[0]?.at).toMatch(/, 06:00 CES?T$/);
    await takeShot(page, 'editor-edit', { width: 1440 });
    await takeShot(page, 'editor-edit', { width: 1440, colorScheme: 'dark' });
    await takeShot(page, 'editor-edit', { width: 390 });
    await narrowFits();
  });

  it('that would leave data out says which, and where to look at it', async () => {
    await page.getByRole('radio', { name: 'Last hours, days, weeks or months' }).check();
    await preview().getByText('This data would not be exported any more').waitFor();
    const changes = preview().getByRole('region', { name: 'What this edit changes' });
    await changes.getByText(/UCSX Interaction: 1\sJan\s2026,\s01:00\sCET\sto/).waitFor();
    expect(
      await changes
        .getByRole('link', { name: /Look at Coverage/ })
        .first()
        .getAttribute('href'),
    ).toBe('/coverage?source=UCSX&type=Interaction');
    await expectAccessible(page, 'an edit that leaves data out');
    await takeShot(page, 'editor-never', { width: 1440 });
  });

  it('that would export data twice says so, too', async () => {
    await page.getByRole('radio', { name: 'Last hours, days, weeks or months' }).check();
    await page.getByLabel('How many').fill('3');
    await preview().getByText('This data would be exported once more').waitFor();
    await takeShot(page, 'editor-twice', { width: 1440 });
  });

  it('that somebody else overtook shows what both changed; keeping mine puts it on top of theirs', async () => {
    await page.goto('about:blank');
    await page.goto(`${udm.url}/jobs/${id}/edit`);
    await page.getByLabel('Title').fill(`${TITLE}, mine`);
    await editAsSomebodyElse(TITLE, { description: 'Theirs.' });
    // A job that could not be read is not one that was deleted.
    await page.route(`**/api/jobs/${id}`, (route) =>
      route.request().method() === 'GET' ? route.fulfill({ status: 500, body: 'out of order' }) : route.fallback(),
    );
    await page.keyboard.press('Control+s');
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else changed this job meanwhile' });
    await conflict.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await conflict.textContent()).not.toContain('not there any more');
    await page.unrouteAll();
    const mine = conflict.getByRole('row', { name: `Title ${TITLE} ${TITLE} ${TITLE}, mine` });
    // The page may ask again by itself just now, and take the button away.
    await Promise.any([conflict.getByRole('button', { name: 'Try again' }).click(), mine.waitFor()]);
    await mine.waitFor();
    await conflict.getByRole('row', { name: 'Description Theirs.' }).waitFor();
    await expectAccessible(page, 'edit conflict');
    await takeShot(page, 'editor-conflict', { width: 1440 });
    await conflict.getByRole('button', { name: 'Keep mine on top of theirs' }).click();
    await page.getByText('Your changes were put on top of the saved version.').waitFor();
    expect(await page.getByLabel('Description').inputValue()).toBe('Theirs.');
    expect(await page.getByLabel('Title').inputValue()).toBe(`${TITLE}, mine`);
    await save();
    await jobRow(page, `${TITLE}, mine`).waitFor();
    expect(await theJob(`${TITLE}, mine`)).toMatchObject({ description: 'Theirs.', timeZone: 'Europe/Berlin' });
  });

  it('of a job that has run at once is shown, not allowed, and told why', async () => {
    const { id: ran } = await theJob('Run once, now');
    await page.goto(`${udm.url}/jobs/${ran}/edit`);
    await page.getByRole('note').filter({ hasText: 'This job cannot be edited' }).waitFor();
    expect(await page.getByLabel('Title').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await expectAccessible(page, 'a job that cannot be edited');
    await takeShot(page, 'editor-locked', { width: 1440 });
    await page.getByRole('button', { name: 'Clone it' }).click();
    await page.getByRole('heading', { name: 'New job from a copy' }).waitFor();
  });
});

describe('by keyboard alone', () => {
  it('a job is filled in, tried, and saved', async () => {
    await page.goto(`${udm.url}/jobs/new`);
    await page.getByLabel('Title').waitFor();
    await tabTo(page.getByLabel('Title'));
    await page.keyboard.type('By keyboard');
    await tabTo(page.getByLabel('Source'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('UCSX');
    await tabTo(page.getByRole('combobox', { name: 'Type', exact: true }));
    await page.keyboard.type('Contact');
    await tabTo(page.getByRole('button', { name: 'Show fields and sample rows' }));
    await page.keyboard.press('Enter');
    await page.getByText('Primary e-mail address').waitFor();
    await tabTo(page.getByRole('combobox', { name: 'Run', exact: true }));
    await page.keyboard.type('Daily');
    await tabTo(page.getByLabel(/^Time\W*$/));
    await page.keyboard.type('0600AM');
    await tabTo(page.getByLabel('Format', { exact: true }));
    await page.keyboard.type('CSV');
    await tabTo(page.getByRole('radio', { name: 'Leave them as they are' }));
    await page.keyboard.press('ArrowDown');
    await page.getByText('The file no longer has exactly the texts of the source').waitFor();
    await tabTo(page.getByRole('button', { name: 'Test these settings' }));
    await page.keyboard.press('Space');
    await page.getByText('Everything works').waitFor(PATIENCE);
    await page.keyboard.press('Control+s');
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    const made = await theJob('By keyboard');
    expect(made.run).toMatchObject({ kind: 'daily', time: '06:00' });
    expect(made).toMatchObject({ format: 'csv', csvFormulas: 'escape' });
    await page.goto(`${udm.url}/jobs/${made.id}/edit`);
    await page.getByRole('radio', { name: 'Put an apostrophe before them' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Put an apostrophe before them' }).isChecked()).toBe(true);
  });
});

async function tabTo(field: Locator): Promise<void> {
  for (let step = 0; step < 120; step += 1) {
    if (await field.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${field} is not reached by Tab`);
}

async function narrowFits(): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function jobsTitled(title: string): Promise<JobView[]> {
  return (await client.json<{ items: JobView[] }>('GET', '/api/jobs')).items.filter((job) => job.title === title);
}

async function theJob(title: string): Promise<JobView> {
  const [found] = await jobsTitled(title);
  if (!found) throw new Error(`There is no job “${title}”.`);
  return found;
}

/** Through the API, as another administrator's script would. */
async function editAsSomebodyElse(title: string, change: Partial<JobDraft>): Promise<void> {
  const { id, version, source, type, entityTypes, timeZone, run, range, missedRuns, recipients } = await theJob(title);
  const draft = { title, source, type, entityTypes, timeZone, run, range, missedRuns, recipients: recipients.map((one) => one.id), ...change };
  const answer = await client.request('PUT', `/api/jobs/${id}`, draft, { 'if-match': `"${version}"` });
  expect(answer.status).toBe(200);
}
