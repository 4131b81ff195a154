/**
 * `npm run screens [-- folder]`: pictures of every page in every state, wide, narrow, dark and in German, and a page that shows them all.
 * They go to a folder outside the project: <temp>/udm-screens unless another is named.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startTestUdm, type TestUdm } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { openState, type PageState, setStage, settle, signInQuietly, type Stage, tooWide } from './support/every-page.ts';
import { ensureWebApp } from './support/web-app.ts';

interface Look {
  readonly name: string;
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'en' | 'de';
}

const LOOKS: readonly Look[] = [
  { name: 'wide', width: 1440, colorScheme: 'light', locale: 'en' },
  { name: 'narrow', width: 390, colorScheme: 'light', locale: 'en' },
  { name: 'dark', width: 1440, colorScheme: 'dark', locale: 'en' },
  { name: 'german', width: 1440, colorScheme: 'light', locale: 'de' },
];
const HEIGHT = 900;

const folder = path.resolve(process.argv[2] ?? path.join(tmpdir(), 'udm-screens'));
const taken: { state: string; look: string; file: string; tooWide: number }[] = [];

await ensureWebApp();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const [udm, browser] = await Promise.all([startTestUdm({ contacts: 2_000, interactions: 60_000, days: 60 }), launchBrowser()]);
try {
  const stage = await setStage(udm);
  for (const look of LOOKS) await takeAll(udm, browser, stage, look);
  await takeRunning(udm, browser, stage);
} finally {
  await browser.close();
  await udm.stop();
}
await writeFile(path.join(folder, 'index.html'), contactSheet());
const wide = taken.filter((one) => one.tooWide > 0).map((one) => `${one.file} is ${one.tooWide} pixels too wide`);
console.log([`${taken.length} pictures, see ${path.join(folder, 'index.html')}`, ...wide].join('\n'));

async function takeAll({ url }: TestUdm, from: Browser, stage: Stage, look: Look): Promise<void> {
  for (const as of ['full', 'empty', null] as const) {
    const usual = await pageOf(from, look);
    if (as !== null) await signInQuietly(usual, url, stage.accounts[as]);
    for (const state of stage.states.filter((one) => one.as === as)) {
      const page = state.broken === undefined ? usual : await usual.context().newPage();
      await openState(page, url, state);
      await take(page, state, look);
      if (page !== usual) await page.close();
    }
    await usual.context().close();
  }
}

/** What a run looks like while it is going: the pictures are taken one after another, so each has a run of its own. */
async function takeRunning({ url }: TestUdm, from: Browser, stage: Stage): Promise<void> {
  for (const look of LOOKS) {
    const page = await pageOf(from, look);
    await signInQuietly(page, url, stage.accounts.full);
    for (const list of ['jobs', 'history']) {
      await page.goto(`${url}/${list}`);
      await page.locator('h1').first().waitFor();
      await stage.startLongRun();
      await page.getByRole('progressbar').first().waitFor({ timeout: 30_000 });
      await take(page, { name: `${list}-running` }, look);
    }
    await page.context().close();
  }
}

async function pageOf(from: Browser, { width, colorScheme, locale }: Look): Promise<Page> {
  const context = await from.newContext({ viewport: { width, height: HEIGHT }, colorScheme, locale, reducedMotion: 'reduce', timezoneId: 'Europe/Berlin' });
  return context.newPage();
}

async function take(page: Page, { name }: Pick<PageState, 'name'>, look: Look): Promise<void> {
  const file = `${name}-${look.name}.png`;
  if (!name.endsWith('running')) await settle(page);
  // A dialog covers the window, not the page.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: path.join(folder, file), fullPage, animations: 'disabled' });
  taken.push({ state: name, look: look.name, file, tooWide: await tooWide(page) });
}

function contactSheet(): string {
  const states = [...new Set(taken.map(({ state }) => state))];
  const pictures = (state: string) =>
    taken
      .filter((one) => one.state === state)
      .map(
        ({ file, look }) => `<figure><a href="${file}"><img src="${file}" alt="${state}, ${look}" loading="lazy"></a><figcaption>${look}</figcaption></figure>`,
      );
  const style = 'body{font:14px sans-serif;margin:24px}section{display:flex;gap:16px;overflow-x:auto}figure{margin:0}img{height:420px;border:1px solid #ccc}';
  const sections = states.map((state) => `<h2>${state}</h2><section>${pictures(state).join('')}</section>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>UDM screens</title><style>${style}</style>${sections.join('\n')}</html>\n`;
}
