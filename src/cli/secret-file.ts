import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CodedError } from '../errors.ts';

/**
 * A secret from a file that its owner alone can read, or with `-` from standard input; never from the command line, which others see.
 * Errors: `usage` with the flag, `config.file_readable`.
 */
export async function readSecretFile(flag: string, file: string): Promise<string> {
  if (file === '-') return (await text(process.stdin)).trim();
  const facts = await stat(file).catch(() => null);
  if (!facts) throw new CodedError('usage', { field: flag, value: file });
  if ((facts.mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: file });
  return (await readFile(file, 'utf8')).trim();
}
