import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Environment variable: a folder that all test files of a run share (test/support/shared-folder.ts). */
export const SHARED_FOLDER = 'UDM_TEST_SHARED';

const made = new Map<number, number>();

/**
 * An RSA key for openssl at this path, another one at each call. To make one takes long, so the first that a test file asks for is the same
 * in all files of a run, and so on.
 */
export function rsaKey(bits: number, target: string): void {
  const number = (made.get(bits) ?? 0) + 1;
  made.set(bits, number);
  const shared = process.env[SHARED_FOLDER];
  if (shared === undefined) {
    generate(bits, target);
    return;
  }
  const kept = path.join(shared, `rsa-${bits}-${number}.pem`);
  if (!existsSync(kept)) keep(bits, kept);
  copyFileSync(kept, target);
}

/** Another process may do it at the same time; the first stays. */
function keep(bits: number, kept: string): void {
  const own = `${kept}.${process.pid}`;
  generate(bits, own);
  try {
    linkSync(own, kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
}

function generate(bits: number, file: string): void {
  execFileSync('openssl', ['genrsa', '-out', file, String(bits)], { stdio: 'pipe' });
}
