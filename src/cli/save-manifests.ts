import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors.ts';
import type { ManifestFile } from '../operations/run-manifest.ts';

/** Writes manifests with their signatures into a folder; one that is there already with the same bytes stays. Errors: `file.exists`, `file.unwritable`. */
export async function saveManifests(files: readonly ManifestFile[], folder: string): Promise<string[]> {
  const saved: string[] = [];
  for (const { name, body, signature } of files) {
    for (const [target, bytes] of [
      [path.join(folder, name), body],
      [path.join(folder, `${name}.sig`), signature],
    ] as const) {
      await saveOne(target, bytes);
      saved.push(target);
    }
  }
  return saved;
}

async function saveOne(target: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(target, bytes, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw new CodedError('file.unwritable', { value: target, cause });
    if (!(await isSame(target, bytes))) throw new CodedError('file.exists', { value: target });
  }
}

async function isSame(target: string, bytes: Buffer): Promise<boolean> {
  return (await readFile(target)).equals(bytes);
}
