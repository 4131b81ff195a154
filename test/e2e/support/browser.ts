import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate, setupLambdaEnvironment } from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * Starts the Chromium inside the npm package @sparticuz/chromium (unpacked into the temporary folder at the first call), so
 * the tests need no browser on the machine. UDM_CHROMIUM names another binary. Works as root, hence without Chromium's sandbox.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['UDM_CHROMIUM'] ?? (await unpackedChromium());
  return playwright.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    headless: true,
    env: { ...process.env } as Record<string, string>,
  });
}

async function unpackedChromium(): Promise<string> {
  const path = await chromium.executablePath();
  if (lacksLibraries(path)) {
    // The package brings libnss3 and friends for machines without them; it uses them by itself only on AWS Lambda.
    const bin = join(fileURLToPath(import.meta.resolve('@sparticuz/chromium')), '..', '..', 'bin', 'al2023.tar.br');
    const folder = await inflate(bin);
    setupLambdaEnvironment(join(folder, 'lib'));
  }
  if (!existsSync('/etc/fonts/fonts.conf')) process.env['FONTCONFIG_PATH'] ??= join(tmpdir(), 'fonts');
  return path;
}

function lacksLibraries(path: string): boolean {
  try {
    return execFileSync('/usr/bin/ldd', [path], { encoding: 'utf8' }).includes('not found');
  } catch {
    return false;
  }
}
