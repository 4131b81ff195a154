import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { openState, setStage, settle, signInQuietly, type Stage, tooWide } from './support/every-page.ts';
import { expectAccessible } from './support/pages.ts';
import { ensureWebApp } from './support/web-app.ts';

/** What must hold on every page in every state: axe finds nothing in both themes, nothing is cut at the side, and the console stays silent. */

/** The themes differ in colours alone; the long form asks every rule in both all the same. */
const IS_LONG = process.env['UDM_TEST_LONG'] === '1';
const WIDE = { width: 1_360, height: 900 };
const NARROW = { width: 320, height: 700 };

let udm: TestUdm;
let browser: Browser;
let stage: Stage;

beforeAll(async () => {
  await ensureWebApp();
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  stage = await setStage(udm);
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
