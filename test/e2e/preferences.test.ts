import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificateView } from '../../src/contract/certificate.ts';
import { type Client, signInTo } from '../support/client.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, hasFocus, signIn } from './support/pages.ts';
import { makeRecipient, type Recipient } from './support/recipient.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** Certificates as an administrator keeps them: which jobs use them, how long they last, uploaded by every way, never with a key. */

const JOB = 'Interactions for the archive';

let folder: string;
let recipient: Recipient;
let udm: TestUdm;
let browser: Browser;
let page: Page;
let client: Client;

beforeAll(async () => {
  await ensureWebApp();
  folder = await mkdtemp(path.join(tmpdir(), 'udm-preferences-'));
  recipient = makeRecipient(folder);
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  client = await signInTo(udm.url, udm);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  await signIn(page, udm.url, udm);
  await page.goto(`${udm.url}/preferences`);
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
  await rm(folder, { recursive: true, force: true });
});

const row = (label: string) => page.getByRole('row').filter({ has: page.getByText(label, { exact: true }) });

/** Drops a file on the card, as a person does who drags it from a folder. */
async function drop(file: string): Promise<void> {
  const content = await readFile(file, 'utf8');
  const data = await page.evaluateHandle(
    ([text, name]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: 'application/x-pem-file' }));
      return transfer;
    },
    [content, path.basename(file)] as const,
  );
  await page.getByRole('region', { name: 'Upload a certificate' }).dispatchEvent('drop', { dataTransfer: data });
}

