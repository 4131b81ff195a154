import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SHARED_FOLDER } from '../../src/pipeline/testing/rsa-key.ts';

let folder: string | undefined;

/** What vitest does before all files: it makes a folder for what they share (`templates.ts`). */
export async function setup(): Promise<void> {
  folder = await mkdtemp(path.join(tmpdir(), 'udm-shared-'));
  await chmod(folder, 0o711);
  process.env[SHARED_FOLDER] = folder;
}

/** And after them. */
export async function teardown(): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
