/**
 * Folders that many test files begin with, a database inside: made once in a run, by whoever needs it first, and copied by each. What a
 * test does to its copy is its own affair.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SHARED_FOLDER } from '../../src/pipeline/testing/rsa-key.ts';

const run = promisify(execFile);
const POLL_MS = 30;

/**
 * Fills `target`, which does not exist yet, as `make` would; without a shared folder (a bench, pictures) `make` does it. The template is made in a folder of its own, whose path nothing in it may
 * hold, and must be at rest when `make` ends: what still writes would be copied half.
 */
export async function fromTemplate(name: string, target: string, make: (folder: string) => Promise<void>): Promise<void> {
  const shared = process.env[SHARED_FOLDER];
  if (shared === undefined) return await make(target);
  const template = path.join(shared, name);
  await madeOnce(template, make);
  // Owners and rights stay: the database belongs to an account of its own.
  await run('cp', ['-a', template, target]);
}

async function madeOnce(template: string, make: (folder: string) => Promise<void>): Promise<void> {
  const claim = `${template}.claim`;
  while (!(await exists(template))) {
    const isMine = await writeFile(claim, String(process.pid), { flag: 'wx' }).then(
      () => true,
      () => false,
    );
    if (!isMine) {
      if (await isForsaken(claim)) await rm(claim, { force: true });
      else await sleep(POLL_MS);
      continue;
    }
    try {
      // Another may have ended it between the look and the claim.
      if (!(await exists(template))) await makeWhole(template, make);
    } finally {
      await rm(claim, { force: true });
    }
  }
}

/** By rename: a maker that is killed leaves nothing that looks whole. */
async function makeWhole(template: string, make: (folder: string) => Promise<void>): Promise<void> {
  const half = await mkdtemp(`${template}.half-`);
  const folder = path.join(half, 'made');
  // The database's account has to pass.
  await chmod(half, 0o711);
  await make(folder);
  await rename(folder, template);
}

/** Its maker is gone. */
async function isForsaken(claim: string): Promise<boolean> {
  const pid = Number(await readFile(claim, 'utf8').catch(() => ''));
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
