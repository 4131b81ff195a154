import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../src/domain/permission.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { runUdm, startTestUdm, type TestUdm } from '../support/udm.ts';
import type { Account } from './support/account.ts';
import { launchBrowser } from './support/browser.ts';
import { settle, signInQuietly, tooWide } from './support/every-page.ts';
import { expectAccessible } from './support/pages.ts';
import { addPeople } from './support/people.ts';
import { makeRecipient, openArtifact, type Recipient } from './support/recipient.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** Data requests from the day they come in, by two people and before the eyes of an auditor: what each sees, decides and is not shown. */

interface Person {
  readonly email: string;
  readonly customer: string;
}

let udm: TestUdm;
let browser: Browser;
let people: ReadonlyMap<Role, Account>;
let officer: Page;
let approver: Page;
/** Three of the sample, and a phone number that several people have. */
let first: Person;
let second: Person;
let third: Person;
let shared: string;
/** What the officer keeps: a key, what was downloaded. */
let files: string;
let key: Recipient;
const contexts: BrowserContext[] = [];
const addresses: string[] = [];
const said: string[] = [];

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  people = await addPeople(udm);
  const sample = new pg.Client(await udm.sampleConnection());
  await sample.connect();
  const { rows } = await sample.query<Person>(
    `SELECT min(email_address) AS email, min(customer_id) AS customer FROM ucsx.contact WHERE email_address IS NOT NULL AND customer_id IS NOT NULL
     GROUP BY lower(email_address) HAVING count(*) = 1 ORDER BY 2 LIMIT 3`,
  );
  [first, second, third] = rows as [Person, Person, Person];
  const phones = await sample.query<{ phone_number: string }>(
    'SELECT phone_number FROM ucsx.contact WHERE phone_number IS NOT NULL GROUP BY 1 HAVING count(DISTINCT customer_id) > 1 LIMIT 1',
  );
  shared = phones.rows[0]?.phone_number as string;
  await sample.end();
  officer = await pageOf('privacy_officer');
  files = await mkdtemp(path.join(tmpdir(), 'udm-officer-'));
  key = makeRecipient(files);
});

afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser?.close();
  await udm?.stop();
  if (files) await rm(files, { recursive: true, force: true });
});

async function pageOf(role: Role, locale = 'en'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_360, height: 900 }, reducedMotion: 'reduce', locale });
  contexts.push(context);
  const page = await context.newPage();
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  page.on('request', (request) => addresses.push(request.url()));
  page.on('pageerror', (error) => said.push(error.message));
  await signInQuietly(page, udm.url, people.get(role) as Account);
  await page.goto(`${udm.url}/`);
  return page;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const now = (page: Page) => page.getByRole('region', { name: 'What happens now' });

/** Fills the form up to the look at what would be made. */
async function fill(
  page: Page,
  request: {
    caseId: string;
    kinds: readonly string[];
    identifiers: readonly (readonly [string, string])[];
    note?: string;
    correction?: readonly [string, string];
  },
): Promise<void> {
  await page.goto(`${udm.url}/requests/new`);
  for (const kind of request.kinds) await page.getByRole('checkbox', { name: kind }).check();
  await page.getByLabel('Case').fill(request.caseId);
  for (const [index, [type, value]] of request.identifiers.entries()) {
    if (index > 0) await button(page, 'Add an identifier').click();
    await page.getByLabel(`Kind of identifier ${index + 1}`).selectOption({ label: type });
    await page.getByLabel(`Value of identifier ${index + 1}`).fill(value);
  }
  if (request.correction !== undefined) {
    await page.getByLabel('Field 1', { exact: true }).selectOption({ label: request.correction[0] });
    await page.getByLabel('New value 1', { exact: true }).fill(request.correction[1]);
  }
  if (request.note !== undefined) await page.getByLabel('How the identity was proved').fill(request.note);
  await button(page, 'Check and go on').click();
}

