import { glob, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors.ts';

const ENDING = '.zip.p7m';

/**
 * The files that the arguments of a command mean: files as they are, of folders the encrypted files right in them, and of patterns what fits
 * them, where the shell did not look for it. Throws `file.unreadable` for what is not there.
 */
export async function encryptedFiles(places: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(places.map(filesOf))).flat();
}

async function filesOf(place: string): Promise<readonly string[]> {
  const facts = await stat(place).catch(() => null);
  // What cannot be read is told when it is read.
  const found = facts === null ? await matching(place) : facts.isDirectory() ? await inFolder(place) : [place];
  if (found.length === 0) throw new CodedError('file.unreadable', { value: place });
  return found;
}

async function matching(pattern: string): Promise<readonly string[]> {
  if (!/[*?[{]/.test(pattern)) return [];
  const found: string[] = [];
  for await (const one of glob(pattern)) found.push(one);
  return found.sort();
}

async function inFolder(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CodedError('file.unreadable', { value: folder, cause });
  });
  return names
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => path.join(folder, name));
}
