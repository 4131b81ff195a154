import type { JobRun } from '../../../src/contract/job.ts';
import type { Locator, Page } from 'playwright-core';

/** The table of next runs under the editor, as text: one entry a run, its time and the data it will export. */
export async function previewedRuns(page: Page): Promise<{ at: string; mark: string; window: string }[]> {
  const rows = await page.getByRole('table', { name: 'Next runs' }).locator('tbody tr').all();
  return Promise.all(
    rows.map(async (row) => {
      const [at, window] = [row.getByRole('cell').first(), row.getByRole('cell').last()];
      const mark = at.locator('.udm-mark');
      return {
        at: (await at.locator('time').first().textContent()) ?? '',
        mark: (await mark.count()) === 0 ? '' : ((await mark.textContent()) ?? ''),
        window: ((await window.locator('div').textContent()) ?? '').replaceAll('\u00a0', ' '),
      };
    }),
  );
}

/** Another way of running. */
export async function chooseRun(page: Page, kind: JobRun['kind']): Promise<void> {
  await page.getByRole('combobox', { name: 'Run', exact: true }).selectOption(kind);
}

/** Picks a zone from the list, found by a part of its name. */
export async function chooseTimeZone(page: Page, search: string, zone: string): Promise<void> {
  const field = page
    .getByRole('combobox', { name: 'Time zone' })
    .or(page.getByRole('textbox', { name: 'Time zone' }))
    .first();
  await field.click();
  await field.fill(search);
  await page.getByRole('option', { name: zone, exact: true }).click();
}

/** The row of the job with exactly this title. */
export function jobRow(page: Page, title: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: `Select ${title}`, exact: true }) });
}

/** Selects the job and presses a button of the toolbar. */
export async function withJob(page: Page, title: string, button: string): Promise<void> {
  await page.getByRole('checkbox', { name: `Select ${title}`, exact: true }).check();
  await page.getByRole('button', { name: button, exact: true }).click();
}