describe('the preferences', () => {
  it('take a certificate that is dropped, and refuse a key without sending it', async () => {
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await drop(recipient.key);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('This holds a private key.').waitFor();
    expect(sent).toEqual([]);
    await drop(recipient.certificate);
    await page.getByLabel('Name', { exact: true }).fill('Archive key');
    await page.getByRole('button', { name: 'Upload' }).click();
    await row('Archive key')
      .getByText(/days left$/)
      .waitFor();
    await expectAccessible(page, 'preferences');
  });

  it('refuse pasted text that is no certificate, in plain words', async () => {
    await page.getByLabel('Or paste it').fill('-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----');
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('alert').getByText('This is not an X.509 certificate UDM can read.').waitFor();
    await page.getByLabel('Or paste it').fill('');
  });

  it('name the jobs that use a certificate, and refuse to delete it while they do', async () => {
    const { items } = await client.json<{ items: CertificateView[] }>('GET', '/api/certificates');
    const mine = items.find(({ label }) => label === 'Archive key') as CertificateView;
    await client.json('POST', '/api/jobs', {
      title: JOB,
      source: 'UCSX',
      type: 'Interaction',
      entityTypes: 'all',
      run: { kind: 'daily', time: '06:00' },
      range: { kind: 'since_previous' },
      recipients: [mine.id],
    });
    await page.reload();
    const link = row('Archive key').getByRole('list', { name: 'Jobs that use Archive key' }).getByRole('link', { name: JOB });
    await link.waitFor();
    const remove = row('Archive key').getByRole('button', { name: /^Delete Archive key: Used by “Interactions for the archive”/ });
    await remove.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tooltip').getByText('Used by').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await expectAccessible(page, 'certificate in use');
    await link.click();
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    await page.getByRole('cell', { name: JOB }).first().waitFor();
    await page.goBack();
  });

  it('rename a certificate by keyboard alone', async () => {
    await row('Archive key').getByRole('button', { name: 'Change Archive key' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Change this certificate' });
    await hasFocus(dialog.getByRole('textbox'));
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await dialog.getByText('Fill this in.').waitFor();
    await expectAccessible(page, 'rename dialog');
    await page.keyboard.type('Key of the archive');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await row('Key of the archive').waitFor();
  });

  it('warn 30 and 7 days before a certificate ends', async () => {
    for (const [days, level] of [
      [20, 'soon'],
      [5, 'urgent'],
    ] as const) {
      const { certificate } = shortLived(days);
      await client.json('POST', '/api/certificates', { label: `Ends in ${days}`, content: certificate });
      await page.reload();
      await row(`Ends in ${days}`).locator(`[data-level="${level}"]`).waitFor();
      await row(`Ends in ${days}`).getByText('Upload its successor').waitFor();
    }
    await expectAccessible(page, 'certificates that end');
    await takeShot(page, 'preferences');
    await takeShot(page, 'preferences', { colorScheme: 'dark' });
    await takeShot(page, 'preferences', { width: 390 });
  });

  it('change the language, and keep what was chosen', async () => {
    await page.getByRole('combobox', { name: 'Language', exact: true }).selectOption('de');
    await page.getByRole('heading', { name: 'Benutzereinstellungen', level: 1 }).waitFor();
    await row('Key of the archive')
      .getByText(/^noch \d+ Tage$/)
      .waitFor();
    await page.getByRole('combobox', { name: 'Sprache', exact: true }).selectOption('browser');
    await page.getByRole('heading', { name: 'User preferences', level: 1 }).waitFor();
  });
});

function shortLived(days: number): { certificate: string } {
  const usage = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,keyEncipherment'];
  const files = ['-keyout', path.join(folder, 'short.key'), '-subj', `/CN=short ${days}`];
  const certificate = execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', String(days), ...usage, ...files], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return { certificate };
}

describe('API tokens', () => {
  it('are made for a program, shown once, work, and end', async () => {
    await page.goto(`${udm.url}/preferences`);
    const section = page.getByRole('region', { name: 'API tokens' });
    await section.getByText('No tokens yet').waitFor();
    await section.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    await dialog.getByText('Say in 1 to 100 characters what it is for.').waitFor();
    await dialog.getByText('Use at least one of the scopes').waitFor();
    await dialog.getByLabel('What is it for?').fill('Nightly download');
    await dialog.getByRole('checkbox', { name: 'read' }).check();
    await expectAccessible(page, 'form of a token');
    await takeShot(page, 'token-form');
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    const secret = (await page.getByRole('dialog', { name: 'Your token' }).locator('code').textContent()) as string;
    const asked = async () => (await fetch(`${udm.url}/api/jobs`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(await asked()).toBe(200);
    await page.getByRole('button', { name: 'I have it' }).click();
    await row(`Nightly download (…${secret.slice(-4)})`)
      .getByRole('button', { name: 'Revoke Nightly download' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await section.getByText('Revoked', { exact: true }).waitFor();
    expect(await asked()).toBe(401);
    await takeShot(page, 'tokens');
  });
});

describe('users', () => {
  it('are added with a password that they change at once, and see what their roles allow', async () => {
    await page.locator('.udm-user button').click();
    await page.getByRole('menuitem', { name: 'Users and roles' }).click();
    await page.getByRole('button', { name: 'Add user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User name').fill('ada');
    await dialog.getByLabel('E-mail for notices').fill('nowhere');
    await dialog.getByRole('checkbox', { name: 'Auditor' }).check();
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await dialog.getByText('Write it as name@example.com').waitFor();
    await takeShot(page, 'user-form');
    await dialog.getByLabel('E-mail for notices').fill('ada@example.com');
    await dialog.getByRole('button', { name: 'Add user' }).click();
    const first = (await page.getByRole('dialog', { name: 'Password of ada' }).locator('code').textContent()) as string;
    await expectAccessible(page, 'one-time password');
    await page.getByRole('button', { name: 'I have it' }).click();
    await row('ada').getByText('Has not signed in yet').waitFor();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    const hers = await context.newPage();
    await hers.goto(`${udm.url}/`);
    await signInWith(hers, 'ada', first);
    await hers.getByRole('heading', { name: 'Choose your own password', level: 1 }).waitFor();
    expect(await hers.getByRole('navigation').count()).toBe(0);
    await hers.getByLabel('Present password').fill(`${first}x`);
    await hers.getByLabel(/^New password( \*)?$/).fill('a password of her own');
    await hers.getByLabel('New password again').fill('a password of her own');
    await hers.getByRole('button', { name: 'Change password' }).click();
    await hers.getByText('This is not your present password.').waitFor();
    await expectAccessible(hers, 'first password');
    await takeShot(hers, 'first-password');
    await hers.getByLabel('Present password').fill(first);
    await hers.getByRole('button', { name: 'Change password' }).click();
    // An auditor sees jobs and makes none, sees users and adds none.
    await hers.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    await hers.goto(`${udm.url}/users`);
    await hers.getByRole('heading', { name: 'Users and roles', level: 1 }).waitFor();
    expect(await hers.getByRole('button', { name: 'Add user' }).count()).toBe(0);
    await hers.goto(`${udm.url}/settings`);
    await hers.getByText('Your roles let you see the settings, not change them.').waitFor();
    await page.getByRole('button', { name: 'What to do with ada' }).click();
    await takeShot(page, 'users');
    await page.getByRole('menuitem', { name: 'Change roles' }).click();
    await page.getByRole('dialog').getByRole('checkbox', { name: 'Auditor' }).uncheck();
    await page.getByRole('dialog').getByRole('checkbox', { name: 'Approver' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row('ada').getByText('Approver').waitFor();
    // Her session ended with the role; the next one has no tab that is not hers, and the address is refused too.
    await hers.goto(`${udm.url}/`);
    await signInWith(hers, 'ada', 'a password of her own');
    await hers.getByRole('heading', { name: 'Data requests', level: 1 }).waitFor();
    await hers.goto(`${udm.url}/users`);
    await hers.getByRole('heading', { name: 'Access denied' }).waitFor();
    await context.close();
  });

  it('who lost their second factor are rid of it, after a word of warning', async () => {
    await withClient(await superuserOf(udm.dataDir), (database) =>
      database.query(
        "INSERT INTO second_factor (tenant_id, user_id, sealed_secret, confirmed_at) SELECT tenant_id, id, '', now() FROM app_user WHERE name = 'ada'",
      ),
    );
    await page.reload();
    await row('ada').getByRole('cell', { name: 'On' }).waitFor();
    await page.getByRole('button', { name: 'What to do with ada' }).click();
    await page.getByRole('menuitem', { name: 'Take away the second factor' }).click();
    await page.getByRole('dialog').getByText('Make sure that it is ada who asks.').waitFor();
    await expectAccessible(page, 'second factor taken away');
    await takeShot(page, 'user-factor', { viewportOnly: true });
    await page.getByRole('dialog').getByRole('button', { name: 'Take it away' }).click();
    await row('ada').getByRole('cell', { name: 'None', exact: true }).waitFor();
  });

  it('are suspended and deleted, with what that means said before', async () => {
    for (const [item, confirm, after] of [
      ['Suspend', 'Suspend', 'Suspended'],
      ['Delete', 'Delete user', null],
    ] as const) {
      await page.getByRole('button', { name: 'What to do with ada' }).click();
      await page.getByRole('menuitem', { name: item }).click();
      await page.getByRole('dialog').getByText('Their jobs go on.').or(page.getByRole('dialog').getByText('Jobs they made go on.')).waitFor();
      await page.getByRole('dialog').getByRole('button', { name: confirm }).click();
      if (after) await row('ada').getByText(after).waitFor();
      else await row('ada').waitFor({ state: 'detached' });
    }
  });
});

describe('settings of the tenant', () => {
  it('are changed, and refused with their range', async () => {
    await page.goto(`${udm.url}/settings`);
    await page.getByLabel('Days that files are kept').fill('0');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('This setting is out of range.').waitFor();
    await page.getByLabel('Days that files are kept').fill('14');
    await page.getByLabel('Time zone').selectOption('Europe/Berlin');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('The settings are saved.').waitFor();
    await page.reload();
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('main input')?.value === '14');
    await page.getByRole('region', { name: 'Quotas' }).getByText('of 1,000').waitFor();
    await expectAccessible(page, 'settings');
    await takeShot(page, 'settings');
    await takeShot(page, 'settings', { width: 390 });
  });
});

describe('sources', () => {
  const field = (name: string) => page.getByLabel(new RegExp(`^${name}( \\*)?$`));
  const step = (text: string) => page.getByRole('list', { name: 'Steps of the test' }).getByRole('listitem').filter({ hasText: text });

  it('are listed, and tested step by step up to masked rows', async () => {
    await page.goto(`${udm.url}/jobs`);
    await page.locator('.udm-user button').click();
    await page.getByRole('menuitem', { name: 'Sources' }).click();
    await row('UCSX').getByText('PostgreSQL').waitFor();
    await expectAccessible(page, 'sources');
    await takeShot(page, 'sources', { width: 390 });
    await page.getByRole('button', { name: 'Open UCSX' }).click();
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText('Every step passed.').waitFor();
    await step('The server tells its version and its clock').getByText('its clock agrees with that of UDM').waitFor();
    await step('The account with write rights').getByText('udm_writer may change what is needed, and nothing else.').waitFor();
    await page.getByRole('table').getByText('startDate').first().waitFor();
    await takeShot(page, 'source-tested');
    // What was tested is not what the form says any more; the stored password does not go to another port.
    await field('Port').fill('1');
    await page.getByText('The settings were changed since this test.').waitFor();
    await page.getByRole('button', { name: 'Test again' }).click();
    await expect.poll(() => step('The settings are valid').getByText('Write the password again.').count(), { timeout: 10_000 }).toBe(2);
    await step('The host answers at the port').getByText('Left out, because').waitFor();
    await field('Password').fill('anything');
    await field('Password of the account with write rights').fill('anything');
    await page.getByRole('button', { name: 'Test again' }).click();
    await step('The host answers at the port').getByText('The source does not answer.').waitFor();
    await expectAccessible(page, 'source');
    await takeShot(page, 'source-failed', { width: 390 });
  });

  it('are added with every problem beside its field, changed, and deleted with what that means said before', async () => {
    await page.getByRole('link', { name: 'Back to all sources' }).click();
    await page.getByRole('button', { name: 'Add source' }).click();
    await field('Host').fill('http://db');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A source needs a name.').waitFor();
    await page.getByText('This is not a host name or an address.').waitFor();
    await page.getByText('The password is missing.').waitFor();
    await expectAccessible(page, 'new source');
    await takeShot(page, 'source-form');
    for (const [name, value] of [
      ['Name', 'Archive'],
      ['Host', 'localhost'],
      ['Database', 'archive'],
      ['Database user', 'reader'],
      ['Password', 'secret'],
    ] as const)
      await field(name).fill(value);
    await field('Catalog').selectOption('iwd');
    // On this machine nothing is in between.
    expect(await field('TLS').inputValue()).toBe('off');
    await page.getByRole('button', { name: 'Save' }).click();
    await row('Archive').getByText('localhost:5432').waitFor();
    await page.getByRole('button', { name: 'What to do with Archive' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('Runs and files that came from it stay').waitFor();
    await page.getByRole('button', { name: 'Delete source' }).click();
    await row('Archive').waitFor({ state: 'detached' });
  });
});

async function signInWith(on: Page, user: string, password: string): Promise<void> {
  await on.getByLabel('User name').fill(user);
  await on.getByRole('button', { name: 'Next' }).click();
  await on.getByRole('textbox', { name: 'Password' }).fill(password);
  await on.getByRole('button', { name: 'Sign in' }).click();
}

describe('the signing key', () => {
  it('is shown with its fingerprint, and saved as openssl reads it', async () => {
    await page.goto(`${udm.url}/preferences`);
    const section = page.getByRole('region', { name: 'Signing key of this UDM' });
    const [download] = await Promise.all([page.waitForEvent('download'), section.getByRole('link', { name: 'Public keys (PEM)' }).click()]);
    const pem = path.join(folder, 'signing.pem');
    await download.saveAs(pem);
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', pem, '-outform', 'DER']);
    const fingerprint = createHash('sha256').update(der).digest('hex');
    expect(download.suggestedFilename()).toBe('udm-signing-key.pem');
    await section.getByText(fingerprint).waitFor();
    await expectAccessible(page, 'preferences with the signing key');
    await takeShot(page, 'preferences-signing-key');
  });
});

describe('the account', () => {
  const factor = () => page.getByRole('region', { name: 'Second factor' });
  const stepAhead = (secret: string, steps: number) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 });
  let secret = '';
  let recoveryCodes: string[] = [];

  it('takes an authenticator app, and shows its recovery codes once', async () => {
    await page.goto(`${udm.url}/preferences`);
    await factor().getByRole('button', { name: 'Set it up' }).click();
    await factor()
      .getByRole('img', { name: /^QR code/ })
      .waitFor();
    secret = ((await factor().locator('[data-secret]').textContent()) ?? '').replaceAll(' ', '');
    await expectAccessible(page, 'second factor being set up');
    await takeShot(page, 'second-factor');
    await takeShot(page, 'second-factor', { colorScheme: 'dark', width: 390 });
    await factor().getByLabel('Code that the app shows').fill('000000');
    await page.keyboard.press('Enter');
    await factor().getByText('This code is not right, or was used already.').waitFor();
    await factor().getByLabel('Code that the app shows').fill(stepAhead(secret, -1));
    await page.keyboard.press('Enter');
    await factor().getByText('Keep your recovery codes').waitFor();
    recoveryCodes = await factor().locator('[data-codes] li').allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    await expectAccessible(page, 'recovery codes');
    await factor().getByRole('button', { name: 'I have kept them' }).click();
    await factor().getByText('Recovery codes left: 10').waitFor();
  });

  it('asks for the second step at sign-in, and remembers the device where one says so', async () => {
    await page.goto(`${udm.url}/sign-out`);
    await page.getByLabel('User name').fill(`${udm.tenant}\\${udm.user}`);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Password' }).fill(udm.password);
    await page.getByRole('checkbox', { name: 'Remember me on this device' }).check();
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await hasFocus(page.getByLabel('Code'));
    expect(await page.getByRole('alert').count()).toBe(0);
    await expectAccessible(page, 'second step of sign-in');
    await takeShot(page, 'sign-in-code', { width: 390 });
    await page.keyboard.press('Enter');
    await page.getByText('Write the code.').waitFor();
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('This code is not right').waitFor();
    await page.getByLabel('Code').fill(stepAhead(secret, 0));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    const [session] = (await page.context().cookies()).filter(({ name }) => name === 'udm_session');
    expect((session?.expires ?? 0) - Date.now() / 1_000).toBeGreaterThan(29 * 86_400);
  });

  it('asks who is there before it does what a stolen session must not, and goes on', async () => {
    await page.goto(`${udm.url}/preferences`);
    await factor().getByText('Recovery codes left: 10').waitFor();
    await withClient(await superuserOf(udm.dataDir), (database) => database.query(`UPDATE session SET proved_at = now() - interval '11 minutes'`));
    await factor().getByRole('button', { name: 'New recovery codes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
    await hasFocus(dialog.getByLabel('Code'));
    await expectAccessible(page, 'proof');
    await takeShot(page, 'proof', { viewportOnly: true });
    await dialog.getByRole('button', { name: 'Use the password instead' }).click();
    await dialog.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox', { name: 'Password' }).fill(udm.password);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    // The request that was held goes out once more.
    await factor().locator('[data-codes] li').first().waitFor();
    const codes = await factor().locator('[data-codes] li').allTextContents();
    expect(codes.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    expect(codes).toHaveLength(10);
    await factor().getByRole('button', { name: 'I have kept them' }).click();
    // Who does not want to stays where they were.
    await withClient(await superuserOf(udm.dataDir), (database) => database.query(`UPDATE session SET proved_at = now() - interval '11 minutes'`));
    await factor().getByRole('button', { name: 'New recovery codes' }).click();
    await hasFocus(dialog.getByLabel('Code'));
    await page.keyboard.press('Escape');
    await factor().getByText('This needs a proof that it is still you.').waitFor();
  });

  it('lists where one is signed in, ends one of them, and all', async () => {
    // Setting up a second factor ended the others.
    await withClient(await superuserOf(udm.dataDir), (database) =>
      database.query(
        `INSERT INTO session SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'token_hash', '\\x00'))).*
           FROM session s JOIN app_user u ON u.id = s.user_id AND u.name = 'admin' ORDER BY s.last_used_at DESC LIMIT 1`,
      ),
    );
    await page.reload();
    const sessions = page.getByRole('region', { name: 'Where you are signed in' });
    await sessions.getByText('this one').waitFor();
    const before = await sessions.getByRole('row').count();
    await takeShot(page, 'sessions', { width: 390 });
    const end = sessions.getByRole('button', { name: /^End the session on/ }).first();
    const wide = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ width: 390, height: wide.height });
    // What can be done stands on a narrow screen, too.
    await expect.poll(async () => (await end.boundingBox())?.x ?? Infinity).toBeLessThan(390);
    await page.setViewportSize(wide);
    await end.click();
    await expect.poll(() => sessions.getByRole('row').count()).toBe(before - 1);
    await sessions.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    expect((await client.request('GET', '/api/session')).status).toBe(401);
  });
});
