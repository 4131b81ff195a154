import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/permission.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import type { Account } from './support/account.ts';
import { launchBrowser } from './support/browser.ts';
import { openState, setStage, settle, signInQuietly, type Stage, tooWide } from './support/every-page.ts';
import { expectAccessible } from './support/pages.ts';
import { addPeople } from './support/people.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** What must hold on every page in every state: axe finds nothing in both themes, nothing is cut at the side, and the console stays silent. */

/** The themes differ in colours alone; the long form asks every rule in both all the same. */
const IS_LONG = process.env['UDM_TEST_LONG'] === '1';
const WIDE = { width: 1_360, height: 900 };
const NARROW = { width: 320, height: 700 };

let udm: TestUdm;
let browser: Browser;
let stage: Stage;
let people: ReadonlyMap<Role, Account>;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  stage = await setStage(udm);
  people = await addPeople(udm);
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
});

describe('every page', () => {
  it('is accessible in light and dark, fits wide and narrow screens, and says nothing in the console', { timeout: 240_000 }, async () => {
    const said: string[] = [];
    const found: string[] = [];
    const cut: string[] = [];
    for (const as of ['full', 'empty', null] as const) {
      const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
      const usual = await context.newPage();
      if (as !== null) await signInQuietly(usual, udm.url, stage.accounts[as]);
      for (const state of stage.states.filter((one) => one.as === as)) {
        const page = state.broken === undefined ? usual : await context.newPage();
        const note = (text: string) => state.broken === undefined && said.push(`${state.name}: ${text}`);
        const onConsole = (message: { type: () => string; text: () => string }) => message.type() === 'error' && note(message.text());
        const onError = (error: Error) => note(error.message);
        page.on('console', onConsole).on('pageerror', onError);
        await openState(page, udm.url, state);
        await expectAccessible(page, state.name, IS_LONG).catch((error: { actual?: unknown }) => found.push(String(error.actual ?? error)));
        page.off('console', onConsole).off('pageerror', onError);
        // A page with a clock of its own does not settle.
        if (state.broken === undefined) cut.push(...(await cutAtTheSide(page, state.name)));
        if (page !== usual) await page.close();
      }
      await context.close();
    }
    expect(found).toEqual([]);
    expect(cut).toEqual([]);
    // Who is not signed in is told so by the server.
    expect(said.filter((text) => !/sign-in: .*401/.test(text))).toEqual([]);
  });

  it('fits wide and narrow screens in German, too', { timeout: 180_000 }, async () => {
    const cut: string[] = [];
    for (const as of ['full', 'empty'] as const) {
      const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', locale: 'de' });
      const page = await context.newPage();
      await signInQuietly(page, udm.url, stage.accounts[as]);
      for (const state of stage.states.filter((one) => one.as === as && one.broken === undefined)) {
        await openState(page, udm.url, state);
        cut.push(...(await cutAtTheSide(page, state.name)));
      }
      await context.close();
    }
    expect(cut).toEqual([]);
  });
});

const EXPORTS = ['Jobs', 'History', 'Artifacts', 'Coverage'];
const PAGES = ['/jobs', '/jobs/new', '/history', '/artifacts', '/coverage', '/audit', '/users', '/sources', '/settings'];

/** Tabs that somebody of the role has, and pages they are refused. */
const VIEWS: readonly (readonly [Role, readonly string[], readonly string[]])[] = [
  ['tenant_administrator', [...EXPORTS, 'Audit'], ['/requests']],
  ['ucsx_exporter', EXPORTS, ['/audit', '/users', '/settings', '/requests']],
  ['iwd_administrator', EXPORTS, ['/audit', '/users', '/settings', '/requests/holds']],
  ['privacy_officer', ['GDPR'], PAGES],
  ['approver', ['GDPR'], [...PAGES, '/requests/new', '/requests/file']],
  ['auditor', ['Jobs', 'GDPR', 'History', 'Artifacts', 'Coverage', 'Audit'], ['/jobs/new', '/requests/new']],
];

