import { readFile } from 'node:fs/promises';
import { CodedError } from '../errors.ts';
import { readPublicKeyIds } from '../pipeline/signature.ts';

/** The ids of the signing keys in the file of `--public-key`; undefined when it is not given. Error: `usage`. */
export async function readTrustedKeys(file: string | undefined): Promise<ReadonlySet<string> | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CodedError('usage', { field: '--public-key', value: file, cause });
  });
  const ids = readPublicKeyIds(text);
  if (ids === null) throw new CodedError('usage', { field: '--public-key', value: file, range: 'public keys in PEM (BEGIN PUBLIC KEY)' });
  return ids;
}