/** Downloads by a link into the officer's folder. */
async function saved(within: Locator, link: string): Promise<string> {
  const [download] = await Promise.all([
    officer.waitForEvent('download', (one) => one.url().endsWith(link.includes('key') ? '/pem' : '/receipt')),
    within.getByRole('link', { name: link }).click(),
  ]);
  const file = path.join(files, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

/** Nothing to stumble over, in both themes, and nothing cut at the side of a phone. */
async function expectSound(page: Page, name: string): Promise<void> {
  await settle(page);
  await expectAccessible(page, name);
  await page.setViewportSize({ width: 390, height: 800 });
  await settle(page);
  expect(`${name}: ${await tooWide(page)} pixels too wide`).toBe(`${name}: 0 pixels too wide`);
  await takeShot(page, name, { width: 390 });
  await page.setViewportSize({ width: 1_360, height: 900 });
  await takeShot(page, name, { colorScheme: 'dark' });
}

/** For what UDM does by itself, also on a machine that has much else to do. */
const WAIT = { timeout: 60_000, interval: 250 };

describe('data requests', { timeout: 120_000 }, () => {
  it('are handled by somebody whose certificate opens what is handed on', async () => {
    await officer.goto(`${udm.url}/preferences`);
    await officer.getByRole('region', { name: 'Signing key of this UDM' }).waitFor();
    await officer.locator('input[type="file"]').first().setInputFiles(key.certificate);
    await button(officer, 'Upload').click();
    await officer.getByRole('row').filter({ hasText: 'UDM export' }).waitFor();
    await officer.goto(`${udm.url}/requests`);
  });

  it('begin at an empty list that says what to do, and at a form that shows what is compared and by when', async () => {
    await heading(officer, 'Data requests').waitFor();
    await officer.getByText('No data requests yet').waitFor();
    await expectSound(officer, 'requests-empty');
    // Single keys do the same as the mouse.
    await officer.keyboard.press('n');
    await heading(officer, 'New data request').waitFor();
    await button(officer, 'Check and go on').click();
    await officer.getByText('This cannot be the id of a case.').waitFor();
    await officer.getByText('Nothing says whose data this is about.').waitFor();
    await officer.getByText('Choose what the person asks for.').waitFor();
    await officer.getByLabel('Received on').fill('2024-01-31');
    await officer.getByRole('status').filter({ hasText: '29 Feb 2024' }).getByText('days overdue').waitFor();
    await expectSound(officer, 'request-new');
    const spelled = ` ${first.email.toUpperCase()}`;
    await fill(officer, { caseId: '2026-0110', kinds: ['Access'], identifiers: [['E-mail', spelled]], note: 'Signed letter.' });
    const dialog = officer.getByRole('dialog', { name: 'Submit this request?' });
    await dialog.getByText(first.email.toLowerCase(), { exact: true }).waitFor();
    await dialog.getByText('not as it was typed').waitFor();
    await expectAccessible(officer, 'request-confirm');
    await button(officer, 'Submit').click();
    await heading(officer, 'Access 2026-0110').waitFor();
  });

  it('to see data go through their stages while one looks on, to a package that the officer opens and hands on', async () => {
    // It is found, nobody has to agree, and it is put together.
    const [answer] = await Promise.all([
      officer.waitForEvent('download', { timeout: 90_000 }),
      officer.getByRole('link', { name: 'Download the package' }).click({ timeout: 60_000 }),
    ]);
    const file = path.join(files, answer.suggestedFilename());
    await answer.saveAs(file);
    expect(openArtifact(file, key)).toContain('index.html');
    const inside = execFileSync('unzip', ['-p', file.replace(/\.p7m$/, ''), 'index.html'], { encoding: 'utf8' });
    expect(inside.toLowerCase()).toContain(first.email.toLowerCase());
    await officer.getByText('Looked through all sources, UDM itself').waitFor();
  });

  it('end in a receipt that names nobody, is fit for paper and can be checked without UDM', async () => {
    const receipt = officer.getByRole('region', { name: 'Receipt' });
    await receipt.getByText('Everything that was found of the person was put together for them.').waitFor({ timeout: 60_000 });
    await receipt.getByText('Signature checked').waitFor();
    const work = receipt.getByRole('table', { name: 'Records found, by source and type' });
    expect(await work.getByRole('row').filter({ hasText: 'contact' }).first().getByRole('cell').last().textContent()).toMatch(/1$/);
    await expectSound(officer, 'request-access');
    expect((await officer.locator('body').textContent())?.toLowerCase()).not.toContain(first.email.toLowerCase());
    const [file, keys] = await Promise.all(['Download (JSON)', 'Download the public key (PEM)'].map((name) => saved(receipt, name)));
    const check = await runUdm(['request', 'verify', file as string, '--public-key', keys as string], path.join(files, 'nowhere'));
    expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is wrong.') });
    expect((await readFile(file as string, 'utf8')).toLowerCase()).not.toContain(first.email.toLowerCase());
    // On paper there is the receipt alone, dark on white whatever the theme.
    await officer.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await officer.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    // The printer waits for no colour to fade, not even the shortest while.
    const colour = receipt.evaluate((element) => window.dispatchEvent(new Event('beforeprint')) && getComputedStyle(element).color);
    expect(await colour).toBe('rgb(0, 0, 0)');
    expect(await receipt.isVisible()).toBe(true);
    expect(await now(officer).isVisible()).toBe(false);
    expect(await receipt.getByRole('button').count()).toBe(0);
    await officer.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await officer.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await officer.emulateMedia({ media: 'screen', colorScheme: 'light' });
  });

  it('to erase are found, and approved by another person who proves who they are', async () => {
    await fill(officer, { caseId: '2026-0119', kinds: ['Erasure'], identifiers: [['E-mail', second.email]] });
    await button(officer, 'Submit').click();
    await button(officer, 'Note identity').click();
    await officer.getByLabel('Note').fill('Called back on the number of the customer.');
    await officer.getByRole('dialog').getByRole('button', { name: 'Note identity' }).click();
    await officer.locator('[aria-current="step"]').filter({ hasText: 'Approval' }).waitFor({ timeout: 60_000 });
    expect(await button(officer, 'Approve').count()).toBe(0);
    await button(officer, 'Extend deadline').click();
    await officer.getByLabel('Reason').fill('Many records.');
    await officer.getByRole('dialog').getByRole('button', { name: 'Extend deadline' }).click();
    await officer.getByText('(extended)').waitFor();

    approver = await pageOf('approver');
    await heading(approver, 'Data requests').waitFor();
    expect(await button(approver, 'New request').count()).toBe(0);
    await approver.getByRole('link', { name: '2026-0119' }).click();
    // An hour after they signed in.
    await withClient(await superuserOf(udm.dataDir), (database) => database.query(`UPDATE session SET proved_at = udm_now() - interval '1 hour'`));
    await button(approver, 'Approve').click();
    await approver.getByRole('dialog', { name: 'Approve this request?' }).getByRole('button', { name: 'Approve' }).click();
    const proof = approver.getByRole('dialog', { name: 'Is it still you?' });
    await proof.getByRole('textbox', { name: 'Password' }).fill(people.get('approver')?.password ?? '');
    await proof.getByRole('button', { name: 'Go on' }).click();
    await now(approver).getByText('Can be stopped until').waitFor();
    await approver.getByText('Approved, approver').waitFor();
    await expectSound(approver, 'request-approved');
    // Who follows it sees it without doing anything.
    await now(officer).getByText('Can be stopped until').waitFor({ timeout: 60_000 });
  });

  it('made twice are shown with the one that is open, and made all the same when meant', async () => {
    await fill(officer, { caseId: '2026-0118', kinds: ['Erasure'], identifiers: [['E-mail', second.email]] });
    const dialog = officer.getByRole('dialog', { name: 'Submit this request?' });
    await dialog.getByRole('link', { name: 'Erasure, case 2026-0119' }).waitFor();
    expect(await button(officer, 'Submit').isDisabled()).toBe(true);
    await dialog.getByLabel('Make another one all the same').check();
    await button(officer, 'Submit').click();
    await heading(officer, 'Erasure 2026-0118').waitFor();
    await now(officer).getByText('UDM waits until it is noted').waitFor();
    await button(officer, 'Stop').click();
    await officer.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
    await officer.getByText('Write 1 to 1,000 characters.').waitFor();
    await officer.getByLabel('Reason').fill('Sent twice.');
    await officer.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
    await now(officer).getByText('It was stopped before anything was changed.').waitFor();
  });

  it('that lead to several people ask for more, and stand still under a legal hold until it is released', async () => {
    await fill(officer, { caseId: '2026-0120', kinds: ['Erasure'], identifiers: [['Phone', shared]], note: 'Came in person.' });
    await button(officer, 'Submit').click();
    await now(officer).getByText('The identifiers lead to several people.').waitFor({ timeout: 60_000 });
    await expectSound(officer, 'request-ambiguous');

    await officer.goto(`${udm.url}/requests/holds`);
    await officer.getByText('No legal holds').waitFor();
    await button(officer, 'Place a hold').click();
    await officer.getByLabel('Value of identifier 1').fill(second.email);
    await officer.getByLabel('Reason').fill('Court case 17 O 123/26');
    await button(officer, 'Place hold').click();
    await officer.getByText('It stops 1 request.').waitFor();
    await officer.getByRole('link', { name: '2026-0119' }).waitFor();
    await expectSound(officer, 'holds');
    await officer.getByRole('button', { name: /^Release the hold/ }).click();
    await officer.getByLabel('Reason').fill('Settled.');
    await officer.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
    await officer.getByText('1 request goes on.').waitFor();
    await officer.getByText('Settled.').waitFor();
  });

  it('that are approved and not stopped are carried out, and what held the person is named', async () => {
    const administrator = await pageOf('tenant_administrator');
    await administrator.goto(`${udm.url}/settings`);
    const settings = administrator.getByRole('form', { name: 'Data requests' });
    await settings.getByLabel('Country of phone numbers').fill('Atlantis');
    await settings.getByRole('button').click();
    await settings.getByText('This is no country whose phone numbers are known.').waitFor();
    await settings.getByLabel('Country of phone numbers').fill('de');
    await settings.getByLabel('Hours in which it can be stopped').fill('0');
    await settings.getByRole('button').click();
    await administrator.getByText('The settings are saved.').waitFor();

    // Somebody who may change jobs as well.
    await withClient(await superuserOf(udm.dataDir), (database) =>
      database.query(`UPDATE app_user SET roles = roles || '{ucsx_exporter}' WHERE name = 'approver'`),
    );
    approver = await pageOf('approver');
    await approver.goto(`${udm.url}/requests`);
    await approver.getByRole('link', { name: '2026-0119' }).click();
    // What was agreed to before the hold counts no longer.
    await button(approver, 'Approve').click();
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await approver.locator('[aria-current="step"]').filter({ hasText: 'Verified' }).waitFor({ timeout: 60_000 });
    await approver.getByText('Done, and verified, UDM itself').waitFor();
    await approver.getByRole('region', { name: 'Files that held the person' }).waitFor();
    await expectSound(approver, 'request-verified');
  });

  it('get new exports in the place of those that held the person, by who may change jobs', async () => {
    // The first of them is the month of the demo; what its hourly job made holds this person or not.
    const files = approver.getByRole('region', { name: 'Files that held the person' }).getByRole('row').nth(1);
    await files.getByRole('button', { name: /^Export again without the person/ }).click();
    const dialog = approver.getByRole('dialog', { name: 'Export this window again?' });
    await expectAccessible(approver, 'request-export-again');
    await dialog.getByRole('button', { name: 'Export again' }).click();
    // What stands there instead is said when it does not come.
    await vi.waitFor(async () => expect(await files.getByRole('cell').last().textContent()).toMatch(/Succeeded.*\.zip\.p7m$/), WAIT);
    expect(await files.getByRole('button').count()).toBe(0);
    await takeShot(approver, 'request-exported-again');
    // A day later it is searched for once more, and over.
    await withClient(await superuserOf(udm.dataDir), (database) =>
      database.query(`UPDATE data_request_step SET leased_until = udm_now() WHERE phase = 'research_2' AND state = 'waiting'`),
    );
  });

  it('to correct choose from what the sources let be corrected, and leave it to the officer what becomes of exports from before it', async () => {
    const correction = ['Last name (UCSX)', 'Őri-Nagy'] as const;
    await fill(officer, { caseId: '2026-0121', kinds: ['Rectification'], identifiers: [['Customer id', third.customer]], note: 'Passport seen.', correction });
    await officer.getByRole('dialog').getByRole('table', { name: 'What to correct' }).getByText(correction[1]).waitFor();
    await button(officer, 'Change something').click();
    await expectSound(officer, 'request-new-rectification');
    await button(officer, 'Check and go on').click();
    await button(officer, 'Submit').click();
    await officer.locator('[aria-current="step"]').filter({ hasText: 'Approval' }).waitFor({ timeout: 60_000 });
    await officer.getByRole('cell', { name: 'Last name', exact: true }).waitFor();
    await approver.goto(officer.url());
    await button(approver, 'Approve').click();
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    const receipt = officer.getByRole('region', { name: 'Receipt' });
    await receipt.getByText('What was wrong is corrected wherever a source lets it be corrected.').waitFor({ timeout: 60_000 });
    const sample = new pg.Client(await udm.sampleConnection());
    await sample.connect();
    const { rows } = await sample.query('SELECT DISTINCT last_name FROM ucsx.contact WHERE customer_id = $1', [third.customer]);
    await sample.end();
    expect(rows).toEqual([{ last_name: correction[1] }]);
    // The file that was made in the place of the withdrawn one holds this person, with the name of before.
    await receipt.getByRole('table', { name: 'Exports from before the correction, when it ended' }).getByText('UCSX-Interaction-').first().waitFor();
    // Those that were withdrawn for the person erased before are named as well.
    const files = officer.getByRole('table', { name: 'Exports from before the correction, and who had downloaded them' }).getByRole('row');
    const live = await files.filter({ hasText: 'no, can be downloaded' }).first().textContent();
    const outdated = files.filter({ hasText: /UCSX-\S+?\.p7m/.exec(live ?? '')?.[0] ?? 'no name' });
    await expectSound(officer, 'request-rectified');
    await outdated.getByRole('button', { name: /^Withdraw UCSX/ }).click();
    await officer.getByRole('dialog', { name: 'Withdraw this file?' }).getByRole('button', { name: 'Withdraw' }).click();
    await outdated.getByText('can be exported again').waitFor();
    await officer.getByText('Exports withdrawn, privacy_officer').waitFor();
    await approver.reload();
    await approver
      .getByRole('button', { name: /^Export again without the person/ })
      .first()
      .waitFor();
  });

  it('of a file are taken whole or refused with every problem by entry, line and field', async () => {
    await officer.goto(`${udm.url}/requests/file`);
    const [template] = await Promise.all([officer.waitForEvent('download'), officer.getByRole('link', { name: 'Download a template' }).click()]);
    expect(template.suggestedFilename()).toBe('data-requests.json');
    const file = path.join(udm.dataDir, 'many.json');
    await writeFile(
      file,
      '{ "caseId": "F-1", "kinds": ["access"],\n  "consumers": [\n    { "email": "nobody-1@example.com" },\n    { "email": "no address" }\n] }',
    );
    const choose = (name: string) => officer.locator('input[type="file"]').setInputFiles(name);
    await choose(file);
    await button(officer, 'Check and submit all').click();
    const problems = officer.getByRole('table', { name: 'Nothing was submitted' });
    await problems.waitFor();
    expect(await problems.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual([
      expect.stringContaining('2'),
      expect.stringContaining('4'),
      expect.stringContaining('email'),
      expect.stringContaining('This is not an e-mail address.'),
    ]);
    await expectSound(officer, 'request-file');
    const named = path.join(udm.dataDir, 'template.json');
    await template.saveAs(named);
    await choose(named);
    await button(officer, 'Check and submit all').click();
    await officer.getByText('Submitted: 3').waitFor();
  });

  it('are found in the list by address alone, which never names a person', async () => {
    await heading(officer, /^Data requests/).waitFor();
    await officer.getByLabel('Case', { exact: true }).fill('2026-0119');
    await officer.getByRole('link', { name: '2026-0110' }).waitFor({ state: 'detached' });
    await officer.getByLabel('Overdue only').check();
    await officer.getByText('Nothing matches').waitFor();
    await expectSound(officer, 'requests-no-match');
    await button(officer, 'Clear filters').first().click();
    await officer.getByTitle('Sort by Deadline').click();
    await officer.waitForURL(/sort=/);
    await officer.reload();
    await officer.locator('th[aria-sort="descending"]').filter({ hasText: 'Deadline' }).waitFor();
    await officer.getByRole('link', { name: '2026-0110' }).waitFor();
    await expectSound(officer, 'requests-full');
    await officer.getByLabel('Case', { exact: true }).fill(second.email);
    await officer.getByText('never stand in the address bar').waitFor();
    const spoken = addresses.map((address) => decodeURIComponent(address).toLowerCase()).filter((address) => !address.startsWith('data:'));
    expect(spoken.length).toBeGreaterThan(20);
    for (const word of [first.email, second.email, shared, 'nobody-1']) expect(spoken.filter((address) => address.includes(word.toLowerCase()))).toEqual([]);
  });

  it('that were erased are repeated in a source that was restored, which says so until it is done', async () => {
    const administrator = await pageOf('tenant_administrator');
    await administrator.goto(`${udm.url}/sources`);
    await administrator.getByRole('button', { name: 'What to do with UCSX' }).click();
    await administrator.getByRole('menuitem', { name: 'It was restored from a backup' }).click();
    const dialog = administrator.getByRole('dialog', { name: 'Was UCSX restored from a backup?' });
    await dialog.getByText('Its runs wait until that is done.').waitFor();
    await expectSound(administrator, 'source-restored');
    await dialog.getByRole('button', { name: 'Repeat the erasures' }).click();
    await administrator.getByText('1 erasure will be repeated in UCSX.').waitFor();
    await administrator.getByText('1 erasure to repeat, runs wait').waitFor();
    await administrator.getByRole('button', { name: 'Open UCSX' }).click();
    const waits = administrator.getByRole('note').filter({ hasText: 'Erasures are to be repeated' });
    await waits.getByText('./udm request replay --tenant default --source UCSX').waitFor();
    // It may be restored once more before that is done.
    await administrator.getByRole('region', { name: 'Was it restored from a backup once more?' }).getByRole('button').waitFor();
    await expectSound(administrator, 'source-replay-waits');
    expect(await runUdm(['request', 'replay', '--source', 'UCSX'], udm.dataDir)).toMatchObject({ code: 0 });
    // The page hears of it by itself, and what was typed meanwhile stays.
    await administrator.getByLabel('Name').fill('typed');
    await waits.waitFor({ state: 'detached' });
    expect(await administrator.getByLabel('Name').inputValue()).toBe('typed');
    await administrator.getByRole('region', { name: 'Was this source restored from a backup?' }).getByRole('button').waitFor();
    // Who may export from it and nothing else has no such button.
    const exporter = await pageOf('ucsx_exporter');
    await exporter.goto(administrator.url());
    await heading(exporter, 'UCSX').waitFor();
    expect(await button(exporter, 'It was restored from a backup').count()).toBe(0);
  });

  it('that cannot be brought to their end are ended in part by the second person, and the receipt names the source', async () => {
    await withClient(await superuserOf(udm.dataDir), (database) =>
      database.query(`UPDATE source SET writer_user = NULL, sealed_writer = NULL WHERE name = 'IWD'`),
    );
    await fill(officer, { caseId: '2026-0122', kinds: ['Erasure'], identifiers: [['Customer id', third.customer]], note: 'Letter of a lawyer.' });
    await button(officer, 'Submit').click();
    await officer.locator('[aria-current="step"]').filter({ hasText: 'Approval' }).waitFor({ timeout: 60_000 });
    await approver.goto(officer.url());
    await button(approver, 'Approve').click();
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    // What was changed cannot be stopped any more.
    await button(approver, 'End in part').waitFor({ timeout: 60_000 });
    expect(await button(approver, 'Stop').count()).toBe(0);
    expect(await now(approver).getByRole('heading').first().textContent()).toBe('What happens now: In progress (stands still)');
    await expectSound(approver, 'request-stands-still');
    await officer.reload();
    await button(officer, 'Change identity note').waitFor();
    expect(await button(officer, 'End in part').count()).toBe(0);
    await button(approver, 'End in part').click();
    const dialog = approver.getByRole('dialog', { name: 'End this request in part?' });
    await dialog.getByLabel('Reason').fill('The system is gone.');
    await expectAccessible(approver, 'request-end-in-part');
    await takeShot(approver, 'request-end-in-part');
    await dialog.getByRole('button', { name: 'End in part' }).click();
    const receipt = approver.getByRole('region', { name: 'Receipt' });
    await receipt.getByText('is erased, but not in every source').waitFor();
    expect(await receipt.getByText('Not finished in').locator('..').textContent()).toContain('IWD');
    await now(approver).getByText('the person may still stand there.').waitFor();
    await takeShot(approver, 'request-ended-in-part');
  });

  it('are read by an auditor, who finds nothing to do, and in German', async () => {
    const auditor = await pageOf('auditor', 'de');
    await auditor.goto(`${udm.url}/requests`);
    await heading(auditor, /^Anträge zu Daten/).waitFor();
    await auditor.getByRole('link', { name: '2026-0119' }).click();
    await heading(auditor, 'Löschung 2026-0119').waitFor();
    await auditor.getByRole('region', { name: 'Was jetzt geschieht' }).waitFor();
    const receipt = auditor.getByRole('region', { name: 'Beleg' });
    await receipt.getByText('Was von der Person gefunden wurde, ist gelöscht.').waitFor({ timeout: 60_000 });
    await receipt
      .getByRole('cell', { name: /Art\. 17\(3\)/ })
      .first()
      .waitFor();
    await receipt.getByRole('table', { name: 'Exporte, in denen die Person stand' }).getByText('admin,').first().waitFor();
    expect(await auditor.locator('#main button').filter({ hasText: /./ }).allTextContents()).toEqual(['Drucken oder als PDF sichern']);
    await expectSound(auditor, 'request-german');
    await auditor.goto(`${udm.url}/requests/holds`);
    await auditor.getByText('Settled.').waitFor();
    expect(await auditor.locator('#main button').allTextContents()).toEqual([]);
    expect(said).toEqual([]);
  });
});
