import { createServer, type AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setSsoSettings } from '../../src/operations/sso-settings.ts';
import { startProvider, type TestProvider } from '../support/oidc.ts';
import { administrator, type ServedUdm, startServe } from '../support/serve.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { ensureWebApp } from './support/web-app.ts';

/** Single sign-on as people see it, with a provider that is real. */

let provider: TestProvider;
let udm: ServedUdm;
let browser: Browser;

/** A port nobody listens on just now: the address has to be known before UDM starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  await ensureWebApp();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  provider = await startProvider([`${url}/api/sso/callback`]);
  [udm, browser] = await Promise.all([startServe({ UDM_PORT: String(port), UDM_PUBLIC_URL: url }), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await udm?.stop();
  await provider?.stop();
});

async function throughProvider(page: Page, login: string): Promise<void> {
  await page.getByRole('link', { name: 'Use single sign-on' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

describe('single sign-on', () => {
  it('is offered, and says what is wrong where there is none', async () => {
    const page = await browser.newPage();
    await page.goto(`${udm.url}/history`);
    await page.getByRole('link', { name: 'Use single sign-on' }).click();
    await page.getByRole('alert').getByText('There is no single sign-on for this tenant.').waitFor();
    await expectAccessible(page, 'sign-in with a problem of single sign-on');
    await takeShot(page, 'sign-in-sso', { width: 390 });
    await page.close();
  });

  it('is set up by an administrator, who sees the address to register', async () => {
    const page = await browser.newPage();
    await signIn(page, udm.url, { tenant: 'default', user: 'admin', password: udm.password });
    // Where it once stood there is the way to it.
    await page.goto(`${udm.url}/preferences`);
    await page.getByRole('link', { name: 'Sign-in to this tenant' }).click();
    await page.waitForURL(`${udm.url}/settings#sign-in`);
    const section = page.getByRole('region', { name: 'Sign-in to this tenant' });
    await section.getByText(`${udm.url}/api/sso/callback`).waitFor();
    await section.getByLabel('Issuer').fill(provider.issuer);
    await section.getByLabel('Client ID').fill('udm');
    await section.getByLabel('Values of that claim').fill('exporters = ucsx_exporter\ncooks = king');
    await section.getByRole('button', { name: 'Check and save' }).click();
    // A provider on the machine itself is for who works at its command line.
    await section.getByText('The value has the wrong type.').first().waitFor();
    await expectAccessible(page, 'single sign-on refused');
    await takeShot(page, 'sso-settings');
    await takeShot(page, 'sso-settings', { colorScheme: 'dark', width: 390 });
    const app = await udm.guest();
    const { issuer, clientId, clientSecret } = provider;
    const claims = { nameClaim: 'preferred_username', roleClaim: 'groups', roles: { exporters: 'ucsx_exporter' } };
    await setSsoSettings(app.services, await administrator(app), { issuer, clientId, clientSecret, ...claims });
    await app.stop();
    await page.reload();
    await section.getByText('Leave it empty to keep the one that is stored.').waitFor();
    expect(await section.getByLabel('Values of that claim').inputValue()).toBe('exporters = ucsx_exporter');
    await page.close();
  });

  it('signs in to the page that was asked for, with the roles of the claims', async () => {
    provider.claims.set('ada', { groups: ['exporters'] });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${udm.url}/artifacts`);
    await throughProvider(page, 'ada');
    await page.getByRole('heading', { name: 'Artifacts', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'User menu of ada' }).click();
    await page.getByText('UCSX Exporter').waitFor();
    await context.close();
  });

  it('shows Access Denied to who has no role', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${udm.url}/jobs`);
    await throughProvider(page, 'eve');
    await page.getByRole('heading', { name: 'Access Denied' }).waitFor();
    expect(await page.getByRole('link', { name: 'Jobs' }).count()).toBe(0);
    await context.close();
  });
});