/** Buttons, boxes, switches and entries of menus that change something or take data out, and the page they stand on. */
const ACTS: readonly (readonly [path: string, menu: string | null, RegExp])[] = [
  ['/jobs', '.udm-stays button', /^(Add new|Edit|Delete|Run now|Clone|Select .*|.*: (Active|Suspended))$/],
  ['/history', '.udm-row-actions button[aria-haspopup]', /^(Retry|Try again|Run again now|Cancel.*|Clone.*|Delete.*|Run it again.*)$/],
  ['/artifacts', null, /^(Download.*|Delete.*|Withdraw.*|Select .*|Run this window again.*)$/],
  ['/users', null, /^(Add user|What to do with .*)$/],
  ['/sources', null, /^Add source$/],
  ['/settings', null, /^Save (settings|for data requests)$/],
  ['/preferences', null, /^(Prove that .*|Change .* certificate|Delete .*|Upload.*)$/],
];

describe('every role', () => {
  it('sees its tabs alone, and Access Denied at the addresses of the others', async () => {
    for (const [role, tabs, refused] of VIEWS) {
      const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await signInQuietly(page, udm.url, people.get(role) as Account);
      await page.goto(`${udm.url}/`);
      await page.getByRole('heading', { level: 1, name: tabs[0] === 'GDPR' ? 'Data requests' : 'Jobs' }).waitFor();
      const shown = await page.locator('.udm-tab').evaluateAll((links) => links.map((link) => link.firstChild?.textContent ?? ''));
      expect([role, ...shown.filter((tab) => [...EXPORTS, 'GDPR', 'Audit'].includes(tab))]).toEqual([role, ...tabs]);
      for (const path of refused) {
        await page.goto(`${udm.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(`${role} ${path} ${(await page.getByRole('heading', { level: 1 }).textContent())?.trim()}`).toBe(`${role} ${path} Access Denied`);
        if (path.startsWith('/requests')) await page.getByText('Ask your tenant administrator for the role Privacy Officer').waitFor();
      }
      const other = { ucsx_exporter: 'IWD', iwd_administrator: 'UCSX' }[role as string];
      if (other !== undefined) {
        await page.goto(`${udm.url}/jobs`);
        await page.getByRole('table', { name: 'Jobs' }).waitFor();
        expect(await page.getByRole('cell', { name: other, exact: true }).count()).toBe(0);
      }
      await context.close();
    }
  });

  it('sees no button of what an auditor may not do, where an administrator has one', async () => {
    const [administrators, auditors] = await Promise.all(
      (['tenant_administrator', 'auditor'] as const).map((role) => actsOf(people.get(role) as Account, role)),
    );
    for (const [path] of ACTS) expect(administrators?.get(path)?.length, path).toBeGreaterThan(0);
    expect(Object.fromEntries(auditors ?? [])).toEqual(Object.fromEntries(ACTS.map(([path]) => [path, []])));
  });
});

/** The names of all acts that somebody finds on the pages, with a menu of the first row open. */
async function actsOf(account: Account, name: string): Promise<Map<string, string[]>> {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await signInQuietly(page, udm.url, account);
  const found = new Map<string, string[]>();
  for (const [path, menu, acts] of ACTS) {
    await openState(page, udm.url, { name: path, path, as: 'full' });
    await page.locator('#main table').first().or(page.locator('#main form')).first().waitFor();
    await takeShot(page, `${name}${path.replace('/', '-')}`);
    if (menu !== null) {
      await page.locator(menu).first().click();
      await page.locator('[role="menu"]').first().waitFor();
    }
    const names = page.locator('#main, [role="menu"]').locator('button, a[download], input, [role="menuitem"], [role="switch"]');
    const all = await names.evaluateAll((controls) =>
      controls.map(
        (control) => control.getAttribute('aria-label') ?? (control instanceof HTMLInputElement ? control.labels?.[0]?.textContent : control.textContent) ?? '',
      ),
    );
    found.set(
      path,
      all.map((text) => text.trim()).filter((text) => acts.test(text)),
    );
    if (path === '/jobs' && name === 'auditor') await expectAccessible(page, 'jobs of an auditor');
  }
  await context.close();
  return found;
}

/** What has to be scrolled sideways; leaves the page wide. */
async function cutAtTheSide(page: Page, name: string): Promise<string[]> {
  const cut: string[] = [];
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    await settle(page);
    const wide = await tooWide(page);
    if (wide > 0) cut.push(`${name} at ${size.width}: ${wide} pixels`);
  }
  await page.setViewportSize(WIDE);
  return cut;
}
