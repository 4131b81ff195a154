import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A file that is only added to. */

/** Its text; empty when there is none. */
export async function textOfAdded(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return '';
    throw error;
  }
}

/** Its lines, a piece of the file at a time, however long it is; none when there is none. `isTorn`: it ends without a line break. */
export async function* linesOfAdded(file: string): AsyncGenerator<{ readonly line: string; readonly isTorn: boolean }> {
  let rest = '';
  try {
    for await (const piece of createReadStream(file, 'utf8')) {
      const lines = `${rest}${piece}`.split('\n');
      rest = lines.pop() as string;
      for (const line of lines) yield { line, isTorn: false };
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield { line: rest, isTorn: true };
}

/** By which one file is told from another, and from itself with other lines; empty when there is none. */
export async function printOfAdded(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return '';
    throw error;
  }
}

/** Adds the text at the end in one piece; on the disk, with its folder, when this returns. Folder and file are their owner's alone. */
export async function addText(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  for (const one of made === undefined ? [folder] : [folder, path.dirname(folder)]) await syncFolder(one);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
