import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { ArtifactView } from '../../src/contract/artifact.ts';
import { artifactsOf, type Client, createJobFor, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { administrator } from '../support/serve.ts';
import { storeArtifact } from '../support/stored-artifact.ts';
import { startTestUdm, type TestUdm, testEnvironment } from '../support/udm.ts';
import { launchBrowser } from './support/browser.ts';
import { expectAccessible, signIn } from './support/pages.ts';
import { takeShot } from './support/shots.ts';
import { openSlowLine, type SlowLine } from './support/slow-line.ts';
import { ensureWebApp } from './support/web-app.ts';

/** Large enough that a line can be held and cut in the middle of it. */
const BIG = randomBytes(12_000_000);
const BIG_HASH = createHash('sha256').update(BIG).digest('hex');
const BIG_NAME = 'UCSX-Interaction-big.zip.p7m';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let udm: TestUdm;
let browser: Browser;
let line: SlowLine;
let client: Client;
let real: ArtifactView;
/** Asks where to save, as Chromium does; the answer is a file of the page's own storage, which a test can read. */
let asking: Page;
/** Does not ask: a download is saved as the browser always does. */
let plain: Page;

beforeAll(async () => {
  await ensureWebApp();
  folder = await mkdtemp(path.join(tmpdir(), 'udm-e2e-artifacts-'));
  [udm, browser] = await Promise.all([startTestUdm(), launchBrowser()]);
  line = await openSlowLine(udm.url);
  client = await signInTo(udm.url, udm);
  const job = await createJobFor(client);
  const run = await runUntil(client, job.lastRun?.id as string, hasEnded);
  [real] = (await artifactsOf(client, run.id)) as [ArtifactView];
  await storeBig(run.id);
  asking = await (await newContext(true)).newPage();
  plain = await (await newContext(false)).newPage();
  await signIn(asking, line.url, udm);
  await signIn(plain, udm.url, udm);
});

afterAll(async () => {
  await browser?.close();
  await line?.close();
  await udm?.stop();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await takeShot(asking, 'artifacts-failed-asking');
  await takeShot(plain, 'artifacts-failed-plain');
});

async function storeBig(runId: string): Promise<void> {
  const app = await openApp(loadConfig({ ...testEnvironment(udm.dataDir), UDM_LOG_LEVEL: 'silent' }), 'guest');
  try {
    await storeArtifact(app, await administrator(app, udm.tenant), runId, 2, BIG, BIG_NAME);
  } finally {
    await app.stop();
  }
}

async function newContext(asks: boolean): Promise<BrowserContext> {
  const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  await context.addInitScript((withDialog) => {
    const picker = async ({ suggestedName }: { suggestedName: string }) =>
      (await navigator.storage.getDirectory()).getFileHandle(`saved-${suggestedName}`, { create: true });
    Object.defineProperty(window, 'showSaveFilePicker', { value: withDialog ? picker : undefined });
  }, asks);
  return context;
}

const tray = (page: Page) => page.getByRole('region', { name: 'Downloads' });
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: `Select ${name}`, exact: true }) });
const openList = async (page: Page) => {
  await page.getByRole('link', { name: 'Artifacts' }).first().click();
  await page.getByRole('heading', { name: 'Artifacts', level: 1 }).waitFor();
  await row(page, real.fileName).waitFor();
};
/** By the keyboard alone. */
const press = async (target: Locator, key = 'Enter') => {
  await target.focus();
  await target.press(key);
};
const receivedOf = (page: Page) => tray(page).getByRole('progressbar').getAttribute('aria-valuenow').then(Number);

