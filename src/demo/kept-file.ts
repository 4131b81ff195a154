import { readFile, rename, writeFile } from 'node:fs/promises';

/** Files in which one demo keeps what the next needs. Each is there whole or not at all: a demo is ended at any instant. */

/** Writes it under another name first. */
export async function writeKept(file: string, text: string, mode = 0o600): Promise<void> {
  await writeFile(`${file}.half`, text, { mode });
  await rename(`${file}.half`, file);
}

/** The strings of these names; `missing` when there is no such file, `broken` when it does not hold them all. */
export async function readKept<Name extends string>(file: string, names: readonly Name[]): Promise<Readonly<Record<Name, string>> | 'missing' | 'broken'> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return 'missing';
  const kept = parsed(text) as Partial<Record<Name, unknown>> | null;
  const isWhole = typeof kept === 'object' && kept !== null && names.every((name) => typeof kept[name] === 'string' && kept[name] !== '');
  return isWhole ? (kept as Record<Name, string>) : 'broken';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
