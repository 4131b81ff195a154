import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

interface Look {
  readonly colorScheme?: 'light' | 'dark';
  /** Pixels. */
  readonly width?: number;
  /** Only what is on screen: for a dialog, which does not grow with the page. */
  readonly viewportOnly?: boolean;
}

/** Takes a picture for a person to look at, into the folder that UDM_TEST_SHOTS names; does nothing without it. */
export async function takeShot(page: Page, name: string, { colorScheme = 'light', width = 1360, viewportOnly = false }: Look = {}): Promise<void> {
  const folder = process.env['UDM_TEST_SHOTS'];
  if (!folder) return;
  const usual = page.viewportSize();
  await mkdir(folder, { recursive: true });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  await page.setViewportSize({ width, height: usual?.height ?? 900 });
  await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: !viewportOnly, animations: 'disabled' });
  if (usual) await page.setViewportSize(usual);
}
