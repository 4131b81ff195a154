import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { Account } from './account.ts';

export async function signIn(page: Page, url: string, account: Account): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByLabel('User name').fill(`${account.tenant}\\${account.user}`);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
}

/** Rules whose answer hangs on colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Nothing a person with assistive technology would stumble over, in light and in dark. What does not hang on colours is asked in one of them
 * only, unless `inBoth`: a theme changes nothing else. It begins with the theme that is on screen, and leaves the other there.
 */
export async function expectAccessible(page: Page, where: string, inBoth = false): Promise<void> {
  const isDark = await page.locator('html[data-mantine-color-scheme="dark"]').isVisible();
  for (const [colorScheme, rules] of [
    [isDark ? 'dark' : 'light', null],
    [isDark ? 'light' : 'dark', inBoth ? null : COLOUR_RULES],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    // A list that is being read again is paler for a moment.
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
    await untilColoursStand(page);
    const found = await violationsIn(page, rules);
    expect(found.map((one) => `${where}, ${colorScheme}: ${one}`)).toEqual([]);
  }
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe finds. It runs in the page itself; what others make to look into frames, too, opens a second page at each question. */
async function violationsIn(page: Page, rules: readonly string[] | null): Promise<readonly string[]> {
  if (page.frames().length > 1) throw new Error('A frame of the page would not be looked at.');
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return await page.evaluate(
    async (only) => {
      const runner = (window as unknown as { axe: typeof axe }).axe;
      const { violations } = await runner.run({ resultTypes: ['violations'], ...(only !== null && { runOnly: { type: 'rule', values: only } }) });
      return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join(' ')}`);
    },
    rules as string[] | null,
  );
}

/**
 * Colours that fade into those of the other theme would be measured half-way: it is over when nothing moved for two frames, since what
 * inherits a colour may begin to fade when its parent has ended. What moves for ever is not waited for.
 */
async function untilColoursStand(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const isEnding = (one: Animation) => one.playState === 'running' && Number.isFinite(Number(one.effect?.getComputedTiming().endTime));
    for (let still = 0; still < 2; still += 1) {
      await frame();
      const ending = document.getAnimations().filter(isEnding);
      if (ending.length > 0) still = -1;
      await Promise.allSettled(ending.map((one) => one.finished));
    }
  });
}

/** Waits until the keys go to it: focus comes a moment after what holds it is seen. */
export async function hasFocus(target: Locator): Promise<void> {
  await vi.waitFor(async () => expect(await target.evaluate((element) => element === document.activeElement)).toBe(true), { timeout: 10_000, interval: 20 });
}

/** Starts noting every value a progress bar takes; the answer gives what was seen so far. */
export async function watchProgress(page: Page): Promise<() => Promise<{ texts: string[]; percents: number[] }>> {
  await page.evaluate(() => {
    const texts = new Set<string>();
    const percents: number[] = [];
    const note = () => {
      for (const bar of document.querySelectorAll('[role="progressbar"]')) {
        texts.add(bar.getAttribute('aria-valuetext') ?? '');
        percents.push(Number(bar.getAttribute('aria-valuenow')));
      }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(window, { progressSeen: () => ({ texts: [...texts], percents }) });
  });
  return () => page.evaluate(() => (window as unknown as { progressSeen: () => { texts: string[]; percents: number[] } }).progressSeen());
}