describe('a download that is paused and cut', () => {
  it('goes on where it stopped, on other pages too, and ends with the right hash', async () => {
    const ranges: string[] = [];
    asking.on('request', (request) => {
      if (request.url().endsWith('/content')) ranges.push(request.headers()['range'] ?? 'whole');
    });
    await openList(asking);
    await expectAccessible(asking, 'artifacts');
    line.allow(5_000_000);
    await press(row(asking, BIG_NAME).getByRole('link', { name: `Download ${BIG_NAME}` }));
    await expect.poll(() => receivedOf(asking), { timeout: 20_000 }).toBeGreaterThan(30);
    await expectAccessible(asking, 'tray while downloading');
    await takeShot(asking, 'artifacts-downloading');
    await press(tray(asking).getByRole('button', { name: `Pause ${BIG_NAME}` }));
    await tray(asking)
      .getByText(/^Paused · /)
      .waitFor();
    const paused = await receivedOf(asking);
    await asking.getByRole('link', { name: 'Jobs', exact: true }).first().click();
    await asking.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    line.allow(2_000_000);
    await asking.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    expect(await receivedOf(asking)).toBe(paused);
    await press(tray(asking).getByRole('button', { name: `Resume ${BIG_NAME}` }));
    await expect.poll(() => receivedOf(asking), { timeout: 20_000 }).toBeGreaterThan(paused + 5);
    // The line breaks, and for a moment there is none.
    line.down(true);
    line.cut();
    await tray(asking)
      .getByText(/^Connection lost, trying again · /)
      .waitFor();
    await takeShot(asking, 'artifacts-cut', { colorScheme: 'dark' });
    line.allow(Number.POSITIVE_INFINITY);
    line.down(false);
    await tray(asking).getByText('Its SHA-256 is right').waitFor({ timeout: 40_000 });
    await expectAccessible(asking, 'tray when done');
    expect(await savedHash(asking, BIG_NAME)).toBe(BIG_HASH);
    expect(ranges[0]).toBe('whole');
    expect(ranges.length).toBeGreaterThanOrEqual(3);
    for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=\d{6,8}-$/);
    await press(tray(asking).getByRole('button', { name: `Dismiss ${BIG_NAME}` }));
    await tray(asking).waitFor({ state: 'hidden' });
    await asking.evaluate(async (name) => (await navigator.storage.getDirectory()).removeEntry(`saved-${name}`), BIG_NAME);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    await openList(asking);
    line.allow(3_000_000);
    await row(asking, BIG_NAME)
      .getByRole('link', { name: `Download ${BIG_NAME}` })
      .click();
    await expect.poll(() => receivedOf(asking), { timeout: 20_000 }).toBeGreaterThan(5);
    await press(tray(asking).getByRole('button', { name: `Cancel ${BIG_NAME}` }));
    await tray(asking).waitFor({ state: 'hidden' });
    line.allow(Number.POSITIVE_INFINITY);
    await expect.poll(() => savedNames(asking), { timeout: 10_000 }).toEqual([]);
  });

  async function savedNames(page: Page): Promise<string[]> {
    return page.evaluate(async () => {
      const names: string[] = [];
      const folder = (await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> };
      for await (const name of folder.keys()) names.push(name);
      return names;
    });
  }

  /** SHA-256 of what was saved, as the browser itself reckons it. */
  async function savedHash(page: Page, name: string): Promise<string> {
    return page.evaluate(async (file) => {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle(`saved-${file}`);
      const digest = await crypto.subtle.digest('SHA-256', await (await handle.getFile()).arrayBuffer());
      return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    }, name);
  }
});

describe('how to open', () => {
  it('shows commands for this very file, and each of them works as it stands', async () => {
    await openList(plain);
    const [download] = await Promise.all([plain.waitForEvent('download'), press(row(plain, real.fileName).getByRole('link', { name: /^Download / }))]);
    expect(download.suggestedFilename()).toBe(real.fileName);
    await download.saveAs(path.join(folder, real.fileName));
    await tray(plain).getByText('Its SHA-256 is right').waitFor();
    await press(row(plain, real.fileName).getByRole('button', { name: `How to open ${real.fileName}` }));
    const drawer = plain.getByRole('dialog', { name: 'How to open this file' });
    await drawer.waitFor();
    await drawer.getByText('This is part 1 of 2.').waitFor();
    await expectAccessible(plain, 'how to open');
    await takeShot(plain, 'artifacts-how-to-open');
    const commands = await drawer.locator('code').allTextContents();
    expect(commands).toHaveLength(5);
    const proof = await Promise.all(
      [`runs/${real.runId}/manifest`, `runs/${real.runId}/manifest/signature`, 'signing-keys/pem'].map(async (address) => {
        const answer = await plain.request.get(`${udm.url}/api/${address}`);
        const name = /filename="([^"]+)"/.exec(answer.headers()['content-disposition'] ?? '')?.[1] ?? '';
        return { name, bytes: await answer.body() };
      }),
    );
    // Where the administrator has UDM's launcher and the key.
    await writeFile(path.join(folder, 'udm'), `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/src/main.ts' "$@"\n`);
    await chmod(path.join(folder, 'udm'), 0o755);
    for (const [index, command] of commands.entries()) {
      const place = path.join(folder, `try-${index}`);
      await mkdir(place);
      for (const file of [real.fileName, 'udm']) await writeFile(path.join(place, file), await readFile(path.join(folder, file)), { mode: 0o755 });
      if (command.includes('verify')) for (const { name, bytes } of proof) await writeFile(path.join(place, name), bytes);
      const said = execFileSync('sh', ['-ec', command.replaceAll('KEY.pem', `'${udm.keyFile}'`)], { cwd: place, encoding: 'utf8', stdio: 'pipe' });
      if (command.includes('verify')) expect(said).toContain('Checked 1 file');
      else if (command.includes('sha256sum')) expect(said).toContain(': OK');
      else expect(await readdir(path.join(place, real.fileName.replace('.zip.p7m', ''))), command).toContain('manifest.json');
    }
    await plain.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
  });
});

