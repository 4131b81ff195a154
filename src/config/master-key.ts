import { createHmac, randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CodedError } from '../errors.ts';

const BYTES = 32;

/** The key that seals credentials, from `master.key` in the data folder; null when there is none yet. */
export async function readMasterKey(dataFolder: string): Promise<Buffer | null> {
  const file = path.join(dataFolder, 'master.key');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  if (((await stat(file)).mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: file });
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== BYTES || key.every((byte) => byte === 0)) {
    throw new CodedError('config.invalid', { problems: [{ code: 'field.type', field: 'master.key', range: '32 random bytes in base64' }] });
  }
  return key;
}

/** Makes the key of a new installation; never replaces one. */
export async function makeMasterKey(dataFolder: string): Promise<Buffer> {
  const key = randomBytes(BYTES);
  await writeFile(path.join(dataFolder, 'master.key'), `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}

/** Takes back a key that was made a moment ago and has sealed nothing. */
export async function dropMasterKey(dataFolder: string): Promise<void> {
  await rm(path.join(dataFolder, 'master.key'), { force: true });
}

/** By which a database knows its key; the key cannot be found from it. */
export function masterKeyMark(key: Uint8Array): string {
  return createHmac('sha256', key).update('udm master key').digest('hex');
}