describe('several files', () => {
  it('come as one, selected and asked for by keyboard alone; unzip opens it', async () => {
    for (const name of [real.fileName, BIG_NAME]) await press(plain.getByRole('checkbox', { name: `Select ${name}`, exact: true }), 'Space');
    await plain.getByText('2 files selected').waitFor();
    await takeShot(plain, 'artifacts-selected');
    const [download] = await Promise.all([plain.waitForEvent('download'), press(plain.getByRole('button', { name: 'Download as one file' }))]);
    expect(download.suggestedFilename()).toMatch(/^udm-2-files-.*\.zip$/);
    const zip = path.join(folder, 'bundle.zip');
    await download.saveAs(zip);
    execFileSync('unzip', ['-tq', zip], { stdio: 'pipe' });
    const inside = execFileSync('unzip', ['-p', zip, BIG_NAME], { maxBuffer: 20_000_000 });
    expect(createHash('sha256').update(inside).digest('hex')).toBe(BIG_HASH);
    await plain.getByRole('button', { name: 'Clear finished' }).click();
    await tray(plain).waitFor({ state: 'hidden' });
  });

  it('that are parts of a run stand together, are told in words, and come together', async () => {
    const parts = await artifactsOf(client, real.runId);
    expect(parts.map(({ fileName }) => fileName)).toEqual([real.fileName, BIG_NAME]);
    await row(plain, real.fileName).getByText('1 of 2').waitFor();
    await row(plain, BIG_NAME).getByText('2 of 2').waitFor();
    await row(plain, real.fileName)
      .getByText(/^2 parts: .* rows, .* in all$/)
      .waitFor();
    expect(await row(plain, BIG_NAME).getByText('in all').count()).toBe(0);
    await expectAccessible(plain, 'artifacts in parts');
    const all = row(plain, real.fileName).getByRole('button', { name: `All 2 parts of ${real.fileName.replace('.p7m', '')}` });
    const [download] = await Promise.all([plain.waitForEvent('download'), press(all)]);
    expect(download.suggestedFilename()).toBe(real.fileName.replace('.p7m', ''));
    const zip = path.join(folder, 'parts.zip');
    await download.saveAs(zip);
    expect(execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n')).toEqual([real.fileName, BIG_NAME]);
    const part = plain.getByRole('link', { name: `Download ${BIG_NAME}` });
    await Promise.all([plain.waitForEvent('download'), press(part)]);
    await tray(plain)
      .getByText(/ · Part 2 of 2$/)
      .waitFor();
    await plain.getByRole('button', { name: 'Clear finished' }).click();
    await tray(plain).waitFor({ state: 'hidden' });
  });
});

describe('a file that is gone', () => {
  it('is deleted after a question that says how many, stays as a grey row, and its window runs again', async () => {
    await plain.getByRole('button', { name: 'Clear selection' }).click();
    await press(plain.getByRole('checkbox', { name: `Select ${real.fileName}`, exact: true }), 'Space');
    await press(plain.getByRole('button', { name: 'Delete', exact: true }));
    const dialog = plain.getByRole('dialog', { name: 'Delete this file?' });
    await dialog.getByText('can then not be downloaded any more').waitFor();
    await expectAccessible(plain, 'delete dialog');
    await press(dialog.getByRole('button', { name: 'Delete file' }));
    await row(plain, real.fileName).getByText('Deleted').waitFor();
    await dialog.waitFor({ state: 'hidden' });
    expect(await row(plain, real.fileName).getByRole('link').count()).toBe(0);
    await expectAccessible(plain, 'a deleted row');
    await takeShot(plain, 'artifacts-deleted');
    const rows = await plain.getByRole('row').count();
    await press(row(plain, real.fileName).getByRole('button', { name: `Run this window again: ${real.fileName}` }));
    await plain.getByText('runs this window again.').waitFor();
    // Its new file appears by itself; the old row says why it need not run once more.
    await expect.poll(() => plain.getByRole('row').count(), { timeout: 60_000 }).toBe(rows + 1);
    const again = row(plain, real.fileName).getByRole('button', { name: /^Run this window again: / });
    await expect.poll(() => again.getAttribute('aria-disabled'), { timeout: 20_000 }).toBe('true');
    await again.focus();
    await plain.getByRole('tooltip').getByText('This window was exported again').waitFor();
  });

  it('expired shows so, and shows the days of the others, the last ones in red', async () => {
    await withClient(await superuserOf(udm.dataDir), async (database) => {
      await database.query(`UPDATE artifact SET expires_at = udm_now() - interval '1 hour' WHERE part = 2`);
      await database.query(`UPDATE artifact SET expires_at = udm_now() + interval '30 hours' WHERE part = 1 AND deleted_at IS NULL`);
    });
    await plain.reload();
    await row(plain, BIG_NAME).getByText('Expired').waitFor();
    await plain.locator('[data-look="soon"]').getByText('2 days').first().waitFor();
    await expectAccessible(plain, 'an expired row');
    await takeShot(plain, 'artifacts-expired');
    await takeShot(plain, 'artifacts-expired', { width: 390 });
    await takeShot(plain, 'artifacts-expired', { colorScheme: 'dark', width: 1440 });
    await press(plain.getByRole('checkbox', { name: `Select ${BIG_NAME}`, exact: true }), 'Space');
    const bundle = plain.getByRole('button', { name: 'Download as one file' });
    await bundle.focus();
    await plain.getByRole('tooltip').getByText('One of them cannot be downloaded any more.').waitFor();
  });

  it('tells when its file could not be deleted, and a clock that leapt halts the deletion until somebody agrees', async () => {
    await withClient(await superuserOf(udm.dataDir), async (database) => {
      await database.query(`UPDATE artifact SET deletion_tries = 3, deletion_next_at = udm_now() + interval '1 hour' WHERE part = 2`);
      await database.query(`UPDATE artifact SET damage = 'missing', damaged_at = udm_now() WHERE part = 1 AND deleted_at IS NULL`);
      await database.query(`INSERT INTO retention_halt (cause, expected_at, found_at) VALUES ('leap', '2026-03-01Z', '2027-03-01Z')`);
    });
    await plain.reload();
    await row(plain, BIG_NAME).getByText('File not deleted yet: failed 3 times').waitFor();
    const missing = plain.getByRole('row').filter({ hasText: 'File missing' }).first();
    await missing.getByRole('button', { name: /^Run this window again: / }).waitFor();
    await plain.getByRole('note').getByText('it showed 1 Mar 2027').waitFor();
    await expectAccessible(plain, 'retention that is halted');
    await takeShot(plain, 'artifacts-retention-halted');
    await press(plain.getByRole('button', { name: 'The clock is right: delete expired files again' }));
    await plain.getByRole('note').waitFor({ state: 'detached' });
    await withClient(await superuserOf(udm.dataDir), async (database) => {
      const { rows } = await database.query(`SELECT actor_kind FROM audit_log WHERE action = 'retention.agreed'`);
      expect(rows).toEqual([{ actor_kind: 'user' }]);
      await database.query(`UPDATE artifact SET deletion_tries = 0, deletion_next_at = NULL, damage = NULL, damaged_at = NULL`);
    });
  });

  it('is withdrawn with a reason, which its row says', async () => {
    await plain.getByRole('button', { name: 'Clear selection' }).click();
    const live = plain
      .getByRole('row')
      .filter({ has: plain.getByRole('link') })
      .first();
    const fileName = await live.getByRole('link').first().getAttribute('download');
    await press(live.getByRole('checkbox'), 'Space');
    await press(plain.getByRole('button', { name: 'Withdraw', exact: true }));
    const dialog = plain.getByRole('dialog', { name: 'Withdraw this file?' });
    const confirm = dialog.getByRole('button', { name: 'Withdraw file' });
    await confirm.waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: 'it was encrypted to the wrong recipient' }).check();
    await expectAccessible(plain, 'withdraw dialog');
    await takeShot(plain, 'artifacts-withdraw');
    await press(confirm);
    await dialog.waitFor({ state: 'hidden' });
    const withdrawn = row(plain, String(fileName));
    await withdrawn.getByText('Withdrawn').waitFor();
    expect(await withdrawn.getByRole('link').count()).toBe(0);
  });
});
